"""A last word: why we stop answering in one conversation, what it says, and what still comes through.

Why it exists: a dialogue that only goes round has an end, and the end is said, signed, reasoned and seen by lead and
auditor; silence would be none. What it must not do: end anything but the one matter. Whoever is in danger is heard.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final

from inbox.domain import personal_data
from inbox.domain.errors import Invalid
from inbox.domain.kinds import Kind, kind
from inbox.domain.text import clean

LONGEST_WORDS: Final = 500
"""Characters of what is said of it among ourselves."""
_HEARD: Final = (Kind.DANGER, Kind.NUMBER)
_WORDS: Final = {
    "da": (
        "sidste-ord",
        "Vi stopper her",
        (
            "Hej {name}. Jeg har svaret på det, jeg kan, og vi kommer ikke videre her. Jeg stopper derfor vores dialog "
            "i denne tråd; det, du skriver, bliver set, men ikke besvaret. Du kan altid skrive til os om noget nyt."
        ),
    ),
    "nb": (
        "siste-ord",
        "Vi stopper her",
        (
            "Hei {name}. Jeg har svart på det jeg kan, og vi kommer ikke videre her. Derfor stopper jeg dialogen vår i "
            "denne tråden; det du skriver, blir sett, men ikke besvart. Du kan alltid skrive til oss om noe nytt."
        ),
    ),
    "en": (
        "last-word",
        "We stop here",
        (
            "Hello {name}. I have answered what I can, and we get no further here. So I end our dialogue in this "
            "thread; what you write is seen, but not answered. You can always write to us about something new."
        ),
    ),
}


class Reason(StrEnum):
    """Why. Criticism is none, however often it is said."""

    ABUSE = "abuse"
    REPETITION = "repetition"
    ALL_SAID = "all_said"
    OTHER = "other"


def shipped(language: str) -> tuple[str, str, str]:
    """Shortcut, title and text of the last word until the organisation writes its own; English where we have none."""
    return _WORDS.get(language, _WORDS["en"])


def comes_through(text: str, today: date | None = None) -> bool:
    """Whether a message is answered although we stopped: danger, or a personal number that must be hidden."""
    return kind(text, today) in _HEARD


def said(reason: str, words: str) -> str:
    """The words beside the reason, fit to be kept. Raises Invalid (`why`, `words`)."""
    if reason not in set(Reason):
        raise Invalid("Choose why we stop here.", field="why")
    plain = clean(words).text.strip()
    if reason == Reason.OTHER and not any(map(str.isalnum, plain)):
        raise Invalid("Write why we stop here.", field="words")
    if len(plain) > LONGEST_WORDS:
        raise Invalid("Write at most %(limit)s characters.", field="words", limit=LONGEST_WORDS)
    if personal_data.find(plain):
        raise Invalid("The reason holds a national identity number. Take it out.", field="words")
    return plain
