"""“We stop here”: a signed last word, the matter closed, and a reason kept for lead and auditor.

The word itself is an ordinary answer: guarded, signed, split, posted and recorded like any other. Its template is a
canned answer that the organisation can edit; the first one who stops keeps the shipped wording as one. What this must
not do: block or hide anybody, or touch another matter of the same person.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select

from inbox.domain import stopping
from inbox.domain.asking import Because
from inbox.domain.errors import Conflict, Invalid
from inbox.domain.ids import new_id
from inbox.models import Account, CannedAnswer, Conversation, Message, Stop
from inbox.services import canned, conversations, replies
from inbox.services.replies import Promised
from inbox.uow import UnitOfWork


def wording(work: UnitOfWork, conversation_id: UUID) -> str:
    """The last word for this conversation, in the channel's language, its places filled, to be read and sent."""
    conversation = conversations.visible(work, conversation_id)
    language = _language(work, conversation)
    kept = _kept(work, language)
    return canned.fitted(work, conversation, kept or stopping.shipped(language)[2])


def stop(
    work: UnitOfWork,
    conversation_id: UUID,
    version: int,
    *,
    reason: str,
    words: str = "",
    body: str,
    because: Because | None = None,
) -> Promised:
    """Say the last word under the actor's name, the way the citizen wrote last, and close the matter.

    Raises Conflict where we have stopped already, Invalid (`why`, `words`), and whatever `replies.reply` refuses.
    """
    conversation = conversations.looked_at(work, conversation_id, version)
    if conversation.stopped_at is not None:
        raise Conflict("We have stopped here already.")
    kept = stopping.said(reason, words)
    promised = replies.reply(
        work,
        conversation.id,
        version=version,
        visibility=_way(work, conversation),
        body=body,
        composed=False,
        because=because,
    )
    conversations.finish(work, conversation)
    conversation.stopped_at = work.now
    work.session.add(
        Stop(
            id=new_id(),
            conversation_id=conversation.id,
            message_id=promised.message_id,
            agent_id=work.actor.id,
            at=work.now,
            reason=reason,
            words=kept,
        )
    )
    conversations.line(work, conversation.id, "stopped", reason=reason, words=kept)
    if work.actor.id is not None:
        keep_shipped(work, _language(work, conversation), work.actor.id)
    return promised


def keep_shipped(work: UnitOfWork, language: str, agent_id: UUID) -> None:
    """Keep the shipped wording as a canned answer that can be edited, where there is none with its shortcut yet."""
    if _kept(work, language) is not None:
        return
    shortcut, title, text = stopping.shipped(language)
    work.session.add(
        CannedAnswer(
            id=new_id(),
            shortcut=shortcut,
            title=title,
            language=language if language in canned.LANGUAGES else "en",
            text=text,
            deeds={"tags": [], "then": ""},
            agent_id=agent_id,
            created_at=work.now,
        )
    )
    work.session.flush()


def _kept(work: UnitOfWork, language: str) -> str | None:
    return work.session.scalar(
        select(CannedAnswer.text).where(
            func.lower(CannedAnswer.shortcut) == stopping.shipped(language)[0],
            CannedAnswer.language == (language if language in canned.LANGUAGES else "en"),
            CannedAnswer.retired_at.is_(None),
        )
    )


def _language(work: UnitOfWork, conversation: Conversation) -> str:
    return work.session.scalars(select(Account.language).where(Account.id == conversation.account_id)).one()


def _way(work: UnitOfWork, conversation: Conversation) -> str:
    found = work.session.scalar(
        select(Message.visibility)
        .where(Message.conversation_id == conversation.id, Message.direction == "in")
        .order_by(Message.said_at.desc(), Message.received_at.desc(), Message.id.desc())
        .limit(1)
    )
    if found is None:
        raise Invalid("Nobody has written here whom we could answer.", field="body")
    return found
