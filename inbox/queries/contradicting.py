# ruff: noqa: S608 -- only fragments of this file and of `answered.py` enter the text; values are always bound.
"""Whether what somebody is writing says again what was found wrong.

Asked at every pause in writing, so that it is one statement, and one look at an empty table where nothing was ever
corrected. What it must not do: forbid anything (whoever writes may know better), or tell of another team's correction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from inbox.domain import alike, corrections
from inbox.domain.personal_data import mask
from inbox.queries.answered import STANDING
from inbox.uow import UnitOfWork

LOOKED_AT = 200
"""The newest corrections that are compared."""
SHORTEST = 12
"""Characters. Fewer say nothing yet."""
READ = 1_000
"""Characters of either that are compared."""
ALIKE = 0.5
"""Trigrams in common, from 0 to 1, from which on two texts say the same, where the questions have a stem in common."""
WITHIN = 0.75
"""Of a wrong answer that stands as a whole within a longer text."""
ANY_MATTER = 0.9
"""From here on the words alone are enough, whatever was asked."""
_NEAR = """greatest(similarity(words.wrong, :words),
            CASE WHEN word_similarity(words.wrong, :words) >= :within THEN word_similarity(words.wrong, :words) END)"""
_NEAR_RIGHT = """greatest(similarity(words.right, :words),
            word_similarity(words.right, :words), word_similarity(:words, words.right))"""
"""More generous than the other: whoever writes a part of what is right, or more than that, is let be."""
_GREETED = "^ *(hej|hei|hello|hi|dear|kære|kjære)[^.,!\\n]{0,60}[.,!\\n] *"
_STATEMENT = text(f"""
SELECT made.*, wrong_author.full_name AS by FROM (
    SELECT said.said_at AS wrong_at, said.agent_id, k.at, k.message_id, k.wrong_id, right_said.conversation_id,
        right_said.text AS right_text, right_said.signed_as, {_NEAR} AS near,
        {_NEAR_RIGHT} AS near_right, e.search
    FROM (SELECT * FROM correction k WHERE {STANDING} ORDER BY k.at DESC LIMIT {LOOKED_AT}) AS k
    JOIN message said ON said.id = k.wrong_id JOIN message right_said ON right_said.id = k.message_id
    JOIN conversation there ON there.id = said.conversation_id
    LEFT JOIN earlier_answer e ON e.message_id = k.wrong_id
    CROSS JOIN LATERAL (SELECT
        left(regexp_replace(left(said.text, -length(said.signed_as)), '{_GREETED}', '', 'i'), {READ}) AS wrong,
        left(regexp_replace(left(right_said.text, -length(right_said.signed_as)), 'https?://[^[:space:]]+', '', 'g'),
            {READ}) AS right) AS words
    WHERE there.team_id = ANY(:teams)) AS made
JOIN agent wrong_author ON wrong_author.id = made.agent_id
CROSS JOIN LATERAL (
    SELECT left(regexp_replace(m.text, '@[^[:space:]]+', ' ', 'g'), 2000) AS text,
        CAST(CASE a.language {alike.STEMMER_CASES} ELSE 'simple' END AS regconfig) AS stemmer
    FROM message m JOIN account a ON a.id = m.account_id
    WHERE m.conversation_id = :conversation AND m.direction = 'in'
    ORDER BY m.said_at DESC, m.id DESC LIMIT 1) AS now_asked
WHERE made.near >= :alike AND made.near > made.near_right AND (made.near >= :any_matter
    OR EXISTS (SELECT FROM unnest(to_tsvector(now_asked.stemmer, now_asked.text)) AS stem
        WHERE stem.lexeme <> ALL(:nothing) AND stem.lexeme = ANY(tsvector_to_array(ts_filter(made.search, '{{a}}')))))
ORDER BY made.near DESC LIMIT 1""")


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Who said the same (`by`, `wrong_at`), and its correction: `at`, and its words, masked and unsigned."""

    by: str
    wrong_at: datetime
    at: datetime
    text: str
    conversation_id: UUID
    message_id: UUID
    seen_at: datetime
    """When it was looked for: days are told from there."""


def contradicts(work: UnitOfWork, conversation_id: UUID, words: str) -> Contradiction | None:
    """The corrected answer that these words are most like, if they are like one and not more like what is right."""
    written = alike.ungreeted(words.strip())[:READ]
    if len(written) < SHORTEST:
        return None
    given = {
        "words": written,
        "conversation": conversation_id,
        "teams": list(work.actor.teams),
        "alike": ALIKE,
        "within": WITHIN,
        "any_matter": ANY_MATTER,
        "nothing": list(alike.SAYS_NOTHING),
    }
    row = work.session.execute(_STATEMENT, given).one_or_none()
    if row is None:
        return None
    said = mask(corrections.plain(alike.unsigned(row.right_text, row.signed_as or "")), work.now.date())
    return Contradiction(row.by, row.wrong_at, row.at, said, row.conversation_id, row.message_id, work.now)
