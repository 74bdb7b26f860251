"""Hiding, deleting, blocking, muting and closing: what each needs, how far it has come, and what a citizen is told.

A deed needs a reason of the account's charter; criticism is none, by whatever name. A block or a mute ends by itself.
What it must not do: decide who may, or call a platform.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from inbox.domain.charters import Reason, starters
from inbox.domain.charters.fitness import folded, is_criticism
from inbox.domain.errors import Invalid
from inbox.domain.ledger.shapes import EntryType


class Kind(StrEnum):
    """What can be done. All but `delete` can be undone."""

    HIDE = "hide"
    DELETE = "delete"
    BLOCK = "block"
    MUTE = "mute"
    CLOSE = "close"


class State(StrEnum):
    """`owed` and `lifting` wait for the platform, which is asked until it has done it or says no for good."""

    OWED = "owed"
    IN_FORCE = "in_force"
    LIFTING = "lifting"
    LIFTED = "lifted"
    FAILED = "failed"


_S = State
TRANSITIONS: Final[Mapping[State, frozenset[State]]] = MappingProxyType(
    {
        _S.OWED: frozenset({_S.IN_FORCE, _S.LIFTING, _S.FAILED}),
        _S.IN_FORCE: frozenset({_S.LIFTING}),
        # What the platform does not let go of is in force still.
        _S.LIFTING: frozenset({_S.LIFTED, _S.IN_FORCE}),
        _S.LIFTED: frozenset(),
        _S.FAILED: frozenset(),
    }
)
LIVE: Final = (_S.OWED, _S.IN_FORCE, _S.LIFTING)
"""States in which the same must not be decided again."""
ASKS: Final = (_S.OWED, _S.LIFTING)

BACK: Final[Mapping[Kind, str]] = MappingProxyType(
    {Kind.HIDE: "show", Kind.BLOCK: "unblock", Kind.MUTE: "unmute", Kind.CLOSE: "open"}
)
"""What a platform is asked for to undo it (`connectors.kit.deeds`)."""
ENTRIES: Final[Mapping[Kind, tuple[EntryType, EntryType | None]]] = MappingProxyType(
    {
        Kind.HIDE: (EntryType.POST_HIDDEN, EntryType.POST_SHOWN),
        Kind.DELETE: (EntryType.REPLY_DELETED, None),
        Kind.BLOCK: (EntryType.AUTHOR_BLOCKED, EntryType.AUTHOR_UNBLOCKED),
        Kind.MUTE: (EntryType.AUTHOR_MUTED, EntryType.AUTHOR_UNMUTED),
        Kind.CLOSE: (EntryType.COMMENTS_CLOSED, EntryType.COMMENTS_OPENED),
    }
)
"""What stands in the ledger at its beginning and at its end."""

ENDING: Final = frozenset({Kind.BLOCK, Kind.MUTE})
"""What ends by itself."""
TERMS: Final = (1, 7, 30, 90, 365)
"""Days to choose from."""
USUAL: Final = 30
TRIES: Final = 20
"""How often a platform is asked before it counts as not done (about two hours)."""
TELL_FIRST: Final = timedelta(minutes=5)
"""How long a deed waits for the answer that tells of it: nobody's number stands in public for a slow answer."""

_PERSONAL = re.compile(r"person|privat|cpr|fødsels")
_TOLD: Final[Mapping[str, str]] = MappingProxyType(
    {
        "da": "{done} {rule} Er du uenig, kan du svare os her eller {complaint}.",
        "nb": "{done} {rule} Er du uenig, kan du svare oss her eller {complaint}.",
        "en": "{done} {rule} If you disagree, you can answer us here or {complaint}.",
    }
)
_DONE: Final[Mapping[str, Mapping[Kind, str]]] = MappingProxyType(
    {
        "da": {
            Kind.HIDE: "Hej {name}. Vi skjuler dit indlæg.",
            Kind.BLOCK: "Hej {name}. Du kan for en tid ikke skrive til os her.",
            Kind.MUTE: "Hej {name}. Vi læser for en tid ikke, hvad du skriver til os her.",
            Kind.CLOSE: "Vi lukker for kommentarer her.",
        },
        "nb": {
            Kind.HIDE: "Hei {name}. Vi skjuler innlegget ditt.",
            Kind.BLOCK: "Hei {name}. Du kan for en tid ikke skrive til oss her.",
            Kind.MUTE: "Hei {name}. Vi leser for en tid ikke det du skriver til oss her.",
            Kind.CLOSE: "Vi stenger for kommentarer her.",
        },
        "en": {
            Kind.HIDE: "Hello {name}. We are hiding your post.",
            Kind.BLOCK: "Hello {name}. For a time you can’t write to us here.",
            Kind.MUTE: "Hello {name}. For a time we don’t read what you write to us here.",
            Kind.CLOSE: "We are closing comments here.",
        },
    }
)


def may_become(now: State, then: State) -> bool:
    """Whether the table allows the step."""
    return then in TRANSITIONS[now]


def reasons_before_a_charter(language: str) -> tuple[Reason, ...]:
    """What may be chosen on an account that has no charter yet: the reasons that its first one would begin with."""
    begun = starters.starter("authority", language) or starters.starter("authority", "en")
    return begun.reasons if begun else ()


def reason_of(reasons: Sequence[Reason], name: str) -> tuple[int, Reason]:
    """The reason of that name and its line, from 1. Raises Invalid (`reason`) for one that is not of the list."""
    if is_criticism(name):
        raise Invalid("Criticism is no reason to hide or block. Answer it.", field="reason")
    wanted = folded(name)
    for number, one in enumerate(reasons, start=1):
        if wanted and folded(one.name) == wanted:
            return number, one
    raise Invalid("Choose a reason of the charter.", field="reason")


def about_personal_data(reasons: Sequence[Reason]) -> Reason | None:
    """The reason for which a post with somebody's number is hidden, if the charter has one by a name like it."""
    return next((one for one in reasons if _PERSONAL.search(one.name.casefold())), None)


def ends_at(kind: Kind, days: int | None, at: datetime) -> datetime | None:
    """When it ends by itself; None for what does not. Raises Invalid (`days`) for another term than is offered."""
    if kind not in ENDING:
        return None
    if days is None:
        days = USUAL
    if days not in TERMS:
        raise Invalid("Choose for how long.", field="days")
    return at + timedelta(days=days)


def telling(kind: Kind, language: str, reason: Reason, complaint: str) -> str:
    """What the citizen may be told, ready to be changed. `{name}` is filled in by whoever sends it."""
    chosen = language if language in _TOLD else "en"
    done = _DONE[chosen].get(kind)
    if done is None:
        return ""
    return _TOLD[chosen].format(done=done, rule=reason.rule, complaint=complaint)
