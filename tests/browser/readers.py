"""Browsers that stay open from one look to the next, a tab for each look.

It exists because a look in a browser of its own fetches every script and sheet anew, which takes longer than the look:
people open the house once a day, and its pages all day. What it must not do: leave anything of one look to the next;
what a page remembers in its tab goes with the tab.
"""

from __future__ import annotations

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.looks import HEIGHT, LOCALES, Look
from tests.browser.running import RunningHouse


class Readers:
    """Each reader's browser, opened at the first look."""

    def __init__(self, house: RunningHouse, browser: Browser) -> None:
        self._house = house
        self._browser = browser
        self._open: dict[tuple[str | None, str], BrowserContext] = {}

    def tab(self, who: str | None, look: Look) -> Page:
        """An empty tab of that person's (None: a stranger's) browser, as wide and as bright as the look."""
        key = who, look.language
        if key not in self._open:
            locale = LOCALES[look.language]
            first = (
                self._house.sign_in(self._browser, who, locale=locale)
                if who
                else self._house.visit(self._browser, locale=locale)
            )
            self._open[key] = first.context
            first.close()
        page = self._open[key].new_page()
        page.set_viewport_size({"width": look.width, "height": HEIGHT})
        page.emulate_media(color_scheme="dark" if look.theme == "dark" else "light", reduced_motion="reduce")
        return page

    def close(self) -> None:
        """Close them all."""
        for context in self._open.values():
            context.close()
