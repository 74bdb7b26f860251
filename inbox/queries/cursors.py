"""How far we have read. What it must not do: move a cursor (`inbox.services.intake` does, with the page)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from inbox.models import Cursor
from inbox.uow import UnitOfWork


def position(view: UnitOfWork, account_id: UUID, stream: str) -> str | None:
    """The cursor of one stream, None before the first page."""
    return view.session.scalars(
        select(Cursor.position).where(Cursor.account_id == account_id, Cursor.stream == stream)
    ).one_or_none()
