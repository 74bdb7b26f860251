"""Who is there to be given something, what they answer in, how much they carry, and how a team deals out.

A person says themselves that they are away and which languages they answer in; a lead or an administrator of their
team sets the rest. What it must not do: give anything to anybody (`assigning.py`), or take anything away (`claims.py`).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from inbox.domain.actors import Role
from inbox.domain.assigning import LANGUAGES, Assignment
from inbox.domain.errors import Forbidden, Invalid, NotFound
from inbox.domain.groups import Group
from inbox.models import Agent, GroupAnswerer, Team
from inbox.models.agent import team_member
from inbox.queries.staffing import answering
from inbox.uow import UnitOfWork

ARRANGING = (Role.LEAD, Role.ADMINISTRATOR)
PAGES_IN: Final = ("da", "nb", "en")
MOST: Final = 999
"""Open conversations; more is no limit anybody means."""
LONGEST: Final = 7 * 24 * 60
"""Opening minutes after which a claim lapses at most."""


def go_away(work: UnitOfWork) -> None:
    """The actor is not there: nothing is given to them in turn. What they hold stays theirs until it lapses."""
    me = _me(work)
    if me.away_since is None:
        me.away_since = work.now


def come_back(work: UnitOfWork) -> None:
    """The actor is there again."""
    _me(work).away_since = None


def say(work: UnitOfWork, *, pages_in: str, languages: Collection[str]) -> None:
    """In which language the actor reads the house, and in which they answer (none: all).

    Raises Invalid (`pages_in`, `languages`).
    """
    me = _me(work)
    if pages_in not in PAGES_IN:
        raise Invalid("Choose one of the languages of the pages.", field="pages_in")
    me.languages = _known(languages)
    me.language = pages_in


def arrange(
    work: UnitOfWork,
    team_id: UUID,
    agent_id: UUID,
    *,
    capacity: int | None,
    languages: Collection[str],
    groups: Collection[str],
    two_keys: bool = False,
) -> None:
    """How many open conversations a person who answers in the actor's team is given at most (None: no limit), in which
    languages, which stakeholder groups that team asks them to answer (other teams' groups stay as they are), and
    whether a colleague releases what they answer.

    Raises Forbidden, NotFound, Invalid (`capacity`, `languages`, `groups`).
    """
    _arrangers_only(work)
    agent = work.session.scalars(
        select(Agent)
        .join(team_member, team_member.c.agent_id == Agent.id)
        .where(
            Agent.id == agent_id,
            team_member.c.team_id == team_id,
            team_member.c.team_id.in_(work.actor.teams),
            answering(),
        )
        # Of two who save the same person at once the later one's ticks stand, never both's.
        .with_for_update(key_share=True, of=Agent)
    ).one_or_none()
    if agent is None:
        raise NotFound("There is no such person in your teams.")
    if capacity is not None and not 0 <= capacity <= MOST:
        raise Invalid("Give a number from 0 to %(most)s, or nothing for no limit.", field="capacity", most=MOST)
    if not set(groups) <= set(Group):
        raise Invalid("Choose groups from the list.", field="groups")
    agent.languages = _known(languages)
    agent.capacity = capacity
    agent.two_keys = two_keys
    _ask(work, team_id, agent_id, set(groups))


def deal_out(work: UnitOfWork, team_id: UUID, *, assignment: str, claim_minutes: int | None) -> None:
    """How the team deals out what comes in, and after how many opening minutes a claim lapses (None: never).

    Raises Forbidden, NotFound, Invalid (`assignment`, `claim_minutes`).
    """
    _arrangers_only(work)
    team = work.session.scalars(select(Team).where(Team.id == team_id, Team.id.in_(work.actor.teams))).one_or_none()
    if team is None:
        raise NotFound("There is no such team.")
    if assignment not in set(Assignment):
        raise Invalid("Choose how what comes in is dealt out.", field="assignment")
    if claim_minutes is not None and not 1 <= claim_minutes <= LONGEST:
        raise Invalid(
            "Give a number of minutes from 1 to %(most)s, or nothing for never.", field="claim_minutes", most=LONGEST
        )
    team.assignment, team.claim_minutes = assignment, claim_minutes


def _ask(work: UnitOfWork, team_id: UUID, agent_id: UUID, groups: Collection[str]) -> None:
    work.session.execute(
        delete(GroupAnswerer).where(
            GroupAnswerer.team_id == team_id,
            GroupAnswerer.agent_id == agent_id,
            GroupAnswerer.group.not_in(groups),
        )
    )
    if groups:
        work.session.execute(
            insert(GroupAnswerer)
            .values([{"team_id": team_id, "group": one, "agent_id": agent_id} for one in sorted(groups)])
            .on_conflict_do_nothing()
        )


def _me(work: UnitOfWork) -> Agent:
    if work.actor.id is None:
        raise Forbidden("Only a person can say that of themselves.")
    return work.session.get_one(Agent, work.actor.id)


def _arrangers_only(work: UnitOfWork) -> None:
    if not work.actor.has(*ARRANGING):
        raise Forbidden("Leads and administrators arrange who is given what.")


def _known(languages: Collection[str]) -> list[str]:
    if not set(languages) <= set(LANGUAGES):
        raise Invalid("Choose languages from the list.", field="languages")
    return [one for one in LANGUAGES if one in set(languages)]
