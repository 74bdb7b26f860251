"""What comes back from a unit outside the house: fetched or brought, kept raw, taken in, or set aside where it shows.

The cursor moves in the commit that stores what was read; the same thing brought again is nothing new; what belongs to
no question of this unit is never laid before anybody. What this must not do: call a target, or post anything.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, assert_never
from uuid import UUID, uuid5

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert

from connectors.kit import target_registry
from connectors.kit.contract import (
    Accepted,
    Challenge,
    Forged,
    Page,
    Poison,
    Retry,
    Suspended,
    WebhookRequest,
    WebhookResult,
)
from connectors.kit.outcomes import FetchResult
from connectors.kit.posts import Raw
from connectors.kit.target import InboundAnswer, NotOurs, Quarantined, Returned
from inbox.domain.delivery import back_off
from inbox.domain.errors import NotFound
from inbox.domain.events import SilosDue
from inbox.domain.ids import new_id
from inbox.domain.text import clean
from inbox.models import Silo, SiloInbound, SiloTicket
from inbox.services import silo_answering, silo_errands, silo_targets
from inbox.services import silo_tickets as tickets
from inbox.services.accounts import AccountMemory
from inbox.services.silo_targets import DESK
from inbox.uow import UnitOfWork

PAGE: Final = 50
"""Items that are asked for at once."""
MOST_NAMES: Final = 20
LONGEST_NAME: Final = 200
TOO_LARGE: Final = "It is larger than what is taken in. Ask the unit for a shorter answer."
NO_QUESTION: Final = "It belongs to no question that was put to this unit."
TWO_QUESTIONS: Final = "It names two different questions."
TOO_LONG: Final = "It is longer than an answer may be. Ask the unit for a shorter one."
SAYS_NOTHING: Final = "There are no words in it."
NOT_READ: Final = "It could not be read."
FORGED: Final = "A call was not signed as it should be."

_UNREADABLE: Final = (Poison, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""Beside what a target says by itself: a bug in reading one thing must not stop whatever came after it."""
_LARGEST_NUMBER: Final = 2**62


@dataclass(frozen=True, slots=True)
class Turn:
    """A unit in one worker's hands, until when it is held."""

    silo_id: UUID
    target: str
    cursor: str | None
    until: datetime


def claim(work: UnitOfWork, lease: timedelta) -> Turn | None:
    """Take the next unit whose target is to be looked at, if any; nobody else looks meanwhile."""
    silo = work.session.scalars(
        select(Silo)
        .where(
            Silo.target != DESK,
            Silo.state == "active",
            Silo.due_at <= work.now,
            or_(Silo.lease_until.is_(None), Silo.lease_until < func.clock_timestamp()),
        )
        .order_by(Silo.due_at, Silo.id)
        .limit(1)
        .with_for_update(skip_locked=True, key_share=True)
    ).one_or_none()
    if silo is None:
        return None
    silo.lease_until = func.clock_timestamp() + lease
    work.session.flush()
    until = silo.lease_until
    assert until is not None, "it was written just now"
    return Turn(silo.id, silo.target, silo.cursor, until)


def fetched(work: UnitOfWork, turn: Turn, result: FetchResult, memory: AccountMemory) -> None:
    """Store what a look brought, and the cursor with it. Of a turn that is another's by now nothing is stored."""
    silo = silo_targets.locked(work, turn.silo_id)
    if silo.lease_until != turn.until or silo.target != turn.target:
        return
    silo.lease_until = None
    silo_targets.remember(work, silo, memory)
    match result:
        case Page(items=items, next_cursor=cursor, more=more):
            _store(work, silo, items)
            silo.cursor = cursor if cursor is not None else silo.cursor
            silo.attempts, silo.last_error = 0, None
            pause = timedelta() if more else target_registry.target(silo.target).capabilities.poll_every
            silo.due_at = work.now + max(pause, result.retry_after or timedelta())
        case Retry(reason=reason, after=after):
            silo.attempts += 1
            silo.last_error = reason
            silo.due_at = work.now + max(after or timedelta(), back_off(silo.attempts))
        case Suspended(reason=reason):
            silo_targets.suspend(work, silo, reason)
        case _:
            assert_never(result)


def called(work: UnitOfWork, silo_id: UUID, call: WebhookRequest) -> WebhookResult:
    """What the target's own rules say of a call; a genuine one is kept. Raises NotFound for no such unit."""
    silo = work.session.get(Silo, silo_id)
    if silo is None:
        raise NotFound("There is no such unit.")
    if silo.target == DESK:
        return Forged("they sit at the desk of this house")
    result = silo_targets.silent(work, silo).verify_webhook(call, work.now)
    match result:
        case Accepted(items=items, nudge=nudge):
            _store(work, silo, items)
            if nudge and silo.due_at is not None:
                silo_targets.locked(work, silo_id).due_at = work.now
                work.say(SilosDue())
        case Forged():
            refuse(work, silo_id, FORGED)
        case Challenge():
            pass
        case _:
            assert_never(result)
    return result


def refuse(work: UnitOfWork, silo_id: UUID, reason: str) -> None:
    """Count a call of which nothing is kept: one line for each reason, however often a stranger tries."""
    if work.session.get(Silo, silo_id) is None:
        raise NotFound("There is no such unit.")
    line = insert(SiloInbound).values(
        id=new_id(),
        silo_id=silo_id,
        state="quarantined",
        digest=hashlib.sha256(reason.encode()).hexdigest(),
        payload={},
        received_at=work.now,
        reason=reason,
    )
    work.session.execute(
        line.on_conflict_do_update(
            index_elements=["silo_id", "digest"],
            set_={"times": SiloInbound.times + 1, "received_at": work.now},
        )
    )


def take_in(work: UnitOfWork) -> bool:
    """Take in the one that has waited longest. False when none waits."""
    found = work.session.scalars(
        select(SiloInbound)
        .where(SiloInbound.state == "waiting")
        .order_by(SiloInbound.received_at, SiloInbound.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if found is None:
        return False
    silo = work.session.get_one(Silo, found.silo_id)
    found.state = "done"
    if silo.target == DESK:
        _aside(found, NO_QUESTION)
        return True
    try:
        returned = silo_targets.silent(work, silo).normalize(found.payload)
    except _UNREADABLE:
        _aside(found, NOT_READ)
        return True
    for one in returned:
        reason = _taken(work, silo, one)
        if reason:
            _aside(found, reason)
    return True


def _taken(work: UnitOfWork, silo: Silo, one: Returned) -> str:
    """Lay what came before the agent; else why not."""
    if isinstance(one, Quarantined):
        return one.reason or NOT_READ
    ticket_id, reason = _meant(work, silo, one)
    if ticket_id is None:
        return reason
    text = words_of(one)
    if not text:
        return SAYS_NOTHING
    if len(text) > tickets.LONGEST_TEXT:
        return TOO_LONG
    conversation, ticket = tickets.held(work, ticket_id)
    silo_errands.proven(work, ticket)
    if tickets.is_full(work, ticket):
        return tickets.TOO_MANY
    silo_answering.keep(work, conversation, ticket, silo, said(ticket.id, one, silo.name, text))
    return ""


def words_of(one: InboundAnswer | NotOurs) -> str:
    """What was said, as it is kept."""
    return clean(one.shown if isinstance(one, NotOurs) else one.text).text.strip()


def said(ticket_id: UUID, one: InboundAnswer | NotOurs, unit: str, text: str) -> silo_answering.Said:
    """What came, as an answer. The target's own id of the words makes ours, so that the same again is the same."""
    came = one if isinstance(one, InboundAnswer) else None
    author = " ".join(clean(one.author).text.split())[:LONGEST_NAME] or unit
    return silo_answering.Said(
        uuid5(ticket_id, one.key),
        author,
        text,
        may_be_public=came.may_be_public if came else True,
        attachments=[clean(name).text[:LONGEST_NAME] for name in came.attachments[:MOST_NAMES]] if came else [],
        not_ours=came is None,
        final=came.final if came else True,
    )


def _meant(work: UnitOfWork, silo: Silo, one: InboundAnswer | NotOurs) -> tuple[UUID | None, str]:
    """Which of the unit's questions is answered; else why none is."""
    found: set[UUID] = set()
    named = 0
    mine = select(SiloTicket.id).where(SiloTicket.silo_id == silo.id)
    for which in (
        None if one.number is None else SiloTicket.number == min(one.number, _LARGEST_NUMBER),
        None if one.external_id is None else SiloTicket.external_id == one.external_id,
    ):
        if which is not None:
            named += 1
            found.update(work.session.scalars(mine.where(which)))
    if len(found) > 1:
        return None, TWO_QUESTIONS
    if not found:
        return None, NO_QUESTION
    if named == 2 and not _both(work, mine, one):
        return None, TWO_QUESTIONS
    return found.pop(), ""


def _both(work: UnitOfWork, mine: Any, one: InboundAnswer | NotOurs) -> bool:
    """Whether number and name are of one question. One that has no name yet is known by its number alone."""
    unnamed = or_(SiloTicket.external_id.is_(None), SiloTicket.external_id == one.external_id)
    return work.session.scalar(mine.where(SiloTicket.number == one.number, unnamed)) is not None


def _store(work: UnitOfWork, silo: Silo, items: Sequence[Raw]) -> None:
    for item in items:
        try:
            # NUL is nothing that a database keeps, half a letter is none, and neither is a number without an end.
            whole = json.dumps(item, sort_keys=True, default=str, allow_nan=False)
            written = clean(whole.replace("\\u0000", "\\ufffd")).text
            payload = _whole(json.loads(written))
        except (ValueError, RecursionError):
            # It stands where it is seen, and holds up nothing that came after it.
            refuse(work, silo.id, NOT_READ)
            continue
        work.session.execute(
            insert(SiloInbound)
            .values(
                id=new_id(),
                silo_id=silo.id,
                state="waiting",
                digest=hashlib.sha256(written.encode()).hexdigest(),
                payload=payload,
                received_at=work.now,
            )
            .on_conflict_do_nothing()
        )
    if items:
        work.say(SilosDue())


def _whole(value: Any) -> Any:
    """Lone surrogates, which JSON can carry and UTF-8 can't, become what stands for a letter that is none."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_whole(one) for one in value]
    if isinstance(value, dict):
        return {_whole(name): _whole(one) for name, one in value.items()}
    return value


def _aside(one: SiloInbound, reason: str) -> None:
    one.state, one.reason = "quarantined", reason
