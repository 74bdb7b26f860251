"""What is done on the pages of moderation before one looks at them. What it must not do: judge."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


def said(page: Page, words: str) -> Locator:
    """What a citizen said, in the open conversation."""
    return page.locator("#thread > .msg:not(.ours)", has_text=words)


def open_form(page: Page) -> None:
    """The form on what the citizen said first."""
    page.locator("#thread .treat").first.click()
    expect(page.locator("#moderate")).to_be_visible()


def block_without_a_reason(page: Page) -> None:
    """Refused, with everything that was chosen."""
    open_form(page)
    page.locator("input[name=kind][value=block]").check()
    page.locator("input[name=tell]").check()
    page.locator("#moderate").evaluate("form => form.noValidate = true")
    page.locator("#moderate .primary").click()
    expect(page.locator("#reason-error")).to_be_visible()


def hide(page: Page, words: str, reason: str) -> None:
    """Hide what was said, for a reason, and wait until the platform has done it."""
    said(page, words).locator(".treat").click()
    page.locator("input[name=kind][value=hide]").check()
    page.locator(f"input[name=reason][value='{reason}']").check()
    page.locator("#moderate .primary").click()
    expect(said(page, words).locator("[data-moderation=hide-in_force]")).to_be_visible()


def open_moderated(page: Page) -> None:
    """The form on what is blocked already."""
    page.locator("#live").locator("xpath=..").locator("a[href*='/c/']").first.click()
    page.locator("#thread .treat").first.click()
    expect(page.locator("main h1")).to_be_visible()
