"""Words that read as a ruling, each with a milder wording: an answer in public guides, it decides nothing.

The lists are where an organisation begins; it changes them as it likes in its charter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Ruling:
    """`words` as they may stand in an answer, `milder` what may stand there instead."""

    words: str
    milder: str


_STARTING: Final[Mapping[str, tuple[Ruling, ...]]] = MappingProxyType(
    {
        "da": (
            Ruling("du har ret til", "som udgangspunkt kan man få"),
            Ruling("I har ret til", "som udgangspunkt kan man få"),
            Ruling("du har ikke ret til", "som udgangspunkt kan man ikke få"),
            Ruling("du er berettiget til", "man kan ofte få"),
            Ruling("du har krav på", "som udgangspunkt kan man få"),
            Ruling("du får bevilget", "du kan søge om"),
            Ruling("vi har afgjort", "du får svar i din sag"),
            Ruling("det er lovligt", "det er normalt tilladt"),
            Ruling("det er ulovligt", "det er normalt ikke tilladt"),
            Ruling("vi garanterer", "vi regner med"),
        ),
        "nb": (
            Ruling("du har rett til", "i utgangspunktet kan man få"),
            Ruling("dere har rett til", "i utgangspunktet kan man få"),
            Ruling("du har ikke rett til", "i utgangspunktet kan man ikke få"),
            Ruling("du er berettiget til", "man kan ofte få"),
            Ruling("du har krav på", "i utgangspunktet kan man få"),
            Ruling("du får innvilget", "du kan søke om"),
            Ruling("vi har bestemt", "du får svar i saken din"),
            Ruling("det er lovlig", "det er vanligvis tillatt"),
            Ruling("det er ulovlig", "det er vanligvis ikke tillatt"),
            Ruling("vi garanterer", "vi regner med"),
        ),
        "en": (
            Ruling("you are entitled to", "as a rule one can get"),
            Ruling("you have the right to", "as a rule one can"),
            Ruling("you are not entitled to", "as a rule one can't get"),
            Ruling("you qualify for", "one can often get"),
            Ruling("you have been granted", "you can apply for"),
            Ruling("we have decided", "you will get an answer in your case"),
            Ruling("it is legal", "it is usually allowed"),
            Ruling("it is illegal", "it is usually not allowed"),
            Ruling("we guarantee", "we expect"),
        ),
    }
)


def starting_rulings(language: str) -> tuple[Ruling, ...]:
    """The list that an account of this language begins with; the English one for a language without its own."""
    return _STARTING.get(language, _STARTING["en"])
