# ruff: noqa: S608 -- only fragments of this file enter the text; values are always bound.
"""What was answered before, in public, to questions like the citizen's newest: found by words, ordered by likeness.

Only answers that stand are shown, each as it stands now, the same words once, on accounts of the actor's teams that
speak the same language. What is ranked has an end: a few thousand answers that hold the question's rarest stems, and
the newest of each account, whatever they hold. What it must not do: suggest a private answer, carry a citizen's name or
a national number along, or offer words that were found wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from inbox.domain import alike, corrections, placeholders
from inbox.domain.alike import Stem
from inbox.domain.errors import Conflict, Invalid, NotFound
from inbox.domain.personal_data import find, mask
from inbox.queries.inbox_list import answerers_only
from inbox.queries.silo_source import Source
from inbox.uow import UnitOfWork

READ = 2_000
"""Characters of a question that are looked through."""
NEWEST = 1_000
"""The newest answers of all accounts together that are looked at whatever words they hold; never fewer than 50 each."""
FOUND = 8_000
"""Answers read by the index at most, should there be more than was thought beforehand."""
CUT = 120
"""The likeliest, which are compared letter by letter."""
PAGE = 20
LIKE_ENOUGH = 0.35
"""Of a likeness from 0 to 2: the share of what the question says that stands there, and the trigrams in common with the
question asked then. A word that is only in the answer counts 0.6 of one in the question."""
USED = 1_000
"""Uses of the same words that are counted."""

STANDING = """NOT EXISTS (SELECT FROM revision r WHERE r.message_id = k.message_id AND r.kind = 'deleted')
    AND NOT EXISTS (
        SELECT FROM delivery d WHERE d.message_id = k.message_id AND d.state IN ('rejected', 'withdrawn'))"""
"""A correction `k` that was not taken back and that the platform did not refuse."""
_ASKED = text("""
SELECT c.id, i.name, a.language, q.text, q.visibility,
    ARRAY(SELECT o.id FROM account o WHERE o.team_id = ANY(:teams) AND o.language = a.language) AS accounts
FROM conversation c JOIN account a ON a.id = c.account_id JOIN identity i ON i.id = c.identity_id
LEFT JOIN LATERAL (
    SELECT coalesce(change.text, m.text) AS text, m.visibility FROM message m
    LEFT JOIN LATERAL (
        SELECT r.kind, r.text FROM revision r WHERE r.message_id = m.id ORDER BY r.at DESC, r.id DESC LIMIT 1
    ) AS change ON true
    WHERE m.conversation_id = c.id AND m.direction = 'in' AND change.kind IS DISTINCT FROM 'deleted'
    ORDER BY m.said_at DESC, m.received_at DESC, m.id DESC LIMIT 1) AS q ON true
WHERE c.id = :id AND c.team_id = ANY(:teams)""")
_STEMS = text("""
WITH kept AS (
    SELECT unnest(s.most_common_elems::text::text[]) AS stem, unnest(s.most_common_elem_freqs) AS share
    FROM pg_stats s WHERE s.schemaname = 'public' AND s.tablename = 'earlier_answer' AND s.attname = 'search')
SELECT said.lexeme, coalesce(kept.share, (SELECT min(share) / 2 FROM kept), 0) AS share,
    (SELECT greatest(reltuples, 0) FROM pg_class WHERE oid = 'earlier_answer'::regclass) AS answers
FROM unnest(to_tsvector(CAST(:stemmer AS regconfig), :words)) AS said
LEFT JOIN kept ON kept.stem = said.lexeme""")
"""Shares as the planner knows them; a stem that it does not know is rarer than all that it does."""
_RANK = "ts_rank('{0, 0, 0.4, 1}', e.search, CAST(:any AS tsquery), 0)"
_BY_INDEX = f"""
    SELECT * FROM (SELECT e.message_id, e.said_at, e.same_words, {_RANK} AS rank FROM earlier_answer e
        WHERE e.search @@ CAST(:rare AS tsquery) AND e.account_id = ANY(:accounts) LIMIT {FOUND}) AS indexed
    UNION ALL"""
_LIKE = """
WITH found AS MATERIALIZED ({by_index}
    SELECT e.message_id, e.said_at, e.same_words, {rank}
    FROM unnest(CAST(:accounts AS uuid[])) AS one (id)
    CROSS JOIN LATERAL (
        SELECT * FROM earlier_answer WHERE account_id = one.id AND visibility = 'public'
        ORDER BY said_at DESC LIMIT :newest) AS e
    WHERE e.search @@ CAST(:any AS tsquery)),
once AS MATERIALIZED (
    SELECT * FROM (SELECT DISTINCT ON (same_words) * FROM found ORDER BY same_words, rank DESC, said_at DESC) AS each
    ORDER BY rank DESC, said_at DESC LIMIT {cut}),
likeliest AS MATERIALIZED (
    SELECT m.id, once.said_at, once.same_words, m.conversation_id, m.agent_id, m.signed_as, m.url,
        coalesce(change.text, m.text) AS text, i.name,
        held.share + similarity(left(regexp_replace(q.text, '@[^[:space:]]+', ' ', 'g'), 400), :words) AS likeness
    FROM once
    JOIN earlier_answer e ON e.message_id = once.message_id
    JOIN message m ON m.id = once.message_id JOIN message q ON q.id = e.question_id
    JOIN conversation c ON c.id = m.conversation_id JOIN identity i ON i.id = c.identity_id
    LEFT JOIN LATERAL (
        SELECT r.kind, r.text FROM revision r WHERE r.message_id = m.id ORDER BY r.at DESC, r.id DESC LIMIT 1
    ) AS change ON true
    CROSS JOIN LATERAL (
        SELECT sum(stem.weight * CASE WHEN e.search @@ CAST(stem.asked AS tsquery) THEN 1
            WHEN e.search @@ CAST(stem.said AS tsquery) THEN 0.6 ELSE 0 END) / sum(stem.weight) AS share
        FROM unnest(CAST(:stems_asked AS text[]), CAST(:stems_said AS text[]), CAST(:weights AS float8[]))
            AS stem (asked, said, weight)) AS held
    WHERE c.team_id = ANY(:teams) AND m.visibility = 'public' AND change.kind IS DISTINCT FROM 'deleted'
        AND c.id <> :conversation
    ORDER BY likeness DESC, once.said_at DESC LIMIT {page})
SELECT l.*, agent.full_name, wrong.*, source.*, (SELECT count(*) FROM (
        SELECT FROM earlier_answer u
        WHERE u.same_words = l.same_words AND u.account_id = ANY(:accounts) AND u.visibility = 'public' LIMIT {used}
    ) AS uses) AS used
FROM likeliest l JOIN agent ON agent.id = l.agent_id
LEFT JOIN LATERAL ({wrong}) AS wrong ON true
LEFT JOIN LATERAL (
    SELECT silo.name AS silo, a.at AS silo_at
    FROM earlier_answer u JOIN silo_answer a ON a.id = u.silo_answer_id
    JOIN silo_ticket t ON t.id = a.ticket_id JOIN silo ON silo.id = t.silo_id
    WHERE u.same_words = l.same_words AND u.silo_answer_id IS NOT NULL AND u.account_id = ANY(:accounts)
        AND u.visibility = 'public'
    ORDER BY a.at DESC, a.id DESC LIMIT 1) AS source ON true
ORDER BY l.likeness DESC, l.said_at DESC"""
_WRONG = f"""
    SELECT k.message_id AS right_id, k.at AS right_at, author.full_name AS right_by, said.text AS right_text,
        said.signed_as AS right_signed, said.conversation_id AS right_in
    FROM correction k JOIN message said ON said.id = k.message_id
    JOIN conversation there ON there.id = said.conversation_id JOIN agent author ON author.id = k.agent_id
    WHERE k.same_words = {{same}} AND there.team_id = ANY(:teams) AND {STANDING} ORDER BY k.at DESC LIMIT 1"""
_ONE = text(f"""
SELECT coalesce(change.text, m.text) AS text, m.signed_as, i.name, e.same_words, wrong.right_id
FROM earlier_answer e JOIN message m ON m.id = e.message_id
JOIN conversation c ON c.id = m.conversation_id JOIN identity i ON i.id = c.identity_id
LEFT JOIN LATERAL (
    SELECT r.kind, r.text FROM revision r WHERE r.message_id = m.id ORDER BY r.at DESC, r.id DESC LIMIT 1
) AS change ON true
LEFT JOIN LATERAL ({_WRONG.format(same="e.same_words")}) AS wrong ON true
WHERE e.message_id = :message AND e.visibility = 'public' AND m.visibility = 'public' AND c.team_id = ANY(:teams)
    AND change.kind IS DISTINCT FROM 'deleted'""")


@dataclass(frozen=True, slots=True)
class Right:
    """The correction of an answer that was wrong. `text` is masked, without its signature."""

    id: UUID
    conversation_id: UUID
    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """An answer as it would go into the present one: masked, unsigned, the greeting's name the present citizen's.

    `used` counts the same words, at most 1000; with a `right` they were wrong, and can't be put in. `source`: a unit
    said it, here or where the same words were first.
    """

    id: UUID
    conversation_id: UUID
    text: str
    who: str
    at: datetime
    used: int
    right: Right | None
    source: Source | None


@dataclass(frozen=True, slots=True)
class Answered:
    """Likeliest first, those that were wrong last. `private`: the citizen's newest message is."""

    conversation_id: UUID
    who: str
    private: bool
    earlier: tuple[Earlier, ...]

    @property
    def usable(self) -> tuple[Earlier, ...]:
        """Those that may be put in."""
        return tuple(one for one in self.earlier if one.right is None)

    @property
    def wrong(self) -> tuple[Earlier, ...]:
        """Those that were corrected."""
        return tuple(one for one in self.earlier if one.right is not None)


def similar(work: UnitOfWork, conversation_id: UUID, words: str = "") -> Answered:
    """What was answered to questions like the citizen's newest, or to `words` where somebody looks for some.

    Three statements. Raises NotFound for a conversation out of sight, Invalid (`q`) for words with a national number.
    """
    asked = _asked(work, conversation_id)
    sought = words.strip()[:READ]
    if sought and find(sought, work.now.date()):
        raise Invalid(
            "A national number does not belong in a search: addresses are kept in many places. Search for the name.",
            field="q",
        )
    question = alike.without_mentions(sought or (asked.text or "")[:READ])
    found = _like(work, asked, question) if question else ()
    earlier = [_earlier(work, row, asked.name) for row in found if sought or row.likeness >= LIKE_ENOUGH]
    earlier.sort(key=lambda one: one.right is not None)
    return Answered(asked.id, asked.name, asked.visibility == "private", tuple(earlier))


def for_this(work: UnitOfWork, conversation_id: UUID, message_id: UUID) -> str:
    """An earlier answer's words for this conversation.

    Raises NotFound for one that does not stand, is private or out of sight, Conflict for one that was found wrong.
    """
    asked = _asked(work, conversation_id)
    row = work.session.execute(_ONE, {"message": message_id, "teams": list(work.actor.teams)}).one_or_none()
    if row is None:
        raise NotFound("There is no such answer.")
    if row.right_id is not None:
        raise Conflict("This answer was wrong and has been corrected. It can't be used again.")
    return _words(work, row.text, row.signed_as, row.name, asked.name)


def _asked(work: UnitOfWork, conversation_id: UUID) -> Any:
    answerers_only(work.actor)
    row = work.session.execute(_ASKED, {"id": conversation_id, "teams": list(work.actor.teams)}).one_or_none()
    if row is None:
        raise NotFound("There is no such conversation.")
    return row


def _like(work: UnitOfWork, asked: Any, question: str) -> Sequence[Any]:
    stemmer = alike.STEMMERS.get(asked.language, "simple")
    known = work.session.execute(_STEMS, {"stemmer": stemmer, "words": question}).all()
    if not known or not asked.accounts:
        return ()
    stems = alike.telling(Stem(row.lexeme, row.share) for row in known)
    alone, pairs = alike.chosen(stems, known[0].answers)
    given = {
        "any": alike.tsquery(one.stem for one in stems),
        "stems_asked": [f"{alike.quoted(one.stem)}:A" for one in stems],
        "stems_said": [alike.quoted(one.stem) for one in stems],
        "weights": [one.weight for one in stems],
        "rare": alike.tsquery(alone, pairs),
        "accounts": asked.accounts,
        "newest": max(50, NEWEST // len(asked.accounts)),
        "teams": list(work.actor.teams),
        "conversation": asked.id,
        "words": question[:400],
    }
    # The planner thinks of turning disks: to it a few thousand rows by their keys cost as much as reading all of them.
    work.session.execute(text("SET LOCAL random_page_cost = 1.1"))
    statement = _LIKE.format(
        by_index=_BY_INDEX if given["rare"] else "",
        rank=f"{_RANK} AS rank",
        cut=CUT,
        page=PAGE,
        used=USED,
        wrong=_WRONG.format(same="l.same_words"),
    )
    return work.session.execute(text(statement), given).all()


def _earlier(work: UnitOfWork, row: Any, name: str) -> Earlier:
    right = None
    if row.right_id is not None:
        said = mask(corrections.plain(alike.unsigned(row.right_text, row.right_signed or "")), work.now.date())
        right = Right(row.right_id, row.right_in, row.right_at, row.right_by, said)
    said = _words(work, row.text, row.signed_as, row.name, name)
    source = Source(row.silo, row.silo_at) if row.silo is not None else None
    return Earlier(row.id, row.conversation_id, said, row.full_name, row.said_at, row.used, right, source)


def _words(work: UnitOfWork, said: str, signed_as: str | None, to: str, name: str) -> str:
    """Without signature, the greeting turned from one citizen to another."""
    anybody = alike.for_anybody(alike.unsigned(said, signed_as or ""), to)
    return mask(placeholders.fill(anybody, {"name": placeholders.address(name)}), work.now.date())
