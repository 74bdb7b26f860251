"""The author changed or took away what was said: a revision beside the first words, which stay.

What this must not do: touch the message's own text.
"""

from __future__ import annotations

from sqlalchemy import select

from connectors.kit.contract import InboundDelete, InboundEdit
from inbox.domain import clock
from inbox.domain.conversation import Klass
from inbox.domain.ids import new_id
from inbox.domain.ledger.shapes import EntryType
from inbox.domain.text import clean
from inbox.models import Account, Conversation, Message, Revision
from inbox.services import acute, conversations, exposed, ledger, planning, sla, stopping
from inbox.uow import UnitOfWork


def take_in(work: UnitOfWork, account: Account, change: InboundEdit | InboundDelete) -> bool:
    """Store the change once. False when we don't have the post (yet)."""
    message = work.session.scalars(
        select(Message).where(Message.account_id == account.id, Message.external_id == change.ref.external_id)
    ).one_or_none()
    if message is None:
        return False
    edited = isinstance(change, InboundEdit)
    text = clean(change.text).text if isinstance(change, InboundEdit) else None
    at = clock.believed(change.edited_at if isinstance(change, InboundEdit) else change.deleted_at, work.now)
    before = work.session.scalars(
        select(Revision).where(Revision.message_id == message.id).order_by(Revision.at, Revision.id)
    ).all()
    latest = before[-1].text if before else message.text
    if change.ref.token is not None:
        # The platform's name for the newest version: the next look compares with it.
        message.token = change.ref.token
    if any(one.kind == "deleted" for one in before) and not edited:
        return True
    if edited and (text == latest or any(one.at == at and one.text == text for one in before)):
        return True
    conversation = work.session.scalars(
        select(Conversation)
        .where(Conversation.id == message.conversation_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()
    entry_id = None
    if message.visibility == "public":
        entry_id = ledger.record(
            work,
            EntryType.POST_EDITED if edited else EntryType.POST_DELETED,
            ref=ledger.about(message),
            values={"text": text} if text is not None else {},
            at=at,
        )
    work.session.add(
        Revision(
            id=new_id(),
            message_id=message.id,
            kind="edited" if edited else "deleted",
            visibility=message.visibility,
            text=text,
            at=at,
            # Never before the message itself, which may count from after a deed that was quicker than its page.
            received_at=max(work.now, message.received_at),
            entry_id=entry_id,
        )
    )
    exposed.changed(work, message, text, at)
    planning.take_back(work, conversation)
    heard = text is not None and message.after_stop and not stopping.silent(work, conversation, text)
    if heard:
        # Whoever is in danger may say so by changing what was only seen: it asks from now on.
        message.after_stop = False
        conversations.spoken_to(work, conversation)
    conversations.recount(work, conversation)
    if text is not None and not message.after_stop and conversation.klass == Klass.OURS:
        acute.changed(work, conversation, message, text)
    conversations.changed(work, conversation, None)
    if heard or not edited:
        sla.follow(work, conversation)
    return True
