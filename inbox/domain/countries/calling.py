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
    """A word in the forms that sentences need: `one`, `of_one`, `the`, `of_the`, `many`, `the_many`.

    `neuter` words have another article in Danish and Norwegian: `et medlem`.
    """

    one: str
    of_one: str
    the: str
    of_the: str
    many: str
    the_many: str
    neuter: bool = False

    @property
    def forms(self) -> tuple[str, ...]:
        """All six, in the order in which one noun's take the place of another's."""
        return self.one, self.of_one, self.the, self.of_the, self.many, self.the_many


def _english(one: str) -> Noun:
    return Noun(one, f"{one}’s", one, f"{one}’s", f"{one}s", f"{one}s")


def _ending_in_r(one: str, *, definite_plural: str) -> Noun:
    """Danish and Norwegian words like `borger`: `borgeren`, `borgere`."""
    return Noun(one, f"{one}s", f"{one}en", f"{one}ens", f"{one}e", f"{one}{definite_plural}")


_KUNDE = Noun("kunde", "kundes", "kunden", "kundens", "kunder", "kunderne")
_MEDLEM = Noun("medlem", "medlems", "medlemmet", "medlemmets", "medlemmer", "medlemmerne", neuter=True)

NOUNS: Final[Mapping[str, Mapping[str, Noun]]] = MappingProxyType(
    {
        language: MappingProxyType({noun.one: noun for noun in nouns})
        for language, nouns in {
            "da": (
                _ending_in_r("borger", definite_plural="ne"),
                _KUNDE,
                _MEDLEM,
                _ending_in_r("bruger", definite_plural="ne"),
            ),
            "nb": (
                _ending_in_r("innbygger", definite_plural="ne"),
                _ending_in_r("borger", definite_plural="ne"),
                Noun("kunde", "kundes", "kunden", "kundens", "kunder", "kundene"),
                Noun("medlem", "medlems", "medlemmet", "medlemmets", "medlemmer", "medlemmene", neuter=True),
                _ending_in_r("bruker", definite_plural="ne"),
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
        article, form = match["article"] or "", match["form"]
        if other.neuter:
            article = article.replace("n ", "t ")
        said = forms[form[0].lower() + form[1:]]
        return article + (said[0].upper() + said[1:] if form[0].isupper() else said)

    return _pattern(language).sub(in_place, sentence)


@cache
def _pattern(language: str) -> re.Pattern[str]:
    forms = sorted(set(NOUNS[language][SAID[language]].forms), key=len, reverse=True)
    first = "|".join(f"[{form[0]}{form[0].upper()}]{form[1:]}" for form in forms)
    article = r"(?P<article>\b[Ee]n )?" if language != "en" else "(?P<article>)"
    return re.compile(rf"{article}\b(?P<form>{first})\b")
