"""From a login to an actor. What it must not do: decide what the actor may do (`inbox.domain.permissions`)."""

from __future__ import annotations

from inbox.domain.actors import Actor, person
from inbox.models import Agent


def actor_of(agent: Agent) -> Actor:
    """The actor that a signed-in agent is, with roles and teams as they stand now."""
    return person(agent.id, agent.full_name, (role.name for role in agent.roles), (team.id for team in agent.teams))
