"""The news of one account, page by page, since a cursor.

Why it exists: it is how an inbox that was away finds out what it missed; and it is where the square's bad
habits with news are acted out (twice, in the wrong order, not to be understood). What it must not do: lose
anything: a misbehaving page holds everything that a well-behaved one would.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from connectors.square.schema import change

LIMIT = 200
Item = dict[str, object]


@dataclass(frozen=True, slots=True)
class News:
    """One page. `cursor` is the number of the last change in it, or the one asked with when nothing was new."""

    items: list[object]
    cursor: int
    more: bool


def since(connection: Connection, handle: str, cursor: int, limit: int) -> News:
    """Everything for the account after `cursor`, oldest first."""
    limit = max(1, min(limit, LIMIT))
    rows = connection.execute(
        select(change.c.seq, change.c.item)
        .where(change.c.account_handle == handle, change.c.seq > cursor)
        .order_by(change.c.seq)
        .limit(limit + 1)
    ).all()
    page = rows[:limit]
    return News(
        [{"event": row.seq, **row.item} for row in page], page[-1].seq if page else cursor, more=len(rows) > limit
    )


def misbehave(news: News, faults: Mapping[str, int]) -> News:
    """The page with the bad habits in `faults`. An empty page stays empty, or every poll would bring the same junk."""
    items = list(news.items)
    if not items:
        return news
    if "odd_letters" in faults:
        items = [_odd(item) for item in items]
    if "duplicate" in faults:
        items = [item for item in items for _ in range(2)]
    if "reorder" in faults:
        items.reverse()
    if "poison" in faults:
        # Each is wrong in a way of its own: no object, no author, a text that is none, a time that is none.
        items[1:1] = [
            "<html>Bad gateway</html>",
            {"event": f"{news.cursor}-a", "kind": "post", "at": "2026-11-24T09:00:00+00:00", "post": {"id": "x1"}},
            {"event": f"{news.cursor}-b", "kind": "edit", "at": "2026-11-24T09:00:00+00:00", "post": {"text": 7}},
            {"event": f"{news.cursor}-c", "kind": "delete", "at": "yesterday", "post": {"id": "x2"}},
            {"event": f"{news.cursor}-d", "kind": "dance"},
        ]
    return News(items, news.cursor, news.more)


def _odd(item: object) -> object:
    """Characters that are none, which a platform with a bug may well send."""
    if isinstance(item, dict) and isinstance(item.get("post"), dict) and "text" in item["post"]:
        return {**item, "post": {**item["post"], "text": f"{item['post']['text']} \x00\ud83d"}}
    return item
