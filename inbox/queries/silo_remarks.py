"""What a unit asked back about a question, and what it was told: for the desk and for the unit alike.

What it must not do: show an unmasked national number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import aliased

from inbox.domain.personal_data import mask
from inbox.models import Agent, SiloRemark, SiloTicket
from inbox.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Remark:
    """One of them. `unit` is the unit's name; `waits`: nobody has answered it, and an answer is still owed."""

    id: UUID
    unit: str
    author: str
    from_unit: bool
    at: datetime
    words: str
    waits: bool


def column() -> ScalarSelect[Any]:
    """Those of the statement's question, as `remarks` reads them."""
    by = aliased(Agent)
    return (
        select(
            func.jsonb_agg(
                func.jsonb_build_object(
                    "id", SiloRemark.id, "key", SiloRemark.key, "author", by.full_name,
                    "from_unit", SiloRemark.from_unit, "at", SiloRemark.at, "words", SiloRemark.text,
                )
            )
        )
        .select_from(SiloRemark)
        .join(by, by.id == SiloRemark.agent_id)
        .where(SiloRemark.ticket_id == SiloTicket.id)
        .correlate(SiloTicket)
        .scalar_subquery()
    )  # fmt: skip


def remarks(found: Sequence[Mapping[str, Any]] | None, unit: str, *, open_: bool) -> tuple[Remark, ...]:
    """What `column` brought, oldest first. `open_`: the unit still owes an answer."""
    rows = found or ()
    answered = {one["key"] for one in rows if not one["from_unit"]}
    made = (
        Remark(
            UUID(one["id"]),
            unit,
            one["author"],
            one["from_unit"],
            datetime.fromisoformat(one["at"]),
            mask(one["words"]),
            open_ and one["from_unit"] and one["id"] not in answered,
        )
        for one in rows
    )
    return tuple(sorted(made, key=lambda it: (it.at, it.id)))


def of_one(work: UnitOfWork, ticket_id: UUID, unit: str, *, open_: bool) -> tuple[Remark, ...]:
    """Those of one question that the caller may see."""
    found = work.session.scalar(select(column()).select_from(SiloTicket).where(SiloTicket.id == ticket_id))
    return remarks(found, unit, open_=open_)
