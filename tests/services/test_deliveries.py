"""What is claimed, what an outcome means, and who decides when nobody can tell."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from connectors.kit.contract import Absent, CannotTell, Found, Rejected, Retry, Suspended, Unconfirmed
from inbox.domain import delivery as rules
from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.delivery import DeliveryState
from inbox.domain.errors import Conflict, Forbidden, NotFound
from inbox.domain.events import AccountChanged
from inbox.domain.ids import new_id
from inbox.models import Account, Attempt, Clock, Delivery, LedgerEntry
from inbox.queries.outbox import parcel
from inbox.services import accounts, deliveries, outcomes
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import House, post
from tests.services.answering import (
    LEASE,
    LONG,
    SETTLE,
    answer,
    claim,
    claim_doubt,
    deed,
    delivery,
    look,
    minutes,
    one,
    parts,
    record,
    state,
    taken,
)

DUE = minutes(11)
"""After the undo window of an answer given at ten past."""


@pytest.fixture
def house(app: Flask) -> House:
    founded = scene.found()
    founded.news(post())
    return founded


@pytest.fixture
def promised(house: House) -> UUID:
    """The one part of a short answer."""
    return parts(answer(house).message_id)[0].id


@pytest.fixture
def sending(promised: UUID) -> UUID:
    """The same, claimed for its first try."""
    assert claim(DUE) == promised
    return promised


@pytest.fixture
def doubtful(sending: UUID) -> UUID:
    """The same, perhaps taken by the platform."""
    record(sending, Unconfirmed("no answer"), DUE)
    return sending


def entries(kind: str) -> list[LedgerEntry]:
    with reading(SYSTEM) as work:
        return list(work.session.scalars(select(LedgerEntry).where(LedgerEntry.type == kind)))


def test_nothing_is_claimed_before_the_undo_window_is_over(promised: UUID) -> None:
    assert claim(minutes(10)) is None
    assert claim(DUE) == promised


def test_a_claim_leaves_its_try_behind_and_is_given_once(sending: UUID) -> None:
    assert claim(DUE) is None
    part, attempt = delivery(sending), one(Attempt)
    assert (part.state, part.attempts) == ("sending", 1)
    assert part.lease_until is not None
    assert (attempt.number, attempt.started_at, attempt.ended_at) == (1, DUE, None)


def test_delivered_at_the_platforms_time_it_meets_the_promise_and_stands_in_the_ledger(
    house: House, sending: UUID
) -> None:
    record(sending, taken(minutes(12)), minutes(14))
    part = delivery(sending)
    assert (part.state, part.delivered_at, part.external_id) == ("delivered", minutes(12), "ours-1")
    assert (part.lease_until, part.due_at, part.last_error) == (None, None, None)
    assert (one(Clock).state, one(Clock).answered_at) == ("met", minutes(12))
    assert len(entries("reply.delivered")) == 1
    assert one(Attempt).outcome == "delivered"
    record(sending, taken(minutes(13), "ours-2"), minutes(15))
    assert delivery(sending).external_id == "ours-1"
    assert len(entries("reply.delivered")) == 1


def test_parts_go_out_in_order_each_under_the_one_before(house: House) -> None:
    first, second, third = parts(answer(house, LONG).message_id)
    assert claim(DUE) == first.id
    assert claim(DUE) is None
    record(first.id, taken(minutes(12)), DUE)
    assert claim(DUE) == second.id
    with reading(SYSTEM) as work:
        assert parcel(work, second.id).post.reply_to.external_id == "ours-1"
        assert parcel(work, third.id).post.root == parcel(work, first.id).post.root
    record(second.id, Unconfirmed("no answer"), DUE)
    assert claim(minutes(30)) is None
    assert state(third.id) == "queued"


def test_a_refused_part_ends_those_behind_it_and_gives_the_conversation_back(house: House) -> None:
    asked = house.conversation().waiting_since
    first, second, third = parts(answer(house, LONG).message_id)
    claim(DUE)
    record(first.id, taken(minutes(12)), DUE)
    claim(DUE)
    record(second.id, Rejected("The square does not take this post."), DUE)
    assert [state(part.id) for part in (first, second, third)] == ["delivered", "rejected", "rejected"]
    assert delivery(third.id).last_error == "The square does not take this post."
    conversation = house.conversation()
    assert (conversation.status, conversation.waiting_since) == ("open", asked)
    assert len(entries("reply.rejected")) == 1


def test_certainly_not_taken_it_waits_longer_each_time_and_then_a_person_has_it(house: House, promised: UUID) -> None:
    now = DUE
    for attempt in range(1, rules.TRIES_BEFORE_A_PERSON):
        assert claim(now) == promised
        record(promised, Retry("busy"), now, attempt)
        due_at = delivery(promised).due_at
        assert due_at == now + rules.back_off(attempt)
        assert claim(now) is None
        now = due_at
    assert claim(now) == promised
    record(promised, Retry("busy"), now, rules.TRIES_BEFORE_A_PERSON)
    assert state(promised) == "rejected"
    assert house.conversation().status == "open"


def test_a_platform_that_asks_for_silence_gets_it_for_the_whole_account(house: House, sending: UUID) -> None:
    record(sending, Retry("busy", timedelta(minutes=20)), DUE)
    assert delivery(sending).due_at == one(Account).not_before == DUE + timedelta(minutes=20)
    house.news(post("Hvad koster det?", author=scene.ALI, at=minutes(12)))
    with uow(SYSTEM) as work:
        work.session.query(Delivery).one().due_at = DUE
    assert claim(minutes(30)) is None
    assert claim(minutes(31)) == sending


def test_a_doubtful_part_is_looked_up_when_it_has_settled_and_by_one_worker(doubtful: UUID) -> None:
    assert claim(minutes(60)) is None
    assert claim_doubt(DUE) is None
    assert claim_doubt(DUE + SETTLE) == doubtful
    assert claim_doubt(DUE + SETTLE) is None
    assert len(entries("reply.unconfirmed")) == 1


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


def test_absent_again_and_again_it_waits_longer_and_then_a_person_decides(doubtful: UUID) -> None:
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


def test_refused_access_stops_the_account_and_says_so_once(house: House, sending: UUID) -> None:
    with deed(now=DUE) as work:
        deliveries.record(work, sending, 1, Suspended("The square refuses our token."), SETTLE)
        assert sum(isinstance(event, AccountChanged) for event in work.events) == 1
    account = one(Account)
    assert (account.state, account.health) == ("suspended", "The square refuses our token.")
    assert state(sending) == "queued"
    assert claim(minutes(60)) is None
    with deed(house.lone, minutes(60)) as work:
        accounts.resume(work, house.account_id)
    assert claim(minutes(60)) == sending


def test_a_doubt_waits_as_long_as_the_account_is_stopped(house: House, doubtful: UUID) -> None:
    with deed(now=minutes(12)) as work:
        accounts.suspend(work, accounts.get(work, house.account_id), "no access")
    assert claim_doubt(minutes(60)) is None


def test_the_last_guard_ends_it_without_a_call(house: House, sending: UUID) -> None:
    with deed(now=DUE) as work:
        deliveries.refuse_before_posting(work, sending, 1, "it holds a national identity number")
    assert state(sending) == "rejected"
    assert house.conversation().status == "open"
    assert len(entries("reply.rejected")) == 1


@pytest.mark.parametrize(
    ("now", "then"), [pair for pair in product(DeliveryState, repeat=2) if pair[1] not in rules.TRANSITIONS[pair[0]]]
)
def test_a_step_outside_the_table_is_a_bug(now: DeliveryState, then: DeliveryState) -> None:
    part = Delivery(state=now)
    with pytest.raises(ValueError, match="can't go from"):
        outcomes.become(part, then)
    assert part.state == now
