"""Ten thousand happenings with other terms in between: what is stored is what the histories say, to the microsecond."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from flask import Flask
from sqlalchemy import ColumnElement, and_, select

from inbox.domain.actors import SYSTEM
from inbox.domain.conversation import OPEN_STATES
from inbox.domain.delivery import IN_FLIGHT
from inbox.models import Clock, Conversation, ConversationEvent, Delivery, Fact, Message
from inbox.queries import replaying
from inbox.uow import reading
from tests import house as scene
from tests.house import NOON
from tests.services.random_days import Days

SEED = 20261124
HAPPENINGS = 10_000
ENOUGH = {"post": 5000, "edit": 100, "delete": 100, "reply": 150, "outcome": 150, "look": 15, "undo": 3, "reopen": 5,
          "make_work": 2, "policies": 3, "calendar": 3, "breach": 300, "solve": 30, "dismiss": 20, "rank": 20,
          "group": 30, "note": 15, "take": 15}  # fmt: skip
"""So that no kind of happening gets lost when somebody changes the days."""


def test_ten_thousand_happenings_are_stored_as_their_histories_say(
    own_app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with own_app.app_context():
        days = Days(scene.found(), NOON, Random(SEED))
        while days.happenings < HAPPENINGS:
            days.round()
        print(f"seed {SEED}, until {days.now}: {dict(days.happened)}")
        assert not [kind for kind, least in ENOUGH.items() if days.happened[kind] < least]
        days.settle()
        found = replayed(days)
        assert found.differences == ()
        assert (found.unread, found.over) == (0, 0)
        assert found.clocks > 3000
        days.now += timedelta(days=400)
        days.settle()
        states = what_verdicts_left_behind()
        assert all(states[state] > least for state, least in (("met", 100), ("breached", 1000), ("cancelled", 100)))
        assert "running" not in states
        assert whoever_waits_is_in_sight() > 500
    assert "verdict_taken_back" not in caplog.text


def replayed(days: Days) -> replaying.Replayed:
    found, after = replaying.NOTHING, None
    with reading(SYSTEM) as work:
        work.now = days.now
        while ids := replaying.following(work, after, 500):
            found, after = found + replaying.replay(work, ids), ids[-1]
    return found


def what_verdicts_left_behind() -> Counter[str]:
    """One line for each miss and one figure for each answer. How many clocks are in each state."""
    with reading(SYSTEM) as work:
        clocks = work.session.scalars(select(Clock)).all()
        facts = {fact.clock_id: fact for fact in work.session.scalars(select(Fact))}
        events = work.session.scalars(select(ConversationEvent).where(ConversationEvent.kind == "breached")).all()
        joined = {
            row.id: row.merged_into_id
            for row in work.session.execute(select(Conversation.id, Conversation.merged_into_id))
            if row.merged_into_id is not None
        }
    lines = {(one.conversation_id, one.data["clock"], one.at) for one in events}
    told = Counter((one.came_from_id or one.conversation_id, one.data["clock"], one.at) for one in events)
    missed = Counter((one.conversation_id, one.kind, one.breached_at) for one in clocks)
    # A line stays where an answer turned out to have been in time.
    assert not [key for key, number in told.items() if number > max(1, missed[key])]
    for one in clocks:
        if one.breached_at is not None:
            assert one.breached_at == one.due_at
            places = [one.conversation_id]
            while places[-1] in joined:
                places.append(joined[places[-1]])
            assert any((place, one.kind, one.breached_at) in lines for place in places), one.id
        fact = facts.get(one.id)
        assert (fact is not None) == (one.answered_at is not None)
        if fact is not None:
            assert (fact.kind, fact.started_at, fact.answered_at) == (one.kind, one.started_at, one.answered_at)
            assert fact.on_time == (one.state == "met")
            assert timedelta() <= fact.opening_time <= fact.wall_time
    return Counter(one.state for one in clocks)


def whoever_waits_is_in_sight() -> int:
    """No answer is owed in a conversation that is finished, joined to another, or looks as if nobody waited there."""
    owed: ColumnElement[bool] = and_(
        Clock.kind.in_(("first_response", "next_response")),
        Clock.state == "breached",
        Clock.answered_at.is_(None),
        Clock.reason.is_(None),
    )
    on_its_way = (
        select(Delivery.id)
        .join(Message, Message.id == Delivery.message_id)
        .where(Message.conversation_id == Conversation.id, Delivery.state.in_(IN_FLIGHT))
        .exists()
    )
    # Which answer of the one had seen which question of the other is known to their clocks alone.
    joined = (
        select(Message.id).where(Message.conversation_id == Conversation.id, Message.came_from_id.is_not(None)).exists()
    )
    with reading(SYSTEM) as work:
        rows = work.session.execute(
            select(
                Conversation.status,
                Conversation.merged_into_id,
                Conversation.klass,
                (Conversation.waiting_since.is_not(None) | on_its_way | joined).label("shown"),
                (Conversation.next_due_at <= Clock.due_at).label("sorted"),
            )
            .join(Clock, Clock.conversation_id == Conversation.id)
            .where(owed)
        ).all()
        joins = work.session.scalars(select(ConversationEvent.id).where(ConversationEvent.kind == "merged")).all()
    assert joins
    for row in rows:
        assert (row.status in OPEN_STATES, row.merged_into_id, row.klass) == (True, None, "ours")
        assert row.shown
        assert row.sorted
    return len(rows)
