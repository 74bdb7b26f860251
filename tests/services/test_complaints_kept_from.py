"""Whom a complaint is about never gets it and does nothing in it, by whatever way."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from inbox.domain.actors import SYSTEM
from inbox.domain.assigning import Assignment
from inbox.domain.errors import Conflict, Invalid
from inbox.models import (
    Agent,
    Complaint,
    Conversation,
    ConversationEvent,
    Message,
    Notice,
    Team,
)
from inbox.queries.thread import thread
from inbox.services import (
    acute,
    assigning,
    bulk,
    claims,
    complaint_deadlines,
    complaints,
    conversations,
    correcting,
    handing_over,
    harm,
    last_word,
    merging,
    moderating,
    releasing,
    replies,
    silo,
    snoozing,
    stopping,
)
from inbox.uow import UnitOfWork, reading, uow
from tests import house as scene
from tests.house import House, post
from tests.services.answering import answer, claim, count, deed, delivery, minutes, one, parts, record, taken
from tests.services.complaint_scene import (
    DAY,
    RECEIPT,
    beside,
    complained,
    decide,
    do,
    here,
    told,
)


@pytest.fixture
def house(app: Flask) -> House:
    return complained()


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


def test_about_a_lead_nothing_tells_them_and_their_list_has_it_not(house: House) -> None:
    here(house.lone)
    decide(house, "staff", by=house.anna, about=house.lone)
    # The only lead is the one whom it is about: it waits for everybody else.
    assert house.conversation().assignee_id is None
    assert (beside(house).lines, beside(house).open, beside(house).months) == ((), 0, ())
    with pytest.raises(Conflict, match="about you"):
        do(house, house.lone, complaints.take_back)
    due = one(Complaint).receipt_due_at
    with deed(now=due + DAY) as work:
        complaint_deadlines.pass_due(work)
    assert told("complaint_late") == []
    with reading(SYSTEM) as work:
        assert house.lone.id not in set(work.session.scalars(select(Notice.agent_id)))


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


def test_acute_they_may_see_to_it_but_it_does_not_become_theirs(app: Flask) -> None:
    house = scene.found()
    house.news(post("@nordby Jeg vil klage over Jonas. Ellers begår jeg selvmord.", own_id="complaint"))
    decide(house, "staff", about=house.jonas)
    seen = house.conversation().id
    with deed(house.jonas, minutes(12)) as work:
        acute.acknowledge(work, seen)
    assert house.conversation().assignee_id is None
