"""Where a complaint goes: to a lead, to a colleague, or as a question to the back office.

Whom it is about never gets it, and no line of the thread says who decided of it. Where the way that was chosen is shut,
it goes to a lead; where no lead is here, it waits for everybody. What it must not do: decide that it is a complaint
(`complaints.py`).
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from inbox.domain import attendance, complaints
from inbox.domain.actors import Role
from inbox.domain.complaints import Route, Rule
from inbox.domain.errors import Conflict, Invalid
from inbox.domain.ids import new_id
from inbox.models import Account, Agent, Complaint, Conversation, ConversationEvent, Silo, Team
from inbox.models import Role as RoleRow
from inbox.services import complaint_about, conversations, notices, silo, silo_drafts
from inbox.uow import UnitOfWork


def send(work: UnitOfWork, conversation: Conversation, found: Complaint, rule: Rule) -> None:
    """Take it from whom it is about, and give it to whom it goes by its kind. Whoever gets it is told."""
    kept_from = complaint_about.kept_from(work, [conversation]).get(conversation.id, frozenset())
    if conversation.assignee_id in kept_from:
        conversation.assignee_id = None
        nameless(work, conversation.id, "complaint_taken_away")
    if rule.route is Route.UNIT and _asks(work, conversation, found, rule, kept_from):
        return
    receiver: Agent | None = None
    if rule.route is Route.PERSON:
        receiver = _person(work, conversation, rule.agent_id, kept_from)
    if receiver is None and (rule.route is not Route.STAYS):
        receiver = _lead(work, conversation, kept_from)
    if receiver is not None and receiver.id != conversation.assignee_id:
        conversation.assignee_id = receiver.id
        conversations.take_up(conversation)
        silo_drafts.lay(work, conversation)
        nameless(work, conversation.id, "assigned", to=receiver.full_name, to_id=str(receiver.id))
    if conversation.assignee_id is not None:
        notices.tell(work, conversation.assignee_id, notices.Kind.COMPLAINT, conversation.id)


def nameless(work: UnitOfWork, conversation_id: UUID, kind: str, **data: object) -> None:
    """A thin line without who did it: whom a complaint is about reads the thread, too."""
    work.session.add(
        ConversationEvent(
            id=new_id(), conversation_id=conversation_id, at=work.now, kind=kind, agent_id=None, data=data
        )
    )


def leads(work: UnitOfWork, team_id: UUID) -> list[Agent]:
    """The leads of a team, whoever was seen last first."""
    found = work.session.scalars(
        select(Agent)
        .where(
            Agent.active,
            Agent.left_at.is_(None),
            Agent.teams.any(Team.id == team_id),
            Agent.roles.any(RoleRow.name == Role.LEAD),
        )
        .order_by(Agent.seen_at.desc().nulls_last(), Agent.id)
    )
    return list(found)


def _lead(work: UnitOfWork, conversation: Conversation, kept_from: Collection[UUID]) -> Agent | None:
    """A lead who is here; the one who has it already, if it is one."""
    able = [one for one in leads(work, conversation.team_id) if one.id not in kept_from]
    holds = next((one for one in able if one.id == conversation.assignee_id), None)
    here = (one for one in able if one.away_since is None and attendance.here(one.seen_at, work.now))
    return holds or next(here, None)


def _person(
    work: UnitOfWork, conversation: Conversation, agent_id: UUID | None, kept_from: Collection[UUID]
) -> Agent | None:
    found = work.session.scalars(
        select(Agent).where(
            Agent.id == agent_id,
            Agent.active,
            Agent.left_at.is_(None),
            Agent.teams.any(Team.id == conversation.team_id),
            Agent.roles.any(RoleRow.name.in_(conversations.ANSWERERS)),
        )
    ).one_or_none()
    return None if found is None or found.id in kept_from else found


def _reads_here(work: UnitOfWork, agent_id: UUID) -> bool:
    """Whether that person reads conversations at all."""
    answers = Agent.roles.any(RoleRow.name.in_(conversations.ANSWERERS))
    return work.session.scalar(select(Agent.id).where(Agent.id == agent_id, answers)) is not None


def _asks(
    work: UnitOfWork, conversation: Conversation, found: Complaint, rule: Rule, kept_from: Collection[UUID]
) -> bool:
    """Whether the unit was asked, in the name of whoever decided; not where that person can't hold the conversation."""
    unit = work.session.get(Silo, rule.silo_id) if rule.silo_id else None
    if found.about_id is not None and _reads_here(work, found.about_id):
        # The thread says who asked, in the same second: whom it is about would read who decided.
        return False
    if unit is None or work.actor.id in kept_from or conversation.assignee_id not in (None, work.actor.id):
        return False
    language = work.session.scalars(select(Account.language).where(Account.id == conversation.account_id)).one()
    asked = silo.Question(
        unit.id,
        complaints.question(complaints.Kind(found.kind), language),
        mode="public" if found.public else "private",
        shows_private=not found.public,
    )
    heard = len(work.events)
    try:
        with work.session.begin_nested():
            silo.ask(work, conversation.id, conversation.version, asked)
    except (Conflict, Invalid):
        del work.events[heard:]
        return False
    return True
