"""What those who write to us are called: the word of the country, or the one that the organisation chose of its own.

Why it exists: a municipality has citizens, a company has customers, a union has members. The catalogues say it in one
word; this puts the organisation's in its place, in the same form (`the citizen’s`: `the customer’s`). What it must not
do: touch what people wrote: only sentences of the house are handed in (`inbox.web.called`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from inbox.domain.countries.shape import CountryPack
from inbox.domain.errors import Invalid

WORD: Final = "citizen"
"""Its key in a pack's `words`, under which the organisation's own choice is kept beside its own places."""


@dataclass(frozen=True, slots=True)
class Noun:
    """A word in the forms that sentences need: `one`, `the`, `many`, `the_many`; what belongs to each ends in `of`.

    `neuter` words have another article in Danish and Norwegian: `et medlem`.
    """

    one: str
    the: str
    many: str
    the_many: str
    neuter: bool = False
    of: tuple[str, str] = ("s", "s")
    """For one, and for many."""

    @property
    def forms(self) -> tuple[str, ...]:
        """All eight, in the order in which one noun's take the place of another's."""
        one, many = self.of
        bare = (self.one, self.the, self.many, self.the_many)
        return (*bare, self.one + one, self.the + one, self.many + many, self.the_many + many)


def _english(one: str) -> Noun:
    return Noun(one, one, f"{one}s", f"{one}s", of=("’s", "’"))


def _ending_in_r(one: str) -> Noun:
    """Danish and Norwegian words like `borger`: `borgeren`, `borgere`, `borgerne`."""
    return Noun(one, f"{one}en", f"{one}e", f"{one}ne")


NOUNS: Final[Mapping[str, Mapping[str, Noun]]] = MappingProxyType(
    {
        language: MappingProxyType({noun.one: noun for noun in nouns})
        for language, nouns in {
            "da": (
                _ending_in_r("borger"),
                Noun("kunde", "kunden", "kunder", "kunderne"),
                Noun("medlem", "medlemmet", "medlemmer", "medlemmerne", neuter=True),
                _ending_in_r("bruger"),
            ),
            "nb": (
                _ending_in_r("innbygger"),
                _ending_in_r("borger"),
                Noun("kunde", "kunden", "kunder", "kundene"),
                Noun("medlem", "medlemmet", "medlemmer", "medlemmene", neuter=True),
                _ending_in_r("bruker"),
            ),
            "en": tuple(map(_english, ("citizen", "resident", "customer", "member", "user"))),
        }.items()
    }
)
"""By language, every word that there is. A word that is not here can't be put into a sentence."""

SAID: Final[Mapping[str, str]] = MappingProxyType({"da": "borger", "nb": "innbygger", "en": "citizen"})
"""The word in which the catalogues are written."""

CHOICES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "customer": MappingProxyType({"da": "kunde", "nb": "kunde", "en": "customer"}),
        "member": MappingProxyType({"da": "medlem", "nb": "medlem", "en": "member"}),
        "user": MappingProxyType({"da": "bruger", "nb": "bruker", "en": "user"}),
    }
)
"""What an organisation may choose in the place of its country's word."""


_NEUTER: Final[Mapping[str, str]] = MappingProxyType(
    {
        "en": "et", "ingen": "intet", "den": "det", "denne": "dette", "hver": "hvert", "anden": "andet",
        "annen": "annet", "nogen": "noget", "noen": "noe", "vår": "vårt",
    }
)  # fmt: skip
"""Danish and Norwegian words before a noun, and what they become before a neuter one."""
_WORD: Final = re.compile(r"\w+")


def chosen_word(typed: str) -> str:
    """The choice as it is kept; empty for the country's own word. Raises Invalid (`field`: calling) for another."""
    if typed and typed not in CHOICES:
        raise Invalid("Choose a word from the list.", field="calling")
    return typed


def called(of: CountryPack, choice: str, language: str) -> str:
    """The word in a language, English for one that there is not; `choice` is empty for the country's own."""
    words = CHOICES.get(choice, of.words[WORD])
    return words.get(language, words["en"])


def reworded(sentence: str, language: str, word: str) -> str:
    """A sentence of a catalogue with this word where the catalogue has its own, in the same form and case."""
    if language not in SAID or word == SAID[language]:
        return sentence
    own, other = NOUNS[language][SAID[language]], NOUNS[language][word]
    forms = dict(zip(own.forms, other.forms, strict=True))

    def in_place(match: re.Match[str]) -> str:
        before, form = match["before"] or "", match["form"]
        if other.neuter and form.lower() in (own.one, own.one + own.of[0]):
            before = _WORD.sub(lambda one: _cased(_NEUTER.get(one[0].lower(), one[0]), one[0]), before)
        return before + _cased(forms[form[0].lower() + form[1:]], form)

    return _pattern(language).sub(in_place, sentence)


def _cased(word: str, like: str) -> str:
    return word[0].upper() + word[1:] if like[0].isupper() else word


@cache
def _pattern(language: str) -> re.Pattern[str]:
    forms = sorted(set(NOUNS[language][SAID[language]].forms), key=len, reverse=True)
    first = "|".join(f"[{form[0]}{form[0].upper()}]{form[1:]}" for form in forms)
    agreeing = "|".join(_NEUTER)
    return re.compile(rf"\b(?P<before>(?:(?i:{agreeing}) ){{0,2}})(?<!\w)(?P<form>{first})(?!\w)")
