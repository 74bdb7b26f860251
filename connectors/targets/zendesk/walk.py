"""How far the export of changed tickets has been read.

Why it exists: Zendesk keeps its own cursor, one page of tickets at a time, and we hand on fewer items at a time than a
page may hold. What it must not do: move on to a page before the last one was handed on to its end.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

BEFORE = timedelta(days=1)
"""How far back the first look goes: no question of ours is older when a unit is connected."""


@dataclass(slots=True)
class Walk:
    """`after` is Zendesk's cursor, `start` the time in Unix seconds that stands in for the first one. `seen` holds the
    comments handed on from the page under way, and `done` its tickets that were read to their end, with their times."""

    start: int
    after: str | None = None
    done: dict[str, str] = field(default_factory=dict)
    seen: list[int] = field(default_factory=list)

    @classmethod
    def read(cls, cursor: str | None, now: datetime) -> Walk:
        """Raises `ValueError`, `KeyError` or `TypeError` for a cursor that this module did not write."""
        if cursor is None:
            return cls(int((now - BEFORE).timestamp()))
        kept = json.loads(cursor)
        return cls(int(kept["start"]), kept["after"], dict(kept["done"]), list(kept["seen"]))

    def write(self) -> str:
        """The cursor as the inbox keeps it; the same text as long as nothing was new."""
        return json.dumps({"start": self.start, "after": self.after, "done": self.done, "seen": self.seen})

    def asks(self) -> dict[str, str]:
        """The parameters of the page under way."""
        return {"cursor": self.after} if self.after else {"start_time": str(self.start)}

    def has(self, ticket: Mapping[str, object]) -> bool:
        """Whether the ticket was read to its end, as it is now."""
        return self.done.get(str(ticket.get("id"))) == str(ticket.get("updated_at"))

    def turn(self, after: object) -> None:
        """The page was handed on to its end. Without a cursor for the next it is read again, and brings nothing new."""
        if isinstance(after, str) and after and after != self.after:
            self.after, self.done, self.seen = after, {}, []
