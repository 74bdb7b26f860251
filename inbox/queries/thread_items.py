"""What stands in a thread: messages, notes, thin lines, clocks; frozen, masked and ready to render.

What it must not do: read anything (`thread.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Final, TypeAlias
from uuid import UUID

from inbox.domain.differences import Stretch, differences
from inbox.queries.charter_brief import Brief
from inbox.queries.complaints_beside import Complained, proposed
from inbox.queries.correcting import Corrected
from inbox.queries.due import Due
from inbox.queries.pictures import Shown
from inbox.queries.releasing import Key
from inbox.queries.silo_remarks import Remark
from inbox.queries.silo_thread import Put, Returned
from inbox.queries.treated import NOTHING, Measure, Treated

EDITS: Final = 20
"""Edits of one message that are shown."""


@dataclass(frozen=True, slots=True)
class Head:
    """The conversation itself. `earlier` counts this person's conversations before it."""

    id: UUID
    reference: str
    version: int
    status: str
    klass: str
    klass_rule: str
    priority: int
    dismiss_reason: str | None
    who: str
    handle: str
    account_id: UUID
    channel: str
    account: str
    practice: bool
    language: str
    assignee_id: UUID | None
    assignee: str | None
    waiting_since: datetime | None
    snoozed_until: datetime | None
    earlier: int
    due: Due | None
    """The promise that somebody waits for next, a missed one included."""
    gathering_id: UUID | None = None
    """The many alike that it stands among."""
    charter: Brief | None = None
    """How one answers on this account; none before somebody wrote it down."""
    barred: tuple[Measure, ...] = ()
    """Blocks and mutes of the citizen that hold."""
    new_here: bool = False
    """A colleague releases what the actor answers."""
    acute: str = ""
    """What words of danger, or a person, said of it last: `inbox.domain.acute.State`."""
    acute_seen: bool = False
    """Somebody sees to it: nobody is called."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an answer on its way, in the words of `inbox.domain.delivery`."""

    id: UUID
    state: str
    part: int
    parts: int
    due_at: datetime | None
    attempts: int
    last_error: str | None
    delivered_at: datetime | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Above:
    """A public post in another conversation that a message answers; `text` is masked, and empty if it was deleted."""

    author: str
    ours: bool
    at: datetime
    text: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Said:
    """A message. `before` are earlier words of an edited one, `text` the present ones, both masked."""

    id: UUID
    ours: bool
    private: bool
    author: str
    author_id: UUID | None
    handle: str
    at: datetime
    text: str
    byline: str | None
    url: str | None
    flagged: bool
    holding: bool
    """An answer that only says that an answer is coming."""
    before: tuple[str, ...]
    edited_at: datetime | None
    deleted_at: datetime | None
    parts: tuple[Part, ...]
    planned_for: datetime | None = None
    """When an answer shall go out, if not at once."""
    above: Above | None = None
    pictures: tuple[Shown, ...] = ()
    """Descriptions are masked as the words are."""
    corrected: Corrected | None = None
    treated: Treated = NOTHING
    """What was done with it: hidden, its author blocked; and whether a number stands in it for everybody."""
    key: Key | None = None
    """Why an answer of ours needed a second key, and who turned it."""

    @property
    def edits(self) -> tuple[tuple[Stretch, ...], ...]:
        """Each edit word by word, oldest first; of very many the newest."""
        words = [*self.before, self.text][-EDITS - 1 :]
        return tuple(differences(earlier, later) for earlier, later in pairwise(words))


@dataclass(frozen=True, slots=True)
class Noted:
    """A note among ourselves."""

    id: UUID
    author: str
    author_id: UUID
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Happened:
    """A thin line: taken, solved, dismissed."""

    id: UUID
    kind: str
    who: str | None
    who_id: UUID | None
    at: datetime
    data: Mapping[str, Any]


Item: TypeAlias = Said | Noted | Happened | Returned | Remark


@dataclass(frozen=True, slots=True)
class Thread:
    """Everything about one conversation, oldest first."""

    head: Head
    items: tuple[Item, ...]
    tickets: tuple[Put, ...] = ()
    """The questions put to the back office, newest first."""
    complaints: Complained = Complained()  # noqa: RUF009 -- frozen: nobody can write into the one that all share

    @property
    def complaint_words(self) -> tuple[str, ...]:
        """The words by which it may be a complaint, where nobody has decided and none is open."""
        if self.complaints.open is not None:
            return ()
        said = [it for it in self.items if isinstance(it, Said) and not it.ours and it.deleted_at is None]
        lines = [it for it in self.items if isinstance(it, Happened) and it.kind in ("complaint", "no_complaint")]
        judged = {str(id_) for line in lines for id_ in line.data.get("judged", ())}
        return proposed([(it.id, it.text) for it in said], judged)

    @property
    def last_question(self) -> Said | None:
        """The citizen's last word that still stands: what an answer answers."""
        asked = [item for item in self.items if isinstance(item, Said) and not item.ours and not item.deleted_at]
        return asked[-1] if asked else None

    @property
    def stop(self) -> Happened | None:
        """That we stopped here with a last word, while it holds."""
        said = [item for item in self.items if isinstance(item, Happened) and item.kind in ("stopped", "stop_lifted")]
        return said[-1] if said and said[-1].kind == "stopped" else None

    def returned(self, mode: str) -> tuple[Returned, ...]:
        """What the back office answered that way, and nobody has answered the citizen with since."""
        answered = [
            item.at
            for item in self.items
            if isinstance(item, Said)
            and item.ours
            and item.private == (mode == "private")
            and not item.holding
            and not item.deleted_at
        ]
        last = max(answered, default=None)
        return tuple(
            one
            for ticket in self.tickets
            for one in ticket.answers
            if one.mode == mode and not one.used and (last is None or one.at > last)
        )


def standing(items: Sequence[Item]) -> Iterable[Item]:
    """Without deadlines that had moved again before anything else happened: whoever edits terms saves several times.

    The explanation of the clock has them all.
    """
    kept: list[Item] = []
    moved_later: set[object] = set()
    for item in reversed(items):
        if not isinstance(item, Happened) or item.kind != "terms_changed":
            moved_later.clear()
        elif item.data.get("clock") in moved_later:
            continue
        else:
            moved_later.add(item.data.get("clock"))
        kept.append(item)
    return reversed(kept)
