"""The places in a canned answer that are filled when it is put in: `{name}`, `{agent}`, `{organisation}`, `{link}`.

Why it exists: the same words go to many people, and a place that was forgotten must be found before they go out. What
was put in is never searched for places again, so that nobody's name can fetch anything. What it must not do: look
anything up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

NAMES = ("name", "agent", "organisation", "link")
"""`name`: the citizen's; `agent`: the public name of who answers; `link`: the citizen's own post."""

_PLACE = re.compile(r"\{ *([^\W\d_][\w-]{0,39}) *\}")
_WORDS_OF_A_NAME = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]*)*")
_LONGEST_NAME = 80


def unknown(text: str) -> tuple[str, ...]:
    """The places that nobody could fill, each once, as they are written."""
    return tuple(dict.fromkeys(name for name in _PLACE.findall(text) if name.lower() not in NAMES))


def left(text: str) -> tuple[str, ...]:
    """The known places that are still to be filled, each once."""
    return tuple(dict.fromkeys(name.lower() for name in _PLACE.findall(text) if name.lower() in NAMES))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its places filled. One without a value, or with an empty one, stays for a person to fill."""
    return _PLACE.sub(lambda place: values.get(place[1].lower()) or place[0], text)


def address(display_name: str) -> str:
    """How to speak to somebody who calls themselves that: by the first name if it looks like one, else by all of it.

    A line break would make two lines of an answer, so white space is one space. At most 80 characters.
    """
    words = display_name.split()
    person = len(words) > 1 and all(_WORDS_OF_A_NAME.fullmatch(word) for word in words)
    # An initial is no name to speak to somebody by.
    first = words[0] if person and len(words[0].rstrip(".")) > 1 else " ".join(words)
    return first[:_LONGEST_NAME].strip()
