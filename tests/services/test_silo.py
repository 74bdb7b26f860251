"""A question goes to the back office: who may ask, what is recorded, and what is refused."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.errors import Conflict, Forbidden, Invalid, NotFound
from inbox.domain.events import ConversationChanged, QuestionsChanged
from inbox.domain.ids import new_id
from inbox.models import (
    Clock,
    Draft,
    LedgerEntry,
    Message,
    Notice,
    SiloAnswer,
    SiloTicket,
)
from inbox.services import agents, drafts, silo, silo_answering
from inbox.services import silo_units as units
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import post
from tests.services.answering import count, deed, minutes, one, sent
from tests.services.silo_scene import ASKED, Scene


@pytest.fixture
def there(app: Flask) -> Scene:
    return Scene()


def test_it_waits_with_the_back_office_by_whose_hours_and_the_public_record_says_so(there: Scene) -> None:
    there.ask()
    conversation, ticket = there.house.conversation(), there.ticket()
    assert (conversation.status, conversation.assignee_id) == ("on_hold", there.house.anna.id)
    assert (ticket.state, ticket.answer_due_at, ticket.delivery) == ("asked", minutes(95), "delivered")
    assert ticket.number >= 1001
    with reading(SYSTEM) as work:
        entries = work.session.scalars(
            select(LedgerEntry.body).where(LedgerEntry.type == "conversation.escalated")
        ).all()
    assert len(entries) == 1
    assert str(there.house.anna.id) in entries[0]
    assert ASKED not in entries[0]
    assert there.lines() == ["silo_asked"]
    assert (one(Notice).agent_id, one(Notice).kind, one(Notice).conversation_id) == (there.ida.id, "silo_asked", None)
    assert ASKED not in str(one(Notice).data)


def test_a_private_talk_is_in_no_public_record(app: Flask) -> None:
    there = Scene.__new__(Scene)
    there.house = scene.found()
    there.house.news(post("Privat.", visibility="private"))
    with uow(SYSTEM) as work:
        there.roads = units.save(work, units.Entry("Vej og Park", minutes=90))
    there.ask(mode="private")
    with reading(SYSTEM) as work:
        assert "conversation.escalated" not in set(work.session.scalars(select(LedgerEntry.type)))


def test_the_clock_of_the_answer_runs_on_meanwhile(there: Scene) -> None:
    before = one(Clock)
    there.ask()
    after = one(Clock)
    assert (after.state, after.due_at) == (before.state, before.due_at) == ("running", minutes(60))


def test_opened_it_is_seen_once(there: Scene) -> None:
    ticket = there.ask()
    for at in (7, 8):
        with deed(there.ida, minutes(at)) as work:
            silo_answering.see(work, ticket)
    assert (there.ticket().state, there.ticket().seen_at) == ("seen", minutes(7))
    assert there.lines() == ["silo_asked", "silo_seen"]


def test_that_it_was_seen_stops_nobody_who_was_about_to_act(there: Scene) -> None:
    ticket = there.ask()
    before = there.house.conversation().version
    with deed(there.ida, minutes(7)) as work:
        silo_answering.see(work, ticket)
        told = [event for event in work.events if isinstance(event, ConversationChanged | QuestionsChanged)]
    assert there.house.conversation().version == before
    assert [type(event) for event in told] == [ConversationChanged, QuestionsChanged]
    assert there.ida.id is not None
    assert told[1] == QuestionsChanged(there.roads, (there.ida.id,))


def test_the_citizens_line_is_a_normal_answer_and_leaves_the_composer_alone(there: Scene) -> None:
    id_ = there.house.conversation().id
    with deed(there.house.anna) as work:
        drafts.keep(work, id_, "public", "Jeg er begyndt.")
    there.ask(line="Jeg spørger dem, der ved det.")
    with reading(SYSTEM) as work:
        said = work.session.scalars(select(Message).where(Message.direction == "out")).one()
    assert (said.holding, said.agent_id, said.signed_as) == (True, there.house.anna.id, "– Anna, Nordby Kommune")
    assert said.entry_id is not None
    assert said.text.startswith("Jeg spørger dem, der ved det.")
    assert (there.house.conversation().status, one(Draft).text) == ("on_hold", "Jeg er begyndt.")


def test_a_national_number_in_that_line_stops_all_of_it(there: Scene) -> None:
    with pytest.raises(Invalid, match="identity number") as refused:
        there.ask(line="Dit nummer er 010190-1234.")
    assert refused.value.field == "line"
    assert (count(SiloTicket), sent(), there.house.conversation().status) == (0, 0, "new")


def test_a_second_open_question_to_the_same_unit_is_refused_also_by_the_database(there: Scene) -> None:
    there.ask()
    with pytest.raises(Conflict, match="with Vej og Park already"):
        there.ask(at=6)
    row = there.ticket()
    with pytest.raises(IntegrityError, match="uq_silo_ticket_open"), uow(SYSTEM) as work:
        work.session.add(
            SiloTicket(
                conversation_id=row.conversation_id, silo_id=row.silo_id, agent_id=row.agent_id, question="Igen?",
                known="", mode="public", shows_private=False, state="asked", asked_at=minutes(6), minutes=90,
                calendar_id=row.calendar_id, answer_due_at=minutes(96), delivery="delivered",
            )
        )  # fmt: skip


def test_another_team_sees_no_conversation_to_ask_about(there: Scene) -> None:
    with pytest.raises(NotFound):
        there.ask(by=Actor(there.house.jonas.id, "Jonas", frozenset({Role.AGENT}), frozenset({new_id()})))


def test_what_a_colleague_holds_is_not_asked_about_but_by_a_lead(there: Scene) -> None:
    there.do("take", there.house.jonas, at=1)
    with pytest.raises(Conflict):
        there.ask()
    there.ask(by=there.house.lone)
    assert there.house.conversation().assignee_id == there.house.jonas.id


def test_only_the_unit_sees_and_answers_its_questions(there: Scene) -> None:
    ticket = there.ask()
    with uow(SYSTEM) as work:
        henrik = agents.add(
            work, email="h@nordby.example", full_name="Henrik Toft", roles=["back_office"], password_hash="invented"
        )
    other = Actor(henrik, "Henrik Toft", frozenset({Role.BACK_OFFICE}), there.house.anna.teams)
    for who, refusal in ((other, NotFound), (there.house.anna, Forbidden)):
        with deed(who, minutes(9)) as work, pytest.raises(refusal):
            silo_answering.see(work, ticket)
        with deed(who, minutes(9)) as work, pytest.raises(refusal):
            silo_answering.answer(work, ticket, new_id(), "Ja.")
    assert (count(SiloAnswer), there.ticket().state) == (0, "asked")


@pytest.mark.parametrize(
    ("question", "field"),
    [
        (silo.Question(None, ASKED), "silo"),
        (silo.Question(new_id(), ASKED), "silo"),
        (silo.Question(None, ASKED, mode="note"), "silo"),
    ],
)
def test_nobody_is_no_unit(there: Scene, question: silo.Question, field: str) -> None:
    seen = there.house.conversation()
    with deed(there.house.anna) as work, pytest.raises(Invalid) as refused:
        silo.ask(work, seen.id, seen.version, question)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("text", "mode", "until", "field"),
    [
        (" \n", "public", None, "question"),
        ("x" * 20_001, "public", None, "question"),
        (ASKED, "note", None, "mode"),
        (ASKED, "public", minutes(-1), "promised_until"),
    ],
)
def test_what_can_not_be_asked_says_where(
    there: Scene, text: str, mode: str, until: datetime | None, field: str
) -> None:
    seen = there.house.conversation()
    with deed(there.house.anna) as work, pytest.raises(Invalid) as refused:
        silo.ask(work, seen.id, seen.version, silo.Question(there.roads, text, promised_until=until, mode=mode))
    assert refused.value.field == field
