"""The two widths at which a walk is walked: a desk and a phone. What it must not do: know what is walked."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.stage import AtTheDesk, conversation_id

TEXT = "form.pane[data-mode=public] textarea[name=body]"


@dataclass(frozen=True, slots=True)
class Size:
    """CSS pixels; its width stands in the words of a walk, so that two of them never find each other's."""

    width: int
    height: int

    @property
    def viewport(self) -> ViewportSize:
        """As Playwright wants it."""
        return {"width": self.width, "height": self.height}

    @property
    def wide(self) -> bool:
        """Whether list, thread and composer stand side by side."""
        return self.width > 1000

    def __str__(self) -> str:
        return str(self.width)


WIDE, PHONE = Size(1440, 900), Size(360, 740)
SIZES = (WIDE, PHONE)


def fits(page: Page) -> None:
    """Nothing of the page lies beside it: nobody scrolls sideways."""
    beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert beyond <= 0, f"{beyond} px beside the page"


def pen_in_public(desk: AtTheDesk, size: Size) -> None:
    """In the public answer of the conversation that is open: by its key, on a phone on the page that it has there."""
    desk.hears()
    if size.wide:
        desk.page.keyboard.press("r")
    else:
        desk.page.goto(f"/c/{conversation_id(desk.page)}/reply?mode=public")
        desk.hears()
        desk.page.locator(TEXT).focus()
    expect(desk.page.locator(TEXT)).to_be_focused()
