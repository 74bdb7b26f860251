"""How far the tickets of ours at Zammad have been read.

Why it exists: Zammad tells what has changed by `updated_at` alone, which is set before the change can be seen, so a
cursor of "the newest I saw" would miss one. This one looks a little back, and remembers what it has handed on there.
What it must not do: grow without bound, or hand on a ticket's words before all older tickets' words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors.targets.ticket_calls import moment

OVERLAP = timedelta(minutes=2)
"""How long a change may take between its time and its being seen."""


@dataclass(slots=True)
class Walk:
    """`since` is the time of the newest ticket that was read to its end. `seen` holds, by ticket, its time when it was
    read (empty where it was not read to its end) and the articles handed on."""

    since: datetime | None = None
    seen: dict[str, tuple[str, list[int]]] = field(default_factory=dict)

    @classmethod
    def read(cls, cursor: str | None) -> Walk:
        """Raises `ValueError` or `KeyError` for a cursor that this module did not write."""
        if cursor is None:
            return cls()
        kept = json.loads(cursor)
        since = datetime.fromisoformat(kept["since"]) if kept["since"] else None
        return cls(since, {ticket: (at, list(ids)) for ticket, (at, ids) in kept["seen"].items()})

    def write(self) -> str:
        """The cursor as the inbox keeps it; the same text as long as nothing was new."""
        floor = self.floor
        kept = {
            ticket: one for ticket, one in self.seen.items() if not one[0] or floor is None or moment(one[0]) >= floor
        }
        since = self.since.isoformat() if self.since else None
        return json.dumps({"since": since, "seen": kept}, sort_keys=True)

    @property
    def floor(self) -> datetime | None:
        """What was updated before this has been read; None where nothing has."""
        return self.since - OVERLAP if self.since else None

    def news(self, ticket: Mapping[str, object]) -> bool:
        """Whether the ticket has changed since it was read."""
        return self.seen.get(str(ticket["id"]), ("", []))[0] != ticket["updated_at"]

    def handed_on(self, ticket: Mapping[str, object]) -> list[int]:
        """The articles of the ticket that were handed on, as far as is remembered."""
        return self.seen.get(str(ticket["id"]), ("", []))[1]

    def done(self, ticket: Mapping[str, object], articles: list[int], *, whole: bool) -> None:
        """The ticket was read, to its end or to the articles named."""
        at = str(ticket["updated_at"])
        self.seen[str(ticket["id"])] = (at if whole else "", sorted({*self.handed_on(ticket), *articles}))
        if whole:
            self.since = max(self.since or moment(at), moment(at))
