"""What languages are called: in the reader's own words, and for the choice of the pages' language in their own.

What it must not do: decide which there are (`inbox.domain.assigning`).
"""

from __future__ import annotations

from babel import Locale

from inbox.domain.assigning import LANGUAGES
from inbox.web import formatting

OWN_NAMES = {"da": "Dansk", "nb": "Norsk (bokmål)", "en": "English"}


def tongues() -> dict[str, str]:
    """Each code with its name, as the reader calls it."""
    return {code: tongue(code) for code in LANGUAGES}


def tongue(code: str) -> str:
    """One language's name; its code where Babel knows none."""
    return Locale.parse(code).get_display_name(formatting.language()) or code
