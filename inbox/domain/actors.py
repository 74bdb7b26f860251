"""Who acts: a person with roles and teams, or the system itself.

An actor is made once at the door, from the login or by a worker, and travels with the unit of work.
A name is never typed: whoever signs is the actor. What it must not do: decide what is allowed
(`permissions.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a person does here. A person may have several."""

    AGENT = "agent"
    LEAD = "lead"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    BACK_OFFICE = "back_office"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person at a door, or the system (`id` is None)."""

    id: UUID | None
    name: str
    roles: frozenset[Role] = frozenset()
    teams: frozenset[UUID] = frozenset()

    def has(self, *roles: Role) -> bool:
        """Whether the actor has at least one of the roles."""
        return not self.roles.isdisjoint(roles)

    @property
    def is_system(self) -> bool:
        return self.id is None


SYSTEM = Actor(id=None, name="Byline")


def person(agent_id: UUID, name: str, roles: Iterable[str], teams: Iterable[UUID]) -> Actor:
    """The actor for a login, with role names as they stand in the database."""
    return Actor(agent_id, name, frozenset(Role(role) for role in roles), frozenset(teams))
