"""What was really posted on the square, whatever anybody else believes.

Why it exists: "never twice, never lost" can only be checked by asking the platform itself, which remembers
every call and every post with the key it came with. What it must not do: be touched by any misbehaviour.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, Engine, and_, func, insert, select

from connectors.square.schema import call, post

LAST_CALLS = 1_000


@dataclass(frozen=True, slots=True)
class Totals:
    """`doubled` counts the keys under which more than one post was made, standing or not."""

    mentions: int
    answers: int
    doubled: int
    turned_away: int


def note(engine: Engine, what: str, outcome: str, *, key: str | None = None, post_id: str | None = None) -> None:
    """Remember a call. `outcome` is what really became of it, not what the caller was told."""
    with engine.begin() as connection:
        connection.execute(
            insert(call).values(at=datetime.now(UTC), what=what, outcome=outcome, key=key, post_id=post_id)
        )


def totals(connection: Connection, handle: str | None = None) -> Totals:
    """Counts for one account, or for the whole square."""
    ours = post.c.account_handle.is_not(None) if handle is None else post.c.account_handle == handle
    theirs = post.c.to_handle.is_not(None) if handle is None else post.c.to_handle == handle
    doubled = select(post.c.key).where(ours).group_by(post.c.account_handle, post.c.key).having(func.count() > 1)

    def count(condition: ColumnElement[bool]) -> int:
        return connection.scalar(select(func.count()).select_from(post).where(condition)) or 0

    return Totals(
        mentions=count(theirs),
        answers=count(and_(ours, post.c.deleted_at.is_(None))),
        doubled=connection.scalar(select(func.count()).select_from(doubled.subquery())) or 0,
        turned_away=connection.scalar(
            select(func.count()).select_from(call).where(call.c.what == "answer", call.c.outcome.not_like("taken%"))
        )
        or 0,
    )


def whole(connection: Connection, handle: str) -> Mapping[str, object]:
    """All posts of one account by their keys, and the last calls, oldest first."""
    keys: dict[str, list[dict[str, object]]] = {}
    for row in connection.execute(select(post).where(post.c.account_handle == handle).order_by(post.c.at, post.c.id)):
        keys.setdefault(row.key or "", []).append(
            {
                "id": row.id,
                "text": row.text,
                "visibility": row.visibility,
                "parent": row.parent_id,
                "at": row.at.isoformat(),
                "standing": row.deleted_at is None,
            }
        )
    calls = connection.execute(select(call).order_by(call.c.seq.desc()).limit(LAST_CALLS)).all()
    return {
        **asdict(totals(connection, handle)),
        "keys": keys,
        "calls": [
            {"at": one.at.isoformat(), "what": one.what, "key": one.key, "outcome": one.outcome, "post": one.post_id}
            for one in reversed(calls)
        ],
    }
