"""What is claimed, what an outcome means, and what a refusal ends."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from connectors.kit.contract import Rejected, Retry, Suspended, Unconfirmed
from inbox.domain import delivery as rules
from inbox.domain.actors import SYSTEM
from inbox.domain.delivery import DeliveryState
from inbox.domain.events import AccountChanged
from inbox.models import Account, Attempt, Clock, Delivery, LedgerEntry
from inbox.queries.outbox import parcel
from inbox.services import accounts, deliveries, outcomes
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import House, post
from tests.services.answering import (
    DUE,
    LONG,
    SETTLE,
    answer,
    claim,
    deed,
    delivery,
    minutes,
    one,
    parts,
    record,
    state,
    taken,
)


@pytest.fixture
def house(app: Flask) -> House:
    founded = scene.found()
    founded.news(post())
    return founded


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
        above = parcel(work, second.id).post.reply_to
        assert above is not None
        assert above.external_id == "ours-1"
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
