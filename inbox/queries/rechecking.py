"""Which posts to look at again, for platforms that tell nobody of an edit or a deletion.

Only what somebody may still act on: the newest words in conversations that are open, a bounded number at each
round. What it must not do: ask the platform.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from connectors.kit.contract import Ref
from inbox.domain.conversation import OPEN_STATES
from inbox.models import Conversation, Message, Revision
from inbox.uow import UnitOfWork


def open_refs(view: UnitOfWork, account_id: UUID, limit: int = 100) -> Sequence[Ref]:
    """The newest `limit` posts of citizens in the account's open conversations that still stand as far as we know."""
    gone = select(Revision.id).where(Revision.message_id == Message.id, Revision.kind == "deleted").exists()
    rows = view.session.execute(
        select(Message.external_id, Message.token)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            Conversation.account_id == account_id,
            Conversation.status.in_(OPEN_STATES),
            Conversation.klass == "ours",
            Conversation.merged_into_id.is_(None),
            Message.direction == "in",
            ~gone,
        )
        .order_by(Message.said_at.desc(), Message.id.desc())
        .limit(limit)
    )
    return [Ref(external_id, token) for external_id, token in rows if external_id is not None]
