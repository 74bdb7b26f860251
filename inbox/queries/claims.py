"""Conversations whose holder has been gone for longer than their team allows.

What it must not do: take one away (`inbox.services.claims`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from inbox.queries.terms import all_terms
from inbox.uow import UnitOfWork

_MOST = 500
# The wall's minutes first: there are never more opening minutes than those, so who is missed here can't have lapsed.
# A claim counts from when it was given as well: a colleague who is off gets the whole time after they come into it.
_CANDIDATES = text(
    """
    SELECT conversation.id, conversation.account_id, conversation.assignee_id, team.claim_minutes,
        greatest(
            coalesce(agent.seen_at, agent.created_at),
            (SELECT max(at) FROM conversation_event
                WHERE conversation_id = conversation.id AND kind IN ('taken', 'assigned', 'handed_over'))
        ) AS since
    FROM team
    JOIN conversation ON conversation.team_id = team.id
    JOIN agent ON agent.id = conversation.assignee_id
    WHERE team.claim_minutes IS NOT NULL
        AND conversation.status IN ('new', 'open') AND conversation.klass = 'ours'
        AND conversation.merged_into_id IS NULL AND conversation.snoozed_until IS NULL
        AND coalesce(agent.seen_at, agent.created_at) <= :now - team.claim_minutes * interval '1 minute'
    ORDER BY agent.seen_at NULLS FIRST, conversation.id LIMIT :most
    """
)


@dataclass(frozen=True, slots=True)
class Lapsed:
    """A conversation and the person who is gone. `minutes` of opening time is what their team allows."""

    conversation_id: UUID
    agent_id: UUID
    minutes: int


def lapsed(work: UnitOfWork) -> tuple[Lapsed, ...]:
    """Those that go back to the queue now, by the opening hours in force for their account."""
    candidates = work.session.execute(_CANDIDATES, {"now": work.now, "most": _MOST}).all()
    if not candidates:
        return ()
    terms = all_terms(work)
    return tuple(
        Lapsed(row.id, row.assignee_id, row.claim_minutes)
        for row in candidates
        if terms.of(row.account_id).calendar(work.now).hours.between(row.since, work.now)
        >= timedelta(minutes=row.claim_minutes)
    )
