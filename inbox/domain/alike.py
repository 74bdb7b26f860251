"""When two answers are the same, and what of an old one may go into a new one.

Why it exists: an answer is written anew for each citizen, with another greeting and another signature, and is still the
same answer; and nobody's name may travel into somebody else's answer. What it must not do: judge whether an answer is
right, or read anything.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import log
from typing import Final

from inbox.domain.placeholders import address

STEMMERS: Final = {"da": "danish", "nb": "norwegian", "en": "english"}
"""By an account's language; answers in another are kept as written."""
STEMMER_CASES: Final = " ".join(f"WHEN '{language}' THEN '{stemmer}'" for language, stemmer in STEMMERS.items())
"""The same within an SQL expression."""
FEWEST_WORDS: Final = 4
"""Shorter answers ("Ja, det gør vi.") say something else to every question: none is the same as another."""
MOST_STEMS: Final = 12
"""Stems of a question that are looked for."""
MOST_FOUND: Final = 3_000
"""Answers that the stems chosen may be in, as far as one knows beforehand."""
TOGETHER: Final = 4
"""How many times as often two stems stand together as if they knew nothing of each other."""

_HELLO = r"(?i:hej|hei|hejsa|heisann|hallo|hello|hi|dear|kære|kjære|goddag|god dag)(?i: igen| igjen| again)?"
_PLACE = "{name}"
_CAPITAL = r"[^\W\d_a-zæøå]"
_CALLED = (
    # "J. Damgaard," and "Ali R." end at different dots.
    rf"(?:@[\w.\-]{{1,80}}|{_CAPITAL}\.(?= +{_CAPITAL}\w{{1,40}} *[,!\n])"
    rf"|{_CAPITAL}\w{{0,40}}(?:['’\-]\w{{1,40}}){{0,3}})"
)
_GREETING = re.compile(rf"\A\s*{_HELLO}(?P<name>(?: +{_CALLED}){{0,3}}) *(?P<end>[,.!:–-]+|\n|\Z)\s*")
"""Up to three words after the greeting that could be a name, and what ends them."""
_MENTION = re.compile(r"(?<!\w)@[\w.\-]+")
_WORD = re.compile(r"\w+")
SAYS_NOTHING: Final = frozenset(
    {
        *("hvornår", "hvordan", "hvorfor", "hvem", "hvilk", "hvad", "hva", "hvor", "når", "kan", "gern", "ved", "vet"),
        *("hej", "hei", "hello", "hi", "tak", "takk", "thank", "spørg", "spørgsmål", "spørsmål", "question", "know"),
    }
)
"""Stems that stand in questions about anything, and which no language's own list leaves out."""


@dataclass(frozen=True, slots=True)
class Stem:
    """A stem of a question. `share` is the part of all answers that it stands in, from 0 to 1."""

    stem: str
    share: float

    @property
    def weight(self) -> float:
        """How much it says: the more, the fewer answers hold it. 1 for one in all of them, at most 10."""
        return 1 - log(max(self.share, 1 / 8_000))


def telling(stems: Iterable[Stem]) -> list[Stem]:
    """Those that say something, the rarest first; all of them if none does."""
    known = sorted(stems, key=lambda one: (one.share, one.stem))
    return ([one for one in known if one.stem not in SAYS_NOTHING] or known)[:MOST_STEMS]


def unsigned(text: str, signed_as: str) -> str:
    """The words alone."""
    return text.removesuffix(signed_as).rstrip()


def ungreeted(words: str) -> str:
    """Without "Hej Mette," at the beginning."""
    return _GREETING.sub("", words, count=1)


def without_mentions(words: str) -> str:
    """Without whom it is addressed to: "@nordby" stands in every question."""
    return _MENTION.sub(" ", words).strip()


def same(words: str, otherwise: str) -> str:
    """What is equal for two answers that say the same: 64 hexadecimal digits.

    Greeting, case, spacing and punctuation make no difference; figures and words do. An answer of a few words is only
    the same as itself, which `otherwise` names.
    """
    plain = _WORD.findall(unicodedata.normalize("NFKC", ungreeted(words)).casefold())
    told = " ".join(plain) if len(plain) >= FEWEST_WORDS else f"\n{otherwise}"
    return sha256(told.encode()).hexdigest()


def for_anybody(words: str, name: str) -> str:
    """The words with the place `{name}` (`placeholders`) where a citizen's name stood.

    That is whatever name the greeting has, the citizen's own where no sign ends the greeting, and their whole name
    anywhere else. A first name alone is left elsewhere: it may be a colleague's, or a word.
    """
    text, own = words, " ".join(name.split())
    greeted = _GREETING.match(text)
    called = greeted["name"].strip() if greeted else ""
    if greeted is not None and called:
        at = text.index(called, greeted.start("name"))
        text = f"{text[:at]}{_PLACE}{text[at + len(called) :]}"
    elif greeted is None and own:
        first = "|".join(re.escape(one) for one in dict.fromkeys((own, address(own), own.split()[0])))
        text = re.sub(rf"\A(\s*{_HELLO}) (?i:{first})(?!\w)", rf"\1 {_PLACE}", text, count=1)
    return re.sub(rf"(?<!\w)(?i:{re.escape(own)})(?!\w)", _PLACE, text) if " " in own else text


def chosen(ordered: Sequence[Stem], answers: float) -> tuple[Sequence[str], Sequence[tuple[str, str]]]:
    """Which stems to look for by the index, and which pairs, where there are so many `answers`. The rarest stand first.

    They are taken as long as what they lead to stays readable (`MOST_FOUND`). A stem of a tenth of all answers says
    nothing alone; two of them together may. What is in neither is looked for among the newest answers.
    """
    left = float(MOST_FOUND)
    alone: list[str] = []
    for one in ordered:
        if one.share * answers > left:
            break
        left -= one.share * answers
        alone.append(one.stem)
    common = ordered[len(alone) : len(alone) + 4]
    pairs: list[tuple[str, str]] = []
    for number, one in enumerate(common):
        for other in common[number + 1 :]:
            expected = min(one.share * other.share * TOGETHER, one.share) * answers
            if expected <= left:
                left -= expected
                pairs.append((one.stem, other.stem))
    return alone, pairs


def tsquery(alone: Iterable[str], pairs: Iterable[tuple[str, str]] = ()) -> str:
    """Any of them, as PostgreSQL reads it; empty for none. Stems are quoted, so that no sign in them has a meaning."""
    return " | ".join([*map(quoted, alone), *(f"({quoted(one)} & {quoted(other)})" for one, other in pairs)])


def quoted(stem: str) -> str:
    """As a `tsquery` says it."""
    escaped = stem.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
