"""What the back office answers comes back as a draft: who gets it, and what is never overwritten."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.errors import Conflict, Forbidden
from inbox.domain.ids import new_id
from inbox.domain.policies import Policies
from inbox.domain.policy import Policy
from inbox.domain.sla import ClockKind
from inbox.models import (
    Clock,
    Conversation,
    Draft,
    Notice,
    SiloAnswer,
)
from inbox.services import drafts, handing_over, replies, silo, sla, snoozing
from inbox.services import silo_units as units
from inbox.uow import reading, uow
from tests.services.answering import answer, count, deed, minutes, one, sent
from tests.services.silo_scene import ANSWERED, Scene


@pytest.fixture
def there(app: Flask) -> Scene:
    return Scene()


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


def test_back_it_is_our_turn_and_in_sight_also_where_the_citizen_was_answered_meanwhile(there: Scene) -> None:
    ticket = there.ask()
    answer(there.house, "Det ser vi på.", now=minutes(10))
    assert there.house.conversation().status == "pending"
    seen = there.house.conversation()
    with deed(there.house.anna, minutes(11)) as work:
        snoozing.snooze(work, seen.id, seen.version, minutes(600))
    there.answer(ticket)
    assert (there.house.conversation().status, there.house.conversation().snoozed_until) == ("open", None)


def test_a_recall_after_the_citizen_was_answered_leaves_the_turn_with_the_citizen(there: Scene) -> None:
    ticket = there.ask()
    answer(there.house, "Det ser vi på.", now=minutes(10))
    seen = there.house.conversation()
    with deed(there.house.anna, minutes(20)) as work:
        silo.recall(work, seen.id, seen.version, ticket)
    assert there.house.conversation().status == "pending"
    assert there.lines()[-1] == "silo_recalled_beside"


def test_the_promise_to_solve_rests_at_the_back_office_where_the_policy_says_so(app: Flask) -> None:
    solved = Policy("Løst", {ClockKind.RESOLUTION: 600}, True, pauses_for_silo=True)
    there = Scene(Policies((solved,)))
    assert one(Clock).due_at == minutes(600)
    ticket = there.ask(at=10)
    assert one(Clock).state == "paused"
    there.answer(ticket, at=40)
    assert (one(Clock).state, one(Clock).due_at) == ("running", minutes(630))
    # Another colleague is no back office.
    seen = there.house.conversation()
    with deed(there.house.anna, minutes(50)) as work:
        handing_over.hand_over(work, seen.id, seen.version, there.house.jonas.id)
        sla.follow(work, work.session.get_one(Conversation, seen.id))
    assert one(Clock).state == "running"


def test_what_the_citizen_was_answered_without_is_laid_before_nobody_later(there: Scene) -> None:
    ticket = there.ask()
    id_ = there.house.conversation().id
    with deed(there.house.anna, minutes(20)) as work:
        drafts.keep(work, id_, "public", "Jeg ved det selv.")
    there.answer(ticket)
    answer(there.house, "Jeg ved det selv.", now=minutes(35))
    seen = there.house.conversation()
    with deed(there.house.anna, minutes(40)) as work:
        handing_over.hand_over(work, seen.id, seen.version, there.house.jonas.id)
    assert (count(Draft), one(SiloAnswer).laid_to_id, there.ticket().state) == (0, None, "answered")
