"""What a correction begins with, and what is told to those who got the wrong answer: first words, for a person to edit.

In the account's language, since citizens read it. What it must not do: be sent by itself, or name anybody: the place
`{name}` is filled for each citizen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from inbox.domain.alike import ungreeted

_BEGINNING: Final[Mapping[str, str]] = {
    "da": "Rettelse: Vores svar her var forkert. {right}",
    "nb": "Rettelse: Svaret vårt her var feil. {right}",
    "en": "Correction: our answer here was wrong. {right}",
}
_TOLD: Final[Mapping[str, str]] = {
    "da": "Hej {name}. Det svar, du fik af os, var forkert. Det rigtige er: ",
    "nb": "Hei {name}. Svaret du fikk av oss, var feil. Det riktige er: ",
    "en": "Hello {name}. The answer that you got from us was wrong. What is right: ",
}
_ANNOUNCED = re.compile(r"\A(?:rettelse|retting|correction)\s*[:–-]\s*", re.IGNORECASE)
_LINK = re.compile(r"\s*https?://\S+\s*\Z")


def beginning(language: str, right: str = "") -> str:
    """How a correction begins; in English for a channel in a language that we have no words in."""
    return _BEGINNING.get(language, _BEGINNING["en"]).replace("{right}", right)


def linked(words: str, url: str | None) -> str:
    """The words with the wrong answer's own address under them, where the platform gives one and they have it not."""
    return words if not url or url in words else f"{words.rstrip()}\n{url}"


def plain(right: str) -> str:
    """A correction's words without the link under them, as they are shown beside the answer that it leads to."""
    return _LINK.sub("", right)


def telling(language: str, right: str) -> str:
    """What is told: the correction's words without its beginning, greeting and link."""
    words = ungreeted(plain(right))
    for spoken in _BEGINNING:
        words = words.removeprefix(beginning(spoken).strip()).lstrip()
    return _TOLD.get(language, _TOLD["en"]) + _ANNOUNCED.sub("", words)
