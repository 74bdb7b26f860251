"""What each step of the ladder does in a conversation that the caller holds.

A question to the back office is asked in the name of whoever has the conversation, and where nobody has it, of the
team's first lead by name, who has it from then on: an answer must come back to a person. What it must not do: decide
whether a step is due (`climbing.py`), answer a citizen, or take a matter from whoever waits for the back office.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from inbox.domain import actors, escalation
from inbox.domain.actors import Role
from inbox.domain.assigning import Assignment
from inbox.domain.conversation import Status
from inbox.domain.errors import Conflict
from inbox.domain.ladder import Rule, Step
from inbox.domain.runs import Run
from inbox.models import Agent, Conversation, Message, Notice, Organisation, Silo
from inbox.models import Role as RoleRow
from inbox.models.agent import team_member
from inbox.services import assigning, complaint_about, conversations, notices, silo
from inbox.services.notices import Kind
from inbox.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a step: a word of `escalation.outcome`, and names of ours."""

    outcome: str
    data: Mapping[str, str]


NOBODY = Done("nobody", {})


def _remind(work: UnitOfWork, conversation: Conversation, _rule: Rule, run: Run) -> Done:
    holder = conversation.assignee_id
    if holder is None:
        return NOBODY
    notices.tell(work, holder, Kind.REMINDED, conversation.id, clock=run.kind.value)
    return Done("done", {"to": _name(work, holder)})


def _tell_lead(work: UnitOfWork, conversation: Conversation, _rule: Rule, run: Run) -> Done:
    leads = _leads(work, conversation)
    for id_ in leads:
        # Five hundred of one gathering are one thing to know.
        if conversation.gathering_id is None or not _knows(work, id_, conversation.gathering_id):
            notices.tell(work, id_, Kind.LEAD_TOLD, conversation.id, clock=run.kind.value)
    return Done("done", {"to": ", ".join(leads.values())}) if leads else NOBODY


def _give_back(work: UnitOfWork, conversation: Conversation, _rule: Rule, _run: Run) -> Done:
    _not_acute(conversation)
    holder = conversation.assignee_id
    if holder is None:
        return NOBODY
    if conversation.status == Status.ON_HOLD:
        return Done("with_back_office", {})
    _take(conversation)
    dealt = assigning.deal(work, conversation.team_id, [conversation], but_to={holder})
    _moved(work, conversation, holder, dealt)
    return Done("done", {"from": _name(work, holder)})


def _reassign(work: UnitOfWork, conversation: Conversation, _rule: Rule, _run: Run) -> Done:
    _not_acute(conversation)
    holder = conversation.assignee_id
    if conversation.status == Status.ON_HOLD:
        return Done("with_back_office", {})
    if conversation.status == Status.PENDING:
        return NOBODY
    snoozed = conversation.snoozed_until
    _take(conversation)
    but_to = set() if holder is None else {holder}
    dealt = assigning.deal(work, conversation.team_id, [conversation], but_to=but_to, mode=Assignment.BY_LOAD)
    if not dealt.given:
        conversation.assignee_id, conversation.snoozed_until = holder, snoozed
        return NOBODY
    _moved(work, conversation, holder, dealt)
    return Done("done", {"to": dealt.names[dealt.given[0][1]]})


def _ask_silo(work: UnitOfWork, conversation: Conversation, rule: Rule, run: Run) -> Done:
    _not_acute(conversation)
    asker = conversation.assignee_id or next(iter(_leads(work, conversation)), None)
    if asker is None:
        return NOBODY
    agent = work.session.get_one(Agent, asker)
    last = work.session.execute(
        select(Message.said_at, Message.visibility)
        .where(Message.conversation_id == conversation.id, Message.direction == "in")
        .order_by(Message.said_at.desc(), Message.id.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return NOBODY
    language = work.session.scalars(select(Organisation.language)).one()
    when = last.said_at.astimezone(ZoneInfo(run.term.hours.zone)).strftime("%d.%m.%Y %H:%M")
    in_their_name = replace(
        work,
        actor=actors.person(
            agent.id, agent.full_name, [one.name for one in agent.roles], [one.id for one in agent.teams]
        ),
    )
    asked = silo.Question(rule.silo_id, escalation.question(language, when), mode=last.visibility, cause="ladder")
    silo.ask(in_their_name, conversation.id, conversation.version, asked)
    name = work.session.scalars(select(Silo.name).where(Silo.id == rule.silo_id)).one()
    return Done("done", {"to": agent.full_name, "silo": name})


STEPS: Mapping[Step, Callable[[UnitOfWork, Conversation, Rule, Run], Done]] = {
    Step.REMIND: _remind,
    Step.TELL_LEAD: _tell_lead,
    Step.GIVE_BACK: _give_back,
    Step.REASSIGN: _reassign,
    Step.ASK_SILO: _ask_silo,
}


MOVES_CLOCKS = frozenset({Step.ASK_SILO})
"""After these the clocks are read anew: a promise may rest while the back office has the question."""


def _not_acute(conversation: Conversation) -> None:
    """Where somebody may be in danger people are told, and nothing is done by itself."""
    if conversation.acute_at is not None:
        raise Conflict("It may be acute: a person decides what is done.")


def _take(conversation: Conversation) -> None:
    """From whoever has it. What nobody has is not put off by anybody either."""
    conversation.assignee_id, conversation.snoozed_until = None, None


def _moved(work: UnitOfWork, conversation: Conversation, holder: UUID | None, dealt: assigning.Dealt) -> None:
    conversations.changed(work, conversation, None)
    work.session.flush()
    assigning.tell(work, dealt)
    notices.tell(work, holder, Kind.MOVED_ON, conversation.id)
    for _id, agent_id in dealt.given:
        notices.tell(work, agent_id, Kind.CAME_TO, conversation.id)


def _leads(work: UnitOfWork, conversation: Conversation) -> dict[UUID, str]:
    """The team's leads by name, but for those whom a complaint there is about."""
    kept_from = complaint_about.kept_from(work, [conversation]).get(conversation.id, frozenset())
    rows = work.session.execute(
        select(Agent.id, Agent.full_name)
        .join(team_member, team_member.c.agent_id == Agent.id)
        .where(
            team_member.c.team_id == conversation.team_id,
            Agent.active,
            Agent.left_at.is_(None),
            Agent.roles.any(RoleRow.name == Role.LEAD),
        )
        .order_by(Agent.full_name, Agent.id)
    )
    return {row.id: row.full_name for row in rows if row.id not in kept_from}


def _knows(work: UnitOfWork, agent_id: UUID, gathering_id: UUID) -> bool:
    """Whether an unread notice of the same gathering lies there."""
    unread = (
        select(Notice.id)
        .join(Conversation, Conversation.id == Notice.conversation_id)
        .where(
            Notice.agent_id == agent_id,
            Notice.kind == Kind.LEAD_TOLD,
            Notice.read_at.is_(None),
            Conversation.gathering_id == gathering_id,
        )
    )
    return work.session.scalar(unread.limit(1)) is not None


def _name(work: UnitOfWork, agent_id: UUID) -> str:
    return work.session.scalars(select(Agent.full_name).where(Agent.id == agent_id)).one()
