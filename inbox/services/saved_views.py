"""Views kept under a name: one's own, or a whole team's.

What is kept are the words of an address, so that a view is opened as a link is. What it must not do: look whether a
filter still names something; that is said when the view is opened.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func, select

from inbox.domain.actors import Role
from inbox.domain.errors import Forbidden, Invalid, NotFound
from inbox.domain.filters import Pair, parsed
from inbox.domain.ids import new_id
from inbox.domain.text import clean
from inbox.models import SavedView
from inbox.services.conversations import ANSWERERS
from inbox.uow import UnitOfWork

LONGEST = 60
"""Characters of a name."""
MOST = 50
"""Views of one person, or of one team."""


def save(work: UnitOfWork, *, name: str, view: str, filters: Iterable[Pair], team_id: UUID | None = None) -> UUID:
    """Keep a view with its filters, for the actor or, by a lead, for a team. Returns its id.

    Raises Invalid for a name that is none or stands already, and for filters that mean nothing.
    """
    if not work.actor.has(*ANSWERERS):
        raise Forbidden("The desk is for agents and leads.")
    if team_id is not None and (not work.actor.has(Role.LEAD) or team_id not in work.actor.teams):
        raise Forbidden("Only a lead shares a view with the team.")
    words = " ".join(clean(name).text.split())
    if not words:
        raise Invalid("Give the view a name.", field="name")
    if len(words) > LONGEST:
        raise Invalid("The name has at most %(limit)s characters. Make it shorter.", field="name", limit=LONGEST)
    pairs = tuple(filters)
    parsed(pairs)
    _room_for(work, words, team_id)
    kept: dict[str, list[str]] = {"view": [view]}
    for kind, value in pairs:
        kept.setdefault(kind, []).append(value)
    made = SavedView(
        id=new_id(), agent_id=work.actor.id, team_id=team_id, name=words, filters=kept, created_at=work.now
    )
    work.session.add(made)
    return made.id


def delete(work: UnitOfWork, view_id: UUID) -> None:
    """Take a view away: its owner may, and a lead what a team shares. Raises NotFound for what the actor can't see."""
    found = work.session.get(SavedView, view_id)
    if found is None or not (found.agent_id == work.actor.id or found.team_id in work.actor.teams):
        raise NotFound("There is no such view.")
    if found.agent_id != work.actor.id and not work.actor.has(Role.LEAD):
        raise Forbidden("Only whoever shared this view, or a lead, can take it away.")
    work.session.delete(found)


def _room_for(work: UnitOfWork, name: str, team_id: UUID | None) -> None:
    own = (
        SavedView.team_id == team_id
        if team_id is not None
        else (SavedView.team_id.is_(None) & (SavedView.agent_id == work.actor.id))
    )
    names = set(work.session.scalars(select(func.lower(SavedView.name)).where(own)))
    if name.lower() in names:
        raise Invalid("There is a view of this name already. Choose another name.", field="name")
    if len(names) >= MOST:
        raise Invalid("There are %(most)s views already. Take one away first.", field="name", most=MOST)
