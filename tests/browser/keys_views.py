"""The views of two keys, last words, threats and names. What it must not do: judge."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.day import Day
from tests.browser.looks import View


def _of(name: str, rest: str = "") -> Callable[[Day], str]:
    return lambda day: f"/c/{getattr(day, name)}{rest}"


def _at(path: str) -> Callable[[Day], str]:
    return lambda _day: path


def _give_back_nothing(page: Page) -> None:
    held = page.locator(".attention.key")
    held.locator("summary").click()
    # A blank is a word to the browser and none to the house.
    held.locator("textarea").fill(" ")
    held.locator("form.stack button").click()
    expect(page.locator(".attention.key [aria-invalid]")).to_be_visible()


def _open_stop(page: Page) -> None:
    page.locator("#talk [popovertarget=more]").first.click()
    page.locator("#more [popovertarget=stop]").click()
    expect(page.locator("#stop form")).to_be_visible()


def _stop_for_nothing(page: Page) -> None:
    page.locator("form[data-part]").evaluate("form => form.noValidate = true")
    page.fill("#stop-body", "Ring til Pia på 55 00 00 00.")
    page.locator("[name=why]").last.check()
    page.click("form[data-part] button.primary")
    expect(page.locator("[aria-invalid]").first).to_be_visible()


def _first_incident(page: Page) -> None:
    page.locator("tbody a").first.click()
    expect(page.locator("main .proof")).to_be_visible()


def _close_with_nothing(page: Page) -> None:
    _first_incident(page)
    page.locator("form.card").evaluate("form => form.noValidate = true")
    page.locator("form.card button.primary").click()
    expect(page.locator("#note-error")).to_be_visible()


def _call_oneself_another(page: Page) -> None:
    page.locator("[name=form][value=agreed]").check()
    page.fill("#agreed", "Jonas")
    page.locator("main form button.primary").click()
    expect(page.locator("#wrong-agreed")).to_be_visible()


VIEWS = (
    View("held", _of("held")),
    View("held-of-ones-own", _of("held"), who="anna"),
    View("held-wrong", _of("held"), _give_back_nothing),
    View("to-release", _at("/?view=to_release")),
    View("to-release-empty", _at("/?view=to_release"), who="anna"),
    View("incidents", _at("/lead/incidents")),
    View("incident", _at("/lead/incidents"), _first_incident),
    View("incident-wrong", _at("/lead/incidents"), _close_with_nothing),
    View("name", _at("/me/name")),
    View("name-wrong", _at("/me/name"), _call_oneself_another),
    View("stop", _of("asked"), _open_stop),
    View("stop-page", _of("asked", "/stop")),
    View("stop-wrong", _of("asked", "/stop"), _stop_for_nothing),
    View("stopped", _of("stopped")),
    View("stops", _at("/audit/stops")),
)
