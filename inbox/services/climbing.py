"""Climbing the ladder: one conversation at a time, each rung once, in the transaction that does its step.

Which rungs are due is read out of the history as the clocks are (`inbox.domain.escalation`), never out of a plan that
may be old. A row that a rule can have but once for a promise is written before its step is done; both are there after
the commit, or neither. Whether a rule's tags, words and priority fit is asked when its time comes: a tag that is put
there later brings nothing back. What it must not do: answer anybody, or take what somebody works in at this moment.

A question to the back office is asked in the name of whoever has the conversation, and where nobody has it, of the
team's first lead by name, who has it from then on: an answer must come back to a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select, update
from sqlalchemy.dialects.postgresql import insert

from inbox.domain import actors, escalation
from inbox.domain.actors import Role
from inbox.domain.assigning import Assignment
from inbox.domain.conversation import Status
from inbox.domain.errors import Refused
from inbox.domain.escalation import Climb
from inbox.domain.events import ConversationChanged
from inbox.domain.ids import new_id
from inbox.domain.ladder import Rule, Step
from inbox.domain.runs import Run
from inbox.models import (
    Agent,
    Clock,
    Conversation,
    ConversationTag,
    Escalation,
    Message,
    Notice,
    Organisation,
    Silo,
    Tag,
)
from inbox.models import Role as RoleRow
from inbox.models.agent import team_member
from inbox.services import assigning, conversations, notices, silo, sla
from inbox.services.notices import Kind
from inbox.uow import UnitOfWork

LATELY = 20
"""The citizen's newest messages in which topic words are looked for."""
AGAIN = timedelta(minutes=5)
"""After which a conversation whose ladder broke is tried again."""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a step: a word of `escalation.outcome`, and names of ours."""

    outcome: str
    data: Mapping[str, str]


NOBODY = Done("nobody", {})


def claim(work: UnitOfWork) -> Conversation | None:
    """The conversation whose next rung has waited longest, held until the commit; None where nothing is due."""
    return work.session.scalars(
        select(Conversation)
        .join(Clock, Clock.conversation_id == Conversation.id)
        .where(Clock.climb_at <= work.now)
        .order_by(Clock.climb_at, Clock.id)
        .limit(1)
        .with_for_update(key_share=True, skip_locked=True, of=Conversation)
        .execution_options(populate_existing=True)
    ).first()


def climb(work: UnitOfWork, conversation: Conversation) -> int:
    """Do what is due in a claimed conversation; returns how many rungs were climbed. Verdicts come before steps."""
    planned = sla.plan(work, {conversation.id: conversation.account_id})
    conversation.next_due_at = planned.due[conversation.id]
    sla.arm(work, planned)
    due = [
        (one, row, run)
        for row, account_id, run in planned.known
        for one in escalation.due(planned.ladder, run, account_id, row.climbed, work.now)
    ]
    about = _About(work, conversation)
    done = 0
    for one, row, run in sorted(due, key=lambda it: (it[0].reached, it[0].number, it[2].kind)):
        row.climbed = [*row.climbed, one.rule.id]
        if about.fits(one.rule):
            done += _once(work, conversation, one, run)
    sla.follow(work, conversation)
    return done


def put_off(work: UnitOfWork, conversation_id: UUID) -> None:
    """Something broke there: the others have their turn first."""
    work.session.execute(
        update(Clock)
        .where(Clock.conversation_id == conversation_id, Clock.climb_at <= work.now)
        .values(climb_at=work.now + AGAIN)
        .execution_options(synchronize_session=False)
    )


def _once(work: UnitOfWork, conversation: Conversation, one: Climb, run: Run) -> bool:
    """The step, and that it was done; nothing where it was done before."""
    rule, said = one.rule, len(work.events)
    named = {"conversation_id": conversation.id, "kind": run.kind.value, "number": run.number, "rule_id": rule.id}
    # Asked before anything is done; whoever writes it at the same moment holds the conversation, and we would not.
    if work.session.scalar(select(exists().where(*(getattr(Escalation, key) == named[key] for key in named)))):
        return False
    try:
        with work.session.begin_nested():
            done = _STEPS[rule.step](work, conversation, rule, run)
    except Refused as error:
        # What the step said before it was refused has not happened.
        del work.events[said:]
        work.session.refresh(conversation)
        done = Done("refused", {"sentence": error.sentence, **{key: str(it) for key, it in error.values.items()}})
    data = {"place": str(one.number), "step": rule.step.value, "clock": run.kind.value, **done.data}
    work.session.execute(
        insert(Escalation).values(
            id=new_id(),
            **named,
            place=one.number,
            step=rule.step.value,
            due_at=one.at,
            at=work.now,
            outcome=done.outcome,
            data=dict(done.data),
        )
    )
    if done.outcome == "done":
        conversations.line(work, conversation.id, "climbed", **data)
        work.say(ConversationChanged(conversation.id, conversation.team_id, conversation.version))
    return True


def _remind(work: UnitOfWork, conversation: Conversation, _rule: Rule, run: Run) -> Done:
    holder = conversation.assignee_id
    if holder is None:
        return NOBODY
    notices.tell(work, holder, Kind.REMINDED, conversation.id, clock=run.kind.value)
    return Done("done", {"to": _name(work, holder)})


def _tell_lead(work: UnitOfWork, conversation: Conversation, _rule: Rule, run: Run) -> Done:
    leads = _leads(work, conversation.team_id)
    for id_ in leads:
        # Five hundred of one gathering are one thing to know.
        if conversation.gathering_id is None or not _knows(work, id_, conversation.gathering_id):
            notices.tell(work, id_, Kind.LEAD_TOLD, conversation.id, clock=run.kind.value)
    return Done("done", {"to": ", ".join(leads.values())}) if leads else NOBODY


def _give_back(work: UnitOfWork, conversation: Conversation, _rule: Rule, _run: Run) -> Done:
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
    asker = conversation.assignee_id or next(iter(_leads(work, conversation.team_id)), None)
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


_STEPS = {
    Step.REMIND: _remind,
    Step.TELL_LEAD: _tell_lead,
    Step.GIVE_BACK: _give_back,
    Step.REASSIGN: _reassign,
    Step.ASK_SILO: _ask_silo,
}


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


def _leads(work: UnitOfWork, team_id: UUID) -> dict[UUID, str]:
    """The team's leads by name."""
    rows = work.session.execute(
        select(Agent.id, Agent.full_name)
        .join(team_member, team_member.c.agent_id == Agent.id)
        .where(
            team_member.c.team_id == team_id,
            Agent.active,
            Agent.left_at.is_(None),
            Agent.roles.any(RoleRow.name == Role.LEAD),
        )
        .order_by(Agent.full_name, Agent.id)
    )
    return {row.id: row.full_name for row in rows}


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


class _About:
    """What a conversation is about, read only where a rule asks for it."""

    def __init__(self, work: UnitOfWork, conversation: Conversation) -> None:
        self._work, self._conversation = work, conversation

    def fits(self, rule: Rule) -> bool:
        return escalation.applies(
            rule,
            self._conversation.priority,
            self._tags if rule.tags else (),
            self._said if rule.words else (),
        )

    @cached_property
    def _tags(self) -> list[str]:
        return list(
            self._work.session.scalars(
                select(Tag.name)
                .join(ConversationTag, ConversationTag.tag_id == Tag.id)
                .where(ConversationTag.conversation_id == self._conversation.id)
            )
        )

    @cached_property
    def _said(self) -> list[str]:
        return list(
            self._work.session.scalars(
                select(Message.text)
                .where(Message.conversation_id == self._conversation.id, Message.direction == "in")
                .order_by(Message.said_at.desc(), Message.id.desc())
                .limit(LATELY)
            )
        )
