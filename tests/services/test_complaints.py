"""A complaint is decided by a person, has deadlines of its own, and never gets to whom it is about by any way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from connectors.kit.contract import Rejected
from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.assigning import Assignment
from inbox.domain.errors import Conflict, Forbidden, Invalid, Refused
from inbox.domain.ids import new_id
from inbox.models import (
    Agent,
    Complaint,
    Conversation,
    ConversationEvent,
    GatheringMember,
    LedgerEntry,
    Message,
    Notice,
    SiloTicket,
    Team,
)
from inbox.queries import complaints as reads
from inbox.queries import silo_desk
from inbox.queries.owed import owed
from inbox.queries.thread import thread
from inbox.services import (
    agents,
    assigning,
    bulk,
    claims,
    complaint_deadlines,
    complaint_rules,
    complaints,
    conversations,
    correcting,
    gathering_members,
    handing_over,
    harm,
    last_word,
    merging,
    moderating,
    releasing,
    replies,
    silo,
    silo_answering,
    snoozing,
    stopping,
)
from inbox.services import silo_units as units
from inbox.services.complaint_rules import Entry
from inbox.uow import UnitOfWork, reading, uow
from tests import house as scene
from tests.house import NOON, House, edit, post
from tests.services.answering import answer, claim, count, deed, delivery, minutes, one, parts, record, taken
from tests.services.gathering_scene import gather, one_gathering, say

WORDS = "@nordby Jeg vil klage over, hvordan jeg blev behandlet."
DAY = timedelta(days=1)
RECEIPT = "Hej Mette. Vi har taget imod din klage, og du hører fra os."


@pytest.fixture
def house(app: Flask) -> House:
    found = scene.found()
    found.news(post(WORDS, own_id="complaint"))
    return found


def decide(
    house: House,
    kind: str = "service",
    *,
    by: Actor | None = None,
    about: Actor | None = None,
    elsewhere: bool = False,
    at: float = 10,
) -> UUID:
    seen = house.conversation()
    with deed(by or house.anna, minutes(at)) as work:
        return complaints.decide(
            work, seen.id, seen.version, kind, about_id=about.id if about else None, elsewhere=elsewhere
        )


def rule(kind: str, by: Actor, **changed: object) -> None:
    entry = Entry(**{"receipt_days": 2, "answer_days": 10, "route": "stays", **changed})  # type: ignore[arg-type] # the test's own words
    with deed(by, minutes(1)) as work:
        complaint_rules.save(work, kind, entry, 0)


def do(house: House, by: Actor, verb: Callable[[UnitOfWork, UUID, int], object], at: float = 20) -> object:
    seen = house.conversation()
    with deed(by, minutes(at)) as work:
        return verb(work, seen.id, seen.version)


def give_receipt(house: House, *, by: Actor | None = None, at: float = 20, mode: str = "public") -> UUID:
    seen = house.conversation()
    with deed(by or house.anna, minutes(at)) as work:
        return complaints.receipt(work, seen.id, seen.version, visibility=mode, body=RECEIPT).message_id


def beside(house: House, by: Actor | None = None) -> reads.Overview:
    with reading(by or house.lone) as work:
        return reads.overview(work)


def lines() -> list[str]:
    with reading(SYSTEM) as work:
        return list(work.session.scalars(select(ConversationEvent.kind).order_by(ConversationEvent.at)))


def told(kind: str) -> list[UUID]:
    with reading(SYSTEM) as work:
        return list(work.session.scalars(select(Notice.agent_id).where(Notice.kind == kind).order_by(Notice.at)))


def proposed(house: House) -> tuple[str, ...]:
    seen = house.conversation()
    with reading(house.anna) as work:
        return thread(work, seen.id).complaint_words


def here(*people: Actor) -> None:
    with uow(SYSTEM) as work:
        for person in people:
            work.session.execute(update(Agent).where(Agent.id == person.id).values(seen_at=minutes(9)))


# --- words propose, a person decides ---------------------------------------------------------------------------------


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


# --- its own clock ---------------------------------------------------------------------------------------------------


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


# --- the receipt -----------------------------------------------------------------------------------------------------


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
        assert said.text == f"{RECEIPT}\n\n– Anna, Nordby Kommune" or said.signed_as in said.text
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


# --- how it ends -----------------------------------------------------------------------------------------------------


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


# --- never handled by whom it is about -------------------------------------------------------------------------------


ROUTES: dict[str, Callable[[UnitOfWork, UUID, int], object]] = {
    "take": conversations.take,
    "solve": conversations.solve,
    "dismiss": lambda w, i, v: conversations.dismiss(w, i, v, "thanks"),
    "rank": lambda w, i, v: conversations.rank(w, i, v, 1),
    "snooze": lambda w, i, v: snoozing.snooze(w, i, v, w.now + DAY),
    "hand over": lambda w, i, v: handing_over.hand_over(w, i, v, None),
    "reply": lambda w, i, v: replies.reply(w, i, version=v, visibility="public", body="Det passer ikke."),
    "receipt": lambda w, i, v: complaints.receipt(w, i, v, visibility="public", body=RECEIPT),
    "stop": lambda w, i, v: last_word.stop(w, i, v, reason="abuse", body="Vi stopper her."),
    "lift": stopping.lift,
    "ask": lambda w, i, v: silo.ask(w, i, v, silo.Question(None, "Hvad nu?")),
    "deny": complaints.deny,
    "take back": complaints.take_back,
    "decide": lambda w, i, v: complaints.decide(w, i, v, "service"),
}


@pytest.mark.parametrize("verb", ROUTES.values(), ids=ROUTES)
def test_whom_it_is_about_does_nothing_in_it(house: House, verb: Callable[[UnitOfWork, UUID, int], object]) -> None:
    decide(house, "staff", about=house.jonas)
    before = house.conversation()
    with pytest.raises(Conflict, match="about you"):
        do(house, house.jonas, verb)
    after = house.conversation()
    assert (after.assignee_id, after.status, after.version) == (before.assignee_id, before.status, before.version)
    assert count(Message) == 1


def test_nor_with_many_at_once_nor_by_moderating_what_was_said(house: House) -> None:
    decide(house, "staff", about=house.jonas)
    seen = house.conversation()
    for which in (bulk.Deed.TAKE, bulk.Deed.SOLVE, bulk.Deed.DISMISS, bulk.Deed.TAG):
        with deed(house.jonas, minutes(20)) as work:
            done = bulk.do(work, [bulk.Picked(seen.id, seen.version)], which, reason="thanks", tag="Klage")
        assert (done.done, done.left) == ((), 1)
    with reading(SYSTEM) as work:
        message_id = work.session.scalars(select(Message.id)).one()
    with pytest.raises(Conflict, match="about you"), deed(house.jonas, minutes(20)) as work:
        moderating.decide(work, message_id, "hide", reason="1")


def test_nor_does_anybody_give_it_to_them(house: House) -> None:
    decide(house, "staff", about=house.jonas)
    with pytest.raises(Invalid) as refused:
        do(house, house.anna, lambda w, i, v: handing_over.hand_over(w, i, v, house.jonas.id))
    assert refused.value.field == "to"
    do(house, house.anna, lambda w, i, v: handing_over.hand_over(w, i, v, house.lone.id))
    assert house.conversation().assignee_id == house.lone.id


@pytest.mark.parametrize("mode", [Assignment.IN_TURN, Assignment.BY_LOAD])
def test_nor_does_dealing_though_they_alone_are_here(house: House, mode: Assignment) -> None:
    decide(house, "staff", about=house.jonas)
    with uow(SYSTEM) as work:
        work.session.execute(update(Team).values(assignment=mode.value))
    here(house.jonas)
    with deed(now=minutes(12)) as work:
        seen = work.session.scalars(select(Conversation)).one()
        assert list(assigning.deal(work, seen.team_id, [seen]).given) == []
    here(house.anna)
    with deed(now=minutes(12)) as work:
        seen = work.session.scalars(select(Conversation)).one()
        assert list(assigning.deal(work, seen.team_id, [seen]).given) == [(seen.id, house.anna.id)]


def test_nor_does_a_lapsed_claim_come_to_them(house: House) -> None:
    decide(house, "staff", about=house.jonas)
    do(house, house.anna, conversations.take, at=11)
    with uow(SYSTEM) as work:
        work.session.execute(update(Team).values(assignment="in_turn", claim_minutes=30))
        work.session.execute(update(Agent).values(created_at=scene.LONG_AGO))
        work.session.execute(update(Agent).where(Agent.id == house.jonas.id).values(seen_at=minutes(119)))
    with deed(now=minutes(120)) as work:
        assert claims.lapse(work) == 1
    assert house.conversation().assignee_id is None


def test_what_they_hold_is_taken_from_them_and_no_line_says_who_decided(house: House) -> None:
    here(house.lone)
    do(house, house.jonas, conversations.take, at=5)
    decide(house, "staff", by=house.anna, about=house.jonas)
    assert house.conversation().assignee_id == house.lone.id
    with reading(SYSTEM) as work:
        since = work.session.execute(
            select(ConversationEvent.kind, ConversationEvent.agent_id, ConversationEvent.data)
            .where(ConversationEvent.at >= minutes(10))
            .order_by(ConversationEvent.id)
        ).all()
    assert [row.kind for row in since] == ["complaint", "complaint_taken_away", "assigned"]
    assert {row.agent_id for row in since} == {None}
    assert "Anna" not in str([row.data for row in since])
    seen = house.conversation()
    with reading(house.jonas) as work:
        found = thread(work, seen.id).complaints.open
        assert found is not None
        assert (found.decided_by, found.decided_by_id) == ("", UUID(int=0))
    with reading(house.lone) as work:
        shown = thread(work, seen.id).complaints.open
        assert shown is not None
        assert shown.decided_by == "Anna Krogh"
    assert house.jonas.id not in told("complaint")
    assert told("complaint") == [house.lone.id]


def test_about_a_lead_the_list_does_not_say_to_them_who_decided(house: House) -> None:
    here(house.lone)
    decide(house, "staff", by=house.anna, about=house.lone)
    # The only lead is the one whom it is about: it waits for everybody else.
    assert house.conversation().assignee_id is None
    assert beside(house).lines[0].decided_by is None
    with pytest.raises(Conflict, match="about you"):
        do(house, house.lone, complaints.take_back)
    due = one(Complaint).receipt_due_at
    with deed(now=due + DAY) as work:
        complaint_deadlines.pass_due(work)
    assert told("complaint_late") == []


def test_answered_it_is_still_not_theirs_but_none_after_all_it_is(house: House) -> None:
    decide(house, "staff", about=house.jonas)
    answer(house, "Det beklager vi.", now=minutes(40))
    do(house, house.anna, conversations.solve, at=41)
    house.news(post("@nordby Tak.", parent="complaint", at=minutes(45)))
    with pytest.raises(Conflict, match="about you"):
        do(house, house.jonas, conversations.take, at=46)
    decide(house, "service", at=47)
    do(house, house.lone, complaints.take_back, at=48)
    with pytest.raises(Conflict, match="about you"):
        do(house, house.jonas, conversations.take, at=49)


def test_who_is_wrongly_named_works_there_again(house: House) -> None:
    decide(house, "staff", about=house.jonas)
    do(house, house.lone, complaints.take_back, at=15)
    do(house, house.jonas, conversations.take, at=16)
    assert house.conversation().assignee_id == house.jonas.id


def test_a_threat_in_it_they_can_report_and_a_note_they_can_write(house: House) -> None:
    here(house.jonas)
    decide(house, "staff", about=house.jonas)
    with reading(SYSTEM) as work:
        message_id = work.session.scalars(select(Message.id)).one()
    with deed(house.jonas, minutes(20)) as work:
        harm.report(work, message_id, "threat")
    seen = house.conversation()
    with deed(house.jonas, minutes(21)) as work:
        conversations.note(work, seen.id, "Jeg var på ferie den dag.")


def test_a_threat_gives_it_to_no_lead_whom_it_is_about(house: House) -> None:
    here(house.lone)
    decide(house, "staff", about=house.lone)
    with reading(SYSTEM) as work:
        message_id = work.session.scalars(select(Message.id)).one()
    with deed(house.anna, minutes(11)) as work:
        harm.report(work, message_id, "threat")
    assert house.conversation().assignee_id is None


def test_joined_with_another_it_goes_along_and_keeps_them_out(house: House) -> None:
    first = house.conversation().id
    decide(house, "staff", about=house.jonas)
    house.news(post("@nordby Og hvad med broen?", at=minutes(12)))
    with reading(SYSTEM) as work:
        other = work.session.scalars(select(Conversation.id).where(Conversation.id != first)).one()
    with deed(house.jonas, minutes(13)) as work:
        conversations.take(work, other, work.session.get_one(Conversation, other).version)
    with deed(now=minutes(14)) as work:
        found = [work.session.get_one(Conversation, id_) for id_ in (first, other)]
        merging.merge(work, found[0], into=found[1])
    joined = house.conversation()
    assert (joined.id, joined.complaint, joined.assignee_id) == (other, "staff", None)
    with pytest.raises(Conflict, match="about you"):
        do(house, house.jonas, conversations.take, at=15)


def test_of_two_that_are_joined_the_older_goes_on(house: House) -> None:
    first = house.conversation().id
    decide(house, "staff", about=house.jonas)
    house.news(post("@nordby Jeg vil klage over broen", at=minutes(12)))
    with reading(SYSTEM) as work:
        row = work.session.execute(select(Conversation.id, Conversation.version).where(Conversation.id != first)).one()
    with deed(house.anna, minutes(13)) as work:
        complaints.decide(work, row.id, row.version, "staff", about_id=house.lone.id)
    with deed(now=minutes(14)) as work:
        found = [work.session.get_one(Conversation, id_) for id_ in (first, row.id)]
        merging.merge(work, found[0], into=found[1])
    with reading(SYSTEM) as work:
        states = work.session.execute(select(Complaint.state, Complaint.began_at).order_by(Complaint.began_at)).all()
    assert [state for state, _at in states] == ["open", "joined"]
    for nobody in (house.jonas, house.lone):
        with pytest.raises(Conflict, match="about you"):
            do(house, nobody, conversations.take, at=15)


def test_a_second_key_is_not_theirs_to_turn(house: House) -> None:
    decide(house, "staff", about=house.jonas)
    with uow(SYSTEM) as work:
        work.session.execute(update(Agent).where(Agent.id == house.anna.id).values(two_keys=True))
    held = answer(house, "Det beklager vi.", now=minutes(20)).message_id
    version = house.conversation().version
    with pytest.raises(Conflict, match="about you"), deed(house.jonas, minutes(21)) as work:
        releasing.release(work, held, version)
    with deed(house.lone, minutes(22)) as work:
        releasing.release(work, held, version)


def test_nor_is_a_correction(house: House) -> None:
    wrong = answer(house, "Der er åbent i dag.", by=house.jonas, now=minutes(5)).message_id
    part = parts(wrong)[0].id
    assert claim(minutes(7)) == part
    record(part, taken(minutes(7)), minutes(7))
    assert delivery(part).state == "delivered"
    decide(house, "staff", about=house.jonas)
    version = house.conversation().version
    with pytest.raises(Conflict, match="about you"), deed(house.jonas, minutes(20)) as work:
        correcting.correct(work, wrong, version=version, body="Der er lukket i dag.")


# --- where it goes ---------------------------------------------------------------------------------------------------


def test_by_its_kind_it_goes_to_the_person_who_is_chosen(house: House) -> None:
    rule("decision", house.lone, route="person", agent_id=house.jonas.id)
    decide(house, "decision")
    assert house.conversation().assignee_id == house.jonas.id
    assert told("complaint") == [house.jonas.id]


def test_about_that_person_it_goes_to_a_lead(house: House) -> None:
    here(house.lone)
    rule("staff", house.lone, route="person", agent_id=house.jonas.id)
    decide(house, "staff", about=house.jonas)
    assert house.conversation().assignee_id == house.lone.id


@pytest.fixture
def ida(house: House) -> Actor:
    with uow(SYSTEM) as work:
        id_ = agents.add(
            work, email="ida@nordby.example", full_name="Ida Berg", roles=["back_office"], password_hash="invented"
        )
    return Actor(id_, "Ida Berg", frozenset({Role.BACK_OFFICE}), house.anna.teams)


def unit(ida: Actor) -> UUID:
    with uow(SYSTEM) as work:
        return units.save(work, units.Entry("Jura", minutes=90, people=[ida.id or UUID(int=0)]))


def test_to_a_unit_it_goes_as_a_question_in_the_name_of_who_decided(house: House, ida: Actor) -> None:
    rule("decision", house.lone, route="unit", silo_id=unit(ida))
    decide(house, "decision")
    asked = one(SiloTicket)
    assert (asked.agent_id, asked.mode, house.conversation().status) == (house.anna.id, "public", "on_hold")
    assert house.conversation().assignee_id == house.anna.id
    with deed(ida, minutes(20)) as work:
        silo_answering.answer(work, asked.id, new_id(), "Klagen skal til Ankestyrelsen.")
    assert house.conversation().status == "open"


def test_about_somebody_of_the_unit_they_neither_see_nor_answer_it(house: House, ida: Actor) -> None:
    rule("staff", house.lone, route="unit", silo_id=unit(ida))
    decide(house, "staff", about=ida)
    asked = one(SiloTicket)
    with reading(ida) as work:
        assert silo_desk.questions(work, silo_desk.Which.OPEN).rows == ()
        with pytest.raises(Refused):
            silo_desk.opened(work, asked.id)
    for verb in (
        lambda w: silo_answering.see(w, asked.id),
        lambda w: silo_answering.answer(w, asked.id, new_id(), "Det passer ikke."),
    ):
        with pytest.raises(Refused), deed(ida, minutes(20)) as work:
            verb(work)
    assert ida.id not in told("silo_asked")


def test_who_reports_on_themselves_keeps_nothing_of_it(house: House, ida: Actor) -> None:
    rule("staff", house.lone, route="unit", silo_id=unit(ida))
    do(house, house.jonas, conversations.take, at=5)
    decide(house, "staff", by=house.jonas, about=house.jonas)
    assert house.conversation().assignee_id is None
    assert count(SiloTicket) == 0


def test_rules_are_changed_by_leads_and_administrators_and_by_the_second_of_two_never(house: House) -> None:
    with pytest.raises(Forbidden):
        rule("service", house.anna)
    rule("service", house.lone)
    with pytest.raises(Conflict):
        rule("service", house.lone)
    for field, entry in {
        "receipt_days": Entry(None, 10, "stays"),
        "answer_days": Entry(5, 4, "stays"),
        "route": Entry(1, 2, "unit"),
        "text-nb": Entry(1, 2, "stays", texts={"nb": "Hei {sak}"}),
        "text-da": Entry(1, 2, "stays", texts={"da": "Dit nummer 211062-5629"}),
    }.items():
        with pytest.raises(Invalid) as refused, deed(house.lone, minutes(2)) as work:
            complaint_rules.save(work, "staff", entry, 0)
        assert refused.value.field == field


# --- never folded in, and counted ------------------------------------------------------------------------------------


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
