"""Dealing out what comes in, in the transaction that takes it in.

The team's row is locked while we count, so that two workers never give two to one last free place. What it must not
do: choose (`inbox.domain.assigning`), or give away what a person has taken or given back by hand since.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, select, text, update

from inbox.domain.assigning import Assignment, Candidate, Deal
from inbox.domain.conversation import Klass, Status
from inbox.domain.ids import new_id
from inbox.models import Agent, Contact, Conversation, ConversationEvent, Identity, Team
from inbox.models.agent import team_member
from inbox.models.arrays import among, insert_rows
from inbox.models.conversation import OPEN
from inbox.queries import harm
from inbox.queries.staffing import answering, groups_of
from inbox.services import complaint_about
from inbox.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Dealt:
    """What was given to whom, to be told once the conversations are stored."""

    given: Sequence[tuple[UUID, UUID]] = ()
    """Conversation, agent."""
    names: dict[UUID, str] = field(default_factory=dict)


def deal(
    work: UnitOfWork,
    team_id: UUID,
    conversations: Sequence[Conversation],
    *,
    but_to: Collection[UUID] = (),
    groups: Mapping[UUID, str] | None = None,
    mode: Assignment | None = None,
) -> Dealt:
    """Give each of these that nobody holds to somebody, if the team deals out at all; to nobody of `but_to`.

    `mode` takes the place of the team's own. `groups` has those of the citizens (by identity) who are in one, from
    whoever read them already.
    Call it last of all locks: one team's work is dealt out by one transaction at a time, from here to its commit.
    """
    free = [
        one
        for one in conversations
        # What may be acute is dealt to nobody: it stands first for everybody, until somebody sees to it.
        if one.assignee_id is None
        and one.acute_at is None
        and one.team_id == team_id
        and one.klass == Klass.OURS
        and one.status in (Status.NEW, Status.OPEN)
    ]
    # Asked without the lock first: most teams deal by hand, and their pages wait for nobody.
    if not free or (mode or _mode(work, team_id, lock=False)) == Assignment.BY_HAND:
        return Dealt()
    own = _mode(work, team_id, lock=True)
    candidates, names = _candidates(work, team_id)
    dealt = Deal(mode or own, tuple(one for one in candidates if one.id not in but_to), work.now)
    if groups is None:
        groups = _groups(work, free) if any(one.groups for one in dealt.candidates) else {}
    spared = harm.spared(work, {one.identity_id for one in free})
    kept_from = complaint_about.kept_from(work, free)
    given: list[tuple[UUID, UUID]] = []
    for conversation in {one.id: one for one in free}.values():
        citizen = conversation.identity_id
        but = spared.get(citizen, frozenset()) | kept_from.get(conversation.id, frozenset())
        agent_id, dealt = dealt.give(conversation.language, groups.get(citizen), but)
        if agent_id is not None:
            conversation.assignee_id = agent_id
            given.append((conversation.id, agent_id))
    turns = {one.id: one.assigned_at for one in dealt.candidates}
    # In one order whichever team they are dealt for: a person may belong to two.
    for agent_id in sorted({agent_id for _conversation, agent_id in given}):
        work.session.execute(
            update(Agent)
            .where(Agent.id == agent_id)
            .values(assigned_at=turns[agent_id])
            .execution_options(synchronize_session=False)
        )
    return Dealt(given, names)


def tell(work: UnitOfWork, dealt: Dealt) -> None:
    """The thin line in each. No notice goes with it: in a storm it would be one for each row that appears anyway."""
    insert_rows(
        work.session,
        ConversationEvent,
        [
            {
                "id": new_id(),
                "conversation_id": conversation_id,
                "at": work.now,
                "kind": "assigned",
                "agent_id": None,
                "data": {"to": dealt.names[agent_id], "to_id": str(agent_id)},
            }
            for conversation_id, agent_id in dealt.given
        ],
    )


def _mode(work: UnitOfWork, team_id: UUID, *, lock: bool) -> Assignment:
    query = select(Team.assignment).where(Team.id == team_id)
    if lock:
        query = query.with_for_update(key_share=True)
    return Assignment(work.session.scalars(query).one())


def _groups(work: UnitOfWork, conversations: Sequence[Conversation]) -> dict[UUID, str]:
    """The groups by identity, of those who are in one: the conversations themselves may not be stored yet."""
    rows = work.session.execute(
        select(Identity.id, Contact.group)
        .join(Contact, Contact.id == Identity.contact_id)
        .where(among(Identity.id, {one.identity_id for one in conversations}), Contact.group.is_not(None))
    )
    return {row.id: row.group for row in rows}


def _candidates(work: UnitOfWork, team_id: UUID) -> tuple[tuple[Candidate, ...], dict[UUID, str]]:
    holds = (
        select(func.count())
        .select_from(Conversation)
        .where(text(OPEN), Conversation.assignee_id == Agent.id)
        .correlate(Agent)
        .scalar_subquery()
    )
    rows = work.session.execute(
        select(
            Agent.id,
            Agent.full_name,
            Agent.capacity,
            Agent.languages,
            Agent.away_since,
            Agent.seen_at,
            Agent.assigned_at,
            holds.label("holds"),
            groups_of(team_id).label("groups"),
        )
        .join(team_member, team_member.c.agent_id == Agent.id)
        .where(team_member.c.team_id == team_id, answering())
    ).all()
    return (
        tuple(
            Candidate(
                row.id,
                row.holds,
                row.capacity,
                frozenset(row.languages),
                row.away_since is not None,
                row.seen_at,
                row.assigned_at,
                frozenset(row.groups),
            )
            for row in rows
        ),
        {row.id: row.full_name for row in rows},
    )
