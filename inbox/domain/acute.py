"""Words that may mean danger, and who is called when one is found.

Why it exists: whoever writes of suicide, violence or a child in danger must be read first, by night as by day. Words
only propose; a person decides. The shipped words are those of `inbox.domain.kinds`, which an organisation adds to and
switches off one by one; a few words that only look like danger are taken out before anybody looks. What it must not
do: decide that something is acute, or know how anybody is reached.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final, TypeVar

from inbox.domain.errors import Invalid
from inbox.domain.kinds import WORDS, Kind
from inbox.domain.text import clean

SHIPPED: Final = tuple(dict.fromkeys(one.strip() for one in WORDS[Kind.DANGER]))
"""The words that come with the house, in all three languages."""
_WHOLE: Final = frozenset(one.strip() for one in WORDS[Kind.DANGER] if one.endswith(" "))
"""Those that are no beginnings of longer words."""
HARMLESS: Final = (
    "dræbersnegl", "drepersnegl", "dræbende kedelig", "drepende kjedelig", "bombesikker", "bombesikkert", "bombefly",
    "skyde skylden", "skyde papegøjen", "skyde genvej", "skyte i været", "kniv og gaffel",
    "knivskarp", "våpenskjold", "våpenhvile", "rapeseed", "bombard", "murder mystery", "glue gun ",
    "vold og magt",
)  # fmt: skip
"""What holds a word of danger and means none: killer slugs, a rock-solid plan, a coat of arms."""
MOST_WORDS: Final = 300
LONGEST_WORD: Final = 80
SHORTEST_WORD: Final = 3
TRIES: Final = 2
"""Rounds in which those called so far are called alone, before the next in line is called as well."""
EVERY: Final = 5
"""Minutes between two rounds until the organisation says otherwise."""
Person = TypeVar("Person")


class State(StrEnum):
    """`proposed` by words; the other two are said by a person."""

    PROPOSED = "proposed"
    ACUTE = "acute"
    NOT_ACUTE = "not_acute"


class CallState(StrEnum):
    """A call is `owed` until it is made; `stopped` when somebody acknowledged before; `failed` was tried in vain."""

    OWED = "owed"
    MADE = "made"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Words:
    """The list in force: the organisation's `own` words, and the shipped ones that it has switched `off`."""

    own: tuple[str, ...] = ()
    off: frozenset[str] = frozenset()

    def found(self, text: str) -> tuple[str, ...]:
        """The words of the list that stand in the text, each once. Takes time in proportion to the text."""
        plain = _harmless().sub(" ", " ".join(text.casefold().split()))
        every = _every(self)
        if every is None or not every.search(plain):
            return ()
        return tuple(one for one in self.all() if _alone(one).search(plain))

    def all(self) -> tuple[str, ...]:
        """Every word that is looked for."""
        return tuple(dict.fromkeys((*(one for one in SHIPPED if one not in self.off), *self.own)))


def own_words(typed: str) -> tuple[str, ...]:
    """The words that somebody wrote, one a line. Raises Invalid (`own`)."""
    found = tuple(dict.fromkeys(" ".join(clean(one).text.casefold().split()) for one in typed.splitlines()))
    words = tuple(one for one in found if one)
    if len(words) > MOST_WORDS:
        raise Invalid("At most %(limit)s words have room here.", field="own", limit=MOST_WORDS)
    for one in words:
        if not SHORTEST_WORD <= len(one) <= LONGEST_WORD or not any(map(str.isalpha, one)):
            raise Invalid(
                "“%(word)s” can't be a word of danger: write %(least)s to %(most)s characters.",
                field="own",
                word=one[:LONGEST_WORD],
                least=SHORTEST_WORD,
                most=LONGEST_WORD,
            )
    return words


def switched_off(given: Iterable[str]) -> frozenset[str]:
    """The shipped words among the given ones."""
    return frozenset(SHIPPED) & frozenset(given)


def called(line: Sequence[Sequence[Person]], round_: int) -> tuple[Person, ...]:
    """Who is called in this round, from 1. `line` are the steps: the first, the second in line, ..., the leads.

    Whoever was called before is called again, and every second round the next step as well.
    """
    steps = line[: 1 + (round_ - 1) // TRIES]
    return tuple(dict.fromkeys(person for step in steps for person in step))


@cache
def _harmless() -> re.Pattern[str]:
    return _pattern(HARMLESS)


@cache
def _every(words: Words) -> re.Pattern[str] | None:
    every = words.all()
    return _pattern([f"{one} " if one in _WHOLE else one for one in every]) if every else None


@cache
def _alone(word: str) -> re.Pattern[str]:
    return _pattern([f"{word} " if word in _WHOLE else word])


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Beginnings of words; one that ends in a blank here ends there, too."""
    each = (re.escape(one.rstrip()) + (r"\b" if one.endswith(" ") else "") for one in dict.fromkeys(words))
    return re.compile(rf"(?<!\w)(?:{'|'.join(each)})")
