"""A part that was perhaps taken: it is looked up, proof always wins, and where nobody can tell a person decides."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from connectors.kit.contract import Absent, CannotTell, Found, Rejected, Retry, Suspended, Unconfirmed
from inbox.domain import delivery as rules
from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.errors import Conflict, Forbidden, NotFound
from inbox.domain.ids import new_id
from inbox.models import Attempt, Clock, Delivery, LedgerEntry
from inbox.services import accounts, deliveries
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import House, post
from tests.services.answering import (
    DUE,
    LEASE,
    SETTLE,
    claim,
    claim_doubt,
    deed,
    delivery,
    look,
    minutes,
    one,
    record,
    state,
    taken,
)


@pytest.fixture
def house(app: Flask) -> House:
    founded = scene.found()
    founded.news(post())
    return founded


def test_a_doubtful_part_is_looked_up_when_it_has_settled_and_by_one_worker(doubtful: UUID) -> None:
    assert claim(minutes(60)) is None
    assert claim_doubt(DUE) is None
    assert claim_doubt(DUE + SETTLE) == doubtful
    assert claim_doubt(DUE + SETTLE) is None
    with reading(SYSTEM) as work:
        assert len(work.session.scalars(select(LedgerEntry).where(LedgerEntry.type == "reply.unconfirmed")).all()) == 1


def test_the_claim_of_a_dead_worker_becomes_a_doubt_that_may_settle(promised: UUID) -> None:
    """The worker may have died in the moment after the platform took it, and the platform may show it late."""
    assert claim(DUE, lease=LEASE) == promised
    with deed(now=DUE) as work:
        assert not deliveries.doubt_the_dead(work)
    with uow(SYSTEM) as work:
        work.session.query(Delivery).one().lease_until = DUE
    with deed(now=minutes(12)) as work:
        assert deliveries.doubt_the_dead(work)
    with deed(now=minutes(12)) as work:
        assert not deliveries.doubt_the_dead(work)
    assert state(promised) == "unconfirmed"
    assert delivery(promised).due_at == minutes(12) + timedelta(seconds=3)


def test_found_it_is_delivered_at_the_platforms_time(doubtful: UUID) -> None:
    look(doubtful, Found(taken(minutes(11.5))), minutes(12))
    assert delivery(doubtful).delivered_at == minutes(11.5)
    assert one(Clock).state == "met"


def test_certainly_absent_it_is_sent_again_at_once(doubtful: UUID) -> None:
    look(doubtful, Absent(), minutes(12))
    assert claim(minutes(12)) == doubtful
    assert delivery(doubtful).attempts == 2


def absent_to_the_last_try(doubtful: UUID) -> datetime:
    """Every try ends in doubt, every look shows nothing, until a person has it; returns when."""
    now = minutes(12)
    for attempt in range(1, rules.TRIES_BEFORE_A_PERSON):
        look(doubtful, Absent(), now, attempt)
        due_at = delivery(doubtful).due_at
        assert due_at is not None
        assert due_at - now == (timedelta() if attempt == 1 else rules.back_off(attempt - 1))
        assert claim(due_at) == doubtful
        record(doubtful, Unconfirmed("500"), due_at, attempt + 1)
        now = due_at + SETTLE
    look(doubtful, Absent(), now, rules.TRIES_BEFORE_A_PERSON)
    assert state(doubtful) == "needs_human"
    return now


def test_absent_again_and_again_it_waits_longer_and_then_a_person_decides(doubtful: UUID) -> None:
    absent_to_the_last_try(doubtful)
    assert claim(minutes(600)) is None


def test_when_nobody_can_tell_a_person_decides(doubtful: UUID) -> None:
    now = DUE + SETTLE
    for looks in range(1, rules.LOOKS_BEFORE_A_PERSON):
        assert claim_doubt(now) == doubtful
        look(doubtful, CannotTell("broken"), now)
        assert state(doubtful) == "unconfirmed"
        due_at = delivery(doubtful).due_at
        assert due_at == now + rules.back_off(looks)
        now = due_at
    look(doubtful, CannotTell("broken"), now)
    assert state(doubtful) == "needs_human"
    assert claim(minutes(600)) is None
    assert claim_doubt(minutes(600)) is None


def test_a_look_that_outlived_its_try_says_nothing_of_the_next(doubtful: UUID) -> None:
    """It saw that the first try was absent; the second may stand there by now."""
    look(doubtful, Absent(), minutes(12))
    claim(minutes(12))
    record(doubtful, Unconfirmed("no answer"), minutes(12), attempt=2)
    look(doubtful, Absent(), minutes(12), attempt=1)
    assert state(doubtful) == "unconfirmed"
    look(doubtful, Found(taken(minutes(12))), minutes(13), attempt=1)
    assert state(doubtful) == "delivered"


def needing_a_person(doubtful: UUID) -> UUID:
    for _ in range(rules.LOOKS_BEFORE_A_PERSON):
        look(doubtful, CannotTell("broken"), minutes(12))
    return doubtful


def test_a_person_says_that_it_stands_there(house: House, doubtful: UUID) -> None:
    needing_a_person(doubtful)
    conversation_id = house.conversation().id
    with deed(house.jonas, minutes(20)) as work:
        assert deliveries.decide(work, doubtful, stands=True) == conversation_id
    assert (state(doubtful), delivery(doubtful).delivered_at) == ("delivered", minutes(20))
    assert one(Clock).state == "met"
    with pytest.raises(Conflict), deed(house.jonas, minutes(21)) as work:
        deliveries.decide(work, doubtful, stands=False)


def test_a_person_says_send_it_again(house: House, doubtful: UUID) -> None:
    needing_a_person(doubtful)
    with deed(house.jonas, minutes(20)) as work:
        deliveries.decide(work, doubtful, stands=False)
    assert claim(minutes(20)) == doubtful


def test_what_a_person_sends_again_has_all_its_tries_anew(house: House, doubtful: UUID) -> None:
    """Else one busy moment of the platform would reject what a person has just decided."""
    given_up = absent_to_the_last_try(doubtful)
    with deed(house.jonas, given_up) as work:
        deliveries.decide(work, doubtful, stands=False)

    now, first = given_up, rules.TRIES_BEFORE_A_PERSON + 1
    for tried in range(1, rules.TRIES_BEFORE_A_PERSON):
        assert claim(now) == doubtful
        record(doubtful, Retry("busy"), now, first - 1 + tried)
        due_at = delivery(doubtful).due_at
        assert due_at == now + rules.back_off(tried)
        now = due_at
    assert claim(now) == doubtful
    record(doubtful, Retry("busy"), now, 2 * rules.TRIES_BEFORE_A_PERSON)
    assert state(doubtful) == "rejected"
    with reading(SYSTEM) as work:
        numbers = work.session.scalars(select(Attempt.number).order_by(Attempt.number)).all()
    assert list(numbers) == list(range(1, 2 * rules.TRIES_BEFORE_A_PERSON + 1))


def test_sent_again_and_absent_again_it_is_looked_up_anew(house: House, doubtful: UUID) -> None:
    given_up = absent_to_the_last_try(doubtful)
    with deed(house.jonas, given_up) as work:
        deliveries.decide(work, doubtful, stands=False)
    again = rules.TRIES_BEFORE_A_PERSON + 1
    assert claim(given_up) == doubtful
    record(doubtful, Unconfirmed("500"), given_up, again)
    look(doubtful, Absent(), given_up + SETTLE, again)
    assert (state(doubtful), delivery(doubtful).due_at) == ("queued", given_up + SETTLE)


def test_only_who_may_work_here_decides(house: House, doubtful: UUID) -> None:
    needing_a_person(doubtful)
    auditor = Actor(house.anna.id, "Rikke Dahl", frozenset({Role.AUDITOR}), house.anna.teams)
    with pytest.raises(Forbidden), deed(auditor) as work:
        deliveries.decide(work, doubtful, stands=True)
    with pytest.raises(NotFound), deed(house.anna) as work:
        deliveries.decide(work, new_id(), stands=True)
    assert state(doubtful) == "needs_human"


def test_the_late_result_of_an_older_try_counts_only_as_proof(doubtful: UUID) -> None:
    look(doubtful, Absent(), minutes(12))
    claim(minutes(12))
    for late in (Retry("busy"), Rejected("no"), Unconfirmed("?"), Suspended("no access")):
        record(doubtful, late, minutes(13), attempt=1)
        assert state(doubtful) == "sending"
    record(doubtful, taken(minutes(11)), minutes(13), attempt=1)
    assert (state(doubtful), delivery(doubtful).delivered_at) == ("delivered", minutes(11))


@pytest.mark.parametrize("believed", ["queued", "unconfirmed", "needs_human", "rejected"])
def test_late_proof_wins_over_what_was_believed(house: House, doubtful: UUID, believed: str) -> None:
    if believed == "queued":
        look(doubtful, Absent(), minutes(12))
    elif believed == "needs_human":
        needing_a_person(doubtful)
    elif believed == "rejected":
        look(doubtful, Absent(), minutes(12))
        claim(minutes(12))
        record(doubtful, Rejected("no"), minutes(12), attempt=2)
        assert house.conversation().status == "open"
    assert state(doubtful) == believed
    seen = house.conversation().version
    record(doubtful, taken(minutes(11)), minutes(13), attempt=1)
    assert state(doubtful) == "delivered"
    conversation = house.conversation()
    assert (conversation.status, conversation.waiting_since) == ("pending", None)
    assert one(Clock).state == "met"
    # Whoever is writing another answer, because the first was given up, must hear of it.
    assert (conversation.version > seen) == (believed == "rejected")


def test_a_doubt_waits_as_long_as_the_account_is_stopped(house: House, doubtful: UUID) -> None:
    with deed(now=minutes(12)) as work:
        accounts.suspend(work, accounts.get(work, house.account_id), "no access")
    assert claim_doubt(minutes(60)) is None
