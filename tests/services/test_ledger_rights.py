"""The app's own role may add to the ledger and nothing else: not even an entry that already has a number."""

from __future__ import annotations

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from inbox.domain.ids import new_id

NUMBERED = """
    INSERT INTO ledger_entry (id, type, body, salts, at, seq, leaf)
    VALUES (%s, 'post.seen', '{}', '{}', '2026-11-24T12:00:00Z', 0, '\\x00')
"""


@pytest.mark.parametrize(
    "statement",
    [
        NUMBERED,
        "UPDATE ledger_entry SET body = %s::text",
        "UPDATE ledger_entry SET seq = 0, leaf = '\\x00' WHERE id = %s",
        "DELETE FROM ledger_entry WHERE id = %s",
        "INSERT INTO ledger_checkpoint (size, root, note, at) VALUES (1, '\\x00', %s::text, '2026-11-24T12:00:00Z')",
        "INSERT INTO ledger_node (level, idx, hash) SELECT 1, 0, '\\x00' WHERE %s::uuid IS NOT NULL",
    ],
)
def test_the_apps_role_can_not(database_url: str, statement: str) -> None:
    with psycopg.connect(database_url) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(statement, (new_id(),))


def test_the_apps_role_can_not_empty_it(database_url: str) -> None:
    with psycopg.connect(database_url) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute("TRUNCATE ledger_entry")
