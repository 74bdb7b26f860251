"""What to say to somebody who may be in danger, until the organisation writes its own: numbers that a country shares.

Norway: 113 and Mental Helse's 116 123, seen in November 2026 on pages of Norwegian municipalities; 112 is the police.
Denmark: 112, and Livslinien's 70 201 201, which is widely known and which we could not look up. Numbers change: the
page where the texts stand asks whoever uses them to look. What it must not do: give advice beyond where somebody
answers at once, or be sent by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LANGUAGES: Final = ("da", "nb", "en")
_TEXTS: Final[Mapping[str, Mapping[str, str]]] = {
    "DK": {
        "da": (
            "Er du eller andre i fare lige nu, så ring 112. Livslinien lytter på 70 201 201, hver dag, og du kan være "
            "anonym. Har du brug for hjælp nu, så skriv til os i en privat besked, hvor du er."
        ),
        "nb": (
            "Er du eller andre i fare akkurat nå, ring 112. Livslinien i Danmark lytter på +45 70 201 201, hver dag, "
            "og du kan være anonym. Trenger du hjelp nå, skriv til oss i en privat melding hvor du er."
        ),
        "en": (
            "If you or others are in danger right now, call 112. Livslinien listens on +45 70 201 201 every day, and "
            "you can stay anonymous. If you need help now, tell us in a private message where you are."
        ),
    },
    "NO": {
        "da": (
            "Er du eller andre i fare lige nu, så ring 113, eller 112 til politiet. Mental Helse i Norge lytter på "
            "116 123, døgnet rundt. Har du brug for hjælp nu, så skriv til os i en privat besked, hvor du er."
        ),
        "nb": (
            "Er du eller andre i fare akkurat nå, ring 113, eller 112 til politiet. Mental Helse lytter på 116 123, "
            "døgnet rundt. Trenger du hjelp nå, skriv til oss i en privat melding hvor du er."
        ),
        "en": (
            "If you or others are in danger right now, call 113, or 112 for the police. Mental Helse listens on "
            "116 123 day and night. If you need help now, tell us in a private message where you are."
        ),
    },
}


def shipped(country: str, language: str) -> str:
    """The text of a country in a language; English for a language that is not shipped, empty for another country."""
    texts = _TEXTS.get(country, {})
    return texts.get(language, texts.get("en", ""))


def agreed(own: Mapping[str, str], country: str, language: str, house: str) -> str:
    """What stands beside the conversation: the organisation's own words if it has any in that language.

    Else its own in the language of the `house`, else what is shipped.
    """
    return own.get(language) or shipped(country, language) or own.get(house) or shipped(country, house)
