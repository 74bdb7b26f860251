"""The ladder, climbed: what is due now, one conversation at a time.

Nobody is held up by a conversation in which something breaks: it waits, and is logged. What it must not do: decide
which step is due (`inbox.services.climbing`).
"""

from __future__ import annotations

from uuid import UUID

from inbox import log
from inbox.domain.actors import SYSTEM
from inbox.services import climbing
from inbox.uow import uow
from workers import boot

_log = log.get(__name__)
MOST = 200
"""Conversations in one turn: verdicts wait in the same queue, and the sweep rings again for the rest."""


def run() -> None:
    """Job: climb whatever is due."""
    with boot.app().app_context():
        for _turn in range(MOST):
            conversation_id: UUID | None = None
            try:
                with uow(SYSTEM) as work:
                    conversation = climbing.claim(work)
                    if conversation is None:
                        return
                    conversation_id = conversation.id
                    climbing.climb(work, conversation)
            except Exception:
                # Without a conversation it is the database itself, and the job fails as every other.
                if conversation_id is None:
                    raise
                _log.exception("ladder_broke", conversation=str(conversation_id))
                with uow(SYSTEM) as work:
                    climbing.put_off(work, conversation_id)
