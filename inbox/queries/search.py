# ruff: noqa: S608 -- only fragments of this file and of `search_terms.py` enter the text; values are always bound.
"""Search over everything the actor may see: newest first, a page at a time, never all of it.

Where the messages are looked for stands in `search_ways.py`. What it must not do: show a message outside the actor's
teams, one that was taken away, or a national number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text

from inbox.domain.errors import Invalid
from inbox.domain.found_words import START, STOP, Piece, pieces
from inbox.domain.personal_data import find
from inbox.domain.search_words import Search
from inbox.queries.inbox_list import answerers_only
from inbox.queries.pages import decoded, encoded
from inbox.queries.search_terms import Terms, terms
from inbox.queries.search_ways import anywhere, before_key, either, in_sight, newest
from inbox.queries.surroundings import Around
from inbox.uow import UnitOfWork

PAGE = 30
SNIPPET = 280
"""Characters of a result that are shown at most."""
READ = 20_000
"""Characters of a result that are looked through for the words to mark."""
STEMMER = """CAST(CASE WHEN n.id IS NOT NULL THEN 'danish' ELSE CASE left(lower(m.language), 2) WHEN 'da' THEN 'danish'
    WHEN 'nb' THEN 'norwegian' WHEN 'nn' THEN 'norwegian' WHEN 'no' THEN 'norwegian' WHEN 'en' THEN 'english'
    ELSE 'simple' END END AS regconfig)"""
"""How the words of a line were stemmed when they were stored (`inbox.models.searching`)."""
MARKS = f"HighlightAll=true, StartSel={START}, StopSel={STOP}"
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
    values = {**wanted.values, "limit": limit + 1}
    if key is not None:
        values |= {"at": key[0], "id": key[1]}
    ids: Sequence[UUID] = ()
    if wanted.ways:
        # The planner thinks of turning disks: to it a thousand rows by their keys cost as much as reading all of them.
        # And to call helpers for ten thousand of them takes longer than to read these, where others work as well.
        work.session.execute(text("SET LOCAL random_page_cost = 1.1; SET LOCAL max_parallel_workers_per_gather = 0"))
    if wanted.messages:
        before = before_key("m.said_at", "m.id", key)
        met = work.session.execute(text(newest(wanted, before)), values).all()
        ids = [line.id for line in met if line.id is not None]
        if wanted.query:
            wanted = wanted.looking_for(met[0].stems)
            values |= wanted.values
        if len(ids) <= limit:
            ids = work.session.scalars(text(anywhere(wanted, before)), values).all()
    lines = work.session.execute(text(_shown(wanted, key)), {**values, "ids": list(ids)}).all()
    hits = tuple(_hit(work, line) for line in lines[:limit])
    last = hits[-1] if len(lines) > limit else None
    return Results(hits, encoded(last.at, last.id) if last is not None else None)


def _key(after: str | None) -> Key | None:
    if not after:
        return None
    at, id_ = decoded(after)
    if at is None:
        raise Invalid("This page of the list is no longer known. Open the list again.", field="after")
    return at, id_


def _shown(wanted: Terms, key: Key | None) -> str:
    """The page: the messages that were found, those found by later words, and notes, with all that a line shows."""
    arms = ["SELECT 'message' AS kind, m.id, m.said_at AS at FROM message m WHERE m.id = ANY(:ids)"]
    if wanted.messages and wanted.query:
        conditions = " AND ".join(
            [
                f"r.search @@ {wanted.query}",
                before_key("m.said_at", "m.id", key),
                *wanted.message,
                *map(either, wanted.ways),
                *in_sight(wanted),
            ]
        )
        arms.append(f"""
            (SELECT 'message', m.id, m.said_at FROM revision r JOIN message m ON m.id = r.message_id
            JOIN conversation c ON c.id = m.conversation_id
            WHERE {conditions} AND NOT EXISTS (
                SELECT FROM revision later
                WHERE later.message_id = r.message_id AND (later.at, later.id) > (r.at, r.id))
            ORDER BY m.said_at DESC, m.id DESC LIMIT :limit)""")
    if wanted.notes:
        words = [f"n.search @@ {wanted.query}"] if wanted.query else []
        conditions = " AND ".join([*words, before_key("n.at", "n.id", key), *wanted.note, *in_sight(wanted)])
        arms.append(f"""
            (SELECT 'note', n.id, n.at FROM note n JOIN conversation c ON c.id = n.conversation_id
            WHERE {conditions} ORDER BY n.at DESC, n.id DESC LIMIT :limit)""")
    read = f"translate(left(coalesce(n.text, change.text, m.text), {READ}), '{START}{STOP}', '')"
    marked = f"ts_headline({STEMMER}, {read}, {wanted.query}, '{MARKS}')" if wanted.query else read
    return f"""
        SELECT cut.kind, cut.id, cut.at, c.id AS conversation_id, c.reference, c.status, c.klass, m.direction,
            m.visibility, change.text IS NOT NULL AS changed, writer.full_name, identity.name AS citizen,
            account.channel, account.name AS account, {marked} AS words
        FROM (SELECT * FROM ({" UNION ALL ".join(arms)}) AS every ORDER BY at DESC, id DESC LIMIT :limit) AS cut
        LEFT JOIN message m ON m.id = cut.id AND cut.kind = 'message'
        LEFT JOIN note n ON n.id = cut.id AND cut.kind = 'note'
        LEFT JOIN LATERAL (
            SELECT r.text FROM revision r WHERE r.message_id = m.id ORDER BY r.at DESC, r.id DESC LIMIT 1
        ) AS change ON true
        JOIN conversation c ON c.id = coalesce(m.conversation_id, n.conversation_id)
        JOIN identity ON identity.id = c.identity_id
        JOIN account ON account.id = c.account_id
        LEFT JOIN agent writer ON writer.id = coalesce(m.agent_id, n.agent_id)
        ORDER BY cut.at DESC, cut.id DESC"""


def _hit(work: UnitOfWork, line: Any) -> Hit:
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
        edited=line.changed,
        who=line.full_name if ours else line.citizen,
        citizen=line.citizen,
        channel=line.channel,
        account=line.account,
        status=line.status,
        klass=line.klass,
        pieces=pieces(line.words, SNIPPET, work.now.date()),
    )
