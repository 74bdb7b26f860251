"""Which mentions say the same: a stated method, so that anybody can tell why two stand together (`docs/gatherings.md`).

Each message becomes a small set of stems: without links, handles, numbers and words that stand in everything; with
Danish and Norwegian spellings of one word folded into one (`vandet`, `vannet`). Five different people within the
window whose messages share at least two stems, and half of what they say, begin a gathering. Its centre is how many of
its members have each stem; later messages are linked to the centre, never to each other, so that no chain of small
likenesses leads away from where it began. What is of another kind (`kinds.py`) is never linked. What it must not do:
read anything, or learn from what was said in other weeks.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from math import sqrt
from typing import Final, Generic, TypeVar

from inbox.domain.gathering_words import SAYS_NOTHING

WINDOW: Final = timedelta(minutes=40)
"""How long a mention waits for others, and a gathering for more, in the platform's time."""
FEWEST: Final = 5
"""Different people before anything is shown."""
MOST: Final = 300
"""Mentions that are compared with each other at a time, the newest: a bound on the work, not on a gathering."""
KEPT: Final = 60
"""Stems that a centre keeps, the most frequent."""
LONGEST: Final = 1_000
"""Characters of a message that are looked at."""
Key = TypeVar("Key", bound=Hashable)
Name = TypeVar("Name", bound=Hashable)

_NOT_WORDS = re.compile(r"https?://\S+|www\.\S+|(?<!\w)@[\w.\-]+|&\w+;")
_WORD = re.compile(r"[^\W\d_]+")
_ENDINGS = ("ernes", "enes", "erne", "ene", "ens", "ets", "ers", "ete", "et", "en", "er", "es", "e", "s", "t")
_SHORTEST: Final = 3
"""Letters of a stem."""
_SAME_SOUND = (("aa", "a"), ("ae", "e"), ("oe", "o"), ("nd", "n"), ("ld", "l"), ("hv", "v"))
_ONE_LETTER = str.maketrans({"æ": "e", "ø": "o", "å": "a", "ö": "o", "ä": "e", "g": "k", "d": "t", "b": "p", "c": "k"})
"""Norwegian has p, t and k where Danish has b, d and g: `koge` and `koke`, `gade` and `gate`."""
_TWICE = re.compile(r"(.)\1+")

_PAIR: Final = 0.5
"""How alike two messages must be to begin a gathering: shared stems by the root of both numbers of stems."""
_SOME: Final = 0.1
"""The part of a gathering's members that have a stem before it counts as one of theirs."""
_STRONG: Final = 0.45
"""That part for a stem that stands for the whole gathering."""
_WHOLE: Final = 0.25
"""That part for a stem that is looked for in compounds."""
_SAME: Final = 0.42
"""How alike two centres are that stand around the same: the cosine of their shares."""
_ENOUGH: Final = 0.55
"""Shares of a message's stems, added up, that link it to a centre."""
_MUCH: Final = 0.34
"""The same by the root of how many stems the message has: a long message must have more in common."""


@dataclass(slots=True)
class Centre:
    """What the members of a gathering have in common: of `counted` messages, how many have each stem."""

    counted: int = 0
    stems: Counter[str] = field(default_factory=Counter)

    def add(self, stems: Collection[str]) -> None:
        """One more member."""
        self.counted += 1
        self.stems.update(stems)
        if len(self.stems) > 2 * KEPT:
            self.stems = Counter(dict(self.stems.most_common(KEPT)))

    def shares(self, said: Collection[str]) -> dict[str, float]:
        """Which of the centre's stems are said, and the part of the members that have each, from 0 to 1.

        A compound says the strong stem that is in it (`drikkevandet`); said twice, a stem counts once.
        """
        found: dict[str, float] = {}
        if not self.counted:
            return found
        strong = [one for one, count in self.stems.items() if count / self.counted >= _WHOLE]
        for stem in said:
            if self.stems[stem] / self.counted >= _SOME:
                found[stem] = self.stems[stem] / self.counted
            else:
                parts = [one for one in strong if _holds(stem, one)]
                if parts:
                    best = max(parts, key=lambda one: self.stems[one])
                    found.setdefault(best, self.stems[best] / self.counted)
        return found

    def like(self, other: Centre) -> bool:
        """Whether the two stand around the same."""
        mine, theirs = self._vector(), other._vector()
        both = sum(share * theirs.get(stem, 0.0) for stem, share in mine.items())
        return both >= _SAME * sqrt(sum(x * x for x in mine.values()) * sum(x * x for x in theirs.values())) > 0

    def _vector(self) -> dict[str, float]:
        return {stem: count / self.counted for stem, count in self.stems.items() if count / self.counted >= _SOME}

    def to_json(self) -> dict[str, object]:
        return {"counted": self.counted, "stems": dict(self.stems.most_common(KEPT))}

    @classmethod
    def from_json(cls, kept: Mapping[str, object]) -> Centre:
        stems = kept.get("stems")
        return cls(int(str(kept.get("counted", 0))), Counter(stems if isinstance(stems, dict) else {}))


@dataclass(frozen=True, slots=True)
class Heard(Generic[Key]):
    """A message that may be gathered: whose it is, and its stems."""

    key: Key
    person: Hashable
    stems: frozenset[str]


@lru_cache(maxsize=5_000)
def stems(text: str) -> frozenset[str]:
    """What the message is about: none for one that says nothing but greetings, numbers and links."""
    found = set()
    plain = _NOT_WORDS.sub(" ", unicodedata.normalize("NFC", text[:LONGEST]).casefold())
    for word in _WORD.findall(plain):
        if word in SAYS_NOTHING or len(word) < 2:
            continue
        stem = folded(word)
        if len(stem) >= 2:
            found.add(stem)
    return frozenset(found)


@lru_cache(maxsize=20_000)
def folded(word: str) -> str:
    """A word as its stem: spellings of Danish and Norwegian are one, and endings are gone."""
    for pair, one in _SAME_SOUND:
        word = word.replace(pair, one)
    word = _TWICE.sub(r"\1", word.translate(_ONE_LETTER))
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word[: -len(ending)]
    return word


def linked(said: Collection[str], centre: Centre) -> float:
    """How much a message with these stems has in common with a centre; 0 if too little to be linked to it.

    Two of its stems must be theirs; or, of a short message, nearly all of it and one that stands for the gathering.
    """
    if not said:
        return 0.0
    shares = list(centre.shares(said).values())
    total = sum(shares)
    short = len(said) <= 2 and len(shares) == len(said) and max(shares, default=0.0) >= _STRONG
    much = len(shares) >= 2 and total >= _ENOUGH and total / sqrt(len(said)) >= _MUCH
    return total / sqrt(len(said)) if much or short else 0.0


def begun(heard: Sequence[Heard[Key]]) -> tuple[Heard[Key], ...]:
    """The first messages of a new gathering: the one that most others are like, and those. None if they are too few.

    `heard` are messages that are in no gathering; raises ValueError for more than `MOST`.
    """
    if len(heard) > MOST:
        raise ValueError(f"at most {MOST} messages are compared with each other")
    holders: dict[str, list[int]] = {}
    for number, one in enumerate(heard):
        for stem in one.stems:
            holders.setdefault(stem, []).append(number)
    best: list[int] = []
    people = 0
    for number, one in enumerate(heard):
        common = Counter(other for stem in one.stems for other in holders[stem])
        near = [
            other
            for other, shared in common.items()
            if other == number
            or (
                (shared >= 2 or len(one.stems) == len(heard[other].stems) == 1)
                and shared / sqrt(len(one.stems) * len(heard[other].stems)) >= _PAIR
            )
        ]
        speakers = len({heard[other].person for other in near})
        if speakers > people:
            best, people = near, speakers
    return tuple(heard[number] for number in sorted(best)) if people >= FEWEST else ()


@dataclass(slots=True)
class Settled(Generic[Name, Key]):
    """What came of a look: who joined which gathering, which are new with whom, and which two turned out to be one.

    The centres that were given have grown with it.
    """

    joined: list[tuple[Name, Heard[Key]]] = field(default_factory=list)
    new: list[tuple[Centre, list[Heard[Key]]]] = field(default_factory=list)
    same: list[tuple[Name, Name]] = field(default_factory=list)
    """The one that stays, and the one that goes into it."""


def settle(known: Mapping[Name, Centre], heard: Sequence[Heard[Key]]) -> Settled[Name, Key]:
    """Link the messages to the gatherings there are, begin new ones among the rest, join what stands around the same.

    `heard` are in no gathering yet, oldest first, at most `MOST`; `known` the oldest first. Calling it again with what
    is left does nothing.
    """
    done: Settled[Name, Key] = Settled()
    places: list[tuple[Name | None, Centre, list[Heard[Key]]]] = [(name, one, []) for name, one in known.items()]
    left = _link(places, list(heard))
    while first := begun(left):
        centre = Centre()
        for one in first:
            centre.add(one.stems)
        chosen = {id(one) for one in first}
        left = [one for one in left if id(one) not in chosen]
        # What only now is many enough may stand around the same as those before it, in other words.
        place = next((place for place in places if place[1].like(centre)), None)
        if place is None:
            place = (None, centre, [])
            places.append(place)
        else:
            for one in first:
                place[1].add(one.stems)
        place[2].extend(first)
        left = _link(places, left)
    for name, centre, members in places:
        if name is not None:
            done.joined += [(name, one) for one in members]
        elif members:
            done.new.append((centre, members))
    done.same = _same(known)
    return done


def _link(
    places: Sequence[tuple[Name | None, Centre, list[Heard[Key]]]], heard: Sequence[Heard[Key]]
) -> list[Heard[Key]]:
    """Each message to the centre that it has most in common with, again while centres grow; those left over."""
    left = list(heard)
    while True:
        still: list[Heard[Key]] = []
        for one in left:
            best = max(places, key=lambda place: linked(one.stems, place[1]), default=None)
            if best is None or linked(one.stems, best[1]) == 0:
                still.append(one)
                continue
            best[1].add(one.stems)
            best[2].append(one)
        if len(still) == len(left):
            return still
        left = still


def _same(known: Mapping[Name, Centre]) -> list[tuple[Name, Name]]:
    """Gatherings that have come to stand around the same, as each grew: the later goes into the earlier."""
    found: list[tuple[Name, Name]] = []
    stays: list[tuple[Name, Centre]] = []
    for name, centre in known.items():
        into = next((one for one in stays if one[1].like(centre)), None)
        if into is None:
            stays.append((name, centre))
            continue
        into[1].counted += centre.counted
        into[1].stems.update(centre.stems)
        found.append((into[0], name))
    return found


def called(texts: Iterable[str], centre: Centre) -> str:
    """The strongest words of a gathering, as its members wrote them, in the order of the one that has most of them."""
    strong = {stem for stem, count in centre.stems.most_common(3) if count / max(centre.counted, 1) >= 0.25}
    strong = strong or {stem for stem, _count in centre.stems.most_common(1)}
    best: list[str] = []
    for text in texts:
        seen: dict[str, str] = {}
        for word in _WORD.findall(_NOT_WORDS.sub(" ", text[:LONGEST])):
            if word.casefold() not in SAYS_NOTHING and (stem := folded(word.casefold())) in strong:
                seen.setdefault(stem, word.lower())
        if len(seen) > len(best):
            best = list(seen.values())
    return " ".join(best)[:200]


def _holds(compound: str, stem: str) -> bool:
    """Whether the longer word begins or ends with the stem: `drikkevandet`, `kogeanbefaling`."""
    return len(compound) >= len(stem) + _SHORTEST and (compound.startswith(stem) or compound.endswith(stem))
