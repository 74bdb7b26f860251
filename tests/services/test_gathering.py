"""Alike mentions are gathered right after they come in, once; what people decide stays; the different never goes in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from inbox.domain.actors import SYSTEM, Role
from inbox.domain.errors import Conflict, Forbidden, Invalid, NotFound
from inbox.domain.events import MuchChanged
from inbox.domain.gathering import WINDOW
from inbox.domain.ids import new_id
from inbox.models import Conversation, Gathering, GatheringMember
from inbox.services import conversations, gathering, gathering_members, replies
from inbox.services.gathering import Gathered
from inbox.uow import reading, uow
from tests import house as scene
from tests.domain.storm import ALIKE as MANY
from tests.domain.storm import storm
from tests.house import NOON, House, second_team
from tests.services.answering import count, deed, minutes
from tests.services.gathering_scene import (
    ALIKE,
    NAMES,
    STRANGER,
    citizen,
    conversation_of,
    gather,
    hear,
    inside,
    one_gathering,
    root_of,
    say,
)


@pytest.fixture
def house(app: Flask) -> House:
    return scene.found()


@pytest.mark.parametrize("seed", [1, 7])
def test_a_storm_that_comes_by_pages_is_one_gathering_without_the_strangers(house: House, seed: int) -> None:
    said = storm(seed)
    hear(house, said, at_once=9)
    alike = {one.text for one in said if one.alike}
    with reading(SYSTEM) as work:
        ids = work.session.scalars(select(Gathering.id)).all()
    texts = max((list(inside(id_).values()) for id_ in ids), key=len)
    assert len([one for one in texts if one in alike]) >= 0.85 * MANY
    assert len([one for one in texts if one not in alike]) <= 2


def test_looking_again_changes_nothing_and_rings_nobody(house: House) -> None:
    say(house, (*ALIKE, STRANGER))
    assert gather(house) == Gathered(len(ALIKE), 0)
    found = one_gathering()
    assert "koge" in found.called
    with uow(SYSTEM) as work:
        work.now = minutes(6)
        assert gathering.gather(work, next(iter(house.anna.teams))) == Gathered(0, 0)
        assert work.events == []
    with reading(SYSTEM) as work:
        versions = work.session.scalars(select(Conversation.version)).all()
    assert set(versions) == {1}, "that it stands with others is nothing that somebody must have read"
    assert count(GatheringMember) == len(ALIKE)


def test_four_are_none_and_the_fifth_makes_it(house: House) -> None:
    say(house, ALIKE[:4])
    assert gather(house) == Gathered(0, 0)
    assert count(Gathering) == 0
    say(house, ALIKE[4:5], at=minutes(10), first=4)
    with uow(SYSTEM) as work:
        work.now = minutes(11)
        assert gathering.gather(work, next(iter(house.anna.teams))) == Gathered(5, 0)
        assert work.events == [MuchChanged(next(iter(house.anna.teams)))]


def test_what_came_long_ago_is_not_waited_for(house: House) -> None:
    say(house, ALIKE[:4])
    later = NOON + WINDOW + timedelta(minutes=5)
    say(house, ALIKE[4:5], at=later, first=4)
    assert gather(house, later) == Gathered(0, 0)
    say(house, ALIKE[:5], at=later + timedelta(minutes=1), first=10)
    assert gather(house, later + timedelta(minutes=5)).put_in == 6
    much_later = later + WINDOW + timedelta(minutes=20)
    say(house, ALIKE[5:6], at=much_later, first=20)
    assert gather(house, much_later) == Gathered(0, 0)


@pytest.mark.parametrize(
    "words",
    [
        "Skal vandet koges? Jeg orker ikke leve mere",
        "Skal vandet koges? Mit cpr er 211062-5629",
        "Er det jer der skriver at vandet skal koges, eller er det svindel?",
        "Skal vandet koges? Jeg vil klage over, at ingen svarer",
    ],
)
def test_what_is_of_another_kind_is_never_folded_in(house: House, words: str) -> None:
    say(house, (*ALIKE[:5], words))
    assert gather(house).put_in == 5
    different = conversation_of(NAMES[5])
    assert different.gathering_id is None
    found = one_gathering()
    with deed(house.anna, minutes(6)) as work, pytest.raises(Invalid, match="another kind"):
        gathering_members.put_in(work, found.id, different.id)


def test_private_words_and_other_teams_stand_apart(house: House) -> None:
    other = second_team(house)
    say(house, ALIKE[:5])
    house.news(scene.post(ALIKE[0], author=citizen(40), visibility="private", at=minutes(1)))
    other.news(*(scene.post(one, author=citizen(50 + number), at=minutes(1)) for number, one in enumerate(ALIKE[:3])))
    assert gather(house).put_in == 5
    found = one_gathering()
    stranger = replace(house.anna, teams=frozenset())
    with reading(stranger) as work, pytest.raises(NotFound):
        gathering_members.visible(work, found.id)
    reader = replace(house.anna, roles=frozenset({Role.AUDITOR}))
    with reading(reader) as work, pytest.raises(Forbidden):
        gathering_members.visible(work, found.id)


def test_whoever_was_taken_out_stays_out_and_whoever_was_put_in_stays_in(house: House) -> None:
    say(house, (*ALIKE[:6], STRANGER))
    gather(house)
    found = one_gathering()
    out, stranger = conversation_of(NAMES[0]), conversation_of(NAMES[6])
    with deed(house.anna, minutes(6)) as work:
        gathering_members.take_out(work, found.id, out.id)
        gathering_members.put_in(work, found.id, stranger.id)
    say(house, ALIKE[6:8], at=minutes(7), first=20)
    gather(house, minutes(9))
    members = inside(found.id)
    assert out.id not in members
    assert stranger.id in members
    with deed(house.anna, minutes(10)) as work, pytest.raises(Conflict):
        gathering_members.take_out(work, found.id, out.id)
    with deed(house.jonas, minutes(10)) as work:
        gathering_members.put_in(work, found.id, out.id)
        gathering_members.put_in(work, found.id, out.id)
    assert out.id in inside(found.id)


def test_a_member_who_says_something_of_another_kind_leaves_at_once(house: House) -> None:
    say(house, ALIKE[:6])
    gather(house)
    found = one_gathering()
    danger, another, hallo = (conversation_of(name) for name in NAMES[:3])
    for number, words in enumerate(
        ("Jeg vil ikke leve mere", "Og hvornår åbner biblioteket efter ombygningen?", "Hallo??")
    ):
        house.news(
            scene.post(words, author=citizen(number), root=root_of(number), parent=root_of(number), at=minutes(8))
        )
    assert gather(house, minutes(9)).taken_out == 2
    members = inside(found.id)
    assert (danger.id in members, another.id in members, hallo.id in members) == (False, False, True)
    with reading(SYSTEM) as work:
        why = dict(
            work.session.execute(
                select(GatheringMember.conversation_id, GatheringMember.why).where(GatheringMember.state == "out")
            ).all()
        )
    assert why == {danger.id: "kind", another.id: "changed"}
    assert gather(house, minutes(10)) == Gathered(0, 0)


def test_an_edit_into_other_words_leaves_too(house: House) -> None:
    posts = [
        scene.post(one, author=citizen(number), at=NOON + timedelta(seconds=number))
        for number, one in enumerate(ALIKE[:6])
    ]
    house.news(*posts)
    gather(house)
    found = one_gathering()
    house.news(scene.edit(posts[0], "Hvornår åbner biblioteket efter ombygningen?", after=timedelta(minutes=6)))
    house.news(scene.edit(posts[1], "Er det rigtigt, at vandet skal koges??", after=timedelta(minutes=6)))
    assert gather(house, minutes(8)).taken_out == 1
    assert conversation_of(NAMES[0]).id not in inside(found.id)


def test_who_is_answered_alone_stands_alone_when_they_write_again(house: House) -> None:
    say(house, ALIKE[:6])
    gather(house)
    one = conversation_of(NAMES[0])
    with deed(house.jonas, minutes(6)) as work:
        replies.reply(work, one.id, version=one.version, visibility="public", body="Ja, kog det.")
    assert conversation_of(NAMES[0]).gathering_id is None
    house.news(scene.post("Tak!", author=citizen(0), root=root_of(0), parent=root_of(0), at=minutes(8)))
    gather(house, minutes(9))
    assert conversation_of(NAMES[0]).gathering_id is None


def test_what_somebody_works_in_is_left_to_the_next_look(house: House, app: Flask) -> None:
    say(house, ALIKE[:6])
    busy = conversation_of(NAMES[0])
    with uow(SYSTEM) as work:
        # As another connection holds it: the look passes it over.
        work.now = minutes(5)
        real = gathering._held
        gathering._held = lambda w, ids, **more: real(w, [one for one in ids if one != busy.id], **more)
        try:
            assert gathering.gather(work, next(iter(house.anna.teams))).put_in == 5
        finally:
            gathering._held = real
    assert gather(house, minutes(6)).put_in == 1


def test_two_that_come_to_stand_around_the_same_are_one(house: House) -> None:
    boil = [f"Skal vi koge vandet i nummer {word}?" for word in ("et", "to", "tre", "fire", "fem")]
    say(house, ALIKE[:5])
    gather(house)
    first = one_gathering()
    with uow(SYSTEM) as work:
        later = Gathering(
            id=new_id(), team_id=first.team_id, called="vandet", began_at=minutes(3), last_at=minutes(4),
            centre=first.centre,
        )  # fmt: skip
        work.session.add(later)
    say(house, boil[:2], at=minutes(4), first=30)
    with deed(house.anna, minutes(5)) as work:
        ids = work.session.scalars(select(Conversation.id).where(Conversation.gathering_id.is_(None))).all()
        for id_ in ids:
            gathering_members.put_in(work, later.id, id_)
    gather(house, minutes(6))
    assert len(inside(first.id)) == 7
    assert inside(later.id) == {}


def test_solved_and_dismissed_are_looked_at_no_more(house: House) -> None:
    say(house, ALIKE[:6])
    for name in NAMES[:2]:
        one = conversation_of(name)
        with deed(house.anna, minutes(2)) as work:
            conversations.solve(work, one.id, one.version)
    assert gather(house).put_in == 0
