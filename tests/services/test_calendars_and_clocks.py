"""Clocks that run follow another version of their opening hours, verdicts do not."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from inbox.domain.actors import SYSTEM
from inbox.domain.errors import Invalid
from inbox.domain.ids import new_id
from inbox.domain.opening_plan import Plan
from inbox.models import Calendar, Clock, ConversationEvent
from inbox.queries import calendars as reads
from inbox.services import policies, sla, verdicts
from inbox.uow import reading
from tests import house as scene
from tests.house import House, post
from tests.services.answering import count, deed, minutes, one
from tests.services.opening import LATER, NOW, added, founded, saved


@pytest.fixture
def house(app: Flask) -> House:
    """Open day and night for a year, sixty minutes to the first answer."""
    return founded()


def test_hours_in_which_a_promise_would_take_a_century_are_refused(house: House) -> None:
    with deed(house.lone) as work:
        policies.save(work, scene.promised(60 * 200), version=1)
    minute = Plan("Europe/Copenhagen", {"mon": (("08:00", "08:01"),)})
    with pytest.raises(Invalid, match="In these hours what “Privat besked” promises") as raised:
        saved(house.lone, minute)
    assert raised.value.field == "week"
    with pytest.raises(Invalid):
        added(house.lone, "Vagten", minute)
    assert count(Calendar) == 1


def test_running_clocks_are_worked_out_anew_and_it_is_said_in_their_history(house: House) -> None:
    house.news(post())
    assert one(Clock).due_at == minutes(60)
    with reading(house.lone) as work:
        assert reads.running_clocks(work, {house.account_id}) == 1
        assert reads.running_clocks(work, set()) == 0
    # By these hours nobody was there when it was asked, nor is before Wednesday at ten: the hour runs from then.
    saved(house.lone, LATER)
    with deed(now=NOW) as work:
        assert sla.reread(work) == 1
        assert sla.reread(work) == 0
    due = datetime.fromisoformat("2026-11-25T11:00+01:00")
    clock = one(Clock)
    assert (clock.due_at, clock.state) == (due, "running")
    with reading(SYSTEM) as work:
        line = work.session.scalars(select(ConversationEvent).where(ConversationEvent.kind == "terms_changed")).one()
        assert (line.at, line.agent_id) == (NOW, None)
        assert datetime.fromisoformat(line.data["from"]) == minutes(60)
        assert datetime.fromisoformat(line.data["to"]) == due


def test_a_verdict_of_the_past_is_never_touched(house: House) -> None:
    house.news(post())
    with deed(now=minutes(61)) as work:
        assert verdicts.breach(work) == 1
    before = one(Clock)
    # Closed since long before the promise ran out, had these hours been in force then.
    saved(house.lone, LATER, now=minutes(62))
    with reading(house.lone) as work:
        assert reads.running_clocks(work, {house.account_id}) == 0
    with deed(now=minutes(63)) as work:
        sla.reread(work)
    after = one(Clock)
    assert (after.state, after.due_at, after.breached_at) == (before.state, before.due_at, before.breached_at)
    assert after.state == "breached"
    assert after.calendar_id == before.calendar_id


def test_clocks_of_another_account_are_none_of_a_calendars(house: House) -> None:
    house.news(post())
    with reading(house.lone) as work:
        assert reads.running_clocks(work, {new_id()}) == 0
