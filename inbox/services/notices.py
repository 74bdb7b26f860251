"""Telling one person what they should know: they were named, given something, or an answer of theirs needs them.

A notice says that, by whom and in which conversation; it never holds what somebody said, neither a citizen's
words nor a note's, so that nothing private stands where more than the conversation's own rights guard it. What it
must not do: decide who is to be told (the verb that did the deed does), or send anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from uuid import UUID

from sqlalchemy import DateTime, Uuid, any_, bindparam, func, literal, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from inbox.domain.errors import Invalid
from inbox.domain.events import NoticeTold
from inbox.domain.ids import new_id
from inbox.models import Agent, Conversation, Notice, ReachHook
from inbox.models.arrays import among, insert_rows
from inbox.services import reaching
from inbox.uow import UnitOfWork


class Kind(StrEnum):
    """What a notice can be about. A new kind gets its sentence in `inbox.web.notice_words`."""

    MENTIONED = "mentioned"
    """A colleague wrote @name in a note."""
    HANDED_OVER = "handed_over"
    LAPSED = "lapsed"
    """What they held went back to the queue, because they were gone."""
    WOKEN = "woken"
    """A conversation of theirs that was out of the way is back."""
    PLANNED_TAKEN_BACK = "planned_taken_back"
    """The citizen spoke before a planned answer went out: it is a draft again."""
    HELD_TAKEN_BACK = "held_taken_back"
    """The same of an answer that waited for a second key."""
    GIVEN_BACK = "given_back"
    """A colleague gave an answer of theirs back, with a note, instead of releasing it."""
    NEEDS_HUMAN = "needs_human"
    """Nobody can tell whether an answer of theirs stands on the platform."""
    REJECTED = "rejected"
    """An answer of theirs will not go out."""
    THREAT = "threat"
    """A lead: somebody reported a threat against themselves. The incident it leads to is read under its own rights."""
    CITIZEN_WROTE = "citizen_wrote"
    """In a conversation that they hold."""
    SILO_ANSWERED = "silo_answered"
    """The back office has answered a question of theirs."""
    SILO_ASKED = "silo_asked"
    """Somebody of the back office: a question came. It names no conversation, which they may not open."""
    SILO_REMINDED = "silo_reminded"
    SILO_UNDELIVERED = "silo_undelivered"
    """A question of theirs did not reach its unit, or nobody can tell whether it did."""
    SILO_SUSPENDED = "silo_suspended"
    """A lead or administrator: a unit can't be reached until somebody mends it."""
    SURGE = "surge"
    """A lead: like mentions rise. It names their gathering."""
    ACUTE = "acute"
    """Whoever is on call: a conversation may be acute. Told anew in each round, until somebody acknowledges."""
    SILO_ASKED_BACK = "silo_asked_back"
    """The back office wants to know something about a question of theirs."""
    SILO_TOLD = "silo_told"
    """Somebody of the back office: what they asked back was answered."""
    COMPLAINT = "complaint"
    """A complaint is theirs to see to."""
    COMPLAINT_LATE = "complaint_late"
    """A lead: nobody gave the receipt, or the answer, in time."""
    POST_PREPARED = "post_prepared"
    """Somebody has prepared a post for an account of theirs."""
    REMINDED = "reminded"
    """The ladder: the time of a promise in a conversation of theirs runs out."""
    LEAD_TOLD = "lead_told"
    """The ladder tells a lead that a promise runs out or is missed."""
    MOVED_ON = "moved_on"
    """The ladder took a conversation from them: it is in the queue, or a colleague has it."""
    CAME_TO = "came_to"
    """The ladder gave them one."""


_ONE_UNTIL_READ = frozenset({Kind.CITIZEN_WROTE, Kind.ACUTE})
"""Told anew these only come up again: three messages of a citizen are one thing to look at."""


def tell(work: UnitOfWork, agent_id: UUID | None, kind: str, conversation_id: UUID | None = None, **data: str) -> None:
    """Tell a person once in this deed. Nobody (None) is told of what they did themselves, or after they left.

    `data` may hold words of our own (a state, a platform's name), never what anybody wrote. Who did it is kept by
    itself, as `by`. Raises Invalid for an unknown kind.
    """
    if kind not in set(Kind):
        raise Invalid("There is no such notice.", field="kind")
    if agent_id is None or agent_id == work.actor.id:
        return
    told = NoticeTold(agent_id, kind, conversation_id)
    if told in work.events:
        return
    hooks = select(func.array_agg(ReachHook.id)).where(ReachHook.active, literal(kind) == any_(ReachHook.kinds))
    person = work.session.execute(
        select(Agent.notices, hooks.scalar_subquery().label("hooks")).where(
            Agent.id == agent_id, Agent.left_at.is_(None)
        )
    ).one_or_none()
    if person is None:
        return
    work.say(told)
    mails = [agent_id] if mailed(person.notices, kind) else []
    reaching.owe(work, kind, hooks=person.hooks or (), mails=mails, conversation_id=conversation_id)
    if kind in _ONE_UNTIL_READ and _came_up_again(work, agent_id, kind, conversation_id):
        return
    by = {} if work.actor.id is None else {"by": str(work.actor.id)}
    work.session.add(
        Notice(id=new_id(), agent_id=agent_id, kind=kind, conversation_id=conversation_id, data=data | by, at=work.now)
    )


def mailed(chosen: Mapping[str, object], kind: str) -> bool:
    """Whether somebody who chose so wants a mail at once about that kind."""
    kinds = chosen.get("mail", ())
    return isinstance(kinds, list) and kind in kinds


def read(work: UnitOfWork, notice_id: UUID | None = None) -> None:
    """The actor has read one of their notices, or all of them."""
    if work.actor.id is None:
        return
    mine = update(Notice).where(Notice.agent_id == work.actor.id, Notice.read_at.is_(None))
    work.session.execute((mine if notice_id is None else mine.where(Notice.id == notice_id)).values(read_at=work.now))
    work.say(NoticeTold(work.actor.id, "", None))


def seen(work: UnitOfWork, conversation_id: UUID) -> None:
    """The actor has opened the conversation: what told of it is read."""
    asked = {"me": work.actor.id, "about": conversation_id, "read_now": work.now}
    found = work.session.scalars(_unread_of(), asked).all()
    if found and work.actor.id is not None:
        work.say(NoticeTold(work.actor.id, "", None))


def seen_question(work: UnitOfWork, ticket_id: UUID) -> None:
    """Somebody of the back office has opened the question: what told of it is read."""
    read_now = (
        update(Notice)
        .where(
            Notice.agent_id == work.actor.id,
            Notice.read_at.is_(None),
            Notice.data["ticket"].astext == str(ticket_id),
        )
        .values(read_at=work.now)
        .returning(Notice.id)
        .execution_options(synchronize_session=False)
    )
    if work.session.scalars(read_now).all() and work.actor.id is not None:
        work.say(NoticeTold(work.actor.id, "", None))


@cache
def _unread_of() -> ReturningUpdate[UUID]:
    """Made once, since every answer asks it. Nobody holds a notice as an object meanwhile."""
    return (
        update(Notice)
        .where(
            Notice.agent_id == bindparam("me", type_=Uuid),
            Notice.conversation_id == bindparam("about", type_=Uuid),
            Notice.read_at.is_(None),
        )
        .values(read_at=bindparam("read_now", type_=DateTime(timezone=True)))
        .returning(Notice.id)
        .execution_options(synchronize_session=False)
    )


def _came_up_again(work: UnitOfWork, agent_id: UUID, kind: str, conversation_id: UUID | None) -> bool:
    again = (
        update(Notice)
        .where(
            Notice.agent_id == agent_id,
            Notice.kind == kind,
            Notice.conversation_id == conversation_id,
            Notice.read_at.is_(None),
        )
        .values(at=work.now)
        .returning(Notice.id)
    )
    return bool(work.session.scalars(again).all())


def tell_holders(work: UnitOfWork, held: Iterable[Conversation]) -> None:
    """The citizens spoke in these conversations: whoever holds one is told, in three statements for any number."""
    holders = {one.id: one.assignee_id for one in held if one.assignee_id is not None}
    holders = {id_: agent for id_, agent in holders.items() if agent != work.actor.id}
    if not holders:
        return
    unread = (
        update(Notice)
        .where(
            Notice.kind == Kind.CITIZEN_WROTE,
            Notice.read_at.is_(None),
            among(Notice.conversation_id, holders),
            Conversation.id == Notice.conversation_id,
            Conversation.assignee_id == Notice.agent_id,
        )
        .values(at=work.now)
        .returning(Notice.conversation_id)
        .execution_options(synchronize_session=False)
    )
    told = set(work.session.scalars(unread))
    gone = set(work.session.scalars(select(Agent.id).where(Agent.left_at.is_not(None))))
    rows: list[dict[str, object]] = []
    for conversation_id, agent_id in holders.items():
        if agent_id in gone:
            continue
        work.say(NoticeTold(agent_id, Kind.CITIZEN_WROTE, conversation_id))
        if conversation_id not in told:
            rows.append(
                {
                    "id": new_id(),
                    "agent_id": agent_id,
                    "kind": Kind.CITIZEN_WROTE.value,
                    "conversation_id": conversation_id,
                    "data": {},
                    "at": work.now,
                }
            )
    insert_rows(work.session, Notice, rows)


def tell_in_browser(work: UnitOfWork, *, wanted: bool) -> None:
    """Whether this person's browser tells them, too, of what they would be told in the page."""
    if work.actor.id is None:
        return
    me = work.session.get_one(Agent, work.actor.id)
    me.notices = {**me.notices, "browser": wanted}
