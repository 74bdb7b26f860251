"""What is owed of a decision on moderation: asked for until it stands, given up, lifted when its time is up."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from connectors.kit.contract import DeedKind, Done, Rejected, Retry, Suspended, Unconfirmed
from inbox.domain import moderating as rules
from inbox.domain.actors import SYSTEM
from inbox.models import Account, LedgerEntry, Message
from inbox.queries.owed import owed
from inbox.services import enforcing, moderating
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import NOON, House
from tests.services.answering import LEASE, deed, minutes, one
from tests.services.moderating_scene import (
    RUDE,
    asked,
    claimed,
    decided,
    entries,
    in_force,
    recorded,
    row,
    said,
)

LATER = NOON + timedelta(days=31)


@pytest.fixture
def house(app: Flask) -> House:
    """Founded in the test's own transaction."""
    return scene.found()


def test_undone_during_the_call_it_is_shown_after_the_call(house: House) -> None:
    moderation_id = decided(house, said(house))
    assert claimed(NOON) == moderation_id
    with deed(house.anna) as work:
        moderating.undo(work, moderation_id)
    # The call that hides is still under way: whoever asked now could be overtaken by it.
    assert claimed(minutes(1)) is None
    recorded(moderation_id, Done(), minutes(2))
    assert row(moderation_id).state == "lifting"
    assert claimed(minutes(2)) == moderation_id
    assert asked(moderation_id) == [DeedKind.SHOW]
    recorded(moderation_id, Done(), minutes(2), attempt=2)
    # The first call's answer, a second time and late.
    recorded(moderation_id, Done(), minutes(3))
    assert row(moderation_id).state == "lifted"


def test_a_claim_whose_worker_died_is_taken_up_again(house: House) -> None:
    moderation_id = decided(house, said(house))
    assert claimed(NOON, timedelta(seconds=-1)) == moderation_id
    assert claimed(NOON) == moderation_id
    assert claimed(NOON) is None
    # The dead one was only asleep, and says at last that it did it: the other's answer counts.
    recorded(moderation_id, Rejected("no"), minutes(1), attempt=1)
    assert row(moderation_id).state == "owed"
    recorded(moderation_id, Done(), minutes(1), attempt=2)
    assert row(moderation_id).state == "in_force"


@pytest.mark.parametrize("result", [Retry("busy"), Unconfirmed("silent")])
def test_what_was_perhaps_done_is_asked_for_again_later_and_given_up_in_the_end(
    house: House, result: Retry | Unconfirmed
) -> None:
    moderation_id = decided(house, said(house))
    for tried in range(1, rules.TRIES + 1):
        now = NOON + timedelta(days=tried)
        assert claimed(now) == moderation_id
        recorded(moderation_id, result, now, attempt=tried)
        assert claimed(now) is None
    found = row(moderation_id)
    assert (found.state, found.due_at, found.last_error) == ("failed", None, result.reason)
    # The ledger says what stands, not what was meant.
    assert entries() == ["post.hidden", "post.shown"]


def test_a_platform_that_says_no_leaves_nothing_hidden_on_record(house: House) -> None:
    message_id = said(house)
    moderation_id = decided(house, message_id)
    claimed(NOON)
    recorded(moderation_id, Rejected("The square does not."), NOON)
    assert (row(moderation_id).state, row(moderation_id).last_error) == ("failed", "The square does not.")
    assert entries() == ["post.hidden", "post.shown"]
    with reading(SYSTEM) as work:
        last = work.session.scalars(select(LedgerEntry.body).order_by(LedgerEntry.arrival.desc()).limit(1)).one()
    assert (json.loads(last)["by"], json.loads(last)["cause"]) == ("system", "not_done")
    decided(house, message_id)


def test_a_platform_that_does_not_let_go_keeps_it_in_force(house: House) -> None:
    moderation_id = in_force(house, said(house), "block")
    with deed(house.anna) as work:
        moderating.undo(work, moderation_id)
    claimed(minutes(1))
    recorded(moderation_id, Rejected("no"), minutes(1), attempt=2)
    found = row(moderation_id)
    assert (found.state, found.due_at, found.ending, found.last_error) == ("in_force", None, None, "no")
    assert entries() == ["author.blocked", "author.unblocked", "author.blocked"]


def test_a_platform_that_refuses_our_keys_stops_the_account_and_nothing_is_lost(house: House) -> None:
    moderation_id = decided(house, said(house))
    claimed(NOON)
    recorded(moderation_id, Suspended("no access"), NOON)
    assert (one(Account).state, row(moderation_id).state) == ("suspended", "owed")
    assert claimed(LATER) is None
    with uow(SYSTEM) as work:
        work.session.scalars(select(Account)).one().state = "active"
    assert claimed(LATER) == moderation_id


def test_a_block_ends_by_itself_once(house: House) -> None:
    moderation_id = in_force(house, said(house), "block")
    found = row(moderation_id)
    assert found.until == found.due_at == NOON + timedelta(days=30)
    with deed(now=NOON + timedelta(days=29)) as work:
        assert not enforcing.lapse(work)
    with deed(now=LATER) as work:
        assert owed(work).deeds
        assert enforcing.lapse(work)
    with deed(now=LATER) as work:
        assert not enforcing.lapse(work)
    found = row(moderation_id)
    assert (found.state, found.ending, found.lifted_by_id) == ("lifting", "expired", None)
    assert asked(moderation_id) == [DeedKind.UNBLOCK]
    assert claimed(LATER) == moderation_id
    recorded(moderation_id, Done(), LATER, attempt=2)
    assert row(moderation_id).state == "lifted"
    assert entries() == ["author.blocked", "author.unblocked"]
    with reading(SYSTEM) as work:
        assert not owed(work).deeds


def test_nobody_is_asked_while_the_account_stands_still(house: House) -> None:
    decided(house, said(house))
    with uow(SYSTEM) as work:
        work.session.scalars(select(Account)).one().not_before = minutes(5)
    with deed(now=minutes(1)) as work:
        assert enforcing.claim(work, LEASE) is None
        assert not owed(work).deeds
    assert RUDE in [message.text for message in _messages()]


def _messages() -> list[Message]:
    with reading(SYSTEM) as work:
        return list(work.session.scalars(select(Message)))
