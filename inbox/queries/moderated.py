"""All deeds of moderation, the numbers that stood in public, and who looked at one: for leads and auditors.

A list is as long as its number says. What it must not do: show anybody's words, or another team's to a lead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text

from inbox.domain.actors import Role
from inbox.domain.errors import Forbidden
from inbox.queries.treated import Measure
from inbox.uow import UnitOfWork

MOST: Final = 500
"""Lines of each list. A longer one says so."""
READERS: Final = (Role.LEAD, Role.AUDITOR)
DAYS: Final = 30
"""Over how many days the median is taken."""

_DEEDS = text("""
SELECT d.id, d.kind, d.state, d.reason, d.at, d.until, d.ending, d.lifted_at, d.last_error, d.entry_id,
    who.full_name AS who, lifter.full_name AS lifted_by, whom.name AS whom, whom.handle, a.channel, c.reference,
    d.conversation_id, d.message_id
FROM moderation d JOIN agent who ON who.id = d.agent_id JOIN account a ON a.id = d.account_id
JOIN conversation c ON c.id = d.conversation_id LEFT JOIN agent lifter ON lifter.id = d.lifted_by_id
LEFT JOIN identity whom ON whom.id = d.identity_id
WHERE (:everywhere OR c.team_id = ANY(:teams)) AND (d.state IN ('owed', 'in_force', 'lifting')) = :live
ORDER BY d.at DESC, d.id DESC LIMIT :most""")
_EXPOSED = text("""
SELECT e.message_id, e.conversation_id, e.since, e.ended_at, e.ending, c.reference, whom.name AS whom, a.channel
FROM exposure e JOIN conversation c ON c.id = e.conversation_id JOIN account a ON a.id = e.account_id
JOIN identity whom ON whom.id = c.identity_id
WHERE (:everywhere OR c.team_id = ANY(:teams)) AND (e.ended_at IS NULL OR e.since > :after)
ORDER BY e.ended_at IS NOT NULL, e.since DESC, e.message_id LIMIT :most""")
_MEDIAN = text("""
SELECT count(*) AS of, percentile_cont(0.5) WITHIN GROUP (
    ORDER BY extract(epoch FROM greatest(e.ended_at - e.since, interval '0'))) AS seconds
FROM exposure e JOIN conversation c ON c.id = e.conversation_id
WHERE (:everywhere OR c.team_id = ANY(:teams)) AND e.ended_at IS NOT NULL AND e.since > :after""")
_REVEALS = text("""
SELECT r.id, r.at, who.full_name AS who, c.reference, whom.name AS whom, r.message_id, m.conversation_id
FROM reveal r JOIN agent who ON who.id = r.agent_id JOIN message m ON m.id = r.message_id
JOIN conversation c ON c.id = m.conversation_id JOIN identity whom ON whom.id = c.identity_id
WHERE :everywhere OR c.team_id = ANY(:teams)
ORDER BY r.at DESC, r.id DESC LIMIT :most""")


@dataclass(frozen=True, slots=True)
class Done:
    """One deed, with whom it is about: nobody where it is our own answer."""

    measure: Measure
    whom: str | None
    handle: str | None
    channel: str
    reference: str
    conversation_id: UUID
    message_id: UUID


@dataclass(frozen=True, slots=True)
class Seen:
    """A number in public. `ended_at` None: everybody can read it still."""

    message_id: UUID
    conversation_id: UUID
    reference: str
    whom: str
    channel: str
    since: datetime
    ended_at: datetime | None
    ending: str | None


@dataclass(frozen=True, slots=True)
class Looked:
    """Somebody looked at the number in a message."""

    at: datetime
    who: str
    whom: str
    reference: str
    conversation_id: UUID


@dataclass(frozen=True, slots=True)
class Moderated:
    """Everything, newest first; what stands in public still comes before what did. `median` is of `measured` numbers
    that stood in public in the last 30 days and do so no more; None without one."""

    live: tuple[Done, ...]
    ended: tuple[Done, ...]
    exposed: tuple[Seen, ...]
    median: timedelta | None
    measured: int
    looked: tuple[Looked, ...]


def moderated(work: UnitOfWork) -> Moderated:
    """A lead sees the own teams', an auditor all. Raises Forbidden for others."""
    if not work.actor.has(*READERS):
        raise Forbidden("The list of moderation is for leads and auditors.")
    asked = {
        "everywhere": work.actor.has(Role.AUDITOR),
        "teams": list(work.actor.teams),
        "most": MOST,
        "after": work.now - timedelta(days=DAYS),
    }
    rows = work.session.execute(_EXPOSED, asked).all()
    median = work.session.execute(_MEDIAN, asked).one()
    return Moderated(
        live=tuple(_done(row) for row in work.session.execute(_DEEDS, {**asked, "live": True})),
        ended=tuple(_done(row) for row in work.session.execute(_DEEDS, {**asked, "live": False})),
        exposed=tuple(Seen(**_named(row, Seen)) for row in rows),
        median=timedelta(seconds=float(median.seconds)) if median.of else None,
        measured=median.of,
        looked=tuple(Looked(**_named(row, Looked)) for row in work.session.execute(_REVEALS, asked)),
    )


def _named(row: Any, kind: type[Seen | Looked]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in kind.__slots__}


def _done(row: Any) -> Done:
    return Done(
        measure=Measure(
            id=row.id,
            kind=row.kind,
            state=row.state,
            who=row.who,
            reason=row.reason,
            at=row.at,
            until=row.until,
            ending=row.ending,
            lifted_at=row.lifted_at,
            lifted_by=row.lifted_by,
            trouble=row.last_error,
            entry_id=row.entry_id,
        ),
        whom=row.whom,
        handle=row.handle,
        channel=row.channel,
        reference=row.reference,
        conversation_id=row.conversation_id,
        message_id=row.message_id,
    )
