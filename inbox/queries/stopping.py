"""Where we stopped, why, and whether that was taken back: for leads and auditors, and beside the last word itself.

What it must not do: show what was written of a private talk to anybody but a lead of its team.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import aliased

from inbox.domain.actors import Role
from inbox.domain.errors import Forbidden
from inbox.domain.personal_data import mask
from inbox.models import Account, Agent, Conversation, Message, Stop
from inbox.uow import UnitOfWork

READERS = (Role.AUDITOR, Role.LEAD, Role.ADMINISTRATOR)
MOST = 200


@dataclass(frozen=True, slots=True)
class Stopped:
    """One time that we stopped. `lifted_at` is when it was taken back, None while it holds."""

    reason: str
    words: str
    by: str
    at: datetime
    lifted_at: datetime | None
    lifted_by: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """The same in the list. `entry_id` leads to the last word's proof, None for a private one."""

    stopped: Stopped
    reference: str
    channel: str
    private: bool
    entry_id: UUID | None


def listing(work: UnitOfWork) -> tuple[Line, ...]:
    """The newest first. Raises Forbidden for those who don't read the public history."""
    if not work.actor.has(*READERS):
        raise Forbidden("The public history is for auditors, leads and administrators.")
    by, lifter = aliased(Agent), aliased(Agent)
    rows = work.session.execute(
        select(
            Stop,
            by.full_name.label("by"),
            lifter.full_name.label("lifter"),
            Conversation.reference,
            Conversation.team_id,
            Account.channel,
            Message.visibility,
            Message.entry_id,
        )
        .join(by, by.id == Stop.agent_id)
        .outerjoin(lifter, lifter.id == Stop.lifted_by_id)
        .join(Conversation, Conversation.id == Stop.conversation_id)
        .join(Account, Account.id == Conversation.account_id)
        .join(Message, Message.id == Stop.message_id)
        .order_by(Stop.at.desc(), Stop.id.desc())
        .limit(MOST)
    )
    return tuple(_line(work, row) for row in rows)


def column() -> ScalarSelect[Any]:
    """The stop whose last word a statement's message is, as a column of it."""
    by, lifter = aliased(Agent), aliased(Agent)
    return (
        select(
            func.jsonb_build_object(
                "reason", Stop.reason, "words", Stop.words, "by", by.full_name, "at", Stop.at,
                "lifted_at", Stop.lifted_at, "lifted_by", lifter.full_name,
            )
        )
        .join(by, by.id == Stop.agent_id)
        .outerjoin(lifter, lifter.id == Stop.lifted_by_id)
        .where(Stop.message_id == Message.id)
        .scalar_subquery()
    )  # fmt: skip


def stopped(found: Mapping[str, Any] | None) -> Stopped | None:
    """What `column` read, masked."""
    if found is None:
        return None
    lifted_at = datetime.fromisoformat(found["lifted_at"]) if found["lifted_at"] else None
    at = datetime.fromisoformat(found["at"])
    return Stopped(found["reason"], mask(found["words"]), found["by"], at, lifted_at, found["lifted_by"])


def _line(work: UnitOfWork, row: Any) -> Line:
    stop: Stop = row.Stop
    private = row.visibility == "private"
    shown = not private or (work.actor.has(Role.LEAD) and row.team_id in work.actor.teams)
    words = mask(stop.words) if shown else ""
    told = Stopped(stop.reason, words, row.by, stop.at, stop.lifted_at, row.lifter)
    return Line(told, row.reference, row.channel, private, row.entry_id)
