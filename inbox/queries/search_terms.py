"""A search as conditions on messages, notes and conversations.

Words are stemmed in each of the languages that people write here, since nobody knows in which language a searcher means
them; what is found was stemmed in its own. What it must not do: read anything but who is called so
(`inbox.queries.surroundings` did), or leave out the teams (`search.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import reduce
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, false, func, literal_column, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from inbox.domain.conversation import OPEN_STATES, Klass, Status
from inbox.domain.errors import Invalid
from inbox.domain.search_words import Is, Search
from inbox.models import Conversation, ConversationTag, Identity, Message, Note
from inbox.queries.surroundings import Around
from inbox.uow import UnitOfWork

STEMMERS = ("danish", "norwegian", "english", "simple")
ME = frozenset({"me", "mig", "meg"})
_FINISHED = {Is.SOLVED: Status.SOLVED, Is.DISMISSED: Status.DISMISSED}
_WAITING = {Is.PENDING: Status.PENDING, Is.ON_HOLD: Status.ON_HOLD}
_OF_MESSAGES = frozenset({Is.PRIVATE, Is.PUBLIC, Is.ANSWER})


@dataclass(frozen=True, slots=True)
class Terms:
    """What to look for, with every name found. `query` is None where no words are looked for."""

    search: Search
    query: ColumnElement[Any] | None
    conversation: tuple[ColumnElement[bool], ...]
    message: tuple[ColumnElement[bool], ...]
    note: tuple[ColumnElement[bool], ...]
    messages: bool
    """Whether a message can be meant at all, or only notes."""
    notes: bool


def terms(work: UnitOfWork, search: Search, around: Around, zone: ZoneInfo) -> Terms:
    """Raises Invalid for a name that nobody and nothing has here."""
    states = frozenset(search.states)
    conversation = [
        *_held(work, search, around),
        *(Conversation.account_id.in_(_accounts(around, name)) for name in search.accounts),
        *(_tagged(around, name) for name in search.tags),
        *(condition for state in search.states for condition in _state(work, state)),
    ]
    message: list[ColumnElement[bool]] = [
        *(_said_by(around, name) for name in search.senders),
        *(_said_to(around, name) for name in search.receivers),
    ]
    message += [Message.visibility == state.value for state in search.states if state in (Is.PRIVATE, Is.PUBLIC)]
    message += [Message.direction == "out" for state in search.states if state is Is.ANSWER]
    message += _days(Message.said_at, search, zone)
    note: list[ColumnElement[bool]] = [Note.agent_id.in_(_colleagues(around, name)) for name in search.senders]
    note += _days(Note.at, search, zone)
    return Terms(
        search=search,
        query=_query(search) if search.has_words else None,
        conversation=tuple(conversation),
        message=tuple(message),
        note=tuple(note),
        messages=Is.NOTE not in states,
        notes=not search.receivers and states.isdisjoint(_OF_MESSAGES),
    )


def _query(search: Search) -> ColumnElement[Any]:
    """What the words look like in each language, any of which may match."""

    def stemmed(stemmer: str) -> ColumnElement[Any]:
        # A literal of ours and never a bound value: only then does the planner know beforehand what is looked for.
        by: ColumnElement[Any] = literal_column(f"'{stemmer}'::regconfig")
        parts = [func.phraseto_tsquery(by, phrase) for phrase in search.phrases]
        if search.words:
            parts.append(func.plainto_tsquery(by, " ".join(search.words)))
        return reduce(lambda one, other: one.op("&&")(other), parts)

    return reduce(lambda one, other: one.op("||")(other), map(stemmed, STEMMERS))


def _held(work: UnitOfWork, search: Search, around: Around) -> list[ColumnElement[bool]]:
    held: list[ColumnElement[bool]] = []
    for name in search.agents:
        ids = [work.actor.id] if name.lower() in ME else _colleagues(around, name)
        if not ids:
            raise Invalid("There is no colleague “%(name)s” in your team.", field="q", name=name)
        held.append(Conversation.assignee_id.in_(ids))
    return held


def _accounts(around: Around, name: str) -> Sequence[UUID]:
    found = [one.id for one in around.accounts if _called(name, one.name, one.handle)]
    if not found:
        raise Invalid("There is no account “%(name)s” in your team.", field="q", name=name)
    return found


def _tagged(around: Around, name: str) -> ColumnElement[bool]:
    ids = [one.id for one in around.tags if one.name.lower() == name.removeprefix("#").lower()]
    if not ids:
        raise Invalid("There is no tag “%(name)s”.", field="q", name=name)
    return exists().where(ConversationTag.conversation_id == Conversation.id, ConversationTag.tag_id == ids[0])


def _colleagues(around: Around, name: str) -> list[UUID]:
    return [one.id for one in around.colleagues if _called(name, one.name)]


def _called(name: str, *names: str) -> bool:
    wanted = name.removeprefix("@").lower()
    return any(wanted in one.lower() for one in names)


def _citizens(name: str) -> ColumnElement[bool]:
    """Citizens with these words at the beginning of words of their name or handle."""
    words = re.findall(r"\w+", name.lower())
    if not words:
        return false()
    # Letters and digits alone, so that nothing in it has a meaning of its own.
    query = func.to_tsquery(literal_column("'simple'::regconfig"), " & ".join(f"{word}:*" for word in words))
    return Conversation.identity_id.in_(select(Identity.id).where(Identity.search.op("@@")(query)))


def _said_by(around: Around, name: str) -> ColumnElement[bool]:
    return or_(
        and_(Message.direction == "in", _citizens(name)),
        and_(Message.direction == "out", Message.agent_id.in_(_colleagues(around, name))),
    )


def _said_to(around: Around, name: str) -> ColumnElement[bool]:
    ours = [one.id for one in around.accounts if _called(name, one.name, one.handle)]
    return or_(
        and_(Message.direction == "out", _citizens(name)),
        and_(Message.direction == "in", Conversation.account_id.in_(ours)),
    )


def _state(work: UnitOfWork, state: Is) -> list[ColumnElement[bool]]:
    ours = Conversation.klass == Klass.OURS
    unfinished = and_(ours, Conversation.status.in_(OPEN_STATES), Conversation.merged_into_id.is_(None))
    if state in _FINISHED:
        return [ours, Conversation.status == _FINISHED[state]]
    if state in _WAITING:
        return [ours, Conversation.status == _WAITING[state]]
    match state:
        case Is.OPEN:
            return [unfinished]
        case Is.SNOOZED:
            return [unfinished, Conversation.snoozed_until > work.now]
        case Is.MINE:
            return [Conversation.assignee_id == work.actor.id]
        case Is.UNASSIGNED:
            return [unfinished, Conversation.assignee_id.is_(None)]
        case Is.LATE:
            return [unfinished, Conversation.next_due_at < work.now]
        case _of_messages:
            return []


def _days(column: InstrumentedAttribute[datetime], search: Search, zone: ZoneInfo) -> list[ColumnElement[bool]]:
    bounds: list[ColumnElement[bool]] = []
    if search.after is not None:
        bounds.append(column >= _midnight(search.after, zone))
    if search.before is not None:
        bounds.append(column < _midnight(search.before, zone))
    return bounds


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
