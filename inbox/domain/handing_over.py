"""The first line that a receiver may send: who writes now, and why it is somebody else than before.

In the channel's language, since a citizen reads it. What it must not do: be sent by itself; it is a draft.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_LINES: Final[Mapping[str, str]] = {
    "da": "{receiver} her. {giver} har fri, så jeg tager over.",
    "nb": "{receiver} her. {giver} har fri, så jeg tar over.",
    "en": "{receiver} here. {giver} is off today, so I am taking over.",
}


def first_line(language: str, receiver: str, giver: str) -> str:
    """Both by their public names; in English for a channel in a language that we have no line in."""
    return _LINES.get(language, _LINES["en"]).format(receiver=receiver, giver=giver)
