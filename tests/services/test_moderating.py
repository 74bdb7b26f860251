"""Hiding and blocking with a reason: decided once, done once, undone, lifted when its time is up, and on record."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from connectors.kit.contract import DeedKind, Done
from inbox.domain import moderating as rules
from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.errors import Conflict, Forbidden, Invalid, NotFound
from inbox.domain.events import DeedsDue
from inbox.models import Delivery, LedgerEntry, Moderation, Revision
from inbox.queries.errands import errand
from inbox.queries.owed import owed
from inbox.services import enforcing, moderating
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import METTE, NOON, House, post
from tests.services.answering import answer, claim, count, deed, minutes, one, parts, record, taken
from tests.services.moderating_scene import (
    THREATS,
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
