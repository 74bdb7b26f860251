"""Climbing the ladder: one conversation at a time, each rung once, in the transaction that does its step.

Which rungs are due is read out of the history as the clocks are (`inbox.domain.escalation`), never out of a plan that
may be old. A row that a rule can have but once for a promise is written before its step is done; both are there after
the commit, or neither. Whether a rule's tags, words and priority fit is asked when its time comes: a tag that is put
there later brings nothing back. What it must not do: know what a step does (`climbing_steps.py`), or take what somebody
works in at this moment.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from uuid import UUID

from sqlalchemy import exists, select, update
from sqlalchemy.dialects.postgresql import insert

from inbox.domain import escalation
from inbox.domain.errors import Refused
from inbox.domain.escalation import Climb
from inbox.domain.events import ConversationChanged
from inbox.domain.ids import new_id
from inbox.domain.ladder import Rule
from inbox.domain.runs import Run
from inbox.models import Clock, Conversation, ConversationTag, Escalation, Message, Tag
from inbox.services import conversations, sla
from inbox.services.climbing_steps import MOVES_CLOCKS, STEPS, Done
from inbox.uow import UnitOfWork

LATELY = 20
"""The citizen's newest messages in which topic words are looked for."""
AGAIN = timedelta(minutes=5)
"""After which a conversation whose ladder broke is tried again."""


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
    breaks_quiet = conversation.acute_at is not None
    urgent = frozenset({conversation.id}) if breaks_quiet else frozenset()
    planned = sla.plan(work, {conversation.id: conversation.account_id}, urgent=urgent)
    conversation.next_due_at = planned.due[conversation.id]
    sla.arm(work, planned)
    due = [
        (one, row, run)
        for row, account_id, run in planned.known
        for one in escalation.due(planned.ladder, run, account_id, row.climbed, work.now, breaks_quiet=breaks_quiet)
    ]
    about = _About(work, conversation)
    done = 0
    for one, row, run in sorted(due, key=lambda it: (it[0].reached, it[0].number, it[2].kind)):
        row.climbed = [*row.climbed, one.rule.id]
        if about.fits(one.rule):
            done += _once(work, conversation, one, run)
    if any(one.rule.step in MOVES_CLOCKS for one, _row, _run in due):
        sla.follow(work, conversation)
    else:
        for row, account_id, run in planned.known:
            row.climb_at = escalation.next_at(
                planned.ladder, run, account_id, row.climbed, work.now, breaks_quiet=breaks_quiet
            )
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
            done = STEPS[rule.step](work, conversation, rule, run)
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
