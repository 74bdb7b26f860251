"""Mails about unread notices, to those who chose them: whose turn it is, and up to when they have been told.

At most once. The claim says in one short transaction that the person has been told; only then, with nothing open, is
the mail handed over (GOV.UK Notify closes its session before it calls a provider, for the same reason). A digest that
comes twice is a nuisance, and one that is lost still stands in the notice centre. So a claim is given back only where
the mail server certainly did not take the mail: it could not be reached, or it refused. What was perhaps taken, and
what a killed worker had in hand, counts as told.

What it must not do: send anything, or mark a notice as read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import select, text, update

from inbox.domain.errors import Forbidden, Invalid
from inbox.models import Agent
from inbox.queries.digests import SETTLING
from inbox.uow import UnitOfWork


class Choice(StrEnum):
    """How often at most a person gets a mail."""

    NEVER = "never"
    DAILY = "daily"
    HOURLY = "hourly"


EVERY: Final[Mapping[str, timedelta]] = {Choice.DAILY: timedelta(days=1), Choice.HOURLY: timedelta(hours=1)}
"""The least time between two mails to one person. It runs from the last one: there is no hour of the day for all."""
AGAIN: Final = timedelta(minutes=10)
"""How long a mail server that is down, or that has no time for a mail, is left in peace."""

# Two workers may ask at once: one gets the row, the other passes it by, and finds it claimed when it looks again.
_CLAIM = text(
    """
    WITH due AS (
        SELECT id, digested_at AS since FROM agent
        WHERE digest <> 'never' AND digest_due_at <= :now AND left_at IS NULL AND active
            AND (SELECT at FROM notice WHERE agent_id = agent.id AND read_at IS NULL AND at <= :until
                    ORDER BY at DESC LIMIT 1) > coalesce(digested_at, '-infinity')
        ORDER BY digest_due_at, id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED)
    UPDATE agent SET digested_at = :until, digest_due_at = :now + CASE digest WHEN 'daily' THEN :daily ELSE :hourly END
    FROM due WHERE agent.id = due.id
    RETURNING agent.id, due.since
    """
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """Somebody's turn: they are told of what came after `since` (None: ever) and up to `until`."""

    agent_id: UUID
    since: datetime | None
    until: datetime


def choose(work: UnitOfWork, often: str) -> None:
    """How often the actor wants a mail. Choosing it anew brings nothing again that a mail has told.

    Raises Forbidden (the system), Invalid (`digest`).
    """
    if work.actor.id is None:
        raise Forbidden("Only a person can say that of themselves.")
    if often not in set(Choice):
        raise Invalid("Choose how often a mail may come.", field="digest")
    me = work.session.get_one(Agent, work.actor.id, with_for_update={"key_share": True}, populate_existing=True)
    if me.digest == often:
        return
    me.digest = often
    if often == Choice.NEVER:
        me.digest_due_at = None
    else:
        last = me.digested_at
        me.digest_due_at = work.now if last is None else max(work.now, last + SETTLING + EVERY[often])


def claim(work: UnitOfWork) -> Claimed | None:
    """The one who has waited longest, and is told from now on; None when it is nobody's turn."""
    until = work.now - SETTLING
    row = work.session.execute(
        _CLAIM,
        {"now": work.now, "until": until, "daily": EVERY[Choice.DAILY], "hourly": EVERY[Choice.HOURLY]},
    ).one_or_none()
    return None if row is None else Claimed(row.id, row.since, until)


def give_back(work: UnitOfWork, claimed: Claimed, *, refused: bool) -> None:
    """The server certainly did not take the mail: the next one tells of the same.

    It is tried again after ten minutes; where the server `refused` for good, after the person's own interval,
    which the claim has set.
    """
    values: dict[str, datetime | None] = {"digested_at": claimed.since}
    if not refused:
        values["digest_due_at"] = work.now + AGAIN
    work.session.execute(
        update(Agent)
        .where(Agent.id == claimed.agent_id, Agent.digested_at == claimed.until, Agent.digest != Choice.NEVER)
        .values(values)
    )


def wait(work: UnitOfWork) -> None:
    """The mail server is not to be had: everybody's turn comes after ten minutes, so that one try stands for all."""
    later = work.now + AGAIN
    mine = (
        select(Agent.id)
        .where(Agent.digest != Choice.NEVER, Agent.digest_due_at < later)
        .order_by(Agent.id)
        .with_for_update(key_share=True, skip_locked=True)
    )
    work.session.execute(
        update(Agent).where(Agent.id.in_(mine)).values(digest_due_at=later).execution_options(synchronize_session=False)
    )
