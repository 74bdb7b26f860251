"""What a person sees whose words stand in a conversation that a colleague has: who took it and what they said.

What it must not do: decide what can be done about it; each way on is a deed of its own that asks again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from inbox.queries.thread_items import Happened, Said, Thread

GIVEN = ("taken", "handed_over", "assigned")


@dataclass(frozen=True, slots=True)
class Lost:
    """The colleague, since when they have it (None: nobody knows), and their answer since, if there is one."""

    name: str
    at: datetime | None
    answer: Said | None


def lost(thread: Thread, me: UUID | None) -> Lost | None:
    """None where nobody else has it."""
    head = thread.head
    if head.assignee_id is None or head.assignee_id == me:
        return None
    name = (head.assignee or "").partition(" ")[0]
    given = [item.at for item in thread.items if isinstance(item, Happened) and item.kind in GIVEN]
    answers = [
        item
        for item in thread.items
        if isinstance(item, Said) and item.author_id == head.assignee_id and not item.deleted_at
    ]
    return Lost(name, given[-1] if given else None, answers[-1] if answers else None)
