"""National numbers that citizens wrote in public: noted when the words come in, with how long everybody can read them.

A number that only may be one is masked like the others, but nobody is asked to act on a guess. What it must not do:
keep the number, or hide anything by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from inbox.domain import personal_data
from inbox.models import Exposure, Message, Revision
from inbox.models.arrays import insert_rows
from inbox.uow import UnitOfWork


def noted(work: UnitOfWork, rows: Sequence[Mapping[str, Any]]) -> None:
    """Of the messages of one page, as they are stored: those that everybody can read a number in."""
    today = work.now.date()
    found = [
        {
            "message_id": row["id"],
            "conversation_id": row["conversation_id"],
            "account_id": row["account_id"],
            "since": row["said_at"],
        }
        for row in rows
        if row["visibility"] == "public"
        and row["direction"] == "in"
        and row["kind"] != "own"
        and personal_data.holds(row["text"], today=today)
    ]
    insert_rows(work.session, Exposure, found)


def changed(work: UnitOfWork, message: Message, text: str | None, at: datetime) -> None:
    """The citizen changed the words, or took them away (`text` None)."""
    if message.visibility != "public" or message.direction != "in":
        return
    if text is None:
        ended(work, message.id, "deleted", at)
    elif not personal_data.holds(text, today=work.now.date()):
        ended(work, message.id, "edited", at)
    elif work.session.get(Exposure, message.id) is None:
        row = {"conversation_id": message.conversation_id, "account_id": message.account_id, "since": at}
        work.session.add(Exposure(message_id=message.id, **row))
    else:
        _begin_again(work, message.id)


def ended(work: UnitOfWork, message_id: UUID, ending: str, at: datetime | None = None) -> None:
    """Nobody can read it any more: `hidden`, `deleted` or `edited`. Nothing where no number stood."""
    work.session.execute(
        update(Exposure)
        .where(Exposure.message_id == message_id, Exposure.ended_at.is_(None))
        .values(ended_at=at or work.now, ending=ending)
        .execution_options(synchronize_session="fetch")
    )


def begun_again(work: UnitOfWork, message_id: UUID) -> None:
    """It is shown again. Whether the number still stands in it, its last words say."""
    if work.session.get(Exposure, message_id) is None:
        return
    last = work.session.execute(
        select(Revision.kind, Revision.text)
        .where(Revision.message_id == message_id)
        .order_by(Revision.at.desc(), Revision.id.desc())
        .limit(1)
    ).one_or_none()
    words = last.text if last else work.session.get_one(Message, message_id).text
    if words is not None and personal_data.holds(words, today=work.now.date()):
        _begin_again(work, message_id)


def _begin_again(work: UnitOfWork, message_id: UUID) -> None:
    """Its time goes on from when the words first stood there: what was hidden in between counts as seen."""
    work.session.execute(
        update(Exposure)
        .where(Exposure.message_id == message_id)
        .values(ended_at=None, ending=None)
        .execution_options(synchronize_session="fetch")
    )
