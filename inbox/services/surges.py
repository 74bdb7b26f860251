"""A rise of like mentions: each lead is told once for each gathering, and never of its five hundred members.

What it must not do: look for what is alike (`gathering.py`), or say what was said.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select, text

from inbox.domain.actors import Role
from inbox.domain.events import NoticeTold
from inbox.domain.gathering import WINDOW
from inbox.domain.ids import new_id
from inbox.models import Agent, Notice, ReachHook, Team
from inbox.models import Role as RoleRow
from inbox.models.arrays import insert_rows
from inbox.services import reaching
from inbox.services.notices import Kind, mailed
from inbox.uow import UnitOfWork

MANY = 15
"""Members from which a gathering is a rise that a lead must know of: as many as make a storm in the list."""
# The mark is set by whoever is first to find it missing, in the transaction that tells.
_RISEN = text("""
UPDATE gathering SET surge_at = :now
WHERE team_id = :team AND surge_at IS NULL AND last_at > :since
    AND (SELECT count(*) FROM gathering_member m WHERE m.gathering_id = gathering.id AND m.state = 'in') >= :many
RETURNING id""")


def look(work: UnitOfWork, team_id: UUID) -> int:
    """Tell the team's leads of what has risen since the last look; of how many gatherings."""
    work.session.flush()
    asked = {"now": work.now, "team": team_id, "since": work.now - WINDOW, "many": MANY}
    risen = list(work.session.scalars(_RISEN, asked))
    if not risen:
        return 0
    leads = work.session.execute(
        select(Agent.id, Agent.notices).where(
            Agent.active,
            Agent.left_at.is_(None),
            Agent.teams.any(Team.id == team_id),
            Agent.roles.any(RoleRow.name == Role.LEAD.value),
        )
    ).all()
    hooks = list(
        work.session.scalars(
            select(ReachHook.id).where(ReachHook.active, func.array_position(ReachHook.kinds, Kind.SURGE).is_not(None))
        )
    )
    mails = [lead.id for lead in leads if mailed(lead.notices, Kind.SURGE)]
    rows: list[dict[str, object]] = []
    for gathering_id in risen:
        for lead in leads:
            work.say(NoticeTold(lead.id, Kind.SURGE, None))
            rows.append(
                {
                    "id": new_id(),
                    "agent_id": lead.id,
                    "kind": Kind.SURGE.value,
                    "conversation_id": None,
                    "data": {"gathering": str(gathering_id)},
                    "at": work.now,
                }
            )
        reaching.owe(work, Kind.SURGE.value, hooks=hooks, mails=mails, gathering_id=gathering_id)
    insert_rows(work.session, Notice, rows)
    return len(risen)
