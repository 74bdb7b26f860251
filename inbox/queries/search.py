"""Search over everything the actor may see: newest first, a page at a time, never all of it.

A word that many say is found among the newest messages, by walking back from the last one; a rare one by the index of
words. Which of the two is right is not left to the planner, whose guess about words that never stand together can be a
thousand times wrong: the walk is tried first and has an end. What it must not do: show a message outside the actor's
teams, one that was taken away, or a national number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    any_,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased
from sqlalchemy.types import Uuid

from inbox.domain.errors import Invalid
from inbox.domain.found_words import START, STOP, Piece, pieces
from inbox.domain.personal_data import find
from inbox.domain.search_words import Search
from inbox.models import Account, Agent, Conversation, Identity, Message, Note, Revision
from inbox.queries.inbox_list import answerers_only
from inbox.queries.inbox_rows import Chosen
from inbox.queries.pages import decoded, encoded
from inbox.queries.search_terms import Terms, terms
from inbox.queries.surroundings import Around
from inbox.uow import UnitOfWork

PAGE = 30
WALK = 2000
"""The newest messages that are looked at one by one."""
SNIPPET = 280
"""Characters of a result that are shown at most."""
READ = 20_000
"""Characters of a result that are looked through for the words to mark."""
Key = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Hit:
    """One message or note. `who` wrote it; `pieces` are its present words, masked."""

    id: UUID
    conversation_id: UUID
    reference: str
    at: datetime
    note: bool
    ours: bool
    private: bool
    edited: bool
    who: str
    citizen: str
    channel: str
    account: str
    status: str
    klass: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """One page. `next` is the key of the following one, None at the end."""

    hits: tuple[Hit, ...]
    next: str | None


def results(
    work: UnitOfWork, search: Search, around: Around, zone: ZoneInfo, after: str | None = None, limit: int = PAGE
) -> Results:
    """One page. Raises Invalid for names that nobody has here, for a national number, and for a key that no page gave.

    Two statements, or three where the newest messages don't fill the page.
    """
    answerers_only(work.actor)
    wanted = terms(work, search, around, zone)
    if any(find(words, work.now.date()) for words in (*search.words, *search.phrases, " ".join(search.words))):
        raise Invalid(
            "A national number does not belong in a search: addresses are kept in many places. Search for the name.",
            field="q",
        )
    key = _key(after)
    ids: Sequence[UUID] = ()
    if wanted.messages:
        ids = work.session.scalars(_newest(work, wanted, key, limit + 1)).all()
        if len(ids) <= limit:
            ids = work.session.scalars(_anywhere(work, wanted, key, limit + 1)).all()
    lines = work.session.execute(_shown(work, wanted, ids, key, limit + 1)).all()
    hits = tuple(_hit(line, work) for line in lines[:limit])
    last = hits[-1] if len(lines) > limit else None
    return Results(hits, encoded(last.at, last.id) if last is not None else None)


def _key(after: str | None) -> Key | None:
    if not after:
        return None
    at, id_ = decoded(after)
    if at is None:
        raise Invalid("This page of the list is no longer known. Open the list again.", field="after")
    return at, id_


def _newest(work: UnitOfWork, wanted: Terms, key: Key | None, limit: int) -> Chosen:
    """Those among the newest messages before the key."""
    walk = select(Message.id).order_by(Message.said_at.desc(), Message.id.desc()).limit(WALK)
    if key is not None:
        walk = walk.where(tuple_(Message.said_at, Message.id) < tuple_(*key))
    walked = walk.subquery("walked")
    return (
        _messages(work, wanted)
        .join(walked, walked.c.id == Message.id)
        .order_by(Message.said_at.desc(), Message.id.desc())
        .limit(limit)
    )


def _anywhere(work: UnitOfWork, wanted: Terms, key: Key | None, limit: int) -> Chosen:
    """All of them, by the index of words; then the newest of these."""
    every = _messages(work, wanted).add_columns(Message.said_at.label("at"))
    if key is not None:
        every = every.where(tuple_(Message.said_at, Message.id) < tuple_(*key))
    if wanted.query is None:
        return select(every.order_by(Message.said_at.desc(), Message.id.desc()).limit(limit).subquery().c.id)
    # Materialized: the planner must not walk back through a million messages for a word that is in none of them.
    found = every.cte("found").prefix_with("MATERIALIZED")
    return select(found.c.id).order_by(found.c.at.desc(), found.c.id.desc()).limit(limit)


def _messages(work: UnitOfWork, wanted: Terms) -> Chosen:
    """Messages that nobody has changed or taken away, and, where no words are looked for, changed ones too."""
    gone = select(literal(1)).where(Revision.message_id == Message.id)
    if wanted.query is None:
        gone = gone.where(Revision.kind == "deleted")
    chosen = (
        select(Message.id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Conversation.team_id.in_(work.actor.teams), ~gone.exists(), *wanted.message, *wanted.conversation)
    )
    return chosen if wanted.query is None else chosen.where(Message.search.op("@@")(wanted.query))


def _changed(work: UnitOfWork, wanted: Terms, query: ColumnElement[Any], key: Key | None, limit: int) -> Chosen:
    """Messages by their latest words."""
    later = aliased(Revision)
    newer = select(literal(1)).where(
        later.message_id == Revision.message_id, tuple_(later.at, later.id) > tuple_(Revision.at, Revision.id)
    )
    chosen = (
        select(_kind("message"), Message.id, Message.said_at.label("at"))
        .select_from(Revision)
        .join(Message, Message.id == Revision.message_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            Revision.search.op("@@")(query),
            ~newer.exists(),
            Conversation.team_id.in_(work.actor.teams),
            *wanted.message,
            *wanted.conversation,
        )
    )
    if key is not None:
        chosen = chosen.where(tuple_(Message.said_at, Message.id) < tuple_(*key))
    return chosen.order_by(Message.said_at.desc(), Message.id.desc()).limit(limit)


def _notes(work: UnitOfWork, wanted: Terms, key: Key | None, limit: int) -> Chosen:
    chosen = (
        select(_kind("note"), Note.id, Note.at.label("at"))
        .join(Conversation, Conversation.id == Note.conversation_id)
        .where(Conversation.team_id.in_(work.actor.teams), *wanted.note, *wanted.conversation)
    )
    if wanted.query is not None:
        chosen = chosen.where(Note.search.op("@@")(wanted.query))
    if key is not None:
        chosen = chosen.where(tuple_(Note.at, Note.id) < tuple_(*key))
    return chosen.order_by(Note.at.desc(), Note.id.desc()).limit(limit)


def _shown(work: UnitOfWork, wanted: Terms, ids: Sequence[UUID], key: Key | None, limit: int) -> Chosen:
    """The page: the messages that were found, those found by later words, and notes, with all that a line shows."""
    given = any_(bindparam("ids", list(ids), type_=ARRAY(Uuid)))
    arms: list[Chosen] = [select(_kind("message"), Message.id, Message.said_at.label("at")).where(Message.id == given)]
    if wanted.messages and wanted.query is not None:
        arms.append(_changed(work, wanted, wanted.query, key, limit))
    if wanted.notes:
        arms.append(_notes(work, wanted, key, limit))
    every = union_all(*(select(arm.subquery()) for arm in arms)).subquery()
    cut = select(every).order_by(every.c.at.desc(), every.c.id.desc()).limit(limit).subquery("cut")
    change = (
        select(Revision.text)
        .where(Revision.message_id == Message.id)
        .order_by(Revision.at.desc(), Revision.id.desc())
        .limit(1)
        .lateral("change")
    )
    writer = aliased(Agent)
    words = func.translate(
        func.left(func.coalesce(Note.text, change.c.text, Message.text), READ), START + STOP, literal("")
    )
    return (
        select(
            cut.c.kind,
            cut.c.id,
            cut.c.at,
            Conversation.id.label("conversation_id"),
            Conversation.reference,
            Conversation.status,
            Conversation.klass,
            Message.direction,
            Message.visibility,
            change.c.text.label("changed"),
            writer.full_name,
            Identity.name.label("citizen"),
            Account.channel,
            Account.name.label("account"),
            (_marked(words, wanted.query) if wanted.query is not None else words).label("words"),
        )
        .select_from(cut)
        .outerjoin(Message, (Message.id == cut.c.id) & (cut.c.kind == "message"))
        .outerjoin(Note, (Note.id == cut.c.id) & (cut.c.kind == "note"))
        .outerjoin(change, true())
        .join(Conversation, Conversation.id == func.coalesce(Message.conversation_id, Note.conversation_id))
        .join(Identity, Identity.id == Conversation.identity_id)
        .join(Account, Account.id == Conversation.account_id)
        .outerjoin(writer, writer.id == func.coalesce(Message.agent_id, Note.agent_id))
        .order_by(cut.c.at.desc(), cut.c.id.desc())
    )


def _marked(words: ColumnElement[str], query: ColumnElement[Any]) -> ColumnElement[Any]:
    """The words with signs around those that were looked for; stemmed as they were when they were stored."""
    language = func.left(func.lower(Message.language), 2)
    stemmer = case(
        (Note.id.is_not(None), literal_column("'danish'::regconfig")),
        (language == "da", literal_column("'danish'::regconfig")),
        (language.in_(("nb", "nn", "no")), literal_column("'norwegian'::regconfig")),
        (language == "en", literal_column("'english'::regconfig")),
        else_=literal_column("'simple'::regconfig"),
    )
    return func.ts_headline(stemmer, words, query, f"HighlightAll=true, StartSel={START}, StopSel={STOP}")


def _kind(name: str) -> ColumnElement[Any]:
    return literal_column(f"'{name}'").label("kind")


def _hit(line: Any, work: UnitOfWork) -> Hit:
    note = line.kind == "note"
    ours = note or line.direction == "out"
    return Hit(
        id=line.id,
        conversation_id=line.conversation_id,
        reference=line.reference,
        at=line.at,
        note=note,
        ours=ours,
        private=line.visibility == "private",
        edited=line.changed is not None,
        who=line.full_name if ours else line.citizen,
        citizen=line.citizen,
        channel=line.channel,
        account=line.account,
        status=line.status,
        klass=line.klass,
        pieces=pieces(line.words, SNIPPET, work.now.date()),
    )
