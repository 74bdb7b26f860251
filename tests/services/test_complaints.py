"""A complaint is decided by a person, has deadlines of its own, a signed receipt, and an end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from inbox.domain.actors import SYSTEM
from inbox.domain.errors import Conflict, Invalid
from inbox.domain.ids import new_id
from inbox.models import (
    Complaint,
    ConversationEvent,
)
from inbox.queries import complaints as reads
from inbox.queries.owed import owed
from inbox.services import (
    complaint_deadlines,
    complaint_rules,
    complaints,
)
from inbox.services.complaint_rules import Entry
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import NOON, House, edit, post
from tests.services.answering import claim, count, deed, minutes, one, parts, record, taken
from tests.services.complaint_scene import (
    DAY,
    RECEIPT,
    complained,
    decide,
    do,
    give_receipt,
    proposed,
    rule,
    told,
)


@pytest.fixture
def house(app: Flask) -> House:
    return complained()


def test_words_only_propose_and_what_was_judged_is_proposed_no_more(house: House) -> None:
    assert proposed(house) == ("vil klage",)
    assert house.conversation().complaint is None
    do(house, house.anna, complaints.deny)
    assert proposed(house) == ()
    house.news(post("@nordby Jeg vil klage!", parent="complaint", at=minutes(31)))
    assert proposed(house) == ("vil klage",)
    decide(house, at=40)
    assert proposed(house) == ()
    assert one(Complaint).began_at == minutes(31)


def test_by_hand_any_conversation_is_one_and_begins_with_the_newest_words(app: Flask) -> None:
    house = scene.found()
    house.news(post("@nordby Det var en ringe betjening.", own_id="a"))
    house.news(post("@nordby Rigtig ringe.", parent="a", at=minutes(3)))
    assert proposed(house) == ()
    decide(house)
    found = one(Complaint)
    assert (found.began_at, found.public, found.state) == (minutes(3), True, "open")
    assert house.conversation().complaint == "service"


def test_what_was_edited_into_a_complaint_is_proposed(app: Flask) -> None:
    house = scene.found()
    first = post("@nordby Hej", own_id="a")
    house.news(first)
    do(house, house.anna, complaints.deny, at=2)
    house.news(edit(first, "@nordby Jeg vil klage", timedelta(minutes=5)))
    assert proposed(house) == ("vil klage",)


@pytest.mark.parametrize(
    ("kind", "field"), [("", "kind"), ("criticism", "kind"), ("staff", "about")], ids=["none", "unknown", "nobody"]
)
def test_it_says_what_it_is_about(house: House, kind: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        decide(house, kind)
    assert refused.value.field == field
    assert count(Complaint) == 0


def test_two_who_say_it_at_once_have_said_it_once(house: House) -> None:
    seen = house.conversation()
    decide(house)
    with pytest.raises(Conflict), deed(house.jonas, minutes(11)) as work:
        complaints.decide(work, seen.id, seen.version, "decision")
    with pytest.raises(Conflict, match="already"):
        decide(house, "decision", by=house.jonas, at=12)
    found = one(Complaint)
    row = {column.key: getattr(found, column.key) for column in Complaint.__mapper__.column_attrs}
    with pytest.raises(IntegrityError, match="uq_complaint_open"), uow(SYSTEM) as work:
        work.session.add(Complaint(**{**row, "id": new_id()}))


def test_it_keeps_the_days_and_the_hours_that_held(house: House) -> None:
    rule("service", house.lone, receipt_days=1, answer_days=3)
    decide(house)
    with deed(house.lone, minutes(30)) as work:
        complaint_rules.save(work, "service", Entry(9, 99, "lead"), 1)
    found = one(Complaint)
    assert (found.receipt_days, found.answer_days) == (1, 3)
    # Open day and night: the day after ends at its midnight.
    assert found.receipt_due_at == (NOON + 2 * DAY).replace(hour=0)
    assert found.due_at == found.receipt_due_at
    assert found.answer_due_at - found.receipt_due_at == 2 * DAY


def test_a_passed_deadline_is_told_once_to_each_lead_however_late_we_look(house: House) -> None:
    decide(house)
    before = one(Complaint)
    with reading(SYSTEM) as work:
        work.now = before.receipt_due_at
        assert not owed(work).complaints
        work.now += timedelta(microseconds=1)
        assert owed(work).complaints
    late = before.receipt_due_at + 3 * timedelta(hours=5)
    for _again in range(3):
        with deed(now=late) as work:
            complaint_deadlines.pass_due(work)
    found = one(Complaint)
    assert found.receipt_missed_at == before.receipt_due_at
    assert found.due_at == before.answer_due_at
    assert told("complaint_late") == [house.lone.id]
    with deed(now=before.answer_due_at + DAY) as work:
        assert complaint_deadlines.pass_due(work) == 1
    with deed(now=before.answer_due_at + DAY) as work:
        assert complaint_deadlines.pass_due(work) == 0
    found = one(Complaint)
    assert (found.answer_missed_at, found.due_at) == (before.answer_due_at, None)
    assert told("complaint_late") == [house.lone.id, house.lone.id]
    with reading(SYSTEM) as work:
        rows = work.session.execute(
            select(ConversationEvent.at, ConversationEvent.data["what"].astext).where(
                ConversationEvent.kind == "complaint_late"
            )
        ).all()
    assert sorted(map(tuple, rows)) == [(before.receipt_due_at, "receipt"), (before.answer_due_at, "answer")]


def test_the_database_takes_no_verdict_of_another_time(house: House) -> None:
    decide(house)
    with pytest.raises(IntegrityError, match="missed_when_due"), uow(SYSTEM) as work:
        work.session.execute(update(Complaint).values(receipt_missed_at=NOON))


def test_our_lateness_makes_no_receipt_late(house: House) -> None:
    """It stood there in time; we heard of it after the deadline, when the lead had been told already."""
    decide(house)
    due = one(Complaint).receipt_due_at
    message_id = give_receipt(house, at=15)
    part = parts(message_id)[0].id
    assert claim(minutes(17)) == part
    with deed(now=due + DAY) as work:
        assert complaint_deadlines.pass_due(work) == 0
    record(part, taken(due - timedelta(minutes=1)), due + DAY)
    with reading(house.lone) as work:
        work.now = due + DAY
        found = reads.overview(work)
    assert not found.lines[0].late
    assert found.receipts == (1, 1)


def test_a_receipt_that_came_late_is_late_by_the_platforms_own_time(house: House) -> None:
    decide(house)
    due = one(Complaint).receipt_due_at
    with deed(now=due + timedelta(hours=1)) as work:
        complaint_deadlines.pass_due(work)
    seen = house.conversation()
    with deed(house.anna, due + timedelta(hours=2)) as work:
        message_id = complaints.receipt(work, seen.id, seen.version, visibility="public", body=RECEIPT).message_id
    part = parts(message_id)[0].id
    assert claim(due + timedelta(hours=3)) == part
    record(part, taken(due + timedelta(hours=3)), due + timedelta(hours=3))
    with reading(house.lone) as work:
        work.now = due + timedelta(hours=4)
        found = reads.overview(work)
    assert (found.late, found.lines[0].late, found.receipts) == (1, True, (0, 1))
