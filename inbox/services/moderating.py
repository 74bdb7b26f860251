"""Hiding, deleting, blocking, muting and closing: decided here with a reason, done by the platform afterwards.

A decision is a row of work owed, its ledger entry signed by whoever decided, and perhaps an answer that tells the
citizen first; all of it or nothing. What this must not do: call a platform, or forget who decided and why.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from inbox.domain import moderating as rules
from inbox.domain.errors import Conflict, NotFound
from inbox.domain.events import DeedsDue
from inbox.domain.ids import new_id
from inbox.domain.moderating import Kind, State
from inbox.models import Conversation, Message, Moderation, Revision
from inbox.queries.moderating import Choices, choices
from inbox.services import complaint_about, conversations, enforcing, replies
from inbox.uow import UnitOfWork


def decide(
    work: UnitOfWork, message_id: UUID, kind: str, *, reason: str, days: int | None = None, telling: str = ""
) -> UUID:
    """Decide it for a reason of the account's charter; `telling`, if any, is said to the citizen before.

    Raises Invalid for a reason that is none, Conflict where it is in force already or can't be done there, Forbidden
    and NotFound as `choices` does, and whatever `replies.reply` refuses. Returns the row's id.
    """
    message = work.session.get(Message, message_id)
    if message is None:
        raise NotFound("There is no such message.")
    conversation = conversations.locked(work, message.conversation_id)
    complaint_about.refuse(work, conversation)
    open_to = choices(work, message_id)
    if kind not in open_to.kinds:
        raise _why_not(open_to, kind)
    what = Kind(kind)
    number, chosen = rules.reason_of(open_to.reasons, reason)
    until = rules.ends_at(what, days, work.now)
    # Before the deed, so that words which can't go out stop all of it.
    told = _tell(work, conversation, message.visibility, telling) if telling.strip() else None
    id_, cause = new_id(), f"{'charter' if open_to.version else 'starter'}.{open_to.version}.{number}"
    entry_id = enforcing.note(work, what, rules.ENTRIES[what][0], message, cause)
    row = {
        "id": id_,
        "kind": what.value,
        "target": open_to.target(what),
        "account_id": message.account_id,
        "conversation_id": conversation.id,
        "message_id": message.id,
        "identity_id": message.identity_id,
        "agent_id": work.actor.id,
        "cause": cause,
        "reason": chosen.name,
        "rule": chosen.rule,
        "at": work.now,
        "until": until,
        "state": State.OWED.value,
        "told_id": told,
        "entry_id": entry_id,
        "due_at": work.now,
    }
    once = insert(Moderation).values(row).on_conflict_do_nothing().returning(Moderation.id)
    if work.session.scalar(once) is None:
        raise Conflict("Somebody has done this already.")
    if what is Kind.DELETE:
        _taken_away(work, message, entry_id)
    conversations.changed(work, conversation, f"{what.value}_decided", reason=chosen.name)
    work.say(DeedsDue())
    return id_


def undo(work: UnitOfWork, moderation_id: UUID) -> UUID:
    """Take it back, now or much later; returns the conversation's id.

    Raises NotFound out of sight, Conflict for what is taken back already, was never done, or can't be.
    """
    one, conversation = _held(work, moderation_id)
    if State(one.state) not in (State.OWED, State.IN_FORCE) or one.kind == Kind.DELETE:
        raise Conflict("This can't be undone any more.")
    enforcing.lift(work, one, "undone")
    conversations.changed(work, conversation, f"{one.kind}_undone", reason=one.reason)
    return conversation.id


def longer(work: UnitOfWork, moderation_id: UUID, *, reason: str, days: int) -> UUID:
    """Let a block or a mute hold for so many days from now, for a reason; returns the conversation's id.

    Raises Invalid for a reason or a term that is none, or an earlier end than it has; else as `undo`.
    """
    one, conversation = _held(work, moderation_id)
    kind = Kind(one.kind)
    if State(one.state) not in (State.OWED, State.IN_FORCE) or one.until is None:
        raise Conflict("This has ended already.")
    message = work.session.get_one(Message, one.message_id)
    open_to = choices(work, message.id)
    number, chosen = rules.reason_of(open_to.reasons, reason)
    until = rules.ends_at(kind, days, work.now)
    assert until is not None, "what has an end keeps one"
    if until <= one.until:
        raise Conflict("It holds at least as long already. To end it earlier, undo it.")
    one.until = until
    if one.state == State.IN_FORCE:
        one.due_at = until
    cause = f"{'charter' if open_to.version else 'starter'}.{open_to.version}.{number}"
    enforcing.note(work, kind, rules.ENTRIES[kind][0], message, cause)
    conversations.changed(work, conversation, f"{kind.value}_longer", reason=chosen.name, until=until.isoformat())
    return conversation.id


def _tell(work: UnitOfWork, conversation: Conversation, visibility: str, words: str) -> UUID:
    """An ordinary signed answer, said as the citizen spoke, that answers nothing: what they wait for is owed still."""
    return replies.reply(
        work,
        conversation.id,
        version=conversation.version,
        visibility=visibility,
        body=words,
        holding=conversation.waiting_since is not None,
        composed=False,
    ).message_id


def _taken_away(work: UnitOfWork, message: Message, entry_id: UUID) -> None:
    work.session.add(
        Revision(
            id=new_id(),
            message_id=message.id,
            kind="deleted",
            visibility=message.visibility,
            at=work.now,
            received_at=max(work.now, message.received_at),
            entry_id=entry_id,
        )
    )


def _why_not(open_to: Choices, kind: str) -> Conflict:
    if any(one.kind == kind for one in open_to.live):
        return Conflict("Somebody has done this already.")
    if kind in open_to.under_own:
        return Conflict("There, this works only under a post of our own. Ask the citizen to take it away.")
    return Conflict("This can't be done with this message.")


def _held(work: UnitOfWork, moderation_id: UUID) -> tuple[Moderation, Conversation]:
    """For somebody who may work in its conversation."""
    conversation_id = work.session.scalar(select(Moderation.conversation_id).where(Moderation.id == moderation_id))
    if conversation_id is None:
        raise NotFound("There is no such deed.")
    conversation = conversations.locked(work, conversation_id)
    complaint_about.refuse(work, conversation)
    return enforcing.row(work, moderation_id), conversation
