"""Hiding and blocking with a reason: decided once, done once, undone, lifted when its time is up, and on record."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from connectors.kit.contract import DeedKind, Done, Rejected, Retry, Suspended, Unconfirmed
from inbox.domain import moderating as rules
from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.errors import Conflict, Forbidden, Invalid, NotFound
from inbox.domain.events import DeedsDue
from inbox.models import Account, Delivery, LedgerEntry, Message, Moderation, Revision
from inbox.queries.errands import errand
from inbox.queries.owed import owed
from inbox.services import enforcing, moderating
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import METTE, NOON, House, post
from tests.services.answering import LEASE, answer, claim, count, deed, minutes, one, parts, record, taken
from tests.services.moderating_scene import (
    RUDE,
    THREATS,
    claimed,
    decided,
    entries,
    in_force,
    recorded,
    row,
    said,
)

LATER = NOON + timedelta(days=31)
_AGAIN = """
    INSERT INTO moderation (id, kind, target, account_id, conversation_id, message_id, identity_id, agent_id, cause,
        reason, rule, at, state, entry_id, due_at)
    SELECT gen_random_uuid(), kind, target, account_id, conversation_id, message_id, identity_id, agent_id, cause,
        reason, rule, at, state, entry_id, due_at FROM moderation"""


@pytest.fixture
def house(app: Flask) -> House:
    """Founded in the test's own transaction."""
    return scene.found()


class FellOver(RuntimeError):
    """The machine, in the middle of a deed."""


def fall_over(house: House, message_id: UUID) -> None:
    with uow(house.anna) as work:
        moderating.decide(work, message_id, "hide", reason=THREATS)
        raise FellOver


def asked(moderation_id: UUID) -> list[DeedKind]:
    with reading(SYSTEM) as work:
        return [one.kind for one in errand(work, moderation_id).deeds]


def test_a_decision_is_work_owed_with_its_signed_entry_in_the_same_commit(house: House) -> None:
    message_id = said(house)
    with deed(house.anna) as work:
        moderation_id = moderating.decide(work, message_id, "hide", reason=THREATS)
        assert DeedsDue() in work.events
    found = row(moderation_id)
    assert (found.state, found.reason, found.agent_id, found.until) == ("owed", THREATS, house.anna.id, None)
    assert entries() == ["post.hidden"]
    with reading(SYSTEM) as work:
        assert owed(work).deeds
        entry = work.session.get_one(LedgerEntry, found.entry_id)
    body = json.loads(entry.body)
    assert (body["by"], body["cause"]) == (str(house.anna.id), "starter.0.2")
    assert body["sig"]["kid"].startswith(str(house.anna.id))
    assert THREATS not in entry.body


def test_what_fails_afterwards_takes_the_entry_along(house: House) -> None:
    message_id = said(house)
    with pytest.raises(FellOver):
        fall_over(house, message_id)
    assert (count(Moderation), entries()) == (0, [])


@pytest.mark.parametrize("reason", ["Kritik", "kritikk", "Criticism", "K\u200britik", "Klage", "uenighed", "Dissent"])
def test_criticism_is_no_reason(house: House, reason: str) -> None:
    message_id = said(house)
    with pytest.raises(Invalid, match="Criticism is no reason"):
        decided(house, message_id, reason=reason)
    assert (count(Moderation), entries()) == (0, [])


@pytest.mark.parametrize("reason", ["", "   ", "Fordi", "Trusler eller noget"])
def test_a_reason_is_one_of_the_charters(house: House, reason: str) -> None:
    with pytest.raises(Invalid) as told:
        decided(house, said(house), reason=reason)
    assert told.value.field == "reason"


def test_two_who_hide_at_once_have_hidden_once(house: House) -> None:
    message_id = said(house)
    decided(house, message_id)
    with pytest.raises(Conflict, match="Somebody has done this already"):
        decided(house, message_id, by=house.jonas)
    # And where neither saw the other, the database decides.
    with pytest.raises(DBAPIError), uow(SYSTEM) as work:
        work.session.execute(text(_AGAIN))
    assert entries() == ["post.hidden"]


def test_done_it_is_in_force_and_undone_it_is_shown_again(house: House) -> None:
    message_id = said(house)
    moderation_id = in_force(house, message_id)
    assert (row(moderation_id).state, row(moderation_id).due_at) == ("in_force", None)
    with deed(house.jonas, LATER) as work:
        moderating.undo(work, moderation_id)
    found = row(moderation_id)
    assert (found.state, found.lifted_by_id, found.ending) == ("lifting", house.jonas.id, "undone")
    assert asked(moderation_id) == [DeedKind.SHOW]
    assert claimed(LATER) == moderation_id
    recorded(moderation_id, Done(), LATER, attempt=2)
    assert row(moderation_id).state == "lifted"
    assert entries() == ["post.hidden", "post.shown"]
    with pytest.raises(Conflict), deed(house.anna, LATER) as work:
        moderating.undo(work, moderation_id)
    # And it may be hidden anew.
    decided(house, message_id, now=LATER)
    assert entries() == ["post.hidden", "post.shown", "post.hidden"]


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


def test_a_block_is_made_longer_for_a_reason_and_no_shorter(house: House) -> None:
    moderation_id = in_force(house, said(house), "block")
    with deed(house.lone, minutes(5)) as work:
        moderating.longer(work, moderation_id, reason=THREATS, days=90)
    assert row(moderation_id).until == row(moderation_id).due_at == minutes(5) + timedelta(days=90)
    assert entries() == ["author.blocked", "author.blocked"]
    with deed(now=LATER) as work:
        assert not enforcing.lapse(work)
    for reason, days, wrong in ((THREATS, 30, Conflict), ("Kritik", 365, Invalid), (THREATS, 400, Invalid)):
        with pytest.raises(wrong), deed(house.lone, minutes(6)) as work:
            moderating.longer(work, moderation_id, reason=reason, days=days)
    with deed(house.lone, minutes(7)) as work:
        moderating.undo(work, moderation_id)
    with pytest.raises(Conflict), deed(house.lone, minutes(8)) as work:
        moderating.longer(work, moderation_id, reason=THREATS, days=365)


def test_nobody_is_blocked_for_a_term_that_is_not_offered(house: House) -> None:
    with pytest.raises(Invalid) as told:
        decided(house, said(house), "block", days=10_000)
    assert told.value.field == "days"


@pytest.mark.parametrize(
    ("kind", "back", "begun", "ended"),
    [
        ("mute", DeedKind.UNMUTE, "author.muted", "author.unmuted"),
        ("close", DeedKind.OPEN, "comments.closed", "comments.opened"),
    ],
)
def test_muting_and_closing_go_the_same_way(house: House, kind: str, back: DeedKind, begun: str, ended: str) -> None:
    moderation_id = in_force(house, said(house), kind)
    assert (row(moderation_id).until is not None) == (kind == "mute")
    with deed(house.anna) as work:
        moderating.undo(work, moderation_id)
    assert asked(moderation_id) == [back]
    assert entries() == [begun, ended]


def test_an_own_answer_is_deleted_part_by_part_by_its_author_or_a_lead(house: House) -> None:
    house.news(post(author=METTE))
    message_id = answer(house).message_id
    (part,) = parts(message_id)
    with pytest.raises(Conflict):
        decided(house, message_id, "delete", now=minutes(10))
    claim(minutes(11))
    record(part.id, taken(minutes(11)), minutes(11))
    with pytest.raises(Conflict):
        decided(house, message_id, "delete", by=house.jonas, now=minutes(12))
    moderation_id = decided(house, message_id, "delete", by=house.lone, now=minutes(12))
    assert (one(Revision).kind, entries()) == ("deleted", ["reply.deleted"])
    with reading(SYSTEM) as work:
        (asked_for,) = errand(work, moderation_id).deeds
    assert (asked_for.kind, asked_for.post and asked_for.post.external_id) == (DeedKind.DELETE, "ours-1")
    assert claimed(minutes(12)) == moderation_id
    recorded(moderation_id, Done(), minutes(12))
    with pytest.raises(Conflict), deed(house.lone, minutes(13)) as work:
        moderating.undo(work, moderation_id)


def test_the_citizen_is_told_first_and_waits_on_for_an_answer(house: House) -> None:
    message_id = said(house)
    moderation_id = decided(house, message_id, telling="Hej Ali. Vi skjuler dit indlæg, for vi skjuler trusler.")
    found = row(moderation_id)
    assert found.told_id is not None
    (told,) = parts(found.told_id)
    assert told.text.endswith("– Anna, Nordby Kommune")
    assert house.conversation().waiting_since == NOON
    assert claimed(minutes(1)) is None
    claim(minutes(1))
    record(told.id, taken(minutes(1)), minutes(1))
    assert claimed(minutes(1)) == moderation_id


def test_a_slow_answer_does_not_keep_it_in_public(house: House) -> None:
    moderation_id = decided(house, said(house), telling="Hej Ali. Vi skjuler dit indlæg.")
    assert claimed(NOON + rules.TELL_FIRST - timedelta(seconds=1)) is None
    assert claimed(NOON + rules.TELL_FIRST + timedelta(seconds=1)) == moderation_id


def test_words_that_can_not_go_out_stop_all_of_it(house: House) -> None:
    message_id = said(house)
    with pytest.raises(Invalid) as told:
        decided(house, message_id, telling="Dit nummer 211062-5629 er skjult.")
    assert told.value.field == "body"
    assert (count(Moderation), count(Delivery), entries()) == (0, 0, [])


def test_who_may_and_what(house: House) -> None:
    message_id = said(house)
    auditor = Actor(house.anna.id, "Rikke Dahl", frozenset({Role.AUDITOR}), house.anna.teams)
    stranger = Actor(house.anna.id, "Bo", frozenset({Role.AGENT}), frozenset())
    with pytest.raises(Forbidden):
        decided(house, message_id, by=auditor)
    with pytest.raises(NotFound):
        decided(house, message_id, by=stranger)
    moderation_id = decided(house, message_id)
    for actor, wrong in ((auditor, Forbidden), (stranger, NotFound)):
        with pytest.raises(wrong), deed(actor) as work:
            moderating.undo(work, moderation_id)
    with pytest.raises(Conflict):
        decided(house, message_id, "delete")
    with pytest.raises(Conflict):
        decided(house, message_id, "nonsense")
    private = said(house, "Jeg kommer.", author=METTE, visibility="private")
    with pytest.raises(Conflict):
        decided(house, private)
    decided(house, private, "block")


def test_evidence_stays_as_it_is(house: House) -> None:
    moderation_id = decided(house, said(house))
    for statement in ("UPDATE moderation SET reason = 'Spam'", "DELETE FROM moderation"):
        with pytest.raises(DBAPIError), uow(SYSTEM) as work:
            work.session.execute(text(statement))
    assert row(moderation_id).reason == THREATS


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
