"""Posts of our own: which conversation rule they stand under, and the sentence that says when we speak again.

Why it exists: in a storm people forgive that we don't know yet, and don't forgive silence; so a status says when the
next word comes, in the account's own language. What it must not do: know a time zone, or post.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

RULE: Final = "own_post"
"""Why a conversation is there that nobody asked anything in (`Conversation.klass_rule`)."""
KIND: Final = "post"
"""Of the message itself (`Message.kind`)."""
_NEXT: Mapping[str, str] = {
    "da": "Næste besked fra os kommer senest kl. {hour}",
    "nb": "Neste melding fra oss kommer senest kl. {hour}",
    "en": "You will hear from us again at {hour} at the latest",
}


def with_next_word(words: str, language: str, hour: str) -> str:
    """The words with a last line that promises the next ones. `hour`: as the language writes it, "16.00" or "16:00".

    Said already, it is not said again; nothing comes after no words.
    """
    line = _NEXT.get(language, _NEXT["en"]).format(hour=hour) + "."
    return words if not words.strip() or line in words else f"{words.rstrip()}\n{line}"


def hour_as_written(language: str, hour: int, minute: int) -> str:
    """A time of day as an account of that language writes it."""
    return f"{hour:02}{':' if language == 'en' else '.'}{minute:02}"
