"""A conversation's life: taken, noted, solved, dismissed, made work.

`_become` is the one function that writes a status. Every verb says which version of the conversation its
person was looking at; whoever was second gets a Conflict and keeps what they wrote. What this must not
do: write answers (`replies.py`) or take in what citizens say (`intake.py`).
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import Select, Uuid, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from inbox.domain.actors import Role
from inbox.domain.conversation import DismissReason, Klass, Priority, Status, may_become
from inbox.domain.errors import Conflict, Forbidden, Invalid, NotFound
from inbox.domain.events import ConversationChanged
from inbox.domain.ids import new_id
from inbox.domain.text import clean
from inbox.models import Conversation, ConversationEvent, Note
from inbox.preparing import PREPARED
from inbox.queries import unanswered
from inbox.services import complaint_about, complaint_ends, drafts, mentioning, silo_drafts, sla
from inbox.uow import UnitOfWork

NOTE_LIMIT = 20_000
ANSWERERS = (Role.AGENT, Role.LEAD)


def take(work: UnitOfWork, conversation_id: UUID, version: int) -> None:
    """Make it mine. A lead may take what a colleague holds; an agent gets a Conflict."""
    conversation = opened(work, conversation_id, version)
    if conversation.assignee_id == work.actor.id:
        return
    if conversation.assignee_id is not None and not work.actor.has(Role.LEAD):
        raise Conflict("A colleague has taken this conversation.")
    assign(work, conversation)
    take_up(conversation)
    silo_drafts.lay(work, conversation)
    changed(work, conversation, "taken")


def release(work: UnitOfWork, conversation_id: UUID, version: int) -> None:
    """Give it back to everybody."""
    conversation = opened(work, conversation_id, version)
    if conversation.assignee_id != work.actor.id:
        raise Conflict("Only the person who holds this conversation can give it back.")
    conversation.assignee_id = None
    changed(work, conversation, "released")


def note(work: UnitOfWork, conversation_id: UUID, text: str) -> UUID:
    """Write a note for colleagues. A note never conflicts: it is added, not exchanged."""
    conversation = locked(work, conversation_id)
    written = write_note(work, conversation, text)
    drafts.forget(work, conversation.id, "note")
    changed(work, conversation, None)
    return written


def write_note(work: UnitOfWork, conversation: Conversation, text: str) -> UUID:
    """The note itself, for whatever deed it goes with. Raises Invalid (`text`) for one of nothing or of a book."""
    words = clean(text).text.strip()
    if not words:
        raise Invalid("The note is empty. Write something first.", field="text")
    if len(words) > NOTE_LIMIT:
        raise Invalid("The note is longer than %(limit)s characters. Make it shorter.", field="text", limit=NOTE_LIMIT)
    written = Note(id=new_id(), conversation_id=conversation.id, agent_id=work.actor.id, at=work.now, text=words)
    work.session.add(written)
    mentioning.tell_the_named(work, conversation, words)
    return written.id


def solve(work: UnitOfWork, conversation_id: UUID, version: int) -> None:
    """The matter is done. What is still owed is owed no more."""
    finish(work, opened(work, conversation_id, version))


def finish(work: UnitOfWork, conversation: Conversation) -> None:
    """The same of a conversation that the caller holds."""
    complaint_ends.solved(work, conversation)
    _become(conversation, Status.SOLVED)
    changed(work, conversation, "solved")
    sla.follow(work, conversation)


def dismiss(work: UnitOfWork, conversation_id: UUID, version: int, reason: str) -> None:
    """No answer is needed, for one of the reasons. Criticism is no reason."""
    conversation = opened(work, conversation_id, version)
    if reason not in set(DismissReason):
        raise Invalid("Choose why no answer is needed.", field="reason")
    complaint_ends.dismissed(work, conversation)
    _become(conversation, Status.DISMISSED)
    conversation.dismiss_reason = reason
    changed(work, conversation, "dismissed", reason=reason)
    sla.follow(work, conversation)


def reopen(work: UnitOfWork, conversation_id: UUID, version: int) -> None:
    """Take back "solved" or "dismissed"."""
    conversation = looked_at(work, conversation_id, version)
    if conversation.status not in (Status.SOLVED, Status.DISMISSED):
        raise Conflict("This conversation is open already.")
    complaint_ends.reopened(work, conversation)
    _become(conversation, Status.OPEN)
    recount(work, conversation)
    changed(work, conversation, "reopened")
    sla.follow(work, conversation)


def rank(work: UnitOfWork, conversation_id: UUID, version: int, priority: int) -> None:
    """Say how much hangs on it: its promises follow the policy for that priority from now on."""
    conversation = opened(work, conversation_id, version)
    if priority not in set(Priority):
        raise Invalid("There is no such priority.", field="priority")
    if conversation.priority == priority:
        return
    conversation.priority = priority
    changed(work, conversation, "ranked", priority=str(int(priority)))
    sla.follow(work, conversation)


def make_work(work: UnitOfWork, conversation_id: UUID, version: int) -> None:
    """What a rule called seen or noise is ours to answer after all."""
    conversation = looked_at(work, conversation_id, version)
    if conversation.klass == Klass.OURS:
        raise Conflict("This conversation is in the queue already.")
    conversation.klass, conversation.klass_rule = Klass.OURS, "by_hand"
    if conversation.status in (Status.SOLVED, Status.DISMISSED):
        _become(conversation, Status.OPEN)
    recount(work, conversation)
    changed(work, conversation, "made_work")
    sla.follow(work, conversation)


def visible(work: UnitOfWork, conversation_id: UUID, *, lock: bool = False) -> Conversation:
    """The conversation if the actor's teams may see it, else NotFound: the two look the same from outside."""
    query = _one(everybodys=work.actor.is_system, lock=lock)
    found = work.session.scalars(query, {"id": conversation_id, "teams": list(work.actor.teams)}).one_or_none()
    if found is None:
        raise NotFound("There is no such conversation.")
    return found


@cache
def _one(*, everybodys: bool, lock: bool) -> Select[Conversation]:
    """Made once: every deed in a conversation begins with it."""
    query = select(Conversation).where(Conversation.id == bindparam("id", type_=Uuid))
    if not everybodys:
        query = query.where(Conversation.team_id == any_(bindparam("teams", type_=ARRAY(Uuid))))
    if lock:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return query.execution_options(**PREPARED)


def locked(work: UnitOfWork, conversation_id: UUID) -> Conversation:
    """The conversation, held until the commit, for somebody who may work in it."""
    if not work.actor.is_system and not work.actor.has(*ANSWERERS):
        raise Forbidden("Only agents and leads work in conversations.")
    conversation = visible(work, conversation_id, lock=True)
    if conversation.merged_into_id is not None:
        raise Conflict("This conversation was joined with another one.")
    return conversation


def looked_at(work: UnitOfWork, conversation_id: UUID, version: int) -> Conversation:
    """The same, if it still is what the person saw."""
    conversation = locked(work, conversation_id)
    if conversation.version != version:
        raise Conflict("Something new has happened here since you opened it. Read it, then decide again.")
    complaint_about.refuse(work, conversation)
    return conversation


def opened(work: UnitOfWork, conversation_id: UUID, version: int) -> Conversation:
    """The same, if it is open as well."""
    conversation = looked_at(work, conversation_id, version)
    if conversation.status in (Status.SOLVED, Status.DISMISSED, Status.CLOSED):
        raise Conflict("This conversation is finished. Open it again first.")
    return conversation


def assign(work: UnitOfWork, conversation: Conversation) -> None:
    """The actor holds it from now on."""
    conversation.assignee_id = work.actor.id


def take_up(conversation: Conversation) -> None:
    """Somebody has it in hand: what was new is open."""
    if conversation.status == Status.NEW:
        _become(conversation, Status.OPEN)


def wait_for_back_office(conversation: Conversation) -> None:
    """A question of it is with the back office."""
    if conversation.status != Status.ON_HOLD:
        _become(conversation, Status.ON_HOLD)


def back_from_back_office(conversation: Conversation) -> None:
    """It is our turn again, also where the citizen has got an answer meanwhile: there is more to say."""
    conversation.snoozed_until = None
    if conversation.status in (Status.ON_HOLD, Status.PENDING):
        _become(conversation, Status.OPEN)


def answered(work: UnitOfWork, conversation: Conversation, *, holding: bool = False) -> None:
    """An answer was promised, and counted: it is the citizen's turn, unless it only says that an answer is coming.

    Whoever answers what was finished has opened it again: its clocks go on from their old start. Whatever the citizen
    says next is a word of their own, which no gathering hides.
    """
    conversation.gathering_id = None
    if conversation.status in (Status.SOLVED, Status.DISMISSED):
        _become(conversation, Status.OPEN)
        line(work, conversation.id, "reopened")
        sla.follow(work, conversation)
    if holding:
        # What is with the back office is there still when the citizen has heard so.
        if conversation.status not in (Status.OPEN, Status.ON_HOLD) and may_become(
            Status(conversation.status), Status.OPEN
        ):
            _become(conversation, Status.OPEN)
    elif conversation.status != Status.PENDING:
        if not may_become(Status(conversation.status), Status.PENDING):
            _become(conversation, Status.OPEN)
        _become(conversation, Status.PENDING)


def turned_back(work: UnitOfWork, conversation: Conversation) -> None:
    """The answer will not stand out there after all: it is our turn again, even where the matter seemed done."""
    recount(work, conversation)
    if conversation.waiting_since is None:
        return
    if conversation.status == Status.PENDING:
        _become(conversation, Status.OPEN)
    elif conversation.status == Status.SOLVED:
        _become(conversation, Status.OPEN)
        line(work, conversation.id, "came_back")
        sla.follow(work, conversation)


def spoken_to(work: UnitOfWork, conversation: Conversation) -> None:
    """The citizen has said something that is ours to answer: what was out of the way is back."""
    if conversation.snoozed_until is not None:
        conversation.snoozed_until = None
        line(work, conversation.id, "woken_by_citizen")
    if conversation.status in (Status.PENDING, Status.SOLVED, Status.DISMISSED):
        if conversation.status != Status.PENDING:
            line(work, conversation.id, "reopened_by_citizen")
            # It was finished: what stands first now is what they say now.
            conversation.acute_at = None
        _become(conversation, Status.OPEN)


def recount(work: UnitOfWork, conversation: Conversation) -> None:
    """`waiting_since`, as `inbox.queries.unanswered` says, for what stands now."""
    work.session.flush()
    asked = {"id": conversation.id, "by_hand": conversation.klass_rule == "by_hand"}
    conversation.waiting_since = work.session.scalar(_oldest_unanswered(), asked)


@cache
def _oldest_unanswered() -> Select[datetime]:
    """Made once: to put it together costs more than to have it answered."""
    return select(unanswered.oldest(bindparam("id", type_=Uuid), answering=False))


def changed(work: UnitOfWork, conversation: Conversation, kind: str | None, **data: str) -> None:
    """A change that whoever works here must have seen: the version grows, and the line stands in the thread."""
    conversation.version += 1
    conversation.changed_at = work.now
    if kind is not None:
        line(work, conversation.id, kind, **data)
    work.say(ConversationChanged(conversation.id, conversation.team_id, conversation.version))


def line(work: UnitOfWork, conversation_id: UUID, kind: str, **data: str) -> None:
    """A thin line in the thread."""
    work.session.add(
        ConversationEvent(
            id=new_id(), conversation_id=conversation_id, at=work.now, kind=kind, agent_id=work.actor.id, data=data
        )
    )


def _become(conversation: Conversation, status: Status) -> None:
    if not may_become(Status(conversation.status), status):
        raise Conflict("This conversation can't change that way now.")
    conversation.status = status
    if status in (Status.SOLVED, Status.DISMISSED, Status.CLOSED):
        # What is finished is out of the way by itself.
        conversation.snoozed_until = None
    if status != Status.DISMISSED:
        conversation.dismiss_reason = None
