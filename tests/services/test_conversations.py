"""A conversation's life: who may do what with it, and whoever is second hears of it before anything is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.conversation import TRANSITIONS, DismissReason, Status
from inbox.domain.errors import Conflict, Forbidden, Invalid, NotFound
from inbox.domain.events import ConversationChanged
from inbox.models import Conversation, ConversationEvent, Draft, Note
from inbox.services import conversations, drafts, replies
from inbox.uow import UnitOfWork, reading
from tests import house as scene
from tests.house import House, post
from tests.services.answering import answer, count, deed, minutes, one

Verb = Callable[[UnitOfWork, UUID, int], None]
VERBS: dict[str, Verb] = {
    "take": conversations.take,
    "release": conversations.release,
    "solve": conversations.solve,
    "dismiss": lambda work, id_, version: conversations.dismiss(work, id_, version, "thanks"),
    "reopen": conversations.reopen,
    "make_work": conversations.make_work,
}


@pytest.fixture
def house(app: Flask) -> House:
    founded = scene.found()
    founded.news(post())
    return founded


def do(house: House, verb: str, by: Actor | None = None) -> None:
    seen = house.conversation()
    with deed(by or house.anna, minutes(5)) as work:
        VERBS[verb](work, seen.id, seen.version)


def lines() -> list[str]:
    with reading(SYSTEM) as work:
        return list(work.session.scalars(select(ConversationEvent.kind).order_by(ConversationEvent.id)))


def test_taken_it_is_mine_and_open(house: House) -> None:
    do(house, "take")
    conversation = house.conversation()
    assert (conversation.assignee_id, conversation.status) == (house.anna.id, "open")
    assert lines() == ["taken"]
    before = conversation.version
    do(house, "take")
    assert house.conversation().version == before


def test_a_colleague_does_not_take_it_away_and_a_lead_may(house: House) -> None:
    do(house, "take")
    with pytest.raises(Conflict, match="colleague"):
        do(house, "take", house.jonas)
    with pytest.raises(Conflict, match="Only the person who holds"):
        do(house, "release", house.jonas)
    do(house, "take", house.lone)
    assert house.conversation().assignee_id == house.lone.id
    do(house, "release", house.lone)
    assert house.conversation().assignee_id is None


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_whoever_is_second_hears_of_it(house: House, verb: str) -> None:
    seen = house.conversation()
    do(house, "take", house.jonas)
    with pytest.raises(Conflict, match="Something new"), deed(house.anna) as work:
        VERBS[verb](work, seen.id, seen.version)
    assert house.conversation().assignee_id == house.jonas.id


@pytest.mark.parametrize("verb", sorted(VERBS))
@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.BACK_OFFICE])
def test_who_does_not_work_in_conversations_may_do_nothing_here(house: House, verb: str, role: Role) -> None:
    with pytest.raises(Forbidden):
        do(house, verb, Actor(house.anna.id, "Rikke Dahl", frozenset({role}), house.anna.teams))


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_for_another_team_it_does_not_exist(house: House, verb: str) -> None:
    with pytest.raises(NotFound):
        do(house, verb, replace(house.anna, teams=frozenset()))


def test_every_change_grows_the_version_and_is_told_with_it(house: House) -> None:
    seen = house.conversation()
    with deed(house.anna) as work:
        conversations.take(work, seen.id, seen.version)
        told = [event for event in work.events if isinstance(event, ConversationChanged)]
    assert [event.version for event in told] == [seen.version + 1] == [house.conversation().version]


def test_notes_never_conflict_and_forget_their_draft_alone(house: House) -> None:
    seen = house.conversation()
    with deed(house.anna) as work:
        drafts.keep(work, seen.id, "public", "et svar")
        drafts.keep(work, seen.id, "note", "en note")
    for actor in (house.anna, house.jonas):
        with deed(actor) as work:
            conversations.note(work, seen.id, f"Set af {actor.name}\x00")
    with reading(SYSTEM) as work:
        notes = work.session.scalars(select(Note).order_by(Note.id)).all()
    assert [(note.agent_id, note.text) for note in notes] == [
        (house.anna.id, "Set af Anna Krogh\ufffd"),
        (house.jonas.id, "Set af Jonas Lind\ufffd"),
    ]
    with reading(house.anna) as work:
        assert [draft.mode for draft in work.session.scalars(select(Draft))] == ["public"]


@pytest.mark.parametrize("words", ["", " \n", "a" * 20_001])
def test_a_note_of_nothing_or_of_a_book_is_refused(house: House, words: str) -> None:
    seen = house.conversation()
    with pytest.raises(Invalid), deed(house.anna) as work:
        conversations.note(work, seen.id, words)
    assert count(Note) == 0


def test_solved_and_taken_back(house: House) -> None:
    do(house, "solve")
    assert house.conversation().status == "solved"
    with pytest.raises(Conflict, match="finished"):
        do(house, "solve")
    do(house, "reopen")
    conversation = house.conversation()
    assert (conversation.status, conversation.waiting_since) == ("open", scene.NOON)
    with pytest.raises(Conflict, match="open already"):
        do(house, "reopen")


@pytest.mark.parametrize("reason", list(DismissReason))
def test_dismissed_for_a_reason_of_the_list(house: House, reason: DismissReason) -> None:
    seen = house.conversation()
    with deed(house.anna) as work:
        conversations.dismiss(work, seen.id, seen.version, reason)
    conversation = house.conversation()
    assert (conversation.status, conversation.dismiss_reason) == ("dismissed", reason)
    do(house, "reopen")
    assert house.conversation().dismiss_reason is None


@pytest.mark.parametrize("reason", ["", "criticism", "THANKS"])
def test_criticism_is_no_reason(house: House, reason: str) -> None:
    seen = house.conversation()
    with pytest.raises(Invalid, match="Choose why"), deed(house.anna) as work:
        conversations.dismiss(work, seen.id, seen.version, reason)
    assert house.conversation().status == "new"


def test_what_a_rule_called_noise_is_made_work_by_one_key(app: Flask) -> None:
    """Then somebody waits for us, like everybody else in the queue, until we answer; and again when it is undone."""
    house = scene.found()
    house.news(post(kind="own", author={"id": "nordby", "handle": "nordby", "name": "Nordby Kommune"}))
    assert (house.conversation().klass, house.conversation().waiting_since) == ("noise", None)
    do(house, "make_work")
    conversation = house.conversation()
    assert (conversation.klass, conversation.klass_rule) == ("ours", "by_hand")
    assert conversation.waiting_since == scene.NOON
    promised = answer(house)
    assert house.conversation().waiting_since is None
    with deed(house.anna, minutes(10)) as work:
        replies.undo(work, promised.message_id)
    assert house.conversation().waiting_since == scene.NOON
    with pytest.raises(Conflict, match="in the queue already"):
        do(house, "make_work")


def test_answering_what_was_finished_opens_it_again(house: House) -> None:
    do(house, "dismiss")
    answer(house)
    conversation = house.conversation()
    assert (conversation.status, conversation.dismiss_reason) == ("pending", None)


def test_the_citizens_next_word_makes_it_our_turn(house: House) -> None:
    answer(house)
    assert house.conversation().waiting_since is None
    root = house.conversation().root_external_id
    house.news(post("Og i weekenden?", parent=root, root=root, at=minutes(20)))
    conversation = house.conversation()
    assert (conversation.status, conversation.waiting_since) == ("open", minutes(20))
    assert conversation.assignee_id == house.anna.id


@pytest.mark.parametrize(
    ("now", "then"), [pair for pair in product(Status, repeat=2) if pair[1] not in TRANSITIONS[pair[0]]]
)
def test_a_step_outside_the_table_is_refused(now: Status, then: Status) -> None:
    conversation = Conversation(status=now)
    with pytest.raises(Conflict, match="can't change that way"):
        conversations._become(conversation, then)
    assert conversation.status == now


def test_the_database_wants_a_reason_for_what_is_dismissed_and_for_nothing_else(house: House) -> None:
    for change in ("status = 'dismissed'", "dismiss_reason = 'thanks'"):
        with pytest.raises(IntegrityError, match="dismissed_with_a_reason"), deed() as work:
            work.session.execute(text(f"UPDATE conversation SET {change}"))
    assert one(Conversation).status == "new"
