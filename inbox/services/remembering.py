"""Keeping the answers that went out, so that they are found when somebody asks the same again.

Written when the last part of an answer stands out there, and again when it is changed; all of it can be written anew
from the messages (`rebuild`). What it must not do: decide what is shown (`inbox.queries.answered` reads the message as
it stands), or keep the words of a private answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from inbox.domain import alike
from inbox.domain.alike import STEMMER_CASES
from inbox.uow import UnitOfWork

BATCH = 1000
MADE_OF = 0.4
"""Trigrams that a unit's answer and ours have in common in some stretch of one, from 0 to 1, from which on ours was
made of it. Whoever wrote something of their own over what was laid before them says nothing in the unit's name."""
COMPARED = 1_000
"""Characters of either that are compared."""
_STANDS = """m.direction = 'out' AND NOT m.holding AND m.in_reply_to_id IS NOT NULL
    AND EXISTS (SELECT FROM delivery d WHERE d.message_id = m.id)
    AND NOT EXISTS (SELECT FROM delivery d WHERE d.message_id = m.id AND d.state <> 'delivered')
    AND NOT EXISTS (SELECT FROM revision r WHERE r.message_id = m.id AND r.kind = 'deleted')
    AND NOT EXISTS (SELECT FROM correction k WHERE k.message_id = m.id)
    AND NOT EXISTS (SELECT FROM correction_told t WHERE t.message_id = m.id)"""
"""What can be an earlier answer. One that corrects another, or tells of that, belongs to its own matter alone."""
_WORDS = """SELECT m.id, m.signed_as, coalesce((
        SELECT r.text FROM revision r WHERE r.message_id = m.id ORDER BY r.at DESC, r.id DESC LIMIT 1), m.text) AS text
    FROM message m WHERE {which} AND {stands} ORDER BY m.id LIMIT {batch}"""
_ONE = text(_WORDS.format(which="m.id = :id", stands=_STANDS, batch=1))
_NEXT = text(_WORDS.format(which="m.id > :after", stands=_STANDS, batch=BATCH))
_STEMMER = f"CASE a.language {STEMMER_CASES} ELSE 'simple' END"
_KEEP = text(f"""
INSERT INTO earlier_answer (message_id, question_id, account_id, visibility, said_at, same_words, search,
    silo_answer_id)
SELECT m.id, q.id, m.account_id, m.visibility, m.said_at, given.same_words,
    CASE WHEN m.visibility = 'public' THEN
        setweight(to_tsvector(stemmer.name, left(q.text, 20000)), 'A')
        || setweight(to_tsvector(stemmer.name, left(given.words, 20000)), 'B') END,
    (SELECT s.id FROM silo_answer s
        CROSS JOIN LATERAL (SELECT left(s.text, {COMPARED}) AS theirs, left(given.words, {COMPARED}) AS ours) AS said
        WHERE s.message_id = m.id
            AND greatest(word_similarity(theirs, ours), word_similarity(ours, theirs)) >= {MADE_OF}
        ORDER BY s.at DESC, s.id DESC LIMIT 1)
FROM unnest(CAST(:ids AS uuid[]), CAST(:words AS text[]), CAST(:same AS text[])) AS given (id, words, same_words)
JOIN message m ON m.id = given.id
JOIN message q ON q.id = m.in_reply_to_id
JOIN account a ON a.id = m.account_id
CROSS JOIN LATERAL (SELECT CAST({_STEMMER} AS regconfig) AS name) AS stemmer
ON CONFLICT (message_id) DO UPDATE
    SET same_words = excluded.same_words, search = excluded.search, silo_answer_id = excluded.silo_answer_id
""")  # noqa: S608 -- only the names of stemmers and two figures enter the text; values are always bound.


def remember(work: UnitOfWork, message_id: UUID) -> None:
    """Keep the answer as it stands now, if it does; forget it if it stands no more."""
    row = work.session.execute(_ONE, {"id": message_id}).one_or_none()
    if row is not None:
        _keep(work, [row])
    else:
        work.session.execute(text("DELETE FROM earlier_answer WHERE message_id = :id"), {"id": message_id})


def rebuild(work: UnitOfWork) -> int:
    """Forget all of it and keep it anew from the messages; returns how many. Searches go on meanwhile."""
    work.session.execute(text("DELETE FROM earlier_answer"))
    kept, after = 0, UUID(int=0)
    while rows := work.session.execute(_NEXT, {"after": after}).all():
        _keep(work, rows)
        kept, after = kept + len(rows), rows[-1].id
    return kept


def _keep(work: UnitOfWork, rows: Sequence[Row[Any]]) -> None:
    said = [(row.id, alike.unsigned(row.text, row.signed_as or "")) for row in rows]
    work.session.execute(
        _KEEP,
        {
            "ids": [id_ for id_, _ in said],
            "words": [alike.ungreeted(words) for _, words in said],
            "same": [alike.same(words, str(id_)) for id_, words in said],
        },
    )
