"""Out of the way until an hour, and back: by the hour, by hand, or by the citizen's next word.

The clocks run on: who snoozes a conversation makes nobody wait less. The citizen's word wakes it in the transaction
that takes it in (`conversations.spoken_to`). What it must not do: touch a clock.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from inbox.domain.errors import Conflict
from inbox.domain.events import ConversationChanged
from inbox.domain.ids import new_id
from inbox.domain.snoozing import checked
from inbox.models import ConversationEvent
from inbox.models.arrays import insert_rows
from inbox.services import conversations, notices
from inbox.uow import UnitOfWork

BATCH = 200
_WAKE = text(
    """
    WITH due AS (
        SELECT id FROM conversation WHERE snoozed_until <= :now
        ORDER BY snoozed_until, id LIMIT :most FOR NO KEY UPDATE SKIP LOCKED)
    UPDATE conversation SET snoozed_until = NULL, version = version + 1, changed_at = greatest(changed_at, :now)
    FROM due WHERE conversation.id = due.id
    RETURNING conversation.id, conversation.team_id, conversation.version, conversation.assignee_id
    """
)


def snooze(work: UnitOfWork, conversation_id: UUID, version: int, until: datetime) -> None:
    """Out of the way until that instant, or until the citizen writes. One that is snoozed already gets the new hour.

    Raises Invalid (`until`) for a time that is past or over a year away, and what `conversations.opened` raises.
    """
    conversation = conversations.opened(work, conversation_id, version)
    if conversation.acute_at is not None:
        raise Conflict("What may be acute is not put off. Decide first whether it is.")
    conversation.snoozed_until = checked(until, work.now)
    conversations.changed(work, conversation, "snoozed", until=until.isoformat())


def wake(work: UnitOfWork, conversation_id: UUID, version: int) -> None:
    """Back before its hour, by hand."""
    conversation = conversations.looked_at(work, conversation_id, version)
    if conversation.snoozed_until is None:
        raise Conflict("This conversation is back already.")
    conversation.snoozed_until = None
    conversations.changed(work, conversation, "woken_by_hand")


def wake_due(work: UnitOfWork, limit: int = BATCH) -> int:
    """Bring back those whose hour has come, in one claimed batch; returns how many.

    What another worker has in hand is left to it, so that each comes back once.
    """
    back = work.session.execute(_WAKE, {"now": work.now, "most": limit}).all()
    insert_rows(
        work.session,
        ConversationEvent,
        [
            {"id": new_id(), "conversation_id": row.id, "at": work.now, "kind": "woken", "agent_id": None, "data": {}}
            for row in back
        ],
    )
    for row in back:
        notices.tell(work, row.assignee_id, "woken", row.id)
        work.say(ConversationChanged(row.id, row.team_id, row.version))
    return len(back)
