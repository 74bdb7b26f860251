"""A question to the back office: its states, who may be asked best, and the line that the citizen may get meanwhile.

Lateness is no state: a question is late when its time has passed, whatever is done about it. What it must not do: know
how a question reaches the unit, or choose for anybody: a suggestion stands beside its reason.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID


class TicketState(StrEnum):
    """`used`: the citizen has got an answer that came of it; `recalled`: the agent needs it no more."""

    ASKED = "asked"
    SEEN = "seen"
    ANSWERED = "answered"
    USED = "used"
    RECALLED = "recalled"


_S = TicketState
TRANSITIONS: Final[Mapping[TicketState, frozenset[TicketState]]] = {
    _S.ASKED: frozenset({_S.SEEN, _S.ANSWERED, _S.RECALLED}),
    _S.SEEN: frozenset({_S.ANSWERED, _S.RECALLED}),
    _S.ANSWERED: frozenset({_S.USED}),
    # Undone before it went out.
    _S.USED: frozenset({_S.ANSWERED}),
    _S.RECALLED: frozenset(),
}
OPEN_TICKETS: Final = (_S.ASKED, _S.SEEN)
"""States in which an answer is owed."""


def may_become(now: TicketState, then: TicketState) -> bool:
    """Whether the table allows the step."""
    return then in TRANSITIONS[now]


@dataclass(frozen=True, slots=True)
class Asked:
    """A unit that could be asked: the words and the tags (small letters) by which it is found."""

    id: UUID
    name: str
    topics: tuple[str, ...]
    tags: frozenset[str]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Whom to ask and why: the tag, or the topic words that were said. One of the two is empty."""

    id: UUID
    tag: str = ""
    words: tuple[str, ...] = ()


def suggested(units: Iterable[Asked], said: Collection[str], tags: Collection[str]) -> Suggestion | None:
    """The unit that fits best: by a tag that a person put there, else by most topic words in what was `said`.

    A topic stands for itself and for longer words that begin with it, so that “skrald” finds “skraldespand”. Of two
    that fit as well the first by name. None where nothing fits.
    """
    in_order = sorted(units, key=lambda one: one.name.casefold())
    on_it = {tag.casefold(): tag for tag in tags}
    for one in in_order:
        found = sorted(one.tags & on_it.keys())
        if found:
            return Suggestion(one.id, tag=on_it[found[0]])
    spoken = "\n".join(said).casefold()
    best: Suggestion | None = None
    for one in in_order:
        words = tuple(word for word in one.topics if _says(spoken, word.casefold()))
        if len(words) > (len(best.words) if best else 0):
            best = Suggestion(one.id, words=words)
    return best


def topics(given: str) -> tuple[str, ...]:
    """Words as they were typed, set apart by commas or lines: each once, whatever its letters' size."""
    words = (" ".join(word.split()) for word in re.split(r"[,\n]", given))
    return tuple({word.casefold(): word for word in words if word}.values())


_LINES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "da": "Hej. Jeg spørger dem, der ved det, og svarer her, så snart jeg har svaret.",
        "nb": "Hei. Jeg spør dem som vet det, og svarer her så snart jeg har svaret.",
        "en": "Hello. I am asking those who know, and I will answer here as soon as I have it from them.",
    }
)


def meanwhile(language: str) -> str:
    """What the citizen may get, in the channel's language. It names no unit: the citizen has one person to talk to."""
    return _LINES.get(language, _LINES["en"])


def _says(spoken: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}", spoken) is not None


_CITIZENS: Final[Mapping[str, str]] = MappingProxyType({"da": "Borgeren", "nb": "Innbyggeren", "en": "The citizen"})


def citizen(language: str) -> str:
    """What stands over the citizen's words for a unit outside the house, which is told no name."""
    return _CITIZENS.get(language, _CITIZENS["en"])
