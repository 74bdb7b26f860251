"""The people of one test, each with a browser of their own: agents at the desk, citizens on the square.

It exists so that a test reads as what its people do. What it must not do: know more than a person sees on the
screen, or reach the house in another way than its pages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, FilePayload, Locator, Page, expect

from tests.browser.running import RunningHouse

SIGNED = {"anna": "– Anna, Nordby Kommune", "jonas": "– Jonas, Nordby Kommune"}
REFUSED_PAGE = "Failed to load resource: the server responded with a status of 4"
"""What Chromium says of every page that is a refusal; the tests look at the page itself."""

OVERTAKEN = {"htmx:sendAbort", "htmx:afterRequest"}
"""What htmx says of a request that a newer one took the place of (`hx-sync`), or that its page was closed over.

A request that failed says `htmx:sendError` or `htmx:responseError` as well, which is heard.
"""


class Citizen:
    """Somebody on the square, under any name."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.name = name

    def writes(
        self, text: str, *, privately: bool = False, shows: Sequence[FilePayload] = (), described: str = ""
    ) -> None:
        """Say something new, with pictures perhaps."""
        self.page.goto("/square/private" if privately else "/square")
        self.page.fill("#name", self.name)
        self.page.fill("#text", text)
        if shows:
            form = self.page.locator("form.card")
            form.locator("input[type=file]").set_input_files(shows)
            form.locator("[name=description]").fill(described)
        self.page.click("form.card button.primary")
        expect(self.post(text)).to_be_visible()

    def replies(self, to: str, text: str) -> None:
        """Say something under what was said."""
        self.page.goto("/square")
        above = self.post(to)
        above.locator("summary").click()
        above.locator("[data-name]").fill(self.name)
        above.locator("textarea").fill(text)
        above.locator("details button").click()
        expect(self.post(text)).to_be_visible()

    def edits(self, text: str, into: str) -> None:
        """Change one's own words."""
        self.page.goto("/square")
        self.post(text).locator("a[href$='/edit']").click()
        self.page.fill("#text", into)
        self.page.click("form.card button.primary")
        expect(self.post(into)).to_be_visible()

    def deletes(self, text: str) -> None:
        """Take one's own words away."""
        self.page.goto("/square")
        self.post(text).locator("form[action$='/delete'] button").click()
        expect(self.post(text)).to_have_count(0)

    def post(self, text: str) -> Locator:
        """What was said with these words in it."""
        return self.page.locator("article.post", has=self.page.locator(".words", has_text=text))


class AtTheDesk:
    """Somebody at the desk, with a conversation open or none."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def opens(self, words: str, view: str = "open") -> None:
        """Find the conversation that these words were said in, and open it."""
        self.looks_for(words, view).click()
        expect(self.page.locator("#thread").get_by_text(words).first).to_be_visible()

    def looks_for(self, words: str, view: str = "open") -> Locator:
        """The row with these words, once it is there."""
        self.page.mouse.move(0, 0)  # A hand over the list would hold back what arrives.
        self.page.goto(f"/?view={view}")
        row = self.page.locator("#rows .row", has_text=words).first
        further = self.page.locator("#rows .more a[href*='after=']")
        # Fifty stand on a page; what was asked just now is due last, and other tests of this house may have asked, too.
        while not row.is_visible() and further.count():
            address = further.get_attribute("href")
            assert address is not None
            self.page.goto(address)
        row.wait_for()
        return row

    def hears(self) -> None:
        """Wait until the page's scripts run and its doorbell hangs, so that keys mean something."""
        expect(self.page.locator("html[data-socket=open]")).to_have_count(1)

    def sheet(self, mode: str = "public") -> Locator:
        """The form for this way of writing, opened."""
        radio = self.page.locator(f"input[type=radio][data-mode={mode}]")
        if not radio.is_checked():
            radio.locator("xpath=..").click()
        form = self.page.locator(f"form.pane[data-mode={mode}]")
        expect(form).to_be_visible()
        return form

    def writes(self, text: str, mode: str = "public") -> Locator:
        """Fill in the sheet; the form comes back."""
        form = self.sheet(mode)
        form.locator("textarea[name=body]").fill(text)
        return form

    def sends(self, text: str, mode: str = "public") -> None:
        """Write and send."""
        self.writes(text, mode).locator("button.send").click()
        expect(self.page.locator("#thread").get_by_text(text[:40]).first).to_be_visible()

    def answer(self, text: str) -> Locator:
        """The message of ours, or the note, with these words."""
        return self.page.locator("#thread > .msg.ours", has_text=text)

    def state(self, text: str, state: str) -> Locator:
        """The line under an answer, once its delivery stands so."""
        return self.answer(text).locator(f"[data-state={state}]")


class Stage:
    """Gives out browsers and closes them all afterwards; collects what their consoles complain of."""

    def __init__(self, house: RunningHouse, browser: Browser) -> None:
        self.house = house
        self.complaints: list[str] = []
        self._browser = browser
        self._pages: list[Page] = []
        self._tabs: list[Page] = []

    def agent(self, who: str, **context: Any) -> AtTheDesk:
        """One of the cast, signed in."""
        return AtTheDesk(self.signed_in(who, **context))

    def signed_in(self, who: str, **context: Any) -> Page:
        """The same as a bare page."""
        return self._watched(self.house.sign_in(self._browser, who, **context))

    def citizen(self, name: str, **context: Any) -> Citizen:
        """A visitor of the square."""
        return Citizen(self.visitor(**context), name)

    def visitor(self, **context: Any) -> Page:
        """A bare page of somebody who has not signed in."""
        return self._watched(self.house.visit(self._browser, **context))

    def borrow(self, page: Page) -> Page:
        """A tab of a browser that is somebody else's and stays open: it is watched, and only the tab is closed."""
        self._tabs.append(page)
        return self._listened_to(page)

    def on_the_square(self, text: str) -> int:
        """How many posts with these words stand there, as a passer-by counts them."""
        page = self.visitor()
        page.goto("/square")
        found = page.locator("article.post", has=page.locator(".words", has_text=text)).count()
        page.context.close()
        return found

    def close(self) -> None:
        for page in self._pages:
            page.context.close()
        for tab in self._tabs:
            tab.close()

    def _watched(self, page: Page) -> Page:
        self._pages.append(page)
        return self._listened_to(page)

    def _listened_to(self, page: Page) -> Page:
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def _hear(self, message: ConsoleMessage) -> None:
        text = message.text
        if message.type == "error" and not text.startswith(REFUSED_PAGE) and text not in OVERTAKEN:
            self.complaints.append(text)


def conversation_id(page: Page) -> str:
    """The open conversation's id, from the address."""
    found = re.search(r"/c/([0-9a-f-]{36})", page.url)
    assert found, page.url
    return found[1]
