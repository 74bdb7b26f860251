"""The views of the ladder, of danger, of complaints and of the ways to the back office. What it must not do: judge."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.day import Day
from tests.browser.looks import View


def _of(name: str, rest: str = "") -> Callable[[Day], str]:
    return lambda day: f"/c/{getattr(day, name)}{rest}"


def _at(path: str) -> Callable[[Day], str]:
    return lambda _day: path


def _first_of_danger(page: Page) -> None:
    expect(
        page.locator("#talk .acute-more h3, #talk .acute-more blockquote, #talk .acute-more button").first
    ).to_be_visible()


def _try_words(page: Page) -> None:
    page.fill("#tried", "Jeg kan ikke leve mere.")
    page.locator("main form:has(#tried) button").click()
    expect(page.locator("main [role=status]").first).to_be_visible()


def _complain(page: Page) -> None:
    page.locator("#talk [popovertarget=more]").first.click()
    page.locator("#more [popovertarget=complaint]").click()
    expect(page.locator("#complaint form")).to_be_visible()


def _by_mail(page: Page) -> None:
    page.locator("#way input[value=email]").check()
    page.locator("#way label:has(input[value=email]) + details summary").click()
    expect(page.locator("#way input[type=password]:visible").first).to_be_visible()


def _nowhere(page: Page) -> None:
    _by_mail(page)
    page.locator("main form.form button.primary").click()
    expect(page.locator("main [role=alert]")).to_be_visible()


VIEWS = (
    View("ladder", _at("/settings/ladder")),
    View("ladder-read", _at("/settings/ladder"), who="anna"),
    View("danger", _of("danger"), _first_of_danger),
    View("danger-words", _at("/settings/acute")),
    View("danger-tried", _at("/settings/acute"), _try_words),
    View("on-call", _at("/settings/on-call")),
    View("reach", _at("/settings/reach")),
    View("complaint", _of("asked"), _complain),
    View("complaint-page", _of("asked", "/complaint")),
    View("complaints", _at("/complaints")),
    View("complaints-read", _at("/complaints"), who="rikke"),
    View("complaint-settings", _at("/settings/complaints")),
    View("unit-ways", _at("/settings/back-office/new")),
    View("unit-by-mail", _at("/settings/back-office/new"), _by_mail),
    View("unit-wrong", _at("/settings/back-office/new"), _nowhere),
)
