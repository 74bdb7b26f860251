"""What may be danger: words propose it, a person decides, and whoever acknowledges is called no more.

A proposed conversation stands first for everybody and calls whoever is on call, at any hour; nothing else happens by
itself. Whoever writes again in a conversation that stands first already proposes nothing new. What this must not do:
decide whom to call or when (`on_call.py`, `calling.py`), or answer anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select, update

from inbox.domain import acute
from inbox.domain.actors import Role
from inbox.domain.acute import CallState, State
from inbox.domain.conversation import Priority
from inbox.domain.errors import Conflict, Forbidden, Invalid
from inbox.domain.events import CallingDue
from inbox.domain.ids import new_id
from inbox.domain.text import clean
from inbox.models import Acute, AcuteCall, AcuteList, Conversation, Message
from inbox.models.arrays import among
from inbox.queries.acute import words_in_force
from inbox.services import complaint_about, conversations, planning, sla
from inbox.uow import UnitOfWork

EDITORS = (Role.LEAD, Role.ADMINISTRATOR)
LONGEST_TEXT = 2_000


class Watch:
    """Looks through the posts of one page: one statement for all of them, and nothing more where nothing is found."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._words = words_in_force(work)
        self._found: list[tuple[Conversation, Acute]] = []

    def finds(self, text: str) -> bool:
        """Whether a word of danger stands in it."""
        return bool(self._words.found(text))

    def look(self, conversation: Conversation, message_id: UUID, text: str) -> None:
        """Propose the conversation, which the caller holds or has just made, if the text says a word of danger."""
        found = self._words.found(text)
        if not found or conversation.acute_at is not None:
            return
        conversation.acute_at = self._work.now
        row = Acute(
            id=new_id(),
            conversation_id=conversation.id,
            message_id=message_id,
            found=list(found),
            at=self._work.now,
            state=State.PROPOSED.value,
            priority_before=conversation.priority,
            due_at=self._work.now,
        )
        self._found.append((conversation, row))

    def store(self) -> None:
        """Write what was found, once conversations and messages stand, and have somebody called."""
        if not self._found:
            return
        _stop_calling(self._work, {one.id for one, _row in self._found})
        for conversation, row in self._found:
            self._work.session.add(row)
            conversations.line(self._work, conversation.id, "acute_proposed", words=", ".join(row.found))
        self._work.session.flush()
        self._work.say(CallingDue())
        self._found.clear()


def changed(work: UnitOfWork, conversation: Conversation, message: Message, text: str) -> None:
    """A citizen has changed the words of a message: it may say now what it did not say before."""
    if work.session.scalar(select(Acute.id).where(Acute.message_id == message.id)) is not None:
        return
    watch = Watch(work)
    if watch.finds(text):
        # Whatever was answered or finished was another matter.
        conversations.spoken_to(work, conversation)
        watch.look(conversation, message.id, text)
        watch.store()
        sla.follow(work, conversation)


def decide(work: UnitOfWork, conversation_id: UUID, version: int, *, is_acute: bool) -> None:
    """A person says that it is acute, or that it is not; the latter ends the calling and gives it its ordinary place.

    Raises Conflict where no words proposed it, or it has changed since the person looked.
    """
    conversation = conversations.opened(work, conversation_id, version)
    row = _latest(work, conversation.id)
    wanted = State.ACUTE if is_acute else State.NOT_ACUTE
    if row.state == wanted:
        return
    row.state, row.decided_at, row.decided_by_id = wanted.value, work.now, work.actor.id
    if is_acute:
        conversation.acute_at = row.at
        _call(work, row)
    else:
        conversation.acute_at = None
        _stop(work, row)
    _ranked(work, conversation, Priority.ACUTE if is_acute else row.priority_before)
    conversations.changed(work, conversation, "acute_decided" if is_acute else "acute_denied")


def mark(work: UnitOfWork, conversation_id: UUID, version: int) -> None:
    """A person says that it is acute where no word said so: whoever is on call is called at once.

    Raises Conflict where it stands first already, or no citizen has written anything there.
    """
    conversation = conversations.opened(work, conversation_id, version)
    if conversation.acute_at is not None:
        raise Conflict("It stands first already.")
    newest = work.session.scalar(
        select(Message.id)
        .where(Message.conversation_id == conversation.id, Message.direction == "in")
        .order_by(Message.said_at.desc(), Message.id.desc())
        .limit(1)
    )
    if newest is None:
        raise Conflict("No citizen has written anything here.")
    row = work.session.scalars(select(Acute).where(Acute.message_id == newest).with_for_update()).one_or_none()
    if row is None:
        row = Acute(id=new_id(), conversation_id=conversation.id, message_id=newest, found=[])
        work.session.add(row)
    elif row.acknowledged_at is not None:
        # Whoever saw to it then saw what was thought of it then.
        row.acknowledged_at, row.acknowledged_by_id = None, None
    row.at, row.priority_before = work.now, conversation.priority
    row.state, row.decided_at, row.decided_by_id = State.ACUTE.value, work.now, work.actor.id
    conversation.acute_at = row.at
    # What was to go out by itself was written before anybody saw the danger.
    planning.take_back(work, conversation, urgent={conversation.id})
    _call(work, row)
    _ranked(work, conversation, Priority.ACUTE)
    conversations.changed(work, conversation, "acute_decided")


def undo(work: UnitOfWork, conversation_id: UUID, version: int) -> None:
    """Take back what was decided: it is proposed again, and somebody is called again unless one has acknowledged."""
    conversation = conversations.opened(work, conversation_id, version)
    row = _latest(work, conversation.id)
    if row.state == State.PROPOSED:
        raise Conflict("Nobody has decided this yet.")
    if not row.found:
        # It was said by hand: there is no proposal to go back to.
        decide(work, conversation_id, version, is_acute=row.state == State.NOT_ACUTE)
        return
    row.state, row.decided_at, row.decided_by_id = State.PROPOSED.value, None, None
    conversation.acute_at = row.at
    _ranked(work, conversation, row.priority_before)
    _call(work, row)
    conversations.changed(work, conversation, "acute_undone")


def acknowledge(work: UnitOfWork, conversation_id: UUID) -> None:
    """The actor sees to it: nobody is called any more, and they have it if nobody had.

    Raises Conflict where nothing is acute, or a colleague was first.
    """
    conversation = conversations.locked(work, conversation_id)
    row = _latest(work, conversation.id)
    if work.actor.id is None or row.state == State.NOT_ACUTE:
        raise Conflict("Nobody is called for this conversation.")
    if row.acknowledged_by_id == work.actor.id:
        return
    if row.acknowledged_by_id is not None:
        raise Conflict("A colleague sees to it already.")
    row.acknowledged_at, row.acknowledged_by_id = work.now, work.actor.id
    _stop(work, row)
    # Whoever a complaint is about may be the one who is awake: they see to it, and it stays for a colleague to answer.
    if conversation.assignee_id is None and not complaint_about.is_kept_from(work, conversation, work.actor.id):
        conversations.assign(work, conversation)
        conversations.take_up(conversation)
    conversations.changed(work, conversation, "acute_acknowledged")


def move(work: UnitOfWork, gone: Conversation, into: Conversation) -> None:
    """Two conversations became one: what was found goes along, and one calling goes on. The caller holds both."""
    calling = select(Acute.id).where(Acute.conversation_id == into.id, Acute.due_at.is_not(None))
    if work.session.scalar(calling) is not None:
        _stop_calling(work, {gone.id})
    work.session.execute(update(Acute).where(Acute.conversation_id == gone.id).values(conversation_id=into.id))
    if gone.acute_at is not None:
        into.acute_at = min(into.acute_at or gone.acute_at, gone.acute_at)
        gone.acute_at = None


def save_list(work: UnitOfWork, version: int, own: str, on: frozenset[str], texts: Mapping[str, str]) -> int:
    """Keep another version of the words and texts; `on` are the shipped words that are looked for.

    Raises Forbidden, Invalid (`own`, `text-da`, ...), Conflict when somebody saved since `version` was looked at.
    """
    if not work.actor.has(*EDITORS):
        raise Forbidden("Leads and administrators change the words of danger.")
    words = acute.own_words(own)
    kept = {}
    for language, typed in texts.items():
        said = clean(typed).text.strip()
        if len(said) > LONGEST_TEXT:
            raise Invalid("Write at most %(limit)s characters.", field=f"text-{language}", limit=LONGEST_TEXT)
        kept[language] = said
    newest = work.session.scalar(
        select(AcuteList.version).order_by(AcuteList.version.desc()).limit(1).with_for_update()
    )
    if (newest or 0) != version:
        raise Conflict("Somebody else has saved the list meanwhile.")
    off = acute.switched_off(set(acute.SHIPPED) - on)
    work.session.add(
        AcuteList(
            version=version + 1,
            own=list(words),
            off=sorted(off),
            texts=kept,
            created_at=work.now,
            agent_id=work.actor.id,
        )
    )
    return version + 1


def _latest(work: UnitOfWork, conversation_id: UUID) -> Acute:
    """The newest proposal, held. The caller holds the conversation."""
    found = work.session.scalars(
        select(Acute)
        .where(Acute.conversation_id == conversation_id)
        .order_by(Acute.at.desc(), Acute.id.desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise Conflict("No words of danger were found in this conversation.")
    return found


def _ranked(work: UnitOfWork, conversation: Conversation, priority: int) -> None:
    """Its place among the others, and the ladder anew: danger keeps no quiet hours, and what is none keeps them."""
    if conversation.priority == priority:
        sla.follow(work, conversation)
    conversations.rank(work, conversation.id, conversation.version, priority)


def _call(work: UnitOfWork, row: Acute) -> None:
    """Have somebody called for it, unless one has acknowledged; of one conversation one calling goes on."""
    if row.acknowledged_at is not None:
        return
    if row.due_at is None:
        _stop_calling(work, {row.conversation_id})
        row.due_at = work.now
    work.say(CallingDue())


def _stop(work: UnitOfWork, row: Acute) -> None:
    row.due_at = None
    work.session.flush()
    work.session.execute(
        update(AcuteCall)
        .where(AcuteCall.acute_id == row.id, AcuteCall.state == CallState.OWED)
        .values(state=CallState.STOPPED.value, due_at=None)
        .execution_options(synchronize_session=False)
    )


def _stop_calling(work: UnitOfWork, conversation_ids: set[UUID]) -> None:
    """What was proposed before and calls still: a new proposal calls in its place."""
    work.session.execute(
        update(Acute)
        .where(among(Acute.conversation_id, conversation_ids), Acute.due_at.is_not(None))
        .values(due_at=None)
        .execution_options(synchronize_session=False)
    )
