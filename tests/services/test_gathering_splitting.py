"""Some of a gathering get one of their own in one act: nobody is pulled back, and it is undone as it was done."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from inbox.domain.actors import SYSTEM
from inbox.domain.errors import Conflict, Invalid, NotFound
from inbox.domain.events import MuchChanged
from inbox.domain.gathering import Centre
from inbox.models import Gathering, GatheringMember
from inbox.services import gathering_members, gathering_splitting, replies
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import NOON, House
from tests.services.answering import count, deed, minutes
from tests.services.gathering_scene import (
    ALIKE,
    NAMES,
    citizen,
    conversation_of,
    gather,
    inside,
    one_gathering,
    root_of,
    say,
)


@pytest.fixture
def house(app: Flask) -> House:
    made = scene.found()
    say(made)
    gather(made)
    return made


@pytest.fixture
def origin(house: House) -> UUID:
    return one_gathering().id


def of(*names: str) -> list[UUID]:
    return [conversation_of(name).id for name in names]


def split(house: House, origin: UUID, *names: str, at: float = 6) -> UUID:
    ids = of(*names)
    with deed(house.anna, minutes(at)) as work:
        return gathering_splitting.split_off(work, origin, ids)


def rows() -> set[tuple[UUID, UUID, str, str, UUID | None]]:
    with reading(SYSTEM) as work:
        return {
            (one.gathering_id, one.conversation_id, one.state, one.why, one.agent_id)
            for one in work.session.scalars(select(GatheringMember))
        }


def test_those_chosen_stand_apart_and_no_look_pulls_them_back(house: House, origin: UUID) -> None:
    # They say the very same as the others: nothing but the person's word keeps the two gatherings apart.
    apart = split(house, origin, *NAMES[1:4])
    theirs, others = set(of(*NAMES[1:4])), set(of(NAMES[0], *NAMES[4:]))
    with reading(SYSTEM) as work:
        one, before = work.session.get_one(Gathering, apart), work.session.get_one(Gathering, origin)
        assert Centre.from_json(one.centre).like(Centre.from_json(before.centre))
        assert (one.split_from_id, before.split_from_id, one.team_id) == (origin, None, before.team_id)
        assert one.began_at == NOON + timedelta(seconds=30)
        assert "vandet" in one.called
    assert (set(inside(apart)), set(inside(origin))) == (theirs, others)
    for number, now in enumerate((7, 9, 12)):
        say(house, ALIKE[:3], at=minutes(now - 1), first=100 + 10 * number)
        assert gather(house, minutes(now)).taken_out == 0
    assert set(inside(apart)) == theirs
    assert others < set(inside(origin))
    assert len(inside(origin)) == len(others) + 9
    assert count(Gathering) == 2
    assert {one for one in rows() if one[1] in theirs} == {
        line
        for id_ in theirs
        for line in ((origin, id_, "out", "by_hand", house.anna.id), (apart, id_, "in", "by_hand", house.anna.id))
    }


def test_put_back_they_stand_where_they_stood_and_stay_there(house: House, origin: UUID) -> None:
    everybody = set(inside(origin))
    apart = split(house, origin, *NAMES[1:4])
    answered, (out,) = conversation_of(NAMES[1]), of(NAMES[2])
    with deed(house.jonas, minutes(7)) as work:
        replies.reply(work, answered.id, version=answered.version, visibility="public", body="Ja, kog det.")
    with deed(house.jonas, minutes(7)) as work:
        gathering_members.take_out(work, apart, out)
    with deed(house.jonas, minutes(8)) as work:
        assert gathering_splitting.put_back(work, apart) == origin
        assert work.events == [MuchChanged(next(iter(house.anna.teams)))]
    assert set(inside(origin)) == everybody - {answered.id, out}
    gather(house, minutes(9))
    assert set(inside(origin)) == everybody - {answered.id, out}
    with deed(house.jonas, minutes(10)) as work, pytest.raises(Conflict, match="Nobody stands in it"):
        gathering_splitting.put_back(work, apart)
    with deed(house.jonas, minutes(10)) as work, pytest.raises(Conflict, match="not split off"):
        gathering_splitting.put_back(work, origin)
    # And apart once more: the same people, a gathering anew.
    again = split(house, origin, *NAMES[3:5], at=11)
    assert set(inside(again)) == set(of(*NAMES[3:5]))


def test_one_alone_all_of_them_and_one_who_left_are_refused_and_nothing_is_half_done(
    house: House, origin: UUID
) -> None:
    before, everybody = rows(), of(*NAMES)
    for ids, sentence in (
        ([], "at least two"),
        (everybody[:1], "at least two"),
        (everybody[:1] * 2, "at least two"),
        (everybody, "somebody must stay"),
    ):
        with deed(house.anna, minutes(6)) as work, pytest.raises(Invalid, match=sentence) as refused:
            gathering_splitting.split_off(work, origin, ids)
        assert refused.value.field == "apart"
    assert (rows(), count(Gathering)) == (before, 1)
    with deed(house.jonas, minutes(7)) as work:
        gathering_members.take_out(work, origin, everybody[2])
    before = rows()
    for ids in (everybody[1:3], [everybody[1], UUID(int=7)]):
        with deed(house.anna, minutes(8)) as work, pytest.raises(Conflict, match="no more"):
            gathering_splitting.split_off(work, origin, ids)
    assert (rows(), count(Gathering)) == (before, 1)


def test_another_teams_is_not_there(house: House, origin: UUID) -> None:
    apart, ids = split(house, origin, *NAMES[:2]), of(*NAMES[3:5])
    stranger = replace(house.jonas, teams=frozenset())
    with uow(stranger) as work, pytest.raises(NotFound):
        gathering_splitting.split_off(work, origin, ids)
    with uow(stranger) as work, pytest.raises(NotFound):
        gathering_splitting.put_back(work, apart)


def test_whoever_is_in_danger_leaves_that_one_too(house: House, origin: UUID) -> None:
    apart = split(house, origin, *NAMES[:3])
    house.news(
        scene.post("Jeg vil ikke leve mere", author=citizen(0), root=root_of(0), parent=root_of(0), at=minutes(8))
    )
    assert gather(house, minutes(9)).taken_out == 1
    assert set(inside(apart)) == set(of(*NAMES[1:3]))
    # Nor does putting the others back bring them along.
    with deed(house.anna, minutes(10)) as work:
        gathering_splitting.put_back(work, apart)
    assert of(NAMES[0])[0] not in inside(origin)
