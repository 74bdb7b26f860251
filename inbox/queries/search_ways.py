# ruff: noqa: S608 -- only fragments of this file and of `search_terms.py` enter the text; values are always bound.
"""The ways in which a search looks through the messages: back from the newest, by names, or week by week.

A word that many say is found among the newest messages, by walking back from the last one; any other one week by week,
by the index of weeks and words, which passes a week without it in microseconds. Which way is right is not left to the
planner, whose guess about words that never stand together can be a thousand times wrong: the walk is tried first and
has an end. What it must not do: leave out who may see what (`in_sight`).
"""

from __future__ import annotations

from itertools import product

from inbox.queries.search_terms import Terms, Way

WALK = 2000
"""The newest messages that are looked at one by one."""
WEEK = "date_bin('7 days', {at}, TIMESTAMPTZ '2001-01-01 00:00+00')"
"""The week of an instant, as the index of weeks and words has it (`inbox.models.message`)."""
FEW = 1000
"""So many messages with the words, or conversations that are meant, are all read; where there are more, the weeks are
gone through."""
MANY = 8
"""Ways to mean the names of a search that are each looked up by an index of their own."""


def newest(wanted: Terms, before: str) -> str:
    """Those among the newest messages, and on each line, of which there is one at least, how the words are stemmed.

    The newest of the days that are meant: before an old day none of the newest of all would count. Each one's
    conversation is looked up by its key: for two thousand of them the planner would read all that there are.
    """
    stems = ", ".join(f"CAST({way} AS text)" for way in wanted.stemmed)
    return f"""
        SELECT words.stems, hit.id FROM (SELECT CAST(ARRAY[{stems}] AS text[]) AS stems) AS words LEFT JOIN (
            SELECT m.id FROM (
                SELECT id, said_at, conversation_id, direction, visibility, agent_id, search FROM message m
                WHERE {" AND ".join([before, *wanted.days])} ORDER BY m.said_at DESC, m.id DESC LIMIT {WALK}) AS m
            CROSS JOIN LATERAL (SELECT * FROM conversation WHERE id = m.conversation_id OFFSET 0) AS c
            WHERE {_all_of(wanted, *_words(wanted), *map(either, wanted.ways))}
            ORDER BY m.said_at DESC, m.id DESC LIMIT :limit) AS hit ON true"""


def anywhere(wanted: Terms, before: str) -> str:
    """All of them, by the index of names or of weeks and words; the newest of these."""
    if wanted.ways:
        return _by_names(wanted, before)
    if wanted.query:
        return _by_weeks(wanted, before)
    return f"""
        SELECT m.id FROM message m JOIN conversation c ON c.id = m.conversation_id
        WHERE {before} AND {_all_of(wanted)} ORDER BY m.said_at DESC, m.id DESC LIMIT :limit"""


def _by_names(wanted: Terms, before: str) -> str:
    """What people of these names have said or heard.

    Of all of it no more is read than the keys; the rest is asked of the newest, one by one, until the page is full.
    """
    ways = [[one.who for one in way] for way in product(*wanted.ways)]
    if len(ways) > MANY:
        ways = [list(map(either, wanted.ways))]
    arms = " UNION ALL ".join(
        f"""SELECT m.id, m.said_at FROM message m JOIN conversation c ON c.id = m.conversation_id
        WHERE {" AND ".join([before, *_words(wanted), *way, *in_sight(wanted)])}"""
        for way in ways
    )
    return f"""
        WITH found AS MATERIALIZED ({arms})
        SELECT m.id FROM (SELECT DISTINCT id, said_at FROM found ORDER BY said_at DESC, id DESC OFFSET 0) AS found
        CROSS JOIN LATERAL (SELECT * FROM message WHERE id = found.id OFFSET 0) AS m
        CROSS JOIN LATERAL (SELECT * FROM conversation WHERE id = m.conversation_id OFFSET 0) AS c
        WHERE {" AND ".join([*map(either, wanted.ways), _unchanged(wanted), *wanted.message])}
        ORDER BY found.said_at DESC, found.id DESC LIMIT :limit"""


def _by_weeks(wanted: Terms, before: str) -> str:
    """Words: all messages with them where they are few, else week after week from the last one back to a full page.

    The weeks come in their order and the outer LIMIT ends them, because what looks into a week needs the week first:
    there is no other way to join the two. OFFSET 0 and the numbering fence the indexes off: with a LIMIT in sight the
    planner would read from the end for a word that is nowhere near it. Conversations are looked up by their keys.
    """
    said = " AND ".join([before, *_words(wanted), *wanted.message])
    first = " AND ".join(["true", *wanted.days])
    seen = f"""CROSS JOIN LATERAL (SELECT * FROM conversation WHERE id = m.conversation_id OFFSET 0) AS c
            WHERE {" AND ".join([_unchanged(wanted), *in_sight(wanted)])}"""
    meant, theirs, otherwise = _in_few_conversations(wanted, said) if wanted.conversation else ("", "", "true")
    return f"""
        WITH {meant} few AS MATERIALIZED (
            SELECT id, said_at, conversation_id FROM (
                SELECT id, said_at, conversation_id, row_number() OVER () AS n FROM message m
                WHERE {otherwise} AND {said}) AS numbered
            WHERE n <= {FEW} + 1)
        {theirs}
        (SELECT m.id FROM (SELECT * FROM few ORDER BY said_at DESC, id DESC OFFSET 0) AS m
        {seen} AND (SELECT count(*) FROM few) <= {FEW}
        ORDER BY m.said_at DESC, m.id DESC LIMIT :limit)
        UNION ALL
        (SELECT m.id FROM generate_series(
            CASE WHEN (SELECT count(*) FROM few) > {FEW} THEN
                (SELECT {WEEK.format(at="max(m.said_at)")} FROM message m WHERE {before} AND {first}) END,
            (SELECT {WEEK.format(at="min(m.said_at)")} FROM message m WHERE {first}),
            INTERVAL '-168 hours') AS w(week)
        CROSS JOIN LATERAL (
            SELECT m.id FROM (
                SELECT * FROM (
                    SELECT id, said_at, conversation_id FROM message m
                    WHERE {WEEK.format(at="m.said_at")} = w.week AND {said} OFFSET 0) AS found
                ORDER BY said_at DESC, id DESC OFFSET 0) AS m
            {seen}
            ORDER BY m.said_at DESC, m.id DESC LIMIT :limit) AS m
        LIMIT :limit)"""


def _in_few_conversations(wanted: Terms, said: str) -> tuple[str, str, str]:
    """Where few conversations are meant (snoozed ones, say), all that was said in them, before any word is looked up.

    Those conversations, what was found in them, and whether they are more than few.
    """
    few = f"(SELECT count(*) FROM meant) <= {FEW}"
    meant = f"""meant AS MATERIALIZED (
            SELECT id FROM (
                SELECT id, row_number() OVER () AS n FROM conversation c
                WHERE {" AND ".join(in_sight(wanted))}) AS numbered
            WHERE n <= {FEW} + 1),"""
    theirs = f"""
        (SELECT m.id FROM meant
        CROSS JOIN LATERAL (SELECT * FROM message WHERE conversation_id = meant.id OFFSET 0) AS m
        WHERE {few} AND {said} AND {_unchanged(wanted)} ORDER BY m.said_at DESC, m.id DESC LIMIT :limit)
        UNION ALL"""
    return meant, theirs, f"NOT {few}"


def _words(wanted: Terms) -> list[str]:
    return [f"m.search @@ {wanted.query}"] if wanted.query else []


def either(names: tuple[Way, ...]) -> str:
    """Whether one of these ways is how somebody was meant."""
    return f"({' OR '.join(map(str, names))})"


def _all_of(wanted: Terms, *more: str) -> str:
    return " AND ".join([*more, _unchanged(wanted), *wanted.message, *in_sight(wanted)])


def _unchanged(wanted: Terms) -> str:
    """Messages that nobody has changed or taken away, and, where no words are looked for, changed ones too."""
    gone = "SELECT FROM revision r WHERE r.message_id = m.id" + ("" if wanted.query else " AND r.kind = 'deleted'")
    return f"NOT EXISTS ({gone})"


def in_sight(wanted: Terms) -> list[str]:
    """That the actor may see the conversation, and that it is one of those that are meant."""
    return ["c.team_id = ANY(:teams)", *wanted.conversation]


def before_key(at: str, id_: str, key: object) -> str:
    """Whether something stands on a later page than the one that `key` ends."""
    return f"({at}, {id_}) < (:at, :id)" if key is not None else "true"
