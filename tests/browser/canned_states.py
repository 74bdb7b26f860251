"""What is done on the pages of canned answers and notices before one looks at them. What it must not do: judge."""

from __future__ import annotations

from playwright.sync_api import Page, expect


def forget_the_text(page: Page) -> None:
    """A shortcut of two words, and nothing else."""
    page.fill("#shortcut", "to ord")
    page.click(".save .primary")
    expect(page.locator("#shortcut-error")).to_be_visible()


def list_them(page: Page) -> None:
    """The list of canned answers; one is kept first if there is none."""
    there = page.url
    page.goto("/settings/answers")
    if not page.locator(".canned-list li").count():
        page.goto("/settings/answers/new")
        page.fill("#shortcut", "tid")
        page.fill("#title", "Åbningstider")
        page.fill("#text", "Hej {name}, vi har åbent fra 8 til 16.")
        page.click(".save .primary")
    page.goto(there)
    expect(page.locator("html[data-socket=open]")).to_have_count(1)
    page.locator("form.pane[data-mode=public] textarea[name=body]").press_sequentially("/")
    expect(page.locator("#canned-options [role=option]").first).to_be_visible()


def open_notices(page: Page) -> None:
    """The sheet of notices."""
    expect(page.locator("html[data-socket=open]")).to_have_count(1)
    page.evaluate("document.getElementById('notices').showPopover()")
    expect(page.locator("#notices #notices-list")).to_be_visible()
