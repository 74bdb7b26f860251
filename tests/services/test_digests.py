"""Whose turn it is for a mail: by choice, for what is new and unread, once in their time, and never after leaving."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from inbox.domain.actors import SYSTEM, Actor
from inbox.domain.errors import Forbidden, Invalid
from inbox.models import Agent
from inbox.queries import digests as reads
from inbox.queries.owed import owed
from inbox.services import digests, notices
from inbox.services.digests import Choice, Claimed
from inbox.uow import reading
from tests import house as scene
from tests.house import House, post
from tests.services.answering import deed, minutes

DAY = 24 * 60


@pytest.fixture
def house(app: Flask) -> House:
    made = scene.found()
    made.news(post())
    return made


def chosen(actor: Actor, often: str, at: float = 0) -> None:
    with deed(actor, minutes(at)) as work:
        digests.choose(work, often)


def tell(house: House, to: Actor, at: float, kind: str = "mentioned") -> None:
    conversation = house.conversation()
    with deed(house.lone, minutes(at)) as work:
        notices.tell(work, to.id, kind, conversation.id)


def turn(at: float) -> Claimed | None:
    """Whose it is; the clock's look and the claim agree."""
    with reading(SYSTEM) as work:
        work.now = minutes(at)
        rung = owed(work, mail=True).digests
        assert not owed(work).digests
    with deed(now=minutes(at)) as work:
        claimed = digests.claim(work)
    assert rung == (claimed is not None)
    return claimed


def whose(at: float) -> UUID | None:
    found = turn(at)
    return found.agent_id if found else None


def told(actor: Actor, claimed: Claimed | None) -> int:
    assert claimed is not None
    assert claimed.agent_id == actor.id
    with reading(actor) as work:
        return reads.unread(work, claimed.since, claimed.until).total


def test_nobody_who_did_not_choose_has_a_turn(house: House) -> None:
    tell(house, house.anna, 1)
    tell(house, house.jonas, 1)
    chosen(house.jonas, Choice.DAILY, 2)
    assert (whose(10), whose(10)) == (house.jonas.id, None)


def test_what_is_read_is_nobodys_turn(house: House) -> None:
    chosen(house.anna, Choice.HOURLY)
    tell(house, house.anna, 1)
    with deed(house.anna, minutes(1)) as work:
        notices.read(work)
    assert turn(10) is None


@pytest.mark.parametrize(("often", "every"), [(Choice.HOURLY, 60), (Choice.DAILY, DAY)])
def test_each_interval_tells_once_of_what_is_new_in_it(house: House, often: str, every: float) -> None:
    chosen(house.anna, often)
    tell(house, house.anna, 1)
    assert told(house.anna, turn(10)) == 1
    assert turn(10.1) is None
    # Nothing new: the old one, unread still, is not told again.
    assert turn(10 + every) is None
    tell(house, house.anna, 10 + every, "handed_over")
    assert told(house.anna, turn(12 + every)) == 1
    tell(house, house.anna, 13 + every, "woken")
    tell(house, house.anna, 14 + every, "lapsed")
    assert turn(11.9 + 2 * every) is None
    assert told(house.anna, turn(12 + 2 * every)) == 2


def test_what_was_told_in_the_last_minute_waits_for_the_next_look(house: House) -> None:
    chosen(house.anna, Choice.HOURLY)
    tell(house, house.anna, 5)
    assert turn(5.9) is None
    assert told(house.anna, turn(6)) == 1


def test_a_notice_that_comes_up_again_is_new_again(house: House) -> None:
    chosen(house.anna, Choice.HOURLY)
    tell(house, house.anna, 1, "citizen_wrote")
    assert told(house.anna, turn(10)) == 1
    tell(house, house.anna, 20, "citizen_wrote")
    assert told(house.anna, turn(71)) == 1


def test_choosing_anew_brings_nothing_again_and_shortens_the_wait(house: House) -> None:
    chosen(house.anna, Choice.DAILY)
    tell(house, house.anna, 1)
    assert told(house.anna, turn(10)) == 1
    for often in (Choice.NEVER, Choice.HOURLY):
        chosen(house.anna, often, 20)
    assert turn(2 * DAY) is None
    tell(house, house.anna, 21, "woken")
    assert turn(69.9) is None
    assert told(house.anna, turn(70)) == 1


def test_never_is_never(house: House) -> None:
    chosen(house.anna, Choice.HOURLY)
    tell(house, house.anna, 1)
    chosen(house.anna, Choice.NEVER, 2)
    assert turn(3 * DAY) is None


@pytest.mark.parametrize("how", ["left", "locked"])
def test_a_person_who_left_or_is_locked_out_gets_none(house: House, how: str) -> None:
    chosen(house.anna, Choice.HOURLY)
    tell(house, house.anna, 1)
    with deed() as work:
        anna = work.session.get_one(Agent, house.anna.id)
        anna.left_at, anna.active = (work.now, True) if how == "left" else (None, False)
    assert turn(10) is None
    with reading(SYSTEM) as work:
        assert house.anna.id is not None
        assert reads.reader(work, house.anna.id) is None


def test_given_back_it_comes_again_after_a_while_with_everything(house: House) -> None:
    chosen(house.anna, Choice.DAILY)
    tell(house, house.anna, 1)
    claimed = turn(10)
    assert claimed is not None
    with deed(now=minutes(10)) as work:
        digests.give_back(work, claimed, refused=False)
    tell(house, house.anna, 12, "woken")
    assert turn(19.9) is None
    assert told(house.anna, turn(20)) == 2


def test_refused_for_good_it_comes_again_after_their_own_interval(house: House) -> None:
    chosen(house.anna, Choice.HOURLY)
    tell(house, house.anna, 1)
    claimed = turn(10)
    assert claimed is not None
    with deed(now=minutes(10)) as work:
        digests.give_back(work, claimed, refused=True)
    assert turn(69.9) is None
    assert told(house.anna, turn(70)) == 1


def test_giving_back_wakes_nobody_who_switched_it_off_meanwhile(house: House) -> None:
    chosen(house.anna, Choice.HOURLY)
    tell(house, house.anna, 1)
    claimed = turn(10)
    assert claimed is not None
    chosen(house.anna, Choice.NEVER, 10)
    with deed(now=minutes(10)) as work:
        digests.give_back(work, claimed, refused=False)
    assert turn(DAY) is None


def test_where_the_server_is_away_all_wait_and_nobody_is_hurried(house: House) -> None:
    for actor in (house.anna, house.jonas):
        chosen(actor, Choice.HOURLY)
        tell(house, actor, 1)
    assert whose(10) == house.anna.id
    with deed(now=minutes(10)) as work:
        digests.wait(work)
    assert turn(19.9) is None
    tell(house, house.anna, 15, "woken")
    assert (whose(20), whose(20)) == (house.jonas.id, None)


def test_a_mail_names_a_few_and_counts_the_rest(house: House) -> None:
    chosen(house.anna, Choice.HOURLY)
    for number in range(reads.MOST + 3):
        tell(house, house.anna, number / 10)
    claimed = turn(10)
    assert claimed is not None
    with reading(house.anna) as work:
        found = reads.unread(work, claimed.since, claimed.until)
    assert (len(found.items), found.total) == (reads.MOST, reads.MOST + 3)


def test_a_conversation_out_of_sight_is_not_even_named(house: House) -> None:
    chosen(house.anna, Choice.HOURLY)
    tell(house, house.anna, 1)
    claimed = turn(10)
    assert claimed is not None
    with reading(Actor(house.anna.id, house.anna.name, house.anna.roles)) as work:
        found = reads.unread(work, claimed.since, claimed.until)
    assert [item.reference for item in found.items] == [""]


def test_only_a_person_chooses_and_only_what_there_is(house: House) -> None:
    with deed(house.anna) as work, pytest.raises(Invalid, match="how often"):
        digests.choose(work, "weekly")
    with deed() as work, pytest.raises(Forbidden):
        digests.choose(work, Choice.DAILY)
    assert digests.EVERY[Choice.DAILY] == timedelta(days=1)
