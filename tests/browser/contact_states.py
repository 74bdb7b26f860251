"""What is done on the pages about a person before one looks at them. What it must not do: judge."""

from __future__ import annotations

from playwright.sync_api import Page, expect

PURPOSE = "Tilgængelighed"


def keep_a_note(page: Page) -> None:
    """A note with a purpose, kept once."""
    if page.locator(".kept b", has_text=PURPOSE).count() == 0:
        page.fill("#purpose", PURPOSE)
        page.fill("#text", "Hører dårligt: skriv, ring ikke.")
        page.locator("form", has=page.locator("#purpose")).locator("button").click()
    expect(page.locator(".kept b", has_text=PURPOSE).first).to_be_visible()


def say_a_number(page: Page) -> None:
    """What can't be kept of anybody."""
    page.fill("#purpose", "Sagen")
    page.fill("#text", "Nummeret er 211062-5629.")
    page.locator("form", has=page.locator("#purpose")).locator("button").click()
    expect(page.locator("#wrong-text")).to_be_visible()


def look_for_another(page: Page) -> None:
    """Somebody who may be the same person."""
    page.fill("input[name=find]", "Ali")
    page.locator("form[role=search]", has=page.locator("input[name=find]")).locator("button").click()
    expect(page.locator("input[name=other]").first).to_be_attached()


def open_panel(page: Page) -> None:
    """The person beside the conversation, with a note."""
    there = page.url
    page.goto(f"{there.partition('?')[0]}/contact")
    keep_a_note(page)
    page.goto(there)
    if not page.locator("#side").is_visible():
        page.locator("[popovertarget=side]:visible").click()
    panel = page.locator("#side [id^=contact-]")
    panel.scroll_into_view_if_needed()
    expect(panel.locator(".kept b", has_text=PURPOSE).first).to_be_visible()
