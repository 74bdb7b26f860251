"""An answer of ours was wrong: said so in public, and told to everybody who got the same words.

Both are ordinary answers: signed, guarded, split and posted like any other, each its own delivery, so that nothing here
knows how to send. They answer no question: a clock that runs goes on, and whoever holds a conversation keeps it. What
it must not do: change or hide the first answer, or tell anybody twice (the database decides who was told).
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from inbox.domain import alike, corrections, placeholders
from inbox.domain.asking import Because
from inbox.domain.conversation import Status
from inbox.domain.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from inbox.domain.ledger.shapes import EntryType
from inbox.domain.text import clean
from inbox.models import Conversation, Correction, Message
from inbox.queries.correcting import Matter, Reached, matter
from inbox.services import conversations, ledger, replies
from inbox.services.replies import Promised
from inbox.uow import UnitOfWork

AT_ONCE = 50
"""Conversations that one act tells; more would hold too many of them at a time."""
_OF_ALL = ("body", "reason")
"""What is wrong with the words is wrong for everybody."""
_TELL = text("""
INSERT INTO correction_told AS told (correction_id, conversation_id) VALUES (:correction, :conversation)
ON CONFLICT (correction_id, conversation_id) DO UPDATE SET message_id = NULL WHERE EXISTS (
    SELECT FROM delivery d WHERE d.message_id = told.message_id AND d.state IN ('rejected', 'withdrawn'))
RETURNING conversation_id""")
"""Nobody is told twice, unless what was said was taken back or refused by the platform."""


@dataclass(frozen=True, slots=True)
class NotTold:
    """Whom we could not tell, and why: source text for the catalogues, and what to fill in."""

    whom: Reached
    why: Refused


@dataclass(frozen=True, slots=True)
class Told:
    """What one act did. `answers` are the messages that it promised."""

    answers: tuple[UUID, ...]
    refused: tuple[NotTold, ...]


def correct(work: UnitOfWork, wrong_id: UUID, *, version: int, body: str, because: Because | None = None) -> Promised:
    """Say in public, under the actor's name, what is right; the wrong answer's own address stands under it.

    `because`: why what the guard asks about may stand there.

    Raises Forbidden for who is neither its author nor a lead, Conflict where it stands no more or was corrected
    meanwhile, NotFound for one out of sight, and whatever `replies.reply` refuses.
    """
    about = matter(work, wrong_id)
    conversation = conversations.looked_at(work, about.conversation_id, version)
    if matter(work, wrong_id).right is not None:
        raise Conflict("This answer has been corrected already.")
    words = clean(body).text.strip()
    if alike.ungreeted(words) == alike.ungreeted(about.said):
        raise Invalid("These are the words that were wrong. Write what is right.", field="body")
    promised = _say(work, conversation, "public", corrections.linked(words, about.url) if words else "", because)
    message = work.session.get_one(Message, promised.message_id)
    entry_id = ledger.record(
        work,
        EntryType.REPLY_CORRECTED,
        ref=ledger.about(message),
        values={"text": message.text, "author": str(work.actor.id), "signed_name": message.signed_as or ""},
        agent_id=work.actor.id,
        corrects=wrong_id,
    )
    work.session.add(
        Correction(
            message_id=message.id,
            wrong_id=wrong_id,
            same_words=alike.same(about.said, str(wrong_id)),
            agent_id=work.actor.id,
            entry_id=entry_id,
            at=work.now,
        )
    )
    work.session.flush()
    return promised


def tell(work: UnitOfWork, wrong_id: UUID, *, body: str, because: Because | None = None) -> Told:
    """Tell everybody who got the wrong words, each in their own thread, the way they got them; at most 50.

    Raises Invalid (`body`) for words that nobody could be sent, Conflict where there is no correction; what stands in
    the way of one alone is in the result.
    """
    about = matter(work, wrong_id)
    if about.right is None:
        raise Conflict("This answer has not been corrected. Correct it first, then tell who got it.")
    answers: list[UUID] = []
    refused: list[NotTold] = []
    for one in about.untold[:AT_ONCE]:
        heard = len(work.events)
        try:
            with work.session.begin_nested():
                said = _tell_one(work, about, one, body, because)
        except Invalid as error:
            if error.field in _OF_ALL:
                raise
            refused.append(NotTold(one, error))
        except (Conflict, Forbidden, NotFound) as error:
            refused.append(NotTold(one, error))
        else:
            answers += [said] if said is not None else []
            continue
        del work.events[heard:]
    return Told(tuple(answers), tuple(refused))


def _tell_one(work: UnitOfWork, about: Matter, whom: Reached, body: str, because: Because | None) -> UUID | None:
    """The answer that tells them; None if somebody has told them meanwhile."""
    assert about.right is not None
    conversation = conversations.locked(work, whom.conversation_id)
    key = {"correction": about.right.id, "conversation": conversation.id}
    if work.session.scalar(_TELL, key) is None:
        return None
    words = placeholders.fill(clean(body).text, {"name": placeholders.address(whom.who)})
    said = _say(work, conversation, "private" if whom.private else "public", words, because).message_id
    work.session.execute(
        text(
            "UPDATE correction_told SET message_id = :said"
            " WHERE correction_id = :correction AND conversation_id = :conversation"
        ),
        {**key, "said": said},
    )
    return said


def _say(
    work: UnitOfWork, conversation: Conversation, visibility: str, words: str, because: Because | None
) -> Promised:
    """An answer that answers nothing: what the citizen waits for, who holds it and what was begun stay as they are."""
    holder, solved = conversation.assignee_id, conversation.status == Status.SOLVED
    conversation.assignee_id = None
    promised = replies.reply(
        work,
        conversation.id,
        version=conversation.version,
        visibility=visibility,
        body=words,
        holding=conversation.waiting_since is not None,
        composed=False,
        because=because,
    )
    conversation.assignee_id = holder
    if solved:
        conversations.finish(work, conversation)
    return promised
