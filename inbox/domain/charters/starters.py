"""Three charters to start from, each in three languages.

An empty form is what keeps people from writing one. What it must not do: be in force by itself; somebody reads it and
saves it as the account's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from inbox.domain.charters import starters_da, starters_en, starters_nb
from inbox.domain.charters.charter import Charter

KINDS: Final = ("authority", "municipality", "company")
_BY_LANGUAGE: Final[Mapping[str, Mapping[str, Charter]]] = {
    "da": starters_da.STARTERS,
    "nb": starters_nb.STARTERS,
    "en": starters_en.STARTERS,
}
LANGUAGES: Final = tuple(_BY_LANGUAGE)


def starter(kind: str, language: str) -> Charter | None:
    """The charter of that kind in that language; None for what is not shipped."""
    return _BY_LANGUAGE.get(language, {}).get(kind)
