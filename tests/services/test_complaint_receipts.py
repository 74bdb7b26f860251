"""The receipt of a complaint, how it ends, and that it is counted and never folded in."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from connectors.kit.contract import Rejected
from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.errors import Conflict, Forbidden, Invalid
from inbox.domain.ids import new_id
from inbox.models import (
    Complaint,
    Conversation,
    GatheringMember,
    LedgerEntry,
    Message,
)
from inbox.services import (
    bulk,
    complaints,
    conversations,
    gathering_members,
    replies,
)
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import House
from tests.services.answering import answer, claim, deed, minutes, one, parts, record, taken
from tests.services.complaint_scene import (
    RECEIPT,
    beside,
    complained,
    decide,
    do,
    give_receipt,
    rule,
)
from tests.services.gathering_scene import gather, one_gathering, say


@pytest.fixture
def house(app: Flask) -> House:
    return complained()


def test_the_receipt_is_signed_says_only_that_an_answer_comes_and_is_given_when_it_stands(house: House) -> None:
    rule("decision", house.lone, texts={"da": "Hej {name}. Klagen er modtaget. Svar senest {by}. {secure}"})
    decide(house, "decision")
    seen = house.conversation()
    with reading(house.anna) as work:
        assert complaints.wording(work, seen.id) == ("Hej Mette. Klagen er modtaget. Svar senest 4. december.")
    message_id = give_receipt(house)
    with reading(SYSTEM) as work:
        said = work.session.get_one(Message, message_id)
        assert said.holding
        assert said.signed_as
        assert said.text.startswith(RECEIPT)
        assert said.text.endswith(said.signed_as)
        assert said.entry_id is not None
    with pytest.raises(Conflict, match="already"):
        give_receipt(house, at=22)
    assert beside(house).lines[0].receipt_at is None
    part = parts(message_id)[0].id
    assert claim(minutes(21)) == part
    record(part, taken(minutes(21)), minutes(22))
    assert beside(house).lines[0].receipt_at == minutes(21)


def test_undone_or_rejected_it_is_owed_again(house: House) -> None:
    decide(house)
    due = one(Complaint).receipt_due_at
    message_id = give_receipt(house)
    assert one(Complaint).due_at == one(Complaint).answer_due_at
    with deed(house.anna, minutes(20)) as work:
        replies.undo(work, message_id)
    assert (one(Complaint).receipt_id, one(Complaint).due_at) == (None, due)
    again = parts(give_receipt(house, at=30))[0].id
    assert claim(minutes(32)) == again
    record(again, Rejected("Not today."), minutes(33))
    assert (one(Complaint).receipt_id, one(Complaint).due_at) == (None, due)


def test_in_public_the_guard_stops_a_number_in_it(house: House) -> None:
    decide(house)
    seen = house.conversation()
    with pytest.raises(Invalid), deed(house.anna, minutes(20)) as work:
        complaints.receipt(work, seen.id, seen.version, visibility="public", body="Klage fra 211062-5629 modtaget.")
    assert one(Complaint).receipt_id is None


def test_without_a_complaint_there_is_no_receipt(house: House) -> None:
    with pytest.raises(Conflict, match="no open complaint"):
        give_receipt(house)


def test_it_is_answered_before_it_is_solved_and_never_dismissed(house: House) -> None:
    decide(house)
    give_receipt(house)
    with pytest.raises(Conflict, match="answered before"):
        do(house, house.anna, conversations.solve, at=30)
    with pytest.raises(Conflict, match="not dismissed"):
        do(house, house.anna, lambda w, i, v: conversations.dismiss(w, i, v, "thanks"), at=30)
    seen = house.conversation()
    with deed(house.anna, minutes(31)) as work:
        done = bulk.do(work, [bulk.Picked(seen.id, seen.version)], bulk.Deed.SOLVE)
    assert (done.done, done.left) == ((), 1)
    said = answer(house, "Det beklager vi. Det var vores fejl.", now=minutes(40)).message_id
    do(house, house.anna, conversations.solve, at=50)
    found = one(Complaint)
    assert (found.state, found.answer_id, found.ended_at, found.due_at) == ("answered", said, minutes(50), None)
    assert beside(house).lines == ()


def test_what_it_ended_with_undone_it_is_open_again(house: House) -> None:
    decide(house)
    said = answer(house, "Det beklager vi.", now=minutes(40)).message_id
    do(house, house.anna, conversations.solve, at=40)
    with deed(house.anna, minutes(40)) as work:
        replies.undo(work, said)
    found = one(Complaint)
    assert (found.state, found.answer_id, found.ended_at) == ("open", None, None)
    assert found.due_at == found.receipt_due_at
    assert house.conversation().status == "open"


def test_solved_taken_back_by_hand_it_is_open_again(house: House) -> None:
    decide(house)
    answer(house, "Det beklager vi.", now=minutes(40))
    do(house, house.anna, conversations.solve, at=41)
    do(house, house.anna, conversations.reopen, at=42)
    assert one(Complaint).state == "open"


def test_none_after_all_is_said_by_a_lead_or_by_who_decided(house: House) -> None:
    decide(house, by=house.anna)
    with pytest.raises(Conflict, match="A lead"):
        do(house, house.jonas, complaints.take_back)
    do(house, house.lone, complaints.take_back)
    assert (one(Complaint).state, house.conversation().complaint) == ("none", None)
    do(house, house.anna, lambda w, i, v: conversations.dismiss(w, i, v, "thanks"), at=30)
    assert beside(house).months == ()


def test_it_leaves_its_gathering_with_the_reason_and_is_put_in_no_more(app: Flask) -> None:
    house = scene.found()
    say(house)
    gather(house)
    stands_in = one_gathering().id
    with reading(SYSTEM) as work:
        row = work.session.execute(
            select(Conversation.id, Conversation.version).where(Conversation.gathering_id == stands_in).limit(1)
        ).one()
    with deed(house.anna, minutes(6)) as work:
        complaints.decide(work, row.id, row.version, "service")
    gather(house, minutes(7))
    with reading(SYSTEM) as work:
        assert work.session.get_one(Conversation, row.id).gathering_id is None
        member = work.session.scalars(select(GatheringMember).where(GatheringMember.conversation_id == row.id)).one()
        assert (member.state, member.why) == ("out", "kind")
    with pytest.raises(Invalid), deed(house.anna, minutes(8)) as work:
        gathering_members.put_in(work, stands_in, row.id)


def test_decided_before_anybody_looked_it_is_never_gathered(app: Flask) -> None:
    house = scene.found()
    say(house)
    with reading(SYSTEM) as work:
        row = work.session.execute(select(Conversation.id, Conversation.version).limit(1)).one()
    with deed(house.anna, minutes(4)) as work:
        complaints.decide(work, row.id, row.version, "service")
    gather(house)
    with reading(SYSTEM) as work:
        inside = work.session.scalars(select(Conversation.id).where(Conversation.gathering_id.is_not(None))).all()
    assert inside
    assert row.id not in inside


def test_an_auditor_counts_public_ones_by_kind_and_month_and_sees_none(house: House) -> None:
    decide(house, "decision")
    rikke = Actor(new_id(), "Rikke Dahl", frozenset({Role.AUDITOR}), frozenset())
    found = beside(house, rikke)
    assert (found.lines, found.open, found.late) == ((), 0, 0)
    assert [(one.month, one.kind, one.count) for one in found.months] == [("2026-11", "decision", 1)]
    with uow(SYSTEM) as work:
        work.session.execute(update(Complaint).values(public=False))
    assert beside(house, rikke).months == ()
    assert len(beside(house).months) == 1
    with pytest.raises(Forbidden):
        beside(house, house.anna)


def test_the_ledger_holds_nothing_new_of_it(house: House) -> None:
    with reading(SYSTEM) as work:
        before = work.session.scalar(select(func.count()).select_from(LedgerEntry))
    decide(house, "staff", about=house.jonas)
    with reading(SYSTEM) as work:
        assert work.session.scalar(select(func.count()).select_from(LedgerEntry)) == before
