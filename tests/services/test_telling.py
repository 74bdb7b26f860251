"""Everybody who got wrong words is told once, in their own thread, and nothing else of theirs changes."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text

from inbox.domain.actors import SYSTEM
from inbox.domain.errors import Invalid
from inbox.models import Conversation, Delivery, Message
from inbox.services import conversations, correcting, drafts, replies
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import House
from tests.services.answered_scene import PASS_AGAIN, answered, corrected, deliver, got_it, seen, told
from tests.services.answering import deed, minutes


@pytest.fixture
def house(app: Flask) -> House:
    return scene.found(undo_seconds=0)


def state(conversation_id: UUID) -> Conversation:
    with reading(SYSTEM) as work:
        found = work.session.get_one(Conversation, conversation_id)
        work.session.expunge(found)
        return found


def ours(conversation_id: UUID) -> list[str]:
    """What we said there, oldest first."""
    with reading(SYSTEM) as work:
        return list(
            work.session.scalars(
                select(Message.text)
                .where(Message.conversation_id == conversation_id, Message.direction == "out")
                .order_by(Message.said_at, Message.id)
            )
        )


def test_everybody_is_told_once_by_whoever_and_however_often_it_is_asked(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = answered(house)
    there = got_it(house, "Ali R.", "Kirsten Vang")
    secret = got_it(house, "Lise Friis", visibility="private")
    corrected(house, wrong)
    stale = seen(house, wrong)
    assert {one.who for one in stale.untold} == {"Ali R.", "Kirsten Vang", "Lise Friis"}
    first = told(house, wrong)
    assert (len(first.answers), first.refused) == (3, ())
    assert told(house, wrong).answers == ()
    # Two acts at the same time have both read that nobody was told yet.
    monkeypatch.setattr(correcting, "matter", lambda *_given: stale)
    assert told(house, wrong, by=house.lone).answers == ()
    assert [len(ours(one)) for one in (*there, *secret)] == [2, 2, 2]
    assert ours(there[1])[-1].startswith("Hej Kirsten. Det svar")
    assert ours(there[1])[-1].endswith("– Anna, Nordby Kommune")
    with reading(SYSTEM) as work:
        rows = work.session.execute(select(Message.conversation_id, Message.visibility))
        ways = {row.conversation_id: row.visibility for row in rows}
        assert [ways[one] for one in (*there, *secret)] == ["public", "public", "private"]
        queued = work.session.scalars(select(Delivery.state).where(Delivery.message_id.in_(first.answers))).all()
        assert queued == ["queued"] * 3
    assert deliver(minutes(26)) == 3
    monkeypatch.undo()
    assert seen(house, wrong).untold == ()


def test_telling_leaves_the_conversation_as_it_was(house: House) -> None:
    wrong = answered(house)
    (held, waits, solved) = got_it(house, "Ali R.", "Kirsten Vang", "Lise Friis")
    with deed(house.jonas, minutes(5)) as work:
        conversations.solve(work, solved, work.session.get_one(Conversation, solved).version)
        drafts.keep(work, held, "public", "Jonas skriver på noget andet.")
    with deed(house.anna, minutes(5)) as work:
        drafts.keep(work, held, "public", "Anna også.")
        again = work.session.get_one(Conversation, waits)
        message = work.session.scalars(
            select(Message).where(Message.conversation_id == waits, Message.direction == "in")
        ).one()
        own_id, handle = (
            message.external_id,
            work.session.execute(
                text("SELECT external_id FROM identity WHERE id = :id"), {"id": again.identity_id}
            ).scalar_one(),
        )
    house.news(
        scene.post(
            "Og hvad med fingeraftryk?",
            author={"id": handle, "handle": handle, "name": "Kirsten Vang"},
            parent=own_id,
            root=own_id,
            at=minutes(10),
        )
    )
    before = {one: state(one) for one in (held, waits, solved)}
    assert before[waits].waiting_since == minutes(10)
    corrected(house, wrong)
    assert len(told(house, wrong).answers) == 3
    for one, was in before.items():
        now = state(one)
        assert (now.assignee_id, now.waiting_since, now.status) == (was.assignee_id, was.waiting_since, was.status)
    with reading(house.anna) as work:
        assert drafts.begun(work, held, "public") == "Anna også."


def test_whom_we_can_not_tell_is_listed_with_why_and_the_others_are_told(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = answered(house)
    refuses, hears = got_it(house, "Ali R.", "Kirsten Vang")
    corrected(house, wrong)
    reply_ = replies.reply

    def refusing(work: object, conversation_id: UUID, **given: object) -> replies.Promised:
        if conversation_id == refuses:
            raise Invalid("You can't answer that way on %(platform)s.", field="mode", platform="Town square")
        return reply_(work, conversation_id, **given)  # type: ignore[arg-type] # handed on as it came

    monkeypatch.setattr(replies, "reply", refusing)
    done = told(house, wrong)
    assert [one.whom.conversation_id for one in done.refused] == [refuses]
    assert len(done.answers) == 1
    monkeypatch.undo()
    assert [one.conversation_id for one in seen(house, wrong).untold] == [refuses]
    assert len(told(house, wrong).answers) == 1
    assert len(ours(hears)) == 2
    # Words that nobody could be sent are refused as a whole, and nobody was told by half.
    other = answered(house, PASS_AGAIN, "Du kan komme når som helst uden at bestille tid.")
    answered(house, PASS_AGAIN, "Du kan komme når som helst uden at bestille tid.", name="Lise Friis")
    corrected(house, other)
    with pytest.raises(Invalid) as no:
        told(house, other, "Ring om 211062-5629")
    assert no.value.field == "body"
    assert len(seen(house, other).untold) == 1


def test_who_was_told_in_vain_can_be_told_again(house: House) -> None:
    wrong = answered(house)
    (there,) = got_it(house, "Ali R.")
    corrected(house, wrong)
    (said,) = told(house, wrong).answers
    with uow(SYSTEM) as work:
        work.session.execute(
            text("UPDATE delivery SET state = 'rejected', due_at = NULL WHERE message_id = :id"), {"id": said}
        )
    (one,) = seen(house, wrong).untold
    assert one.failed
    assert len(told(house, wrong).answers) == 1
    assert len(ours(there)) == 3


def test_short_words_are_nobodys_copy(house: House) -> None:
    wrong = answered(house, body="Hej Mette. Ja, gerne.")
    answered(house, PASS_AGAIN, "Hej Ali. Ja, gerne.", name="Ali R.")
    assert seen(house, wrong).reached == ()


def test_a_telling_is_no_answer_to_anybody_else(house: House) -> None:
    wrong = answered(house)
    got_it(house, "Ali R.")
    corrected(house, wrong)
    (said,) = told(house, wrong).answers
    deliver(minutes(26))
    with reading(SYSTEM) as work:
        kept = set(work.session.scalars(text("SELECT message_id FROM earlier_answer")))
    assert said not in kept
    assert wrong in kept
