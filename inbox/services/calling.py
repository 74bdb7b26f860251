"""Calling whoever is on call, round after round, until somebody acknowledges.

A round is one transaction: its number grows, everybody it calls gets one row for each way, and the next round has its
time; whatever is restarted, each call stands there once. A call in the page is made with its row. A mail is owed until
the server took it: **at least once**, since for danger a second mail costs less than none. So a worker that dies with
a mail in hand leaves it owed, and it is sent once more; of what is doubtful twice no third is sent, as the next round
calls again anyway. What it must not do: send anything, or say what was written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from inbox import log
from inbox.domain.acute import CallState, State, called
from inbox.domain.conversation import WAITING_ON_US
from inbox.domain.ids import new_id
from inbox.models import Acute, AcuteCall, Conversation
from inbox.queries import on_call
from inbox.services import notices
from inbox.uow import UnitOfWork

_log = log.get(__name__)
PAGE, MAIL = "page", "mail"
AGAIN = timedelta(seconds=20)
"""How long a mail server that did not take a mail is left in peace; doubled each time, at most the round's length."""
TRIES_IN_DOUBT = 2


class Came(Enum):
    """What became of a try."""

    TAKEN = auto()
    PERHAPS = auto()
    NOT = auto()
    """It certainly did not arrive, and may later."""
    NEVER = auto()
    """It is refused for good."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A call that is to be made now. `attempt` counts its tries."""

    id: UUID
    acute_id: UUID
    agent_id: UUID
    conversation_id: UUID
    round: int
    attempt: int


def next_round(work: UnitOfWork, *, mail: bool) -> bool:
    """Begin the round that has waited longest; `mail`: this house sends some. False when none is due."""
    row = work.session.scalars(
        select(Acute)
        .where(Acute.due_at <= work.now)
        .order_by(Acute.due_at, Acute.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        return False
    conversation = work.session.get_one(Conversation, row.conversation_id)
    if conversation.status not in WAITING_ON_US or conversation.merged_into_id is not None:
        # Somebody has answered or finished it: whoever did saw it.
        row.due_at = None
        return True
    row.round += 1
    row.due_at = work.now + timedelta(minutes=on_call.every(work))
    people = called(on_call.steps(work, conversation.team_id), row.round)
    if not people:
        _log.warning("nobody_to_call", acute=str(row.id))
    work.session.flush()
    _overtaken(work, row)
    for agent_id in people:
        if _put(work, row, agent_id, PAGE):
            notices.tell(work, agent_id, notices.Kind.ACUTE, conversation.id)
        if mail:
            _put(work, row, agent_id, MAIL)
    return True


def claim(work: UnitOfWork, lease: timedelta) -> Claimed | None:
    """Take the next mail that is owed; nobody else sends it before the lease is over."""
    while True:
        row = work.session.execute(
            select(AcuteCall, Acute.conversation_id, Acute.state, Acute.acknowledged_at)
            .join(Acute, Acute.id == AcuteCall.acute_id)
            .where(
                AcuteCall.state == CallState.OWED,
                AcuteCall.due_at <= work.now,
                or_(AcuteCall.lease_until.is_(None), AcuteCall.lease_until < func.clock_timestamp()),
            )
            .order_by(AcuteCall.due_at, AcuteCall.id)
            .limit(1)
            .with_for_update(of=AcuteCall, skip_locked=True)
            .execution_options(populate_existing=True)
        ).one_or_none()
        if row is None:
            return None
        call: AcuteCall = row.AcuteCall
        if row.acknowledged_at is not None or row.state == State.NOT_ACUTE:
            _end(work, call, CallState.STOPPED)
        elif call.uncertain >= TRIES_IN_DOUBT:
            _end(work, call, CallState.MADE)
        else:
            call.attempts += 1
            call.uncertain += 1
            call.lease_until = func.clock_timestamp() + lease
            work.session.flush()
            return Claimed(call.id, call.acute_id, call.agent_id, row.conversation_id, call.round, call.attempts)


def record(work: UnitOfWork, claimed: Claimed, came: Came, error: str = "") -> None:
    """Write what became of a try; an older one's counts nothing, and what was stopped meanwhile stays stopped."""
    call = work.session.get_one(AcuteCall, claimed.id, with_for_update=True, populate_existing=True)
    if call.attempts != claimed.attempt or call.state != CallState.OWED:
        return
    call.last_error = error or None
    if came is Came.TAKEN or (came is Came.PERHAPS and call.uncertain >= TRIES_IN_DOUBT):
        _end(work, call, CallState.MADE)
    elif came is Came.NEVER:
        _end(work, call, CallState.FAILED)
    else:
        if came is Came.NOT:
            call.uncertain -= 1
        call.lease_until = None
        call.due_at = work.now + min(AGAIN * 2 ** (call.attempts - 1), timedelta(minutes=5))


def _overtaken(work: UnitOfWork, row: Acute) -> None:
    """What earlier rounds owe still: this one calls the same people, and nobody wants ten mails at once."""
    work.session.execute(
        update(AcuteCall)
        .where(
            AcuteCall.acute_id == row.id,
            AcuteCall.state == CallState.OWED,
            or_(AcuteCall.lease_until.is_(None), AcuteCall.lease_until < func.clock_timestamp()),
        )
        .values(state=CallState.FAILED.value, due_at=None)
        .execution_options(synchronize_session=False)
    )


def _put(work: UnitOfWork, row: Acute, agent_id: UUID, channel: str) -> bool:
    """Owe a call once. Whether it was not there."""
    at_once = channel == PAGE
    put = (
        insert(AcuteCall)
        .values(
            id=new_id(),
            acute_id=row.id,
            round=row.round,
            agent_id=agent_id,
            channel=channel,
            state=(CallState.MADE if at_once else CallState.OWED).value,
            at=work.now,
            made_at=work.now if at_once else None,
            due_at=None if at_once else work.now,
        )
        .on_conflict_do_nothing()
        .returning(AcuteCall.id)
    )
    return work.session.scalar(put) is not None


def _end(work: UnitOfWork, call: AcuteCall, state: CallState) -> None:
    call.state, call.due_at, call.lease_until = state.value, None, None
    if state is CallState.MADE:
        call.made_at = work.now
    work.session.flush()
