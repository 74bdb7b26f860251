"""What keeps words from being a charter, each with its sentence.

Limits are those of what is read beside a composer: what nobody reads to its end explains nothing. Criticism is no
reason to hide anything, by any of its names. What it must not do: change a word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from inbox.domain import personal_data
from inbox.domain.countries.shape import is_https

SENTENCES: Final[Mapping[str, str]] = {
    "answers": "Write what you answer here, in a sentence or two.",
    "passes_on": "Write what you pass on, and where to.",
    "never": "Write what you never answer here.",
    "tone": "Write how you sound here.",
    "long": "At most %(most)s characters have room here. There are %(count)s.",
    "many": "At most %(most)s have room in this list.",
    "why": "Write why.",
    "answer": "Write the answer that this is about.",
    "words": "Write the words that read as a ruling.",
    "few_words": "At least %(least)s letters, or it is found in every answer.",
    "milder": "Write the milder wording.",
    "milder_rules": "The milder wording has words of this list in it: “%(words)s”.",
    "same_words": "These words are in the list already.",
    "title": "Give the rule a title.",
    "same_title": "Another rule has this title.",
    "link": "Write an address that begins with https://.",
    "reason": "Name the reason.",
    "same_reason": "This reason is in the list already.",
    "rule": "Write the rule as you tell it to the citizen.",
    "criticism": "Criticism is no reason to hide or block. Answer it.",
    "number": "It holds a national identity number. Take it out.",
}
"""Source text for the catalogues."""

LONGEST: Final[Mapping[str, int]] = {
    "answers": 400,
    "passes_on": 400,
    "never": 400,
    "tone": 400,
    "standard_line": 120,
    "text": 1000,
    "why": 500,
    "words": 100,
    "milder": 200,
    "title": 120,
    "link": 500,
    "name": 80,
    "rule": 500,
}
"""Characters of each field, wherever it stands."""
MOST: Final[Mapping[str, int]] = {"proud": 3, "not_proud": 1, "rulings": 60, "references": 40, "reasons": 20}
"""Lines of each list."""
SHORTEST_WORDS: Final = 4
_PARTS: Final = ("answers", "passes_on", "never", "tone")
_CRITICISM = re.compile(
    r"kriti[ks]|critic|uenig|disagree|dissent|negativ|klage|complain|utilfreds|misfornøy|misnøye|dissatisf|unhappy"
)
"""Criticism, disagreement and complaint, as the three languages begin these words."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that can't stand. `where` names the field; `values` are filled in after translation."""

    where: str
    sentence: str
    values: Mapping[str, object] = field(default_factory=dict, hash=False)


class Unfit(ValueError):
    """It is no charter. All faults at once, so that each is shown beside its field."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{one.where}: {one.sentence % one.values}" for one in self.faults))


def faults(words: Mapping[str, Any]) -> Iterator[Fault]:
    """Everything that is wrong with the words of a charter, which are clean already; at most one for each field."""
    told: set[str] = set()
    for one in _all(words):
        if one.where not in told:
            told.add(one.where)
            yield one


def is_criticism(reason: str) -> bool:
    """Whether a reason's name is criticism by some name."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", reason) if unicodedata.category(sign) != "Cf")
    return _CRITICISM.search(plain.casefold()) is not None


def folded(words: str) -> str:
    """The words as they are compared: two spellings of one wording are the same."""
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())


def _all(words: Mapping[str, Any]) -> Iterator[Fault]:
    yield from _sentences(words)
    for name, most in MOST.items():
        if len(words[name]) > most:
            yield _fault(name, "many", most=most)
        for where, line in _lines(words, name):
            for kind, text in line.items():
                yield from _text(f"{where}.{kind}", kind, text)
    for name in ("proud", "not_proud"):
        for where, line in _lines(words, name):
            yield from _both(where, line, text="answer", why="why")
    yield from _rulings(words)
    yield from _references(words)
    yield from _reasons(words)


def _sentences(words: Mapping[str, Any]) -> Iterator[Fault]:
    for name in _PARTS:
        if not words[name]:
            yield _fault(name, name)
    for name in (*_PARTS, "standard_line"):
        yield from _text(name, name, words[name])


def _references(words: Mapping[str, Any]) -> Iterator[Fault]:
    for where, line in _lines(words, "references"):
        yield from _both(where, line, title="title")
        if not is_https(line["link"]):
            yield _fault(f"{where}.link", "link")
    yield from _twice(words, "references", "title", "same_title")


def _reasons(words: Mapping[str, Any]) -> Iterator[Fault]:
    for where, line in _lines(words, "reasons"):
        yield from _both(where, line, name="reason", rule="rule")
        if is_criticism(line["name"]):
            yield _fault(f"{where}.name", "criticism")
    yield from _twice(words, "reasons", "name", "same_reason")


def _rulings(words: Mapping[str, Any]) -> Iterator[Fault]:
    lines = list(_lines(words, "rulings"))
    known = [folded(one["words"]) for _where, one in lines if len(one["words"]) >= SHORTEST_WORDS]
    for where, one in lines:
        yield from _both(where, one, words="words", milder="milder")
        if len(one["words"]) < SHORTEST_WORDS:
            yield _fault(f"{where}.words", "few_words", least=SHORTEST_WORDS)
        milder = folded(one["milder"])
        # Else the milder wording would be asked about in its turn. Too long a one is told that alone.
        found = next((words for words in known if words in milder), None) if len(milder) <= LONGEST["milder"] else None
        if found is not None:
            yield _fault(f"{where}.milder", "milder_rules", words=found)
    yield from _twice(words, "rulings", "words", "same_words")


def _both(where: str, line: Mapping[str, str], **needed: str) -> Iterator[Fault]:
    for name, sentence in needed.items():
        if not line[name]:
            yield _fault(f"{where}.{name}", sentence)


def _lines(words: Mapping[str, Any], name: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The lines of a list that hold anything, as far as the list may go, with the name of their place."""
    lines: Sequence[Mapping[str, str]] = words[name][: MOST[name]]
    for number, line in enumerate(lines, 1):
        if any(line.values()):
            yield f"{name}.{number}", line


def _twice(words: Mapping[str, Any], name: str, field_: str, sentence: str) -> Iterator[Fault]:
    """Lines whose name an earlier one has."""
    known: set[str] = set()
    for where, line in _lines(words, name):
        one = folded(line[field_])
        if one and one in known:
            yield _fault(f"{where}.{field_}", sentence)
        known.add(one)


def _text(where: str, kind: str, text: str) -> Iterator[Fault]:
    if len(text) > LONGEST[kind]:
        yield _fault(where, "long", most=LONGEST[kind], count=len(text))
    elif personal_data.find(text):
        yield _fault(where, "number")


def _fault(where: str, code: str, **values: object) -> Fault:
    return Fault(where, SENTENCES[code], values)
