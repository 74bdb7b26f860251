"""What a citizen does on the square before one looks. What it must not do: judge."""

from __future__ import annotations

from playwright.sync_api import Page, expect


def say_too_much(page: Page) -> None:
    """More than the square takes."""
    page.fill("#name", "Ali R.")
    page.fill("#text", "@nordby " + "x" * 600)
    page.click("form.card button.primary")
    expect(page.locator("#complaint")).to_be_visible()
