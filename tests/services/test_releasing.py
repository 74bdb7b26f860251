"""Two keys: nothing goes out before a colleague released it, once; the words are never lost; off by default."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.errors import Conflict, Forbidden, Invalid
from inbox.models import (
    Agent,
    CannedAnswer,
    Clock,
    Draft,
    LedgerEntry,
    Message,
    Note,
    Notice,
    SecondKey,
    Tag,
)
from inbox.queries import audit
from inbox.queries.thread import thread
from inbox.queries.thread_items import Said
from inbox.services import canned, conversations, releasing, replies, tagging
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import House, delete, edit, post
from tests.services.answering import LONG, answer, claim, deed, minutes, one, parts, record, taken
from tests.services.test_planned import lines

ASKED = post(own_id="asked")
LATER = minutes(60 * 24 * 30)


@pytest.fixture
def house(app: Flask) -> House:
    return opened()


def opened() -> House:
    found = scene.found()
    found.news(ASKED)
    new(found.anna)
    return found


def new(person: Actor, *, two_keys: bool = True) -> None:
    """A colleague releases what they answer, or no more."""
    with uow(SYSTEM) as work:
        work.session.execute(update(Agent).where(Agent.id == person.id).values(two_keys=two_keys))


def release(house: House, message_id: UUID, by: Actor | None = None, *, at: float = 30) -> None:
    seen = house.conversation()
    with deed(by or house.jonas, minutes(at)) as work:
        releasing.release(work, message_id, seen.version)


def states(message_id: UUID) -> set[str]:
    return {part.state for part in parts(message_id)}


def again() -> dict[str, object]:
    return post("Glem det, jeg fandt det selv", own_id="again", parent="asked", root="asked", at=minutes(20))


def test_held_is_never_due_and_goes_out_once_when_released(house: House) -> None:
    promised = answer(house, LONG)
    assert states(promised.message_id) == {"held"}
    assert claim(LATER) is None
    assert house.conversation().status == "pending"

    release(house, promised.message_id)
    assert claim(minutes(30)) is None
    first = claim(minutes(31))
    assert first == parts(promised.message_id)[0].id
    with reading(SYSTEM) as work:
        message = work.session.get_one(Message, promised.message_id)
        assert (message.agent_id, message.signed_as) == (house.anna.id, "– Anna, Nordby Kommune")
    assert lines()[-1] == "answer_released"


def test_the_clock_goes_on_until_it_stands_out_there(house: House) -> None:
    message_id = answer(house).message_id

    def clock() -> tuple[str, object]:
        with reading(SYSTEM) as work:
            found = work.session.scalars(select(Clock).where(Clock.kind == "first_response")).one()
            return found.state, found.answered_at

    assert clock() == ("running", None)
    release(house, message_id)
    assert clock() == ("running", None)
    assert claim(minutes(31)) is not None
    record(parts(message_id)[0].id, taken(minutes(32)), minutes(33))
    assert clock() == ("met", minutes(32))


def test_both_names_are_kept_and_the_author_alone_signs(house: House) -> None:
    message_id = answer(house).message_id
    release(house, message_id)
    with reading(SYSTEM) as work:
        rows = work.session.scalars(select(LedgerEntry).order_by(LedgerEntry.arrival)).all()
        approved = next(row.body for row in rows if row.type == "reply.approved")
        released = next(row.body for row in rows if row.type == "reply.released")
    assert f'"kid":"{house.anna.id}/1"' in approved
    assert f'"kid":"{house.jonas.id}/1"' in released
    assert f'"by":"{house.jonas.id}"' in released
    conversation = house.conversation()
    with reading(house.anna) as work:
        ours = [item for item in thread(work, conversation.id).items if isinstance(item, Said) and item.ours]
    assert ours[0].key is not None
    assert (ours[0].author, ours[0].key.by, ours[0].key.at) == ("Anna Krogh", "Jonas Lind", minutes(30))
    with reading(auditor(house)) as work:
        answers = [entry for entry in audit.dialogue(work).entries if entry.ours]
    assert answers[0].key is not None
    assert (answers[0].author, answers[0].key.by, answers[0].standing) == ("Anna Krogh", "Jonas Lind", "sending")


def auditor(house: House) -> Actor:
    return Actor(house.lone.id, "Rikke Dahl", frozenset({Role.AUDITOR}), house.lone.teams)


@pytest.mark.parametrize(
    "change",
    [again(), edit(ASKED, "@nordby Hvornår LUKKER svømmehallen?", timedelta(minutes=20)), delete(ASKED)],
    ids=["spoken", "edited", "deleted"],
)
def test_who_changes_the_question_has_it_taken_back(house: House, change: dict[str, object]) -> None:
    message_id = answer(house, LONG).message_id
    house.news(change, received_at=minutes(25))
    assert states(message_id) == {"withdrawn"}
    draft = one(Draft)
    assert (draft.text, draft.agent_id, draft.mode) == (LONG, house.anna.id, "public")
    assert lines()[-1] == "held_taken_back"
    with reading(SYSTEM) as work:
        told = work.session.scalars(select(Notice).where(Notice.kind == "held_taken_back")).one()
        assert told.agent_id == house.anna.id
    with pytest.raises(Conflict):
        release(house, message_id)
    assert claim(LATER) is None


def test_its_author_can_undo_it_while_it_waits_and_in_the_window_after_the_release(house: House) -> None:
    message_id = answer(house).message_id
    with deed(house.anna, minutes(300)) as work:
        replies.undo(work, message_id)
    assert (states(message_id), one(Draft).text) == ({"withdrawn"}, "Den åbner klokken 7.")

    second = answer(house, "Klokken syv.", now=minutes(301)).message_id
    release(house, second, at=302)
    with deed(house.anna, minutes(302) + timedelta(seconds=4)) as work:
        replies.undo(work, second)
    assert states(second) == {"withdrawn"}
    assert claim(LATER) is None


def test_given_back_with_a_note_it_is_its_authors_draft(house: House) -> None:
    message_id = answer(house).message_id
    seen = house.conversation()
    with pytest.raises(Invalid) as nothing, deed(house.jonas, minutes(20)) as work:
        releasing.give_back(work, message_id, seen.version, "  ")
    assert (nothing.value.field, states(message_id)) == ("text", {"held"})

    with deed(house.jonas, minutes(20)) as work:
        releasing.give_back(work, message_id, seen.version, "Nævn også lørdag.")
    draft = one(Draft)
    assert (draft.text, draft.agent_id, one(Note).text) == (
        "Den åbner klokken 7.",
        house.anna.id,
        "Nævn også lørdag.",
    )
    conversation = house.conversation()
    assert (conversation.status, conversation.waiting_since) == ("open", scene.NOON)
    with reading(SYSTEM) as work:
        assert work.session.scalars(select(Notice.agent_id).where(Notice.kind == "given_back")).one() == house.anna.id
    assert lines()[-1] == "answer_given_back"
    assert claim(LATER) is None


def test_what_happened_meanwhile_must_have_been_read(house: House) -> None:
    message_id = answer(house).message_id
    seen = house.conversation()
    with deed(house.anna, minutes(15)) as work:
        conversations.note(work, seen.id, "Vent lidt.")
    with pytest.raises(Conflict, match="Something new"), deed(house.jonas, minutes(20)) as work:
        releasing.release(work, message_id, seen.version)
    assert states(message_id) == {"held"}


def test_switched_off_meanwhile_what_is_held_still_needs_a_release(house: House) -> None:
    message_id = answer(house).message_id
    new(house.anna, two_keys=False)
    assert claim(LATER) is None
    release(house, message_id)
    assert claim(minutes(31)) is not None


def test_by_default_an_answer_waits_for_nobody(app: Flask) -> None:
    house = scene.found()
    house.news(ASKED)
    message_id = answer(house).message_id
    assert states(message_id) == {"queued"}
    assert count_keys() == 0
    with pytest.raises(Conflict):
        release(house, message_id)


def count_keys() -> int:
    with reading(SYSTEM) as work:
        return len(work.session.scalars(select(SecondKey.message_id)).all())


@pytest.mark.parametrize("how", ["on the conversation", "with the answer"])
def test_a_sensitive_tag_holds_everybodys_answer(app: Flask, how: str) -> None:
    house = scene.found()
    house.news(ASKED)
    also: list[UUID] = []
    conversation = house.conversation()
    with deed(house.lone) as work:
        tag_id = tagging.made(work, "Underretning")
        releasing.mark_tags(work, [tag_id])
        if how == "with the answer":
            also = [
                canned.save(work, canned.Wording("under", "Underretning", "da", "Ring til os.", tags="underretning"))
            ]
    if not also:
        with deed(house.lone) as work:
            tagging.add(work, conversation.id, "underretning")
    conversation = house.conversation()
    with deed(house.jonas, minutes(10)) as work:
        promised = replies.reply(
            work, conversation.id, version=conversation.version, visibility="public", body="Ring til os.", also=also
        )
    assert states(promised.message_id) == {"held"}
    assert one(SecondKey).reason == "tag"
    # An experienced colleague holds the second key; the author never.
    with pytest.raises(Forbidden):
        release(house, promised.message_id, house.jonas)
    release(house, promised.message_id, house.anna)
    with deed(house.lone) as work:
        releasing.mark_tags(work, [])
    with reading(SYSTEM) as work:
        assert not work.session.scalars(select(Tag.two_keys).where(Tag.two_keys)).all()
        assert len(work.session.scalars(select(CannedAnswer.id)).all()) == len(also)


def test_who_says_what_is_sensitive(house: House) -> None:
    with pytest.raises(Forbidden), deed(house.anna) as work:
        releasing.mark_tags(work, [])
    with pytest.raises(Invalid) as nothing, deed(house.lone) as work:
        releasing.mark_tags(work, [house.account_id])
    assert nothing.value.field == "tags"


def entries() -> list[str]:
    with reading(SYSTEM) as work:
        return list(work.session.scalars(select(LedgerEntry.type)))
