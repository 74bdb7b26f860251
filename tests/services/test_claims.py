"""A claim lapses in opening time, once, and never while its holder is here."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from inbox.domain.actors import SYSTEM, Actor
from inbox.domain.calendar import Calendar
from inbox.models import Agent, Clock, Contact, Conversation, ConversationEvent, GroupAnswerer, Notice, Team
from inbox.queries.owed import owed
from inbox.services import attendance, claims, conversations, handing_over, snoozing
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import House, post
from tests.services.answering import answer, count, deed, minutes, one

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOURS = Calendar("UTC", dict.fromkeys(DAYS, (("09:00", "13:00"),)))
"""One hour after noon they close."""


@pytest.fixture
def house(app: Flask) -> House:
    founded = scene.found(calendar=HOURS)
    founded.news(post())
    with uow(SYSTEM) as work:
        work.session.execute(update(Team).values(claim_minutes=30))
        work.session.execute(update(Agent).values(created_at=scene.LONG_AGO))
    return founded


def seen(actor: Actor, at: datetime) -> None:
    with deed(actor, at) as work:
        attendance.seen(work)


def take(house: House, at: datetime = scene.NOON) -> None:
    seen(house.anna, at)
    conversation = house.conversation()
    with deed(house.anna, at) as work:
        conversations.take(work, conversation.id, conversation.version)


def lapse(at: datetime) -> int:
    """What the clock would have rung for, and what the worker gave back."""
    with reading(SYSTEM) as work:
        work.now = at
        rung = owed(work).returning
    with deed(now=at) as work:
        found = claims.lapse(work)
    assert rung == (found > 0)
    return found


def kinds() -> list[str]:
    with reading(SYSTEM) as work:
        return list(work.session.scalars(select(ConversationEvent.kind).order_by(ConversationEvent.id)))


def test_it_goes_back_after_so_many_opening_minutes_and_only_once(house: House) -> None:
    take(house)
    clock = one(Clock)
    assert lapse(minutes(29.9)) == 0
    assert lapse(minutes(30)) == 1
    assert lapse(minutes(31)) == 0
    assert house.conversation().assignee_id is None
    assert kinds().count("lapsed") == 1
    assert (one(Notice).agent_id, one(Notice).kind) == (house.anna.id, "lapsed")
    assert (one(Clock).started_at, one(Clock).due_at) == (clock.started_at, clock.due_at)


@pytest.mark.parametrize("jonas_is_here", [True, False])
def test_where_the_team_deals_out_somebody_else_who_is_here_gets_it(house: House, jonas_is_here: bool) -> None:
    with uow(SYSTEM) as work:
        # Shorter than somebody counts as here: it must not come back to whoever was found gone.
        work.session.execute(update(Team).values(assignment="by_load", claim_minutes=5))
    take(house)
    if jonas_is_here:
        seen(house.jonas, minutes(5))
    assert lapse(minutes(5)) == 1
    assert house.conversation().assignee_id == (house.jonas.id if jonas_is_here else None)
    assert kinds()[-2:] == (["lapsed", "assigned"] if jonas_is_here else ["taken", "lapsed"])
    assert lapse(minutes(6)) == 0


def test_what_the_press_wrote_goes_to_who_answers_press_though_another_holds_less(house: House) -> None:
    with uow(SYSTEM) as work:
        work.session.execute(update(Team).values(assignment="by_load", claim_minutes=5))
        work.session.execute(update(Contact).values(group="press"))
        team_id = work.session.scalars(select(Team.id)).one()
        work.session.add(GroupAnswerer(team_id=team_id, group="press", agent_id=house.lone.id))
    take(house)
    for colleague in (house.jonas, house.lone):
        seen(colleague, minutes(5))
    house.news(post(author=scene.ALI, at=minutes(5)))
    with uow(SYSTEM) as work:
        work.session.execute(
            update(Conversation).where(Conversation.assignee_id != house.anna.id).values(assignee_id=house.lone.id)
        )
    assert lapse(minutes(5)) == 1
    with reading(SYSTEM) as work:
        held = work.session.scalars(select(Conversation.assignee_id)).all()
    assert held == [house.lone.id] * 2


def test_the_night_does_not_count(house: House) -> None:
    take(house, minutes(50))
    # Ten minutes until they close, and twenty more in the morning.
    morning = minutes(21 * 60)
    assert lapse(minutes(70)) == 0
    assert lapse(morning) == 0
    assert lapse(morning + timedelta(minutes=19)) == 0
    assert lapse(morning + timedelta(minutes=20)) == 1


def test_nothing_lapses_while_the_person_is_here(house: House) -> None:
    take(house)
    for at in range(1, 55):
        seen(house.anna, minutes(at))
        assert lapse(minutes(at + 0.5)) == 0
    assert house.conversation().assignee_id == house.anna.id


def test_where_the_team_has_set_no_minutes_nothing_lapses(house: House) -> None:
    with uow(SYSTEM) as work:
        work.session.execute(update(Team).values(claim_minutes=None))
    take(house)
    assert lapse(minutes(60 * 24 * 9)) == 0


def test_what_waits_for_the_citizen_stays_until_the_citizen_has_written(house: House) -> None:
    seen(house.anna, scene.NOON)
    answer(house, now=minutes(0))
    assert lapse(minutes(55)) == 0
    root = house.conversation().root_external_id
    house.news(post("Og nu?", parent=root, root=root, at=minutes(55)))
    assert lapse(minutes(55)) == 1


def test_what_is_snoozed_stays_until_its_hour(house: House) -> None:
    take(house)
    conversation = house.conversation()
    with deed(house.anna, minutes(1)) as work:
        snoozing.snooze(work, conversation.id, conversation.version, minutes(45))
    assert lapse(minutes(44)) == 0
    with deed(now=minutes(45)) as work:
        snoozing.wake_due(work)
    assert lapse(minutes(45)) == 1


def test_who_is_off_has_the_whole_time_after_they_were_given_it(house: House) -> None:
    take(house)
    seen(house.anna, minutes(20))
    conversation = house.conversation()
    with deed(house.anna, minutes(20)) as work:
        # Jonas has never been here.
        handing_over.hand_over(work, conversation.id, conversation.version, house.jonas.id)
    assert lapse(minutes(49)) == 0
    assert lapse(minutes(50)) == 1
    assert count(Notice) == 2


def test_an_act_is_written_once_a_minute(house: House) -> None:
    for at, written in ((0, 0), (0.5, 0), (1, 1), (1.9, 1), (9, 9)):
        seen(house.anna, minutes(at))
        with reading(SYSTEM) as work:
            assert work.session.get_one(Agent, house.anna.id).seen_at == minutes(written)
