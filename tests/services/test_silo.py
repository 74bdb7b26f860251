"""A question goes to the back office, its answer comes back as a draft: who gets it, what is never overwritten."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.errors import Conflict, Forbidden, Invalid, NotFound
from inbox.domain.ids import new_id
from inbox.models import (
    Clock,
    Conversation,
    ConversationEvent,
    Draft,
    LedgerEntry,
    Message,
    Notice,
    SiloAnswer,
    SiloTicket,
)
from inbox.services import agents, conversations, drafts, handing_over, merging, replies, silo, silo_answering
from inbox.services import silo_units as units
from inbox.uow import UnitOfWork, reading, uow
from tests import house as scene
from tests.house import post
from tests.services.answering import answer, count, deed, minutes, one, sent

ASKED = "Hvornår er bommen ved Mølledam repareret?"
ANSWERED = "Bommen er oppe igen fredag kl. 12."


class Scene:
    """A house with a unit of the back office, and Ida in it."""

    def __init__(self) -> None:
        self.house = scene.found()
        self.house.news(post())
        with uow(SYSTEM) as work:
            ida = agents.add(
                work, email="ida@nordby.example", full_name="Ida Berg", roles=["back_office"], password_hash="invented"
            )
            self.roads = units.save(work, units.Entry("Vej og Park", topics="bom, vej", minutes=90, people=[ida]))
        self.ida = Actor(ida, "Ida Berg", frozenset({Role.BACK_OFFICE}), self.house.anna.teams)

    def ask(
        self,
        *,
        by: Actor | None = None,
        at: float = 5,
        mode: str = "public",
        line: str | None = None,
        silo_id: UUID | None = None,
        version: int | None = None,
    ) -> UUID:
        seen = self.house.conversation()
        asked = silo.Question(silo_id or self.roads, ASKED, "Den blev meldt i går.", None, mode, line=line)
        with deed(by or self.house.anna, minutes(at)) as work:
            return silo.ask(work, seen.id, seen.version if version is None else version, asked)

    def answer(
        self, ticket: UUID, text: str = ANSWERED, *, at: float = 30, key: UUID | None = None, public: bool = True
    ) -> UUID:
        with deed(self.ida, minutes(at)) as work:
            return silo_answering.answer(work, ticket, key or new_id(), text, may_be_public=public)

    def lines(self) -> list[str]:
        with reading(SYSTEM) as work:
            rows = select(ConversationEvent.kind).order_by(ConversationEvent.at, ConversationEvent.id)
            return list(work.session.scalars(rows))

    def ticket(self) -> SiloTicket:
        return one(SiloTicket)

    def do(self, verb: str, by: Actor | None = None, at: float = 20) -> None:
        seen = self.house.conversation()
        with deed(by or self.house.anna, minutes(at)) as work:
            getattr(conversations, verb)(work, seen.id, seen.version)

    def version(self, work: UnitOfWork) -> int:
        return work.session.scalars(select(Conversation.version)).one()

    def second_matter(self) -> tuple[UUID, UUID]:
        """The matter that there is, and another of the same citizen."""
        first = self.house.conversation().id
        self.house.news(post("@nordby Er broen ved åen åben?", at=minutes(40)))
        with reading(SYSTEM) as work:
            other = work.session.scalars(select(Conversation.id).where(Conversation.id != first)).one()
        return first, other


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


def test_the_answer_is_a_draft_of_whoever_asked_and_nothing_goes_out(there: Scene) -> None:
    there.answer(there.ask())
    draft = one(Draft)
    assert (draft.agent_id, draft.mode, draft.text) == (there.house.anna.id, "public", ANSWERED)
    assert (there.house.conversation().status, there.ticket().state) == ("open", "answered")
    assert sent() == 0
    with reading(SYSTEM) as work:
        told = work.session.scalars(select(Notice).where(Notice.kind == "silo_answered")).one()
    assert (told.agent_id, told.data["silo"]) == (there.house.anna.id, "Vej og Park")
    assert ANSWERED not in str(told.data)
    assert there.lines() == ["silo_asked", "silo_answered"]


def test_asked_for_privately_it_is_a_private_draft(there: Scene) -> None:
    there.answer(there.ask(mode="private"))
    assert one(Draft).mode == "private"


def test_words_that_are_begun_stay_and_the_answer_is_put_behind_them_by_one_act(there: Scene) -> None:
    ticket = there.ask()
    id_ = there.house.conversation().id
    with deed(there.house.anna, minutes(20)) as work:
        drafts.keep(work, id_, "public", "Hej Mette.")
    answer_id = there.answer(ticket)
    assert one(Draft).text == "Hej Mette."
    assert one(SiloAnswer).laid_to_id is None
    with deed(there.house.anna, minutes(31)) as work:
        assert silo.put_in(work, id_, answer_id, "Hej Mette igen.") == "public"
    assert one(Draft).text == f"Hej Mette igen.\n\n{ANSWERED}"
    with deed(there.house.anna, minutes(32)) as work:
        silo.put_in(work, id_, answer_id, one_text())
    assert one(Draft).text == f"Hej Mette igen.\n\n{ANSWERED}"


def one_text() -> str:
    return f"Hej Mette igen.\n\n{ANSWERED}"


def test_whoever_holds_it_now_gets_the_draft(there: Scene) -> None:
    ticket = there.ask()
    seen = there.house.conversation()
    with deed(there.house.anna, minutes(10)) as work:
        handing_over.hand_over(work, seen.id, seen.version, there.house.jonas.id)
    there.answer(ticket)
    assert one(Draft).agent_id == there.house.jonas.id
    with reading(SYSTEM) as work:
        told = work.session.scalars(select(Notice.agent_id).where(Notice.kind == "silo_answered")).all()
    assert told == [there.house.jonas.id]


def test_handed_over_afterwards_the_receiver_gets_it_as_well(there: Scene) -> None:
    there.answer(there.ask())
    seen = there.house.conversation()
    with deed(there.house.anna, minutes(40)) as work:
        handing_over.hand_over(work, seen.id, seen.version, there.house.jonas.id)
    with reading(SYSTEM) as work:
        holders = set(work.session.scalars(select(Draft.agent_id).where(Draft.text == ANSWERED)))
    assert holders == {there.house.anna.id, there.house.jonas.id}
    assert one(SiloAnswer).laid_to_id == there.house.jonas.id


def test_where_nobody_holds_it_the_answer_waits_for_whoever_takes_it(there: Scene) -> None:
    ticket = there.ask()
    there.do("release")
    there.answer(ticket)
    assert count(Draft) == 0
    there.do("take", there.house.jonas, at=40)
    assert (one(Draft).agent_id, one(Draft).text) == (there.house.jonas.id, ANSWERED)


def test_the_signed_answer_uses_it_and_undone_it_is_a_draft_again(there: Scene) -> None:
    there.answer(there.ask())
    promised = answer(there.house, ANSWERED, now=minutes(35))
    assert (there.ticket().state, one(SiloAnswer).message_id) == ("used", promised.message_id)
    with deed(there.house.anna, minutes(35)) as work:
        replies.undo(work, promised.message_id)
    assert (there.ticket().state, one(SiloAnswer).message_id) == ("answered", None)
    assert one(Draft).text == ANSWERED


def test_a_word_that_an_answer_is_coming_uses_nothing(there: Scene) -> None:
    there.answer(there.ask())
    seen = there.house.conversation()
    with deed(there.house.anna, minutes(31)) as work:
        replies.reply(work, seen.id, version=seen.version, visibility="public", body="Et øjeblik.", holding=True)
    assert there.ticket().state == "answered"


def test_sent_twice_it_is_one_answer_and_a_second_one_is_kept_beside_it(there: Scene) -> None:
    ticket, key = there.ask(), new_id()
    first = there.answer(ticket, key=key)
    assert there.answer(ticket, key=key, at=31) == first
    assert count(SiloAnswer) == 1
    there.answer(ticket, "Nej: først lørdag.", at=32)
    assert (count(SiloAnswer), one(Draft).text, there.ticket().state) == (2, ANSWERED, "answered")
    assert there.lines() == ["silo_asked", "silo_answered", "silo_answered"]


def test_after_recall_it_is_kept_as_late_and_laid_before_nobody(there: Scene) -> None:
    ticket = there.ask()
    seen = there.house.conversation()
    with deed(there.house.anna, minutes(20)) as work:
        silo.recall(work, seen.id, seen.version, ticket)
    assert (there.house.conversation().status, there.ticket().state) == ("open", "recalled")
    there.answer(ticket)
    assert (there.ticket().state, one(SiloAnswer).late, count(Draft)) == ("recalled", True, 0)
    assert there.lines() == ["silo_asked", "silo_recalled", "silo_answered_late"]
    with deed(there.house.anna, minutes(40)) as work, pytest.raises(Conflict):
        silo.recall(work, seen.id, there.version(work), ticket)


def test_after_solving_it_is_kept_as_late_and_the_matter_stays_solved(there: Scene) -> None:
    ticket = there.ask()
    there.do("solve")
    there.answer(ticket)
    assert (there.house.conversation().status, there.ticket().state, one(SiloAnswer).late) == (
        "solved",
        "answered",
        True,
    )
    assert count(Draft) == 0
    # Nobody may miss it all the same.
    with reading(SYSTEM) as work:
        assert work.session.scalars(select(Notice.agent_id).where(Notice.kind == "silo_answered")).one() == (
            there.house.anna.id
        )


def test_what_may_not_be_said_in_public_is_laid_into_no_public_draft(there: Scene) -> None:
    answer_id = there.answer(there.ask(), public=False)
    assert count(Draft) == 0
    id_ = there.house.conversation().id
    with deed(there.house.anna, minutes(31)) as work, pytest.raises(Conflict, match="in public"):
        silo.put_in(work, id_, answer_id, "")


def test_reminded_the_unit_is_told_and_not_after_it_has_answered(there: Scene) -> None:
    ticket = there.ask()
    seen = there.house.conversation()
    with deed(there.house.anna, minutes(20)) as work:
        silo.remind(work, seen.id, seen.version, ticket)
    with reading(SYSTEM) as work:
        assert work.session.scalars(select(Notice.agent_id).where(Notice.kind == "silo_reminded")).one() == there.ida.id
    there.answer(ticket)
    with deed(there.house.anna, minutes(40)) as work, pytest.raises(Conflict):
        silo.remind(work, seen.id, there.version(work), ticket)


def test_opened_it_is_seen_once(there: Scene) -> None:
    ticket = there.ask()
    for at in (7, 8):
        with deed(there.ida, minutes(at)) as work:
            silo_answering.see(work, ticket)
    assert (there.ticket().state, there.ticket().seen_at) == ("seen", minutes(7))
    assert there.lines() == ["silo_asked", "silo_seen"]


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


def test_of_two_questions_the_first_answer_brings_it_back_and_a_recall_of_one_does_not(there: Scene) -> None:
    with uow(SYSTEM) as work:
        desk = units.save(work, units.Entry("Borgerservice", minutes=60, people=[there.ida.id or new_id()]))
    first = there.ask()
    second = there.ask(silo_id=desk, at=6)
    seen = there.house.conversation()
    with deed(there.house.anna, minutes(20)) as work:
        silo.recall(work, seen.id, seen.version, first)
    assert there.house.conversation().status == "on_hold"
    there.answer(second)
    assert there.house.conversation().status == "open"
    assert there.lines() == ["silo_asked", "silo_asked", "silo_recalled_beside", "silo_answered"]


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.BACK_OFFICE])
def test_only_who_answers_citizens_asks(there: Scene, role: Role) -> None:
    with pytest.raises(Forbidden):
        there.ask(by=Actor(there.ida.id, "Ida Berg", frozenset({role}), there.house.anna.teams))


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


def test_joined_with_another_matter_the_question_goes_along_and_its_answer_comes_there(there: Scene) -> None:
    ticket = there.ask()
    gone, into = there.second_matter()
    with deed(SYSTEM, minutes(50)) as work:
        merging.merge(work, work.session.get_one(Conversation, gone), into=work.session.get_one(Conversation, into))
    with reading(SYSTEM) as work:
        assert work.session.get_one(Conversation, into).status == "on_hold"
    there.answer(ticket, at=55)
    assert (one(Draft).conversation_id, one(Draft).agent_id) == (into, there.house.anna.id)
    with reading(SYSTEM) as work:
        assert work.session.get_one(Conversation, into).status == "open"


def test_where_both_matters_had_asked_the_same_unit_one_question_stays(there: Scene) -> None:
    there.ask()
    gone, into = there.second_matter()
    with reading(SYSTEM) as work:
        version = work.session.get_one(Conversation, into).version
    with deed(there.house.anna, minutes(45)) as work:
        stays = silo.ask(work, into, version, silo.Question(there.roads, "Og broen?"))
    with deed(SYSTEM, minutes(50)) as work:
        merging.merge(work, work.session.get_one(Conversation, gone), into=work.session.get_one(Conversation, into))
    with reading(SYSTEM) as work:
        states = {row.id: row.state for row in work.session.scalars(select(SiloTicket))}
    assert states.pop(stays) == "asked"
    assert list(states.values()) == ["recalled"]


def test_two_who_hand_over_at_once_have_asked_once(own_app: Flask) -> None:
    with own_app.app_context():
        there = Scene()
        seen = there.house.conversation()
    together = threading.Barrier(2)
    refused: list[str] = []

    def hand_over(by: Actor) -> None:
        with own_app.app_context():
            together.wait(10)
            try:
                with uow(by) as work:
                    silo.ask(work, seen.id, seen.version, silo.Question(there.roads, f"{by.name} spørger."))
            except Conflict as error:
                refused.append(error.sentence)

    run(lambda: hand_over(there.house.anna), lambda: hand_over(there.house.jonas))
    with own_app.app_context():
        assert (count(SiloTicket), len(refused)) == (1, 1)
        assert there.house.conversation().status == "on_hold"


def test_a_double_click_is_one_answer(own_app: Flask) -> None:
    with own_app.app_context():
        there = Scene()
        seen = there.house.conversation()
        with uow(there.house.anna) as work:
            ticket = silo.ask(work, seen.id, seen.version, silo.Question(there.roads, ASKED))
    together, key, given = threading.Barrier(2), new_id(), list[UUID]()

    def click() -> None:
        with own_app.app_context():
            together.wait(10)
            with uow(there.ida) as work:
                given.append(silo_answering.answer(work, ticket, key, ANSWERED))

    run(click, click)
    with own_app.app_context():
        assert (count(SiloAnswer), len(set(given)), one(Draft).text) == (1, 1, ANSWERED)
        assert there.lines().count("silo_answered") == 1


def run(*deeds: Callable[[], None]) -> None:
    threads = [threading.Thread(target=one_deed) for one_deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
