"""What a look at a page is: a view of it, in a language, so wide and so bright; and the mix of these.

What it must not do: know which views there are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.day import Day

LANGUAGES = ("da", "nb", "en")
LOCALES = {"da": "da-DK", "nb": "nb-NO", "en": "en-GB"}
WIDTHS = (360, 1024, 1440)
THEMES = ("light", "dark")
HEIGHT = 900


@dataclass(frozen=True, slots=True)
class Look:
    """In which language, how wide and how bright."""

    language: str
    width: int
    theme: str


@dataclass(frozen=True, slots=True)
class View:
    """A page, who sees it, and what is done on it before one looks."""

    name: str
    path: Callable[[Day], str]
    act: Callable[[Page], None] = lambda _page: None
    who: str = "reader"
    """`reader` is signed in and may enter everywhere, `stranger` is not, else the name of one of the cast."""
    alone: bool = False
    """Whether it needs a browser of its own, since it stops the browser's clock."""


def mix(number: int) -> tuple[Look, ...]:
    """Three looks at the view with this number: over all views every pair of language, width and theme occurs."""
    return tuple(
        Look(
            language,
            WIDTHS[(number + place) % len(WIDTHS)],
            THEMES[(number // len(WIDTHS) + place) % len(THEMES)],
        )
        for place, language in enumerate(LANGUAGES)
    )
