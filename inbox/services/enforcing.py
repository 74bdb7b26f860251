"""What is owed of a decision on moderation: asked of the platform, lifted when its time is up, and what came of it.

Every deed may be asked for again, so that a claim whose worker died is simply taken up by the next; the lease alone
keeps two from asking at once, and one that was undone during a call waits for its end. What this must not do: decide
that somebody is hidden or blocked (`moderating.py`), or call a platform.

Locks are taken in the order of `deliveries.py`: account, conversation, then the row.
"""

from __future__ import annotations

from datetime import timedelta
from typing import assert_never
from uuid import UUID

from sqlalchemy import exists, func, or_, select

from connectors.kit.contract import DeedResult, Done, Rejected, Retry, Suspended, Unconfirmed
from inbox.domain import moderating as rules
from inbox.domain.delivery import DeliveryState, back_off
from inbox.domain.events import ConversationChanged, DeedsDue
from inbox.domain.ledger.shapes import SYSTEM_BY, EntryType
from inbox.domain.moderating import Kind, State
from inbox.models import Account, Conversation, Delivery, Identity, Message, Moderation
from inbox.services import accounts, conversations, exposed, ledger
from inbox.uow import UnitOfWork


def claim(work: UnitOfWork, lease: timedelta) -> UUID | None:
    """Take the next deed that the platform is to be asked for, if any; nobody else asks meanwhile."""
    telling = exists().where(
        Delivery.message_id == Moderation.told_id,
        Delivery.state.in_((DeliveryState.QUEUED, DeliveryState.SENDING)),
        Moderation.at > work.now - rules.TELL_FIRST,
    )
    found = work.session.scalars(
        select(Moderation)
        .join(Account, Account.id == Moderation.account_id)
        .where(
            Moderation.state.in_(rules.ASKS),
            Moderation.due_at <= work.now,
            or_(Moderation.lease_until.is_(None), Moderation.lease_until < func.clock_timestamp()),
            Account.state == "active",
            or_(Account.not_before.is_(None), Account.not_before <= work.now),
            ~telling,
        )
        .order_by(Moderation.due_at, Moderation.id)
        .limit(1)
        .with_for_update(of=Moderation, skip_locked=True)
    ).one_or_none()
    if found is None:
        return None
    found.attempts += 1
    found.lease_until = func.clock_timestamp() + lease
    work.session.flush()
    return found.id


def lapse(work: UnitOfWork) -> bool:
    """Lift one block or mute whose time is up. False when there is none."""
    over = (Moderation.state == State.IN_FORCE, Moderation.until <= work.now, Moderation.due_at <= work.now)
    due = select(Moderation.id).where(*over).order_by(Moderation.due_at, Moderation.id).limit(1)
    moderation_id = work.session.scalar(due)
    if moderation_id is None:
        return False
    one, conversation = _locked(work, moderation_id)
    # Whoever held the lock may have lifted it, or made it longer.
    if work.session.scalar(select(Moderation.id).where(Moderation.id == moderation_id, *over)):
        lift(work, one, "expired")
        conversations.changed(work, conversation, f"{one.kind}_expired")
    return True


def record(work: UnitOfWork, moderation_id: UUID, attempt: int, result: DeedResult) -> None:
    """Write what came of try number `attempt`. An older one's, or of what is not wanted now, counts nothing."""
    if isinstance(result, Suspended) or (isinstance(result, Retry) and result.after):
        account_id = work.session.scalars(select(Moderation.account_id).where(Moderation.id == moderation_id)).one()
        accounts.get(work, account_id, lock=True)
    one, conversation = _locked(work, moderation_id)
    if one.attempts != attempt:
        return
    one.lease_until = None
    wanted = one.tries > 0 and State(one.state) in rules.ASKS
    match result:
        case _ if not wanted:
            # It was undone during the call: what is wanted now has waited for its end.
            work.say(DeedsDue())
        case Done():
            _stands(work, one)
        case Rejected(reason=reason):
            _came_to_nothing(work, one, conversation, reason)
        case Retry(reason=reason, after=after):
            _again(work, one, conversation, reason, after)
        case Unconfirmed(reason=reason):
            _again(work, one, conversation, reason, None)
        case Suspended(reason=reason):
            one.last_error = reason
            accounts.suspend(work, accounts.get(work, one.account_id), reason)
        case _:
            assert_never(result)
    work.say(ConversationChanged(conversation.id, conversation.team_id, conversation.version))


def lift(work: UnitOfWork, one: Moderation, ending: str) -> None:
    """It shall hold no more. `ending` is the ledger's code for why."""
    kind = Kind(one.kind)
    end = rules.ENTRIES[kind][1]
    assert end is not None, "a deletion has no way back"
    _become(one, State.LIFTING)
    one.lifted_at, one.lifted_by_id, one.ending = work.now, work.actor.id, ending
    one.due_at, one.earlier_tries, one.last_error = work.now, one.attempts, None
    note(work, kind, end, work.session.get_one(Message, one.message_id), ending)
    work.say(DeedsDue())


def note(
    work: UnitOfWork, kind: Kind, entry: EntryType, message: Message, cause: str, *, by_system: bool = False
) -> UUID:
    """The entry of a beginning or an end, signed by the actor if they are a person. `cause` is a code."""
    by = SYSTEM_BY if by_system or work.actor.id is None else work.actor.id
    agent_id = None if by == SYSTEM_BY else work.actor.id
    about = ledger.about(message)
    if kind is Kind.HIDE:
        return ledger.record(work, entry, ref=about, values={}, agent_id=agent_id, by=by, cause=cause)
    if kind is Kind.DELETE:
        return ledger.record(work, entry, ref=about, values={}, agent_id=agent_id, by=by, cause=cause, at=work.now)
    if kind is Kind.CLOSE:
        ref = {name: about[name] for name in ("account", "conversation")}
        first = message.root_external_id or message.external_id or ""
        values = {"platform_id": first}
        return ledger.record(work, entry, ref=ref, values=values, agent_id=agent_id, by=by, cause=cause)
    author = work.session.scalars(select(Identity.external_id).where(Identity.id == message.identity_id)).one()
    ref = {"account": message.account_id}
    return ledger.record(work, entry, ref=ref, values={"author": author}, agent_id=agent_id, by=by, cause=cause)


def row(work: UnitOfWork, moderation_id: UUID) -> Moderation:
    """The row, held until the commit; its conversation is held already."""
    return work.session.scalars(
        select(Moderation)
        .where(Moderation.id == moderation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _stands(work: UnitOfWork, one: Moderation) -> None:
    one.last_error = None
    if one.state == State.OWED:
        _become(one, State.IN_FORCE)
        one.done_at, one.due_at = work.now, one.until
        if one.kind == Kind.HIDE:
            exposed.ended(work, one.message_id, "hidden")
    else:
        _become(one, State.LIFTED)
        one.due_at = None
        if one.kind == Kind.HIDE:
            exposed.begun_again(work, one.message_id)


def _again(work: UnitOfWork, one: Moderation, conversation: Conversation, reason: str, after: timedelta | None) -> None:
    if one.tries >= rules.TRIES:
        _came_to_nothing(work, one, conversation, reason)
        return
    one.last_error = reason
    one.due_at = work.now + max(after or timedelta(), back_off(one.tries))
    if after:
        accounts.hold_back(accounts.get(work, one.account_id), work.now + after)


def _came_to_nothing(work: UnitOfWork, one: Moderation, conversation: Conversation, reason: str) -> None:
    """The platform says no for good. The ledger says what stands: not what was decided, but what is."""
    one.last_error = reason
    kind, message = Kind(one.kind), work.session.get_one(Message, one.message_id)
    begin, end = rules.ENTRIES[kind]
    if one.state == State.OWED:
        _become(one, State.FAILED)
        one.due_at = None
        if end is not None:
            note(work, kind, end, message, "not_done", by_system=True)
        conversations.changed(work, conversation, f"{kind.value}_failed")
        return
    # It is in force still, without an end of its own: somebody has to look.
    _become(one, State.IN_FORCE)
    one.due_at, one.lifted_at, one.lifted_by_id, one.ending = None, None, None, None
    note(work, kind, begin, message, "not_done", by_system=True)
    conversations.changed(work, conversation, f"{kind.value}_stays")


def _locked(work: UnitOfWork, moderation_id: UUID) -> tuple[Moderation, Conversation]:
    """The row, held until the commit, and its conversation before it."""
    conversation = work.session.scalars(
        select(Conversation)
        .join(Moderation, Moderation.conversation_id == Conversation.id)
        .where(Moderation.id == moderation_id)
        .with_for_update(of=Conversation, key_share=True)
        .execution_options(populate_existing=True)
    ).one()
    return row(work, moderation_id), conversation


def _become(one: Moderation, state: State) -> None:
    if not rules.may_become(State(one.state), state):
        raise ValueError(f"a deed can't go from {one.state} to {state}")
    one.state = state
