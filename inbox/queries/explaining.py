"""Why a promise stands as it does."""

from __future__ import annotations

from uuid import UUID

from inbox.uow import UnitOfWork


def explain(work: UnitOfWork, conversation_id: UUID) -> tuple[UnitOfWork, UUID]:
    """Being written."""
    return work, conversation_id
