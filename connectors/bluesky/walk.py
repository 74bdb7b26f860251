"""How far the notifications have been read.

Why it exists: Bluesky lists notifications newest first by a time that the *author's* program may set
earlier (a post written offline lands below posts that we have already read), and those of deleted posts
vanish from the list. So "everything since the newest I saw" would miss some; instead the cursor remembers which
ones were seen, and a walk goes down page by page until it stands on known ground. What it must not do:
dig out what was said before the account was connected, or grow without bound.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from connectors.kit.contract import Raw

_REMEMBERED = 200
"""Twice the largest page, so that the top page of the list is known whole even after deletions."""
_MARK = 8
"""Letters of a mark: 48 bits, one mistaken in ten million million."""


@dataclass(frozen=True, slots=True)
class Walk:
    """`known` are marks from earlier walks, `passed` those of the walk under way, both newest first.

    `down` is Bluesky's own cursor for the next page of the walk under way; without one the next walk starts at the
    top. `floor` is the time of the oldest notification of the very first page: what lies below is not ours to read.
    """

    known: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    down: str | None = None
    floor: str | None = None

    @classmethod
    def read(cls, cursor: str | None) -> Walk:
        """Raises `ValueError` or `KeyError` for a cursor that this module did not write."""
        if cursor is None:
            return cls()
        kept = json.loads(cursor)
        return cls(_split(kept["known"]), _split(kept["passed"]), kept["down"], kept["floor"])

    def write(self) -> str:
        """The cursor as the inbox keeps it; the same text as long as nothing was new."""
        kept = {"known": "".join(self.known), "passed": "".join(self.passed), "down": self.down, "floor": self.floor}
        return json.dumps(kept)

    def step(self, page: Sequence[Raw], down: str | None) -> tuple[list[Raw], Walk]:
        """One page (newest first) and Bluesky's cursor for the next: what is new in it, oldest first, and the rest."""
        begun = self.floor is not None
        marked = [(_mark(item), item) for item in page]
        seen = {*self.known, *self.passed}
        fresh = {mark: item for mark, item in marked if mark not in seen and not self._below(item)}
        passed = (*self.passed, *fresh)
        floor = self.floor if self.floor is not None else min((_time(item) for item in page), default="")
        arrived = bool(marked) and (marked[-1][0] in self.known or self._below(marked[-1][1]))
        if down is None or not begun or arrived:
            known = (*passed, *self.known)[:_REMEMBERED]
            return list(fresh.values())[::-1], Walk(known=known, floor=floor)
        return list(fresh.values())[::-1], replace(self, passed=passed[:_REMEMBERED], down=down, floor=floor)

    def _below(self, item: Raw) -> bool:
        return bool(self.floor) and _time(item) < str(self.floor)


def _mark(item: Raw) -> str:
    """Names one version of one post: a mention that is also a reply is notified twice and read once."""
    name = f"{item.get('uri')}\n{item.get('cid')}"
    return urlsafe_b64encode(sha256(name.encode()).digest()[:6]).decode()


def _time(item: Raw) -> str:
    return str(item.get("indexedAt") or "")


def _split(marks: str) -> tuple[str, ...]:
    return tuple(marks[at : at + _MARK] for at in range(0, len(marks), _MARK))
