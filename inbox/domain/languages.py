"""In which language something was said, as far as a platform tells.

Platforms write tags of RFC 5646 (`en-GB`, `no`, `nb-NO`); people and filters mean the language alone. What it must not
do: guess a language from words.
"""

from __future__ import annotations

import re

_PRIMARY = re.compile(r"([A-Za-z]{2,3})(?![A-Za-z0-9])")


def primary(tag: str | None) -> str | None:
    """The language of a tag in small letters, Norwegian without a form being bokmål; None for what is no tag."""
    found = _PRIMARY.match(tag or "")
    if found is None:
        return None
    language = found[1].lower()
    return "nb" if language == "no" else language
