"""A house filled with conversations by SQL, because a million of them by the services would take an hour.

One in twenty is open, unless said otherwise, as in a house that has run for years. What it must not do: be used
where a test asks what a service stored; only shapes and numbers are right here.
"""

from __future__ import annotations

import sys

import psycopg

from tests.house import House

OPEN_EVERY = 20
WORDS = "'@nordby Hvornår bliver nummer ' || n || ' på Æblevej ordnet? Vi har ventet siden i tirsdags.'"
AT_ONCE = 100_000
# What happened longest ago comes first, so that keys and times grow together as they do in a real house.
FILL = """
CREATE TEMPORARY TABLE filling ON COMMIT DROP AS
SELECT n, uuidv7() AS contact_id, uuidv7() AS identity_id, uuidv7() AS conversation_id, uuidv7() AS message_id,
    uuidv7() AS entry_id, n %% {every} = 0 AS is_open,
    timestamptz '2026-11-24 12:00+00' - make_interval(secs => ({most} - n) * 20) AS at
FROM generate_series(%(first)s::int, %(last)s::int) AS n;
INSERT INTO contact (id, name, created_at) SELECT contact_id, 'Borger ' || n, at FROM filling;
INSERT INTO identity (id, contact_id, channel, external_id, handle, name, seen_at)
    SELECT identity_id, contact_id, %(channel)s, 'citizen-' || n, 'borger' || n, 'Borger ' || n, at FROM filling;
INSERT INTO conversation (id, reference, account_id, team_id, identity_id, root_external_id, status, klass, klass_rule,
        assignee_id, waiting_since, next_due_at, created_at, changed_at)
    SELECT conversation_id, 'K-' || n, %(account)s, %(team)s, identity_id, 'filled-' || n,
        CASE WHEN is_open THEN 'open' ELSE 'solved' END, 'ours', 'mention',
        CASE WHEN n %% (3 * {every}) = 0 THEN %(agent)s::uuid END,
        CASE WHEN is_open THEN at END, CASE WHEN is_open THEN at + interval '1 hour' END, at, at FROM filling;
INSERT INTO ledger_entry (id, type, body, salts, at) SELECT entry_id, 'post.seen', '{{}}', '{{}}', at FROM filling;
INSERT INTO message (id, conversation_id, account_id, direction, visibility, identity_id, kind, external_id, text,
        said_at, received_at, entry_id)
    SELECT message_id, conversation_id, %(account)s, 'in', 'public', identity_id, 'mention', 'filled-' || n,
        {words}, at, at, entry_id
    FROM filling;
INSERT INTO clock (id, conversation_id, message_id, number, policies_id, policy, calendar_id, terms, kind, state,
        minutes, business, started_at, due_at, answered_at)
    SELECT uuidv7(), conversation_id, message_id, 1, (SELECT id FROM policies LIMIT 1), 1,
        (SELECT id FROM calendar LIMIT 1), 2, 'first_response', CASE WHEN is_open THEN 'running' ELSE 'met' END,
        60, true, at, at + interval '1 hour', CASE WHEN is_open THEN NULL ELSE at + interval '10 minutes' END
    FROM filling;
"""


def fill(
    superuser_url: str, house: House, first: int, last: int, *, open_every: int = OPEN_EVERY, words: str = WORDS
) -> None:
    """Add the conversations from number `first` up to, not including, `last`; one in `open_every` is open.

    `words` is what each says, an SQL expression of `n`, per cent signs doubled.
    """
    with psycopg.connect(superuser_url) as connection:
        for begin in range(first, last, AT_ONCE):
            end = min(begin + AT_ONCE, last)
            given = {
                "first": begin,
                "last": end - 1,
                "account": house.account_id,
                "team": next(iter(house.anna.teams)),
                "agent": house.anna.id,
                "channel": "square",
            }
            cursor = psycopg.ClientCursor(connection)
            cursor.execute(FILL.format(every=open_every, most=1_000_000, words=words), given)
            connection.commit()
            print(f"{end} conversations", file=sys.stderr)
