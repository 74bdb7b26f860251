"""Two keys, a last word and a threat, by hand on the pages. What it must not do: judge."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect

from tests.browser.stage import AtTheDesk


@contextmanager
def new_here(lead: Page, name: str) -> Iterator[None]:
    """A colleague releases what this person answers; afterwards it is as it was."""
    _tick(lead, name, on=True)
    yield
    _tick(lead, name, on=False)


def _tick(lead: Page, name: str, *, on: bool) -> None:
    lead.goto("/settings/people")
    card = lead.locator("section.card", has=lead.get_by_role("heading", name=name, exact=True)).first
    card.locator("[name=two_keys]").set_checked(on)
    card.locator("form button").click()
    expect(lead.locator(".guard.calm").first).to_be_visible()
    expect(card.locator("[name=two_keys]")).to_be_checked(checked=on)


def said(page: Page, words: str) -> Locator:
    """What a citizen said, in the open conversation."""
    return page.locator("#thread > .msg:not(.ours)", has_text=words)


def stops(agent: AtTheDesk, why: str, more: str = "") -> None:
    """The last word, from under “more”, as the organisation words it."""
    page = agent.page
    agent.hears()
    page.locator("#talk [popovertarget=more]").first.click()
    page.locator("#more [popovertarget=stop]").click()
    sheet = page.locator("#stop")
    sheet.locator("label", has_text=why).click()
    sheet.locator("[name=words]").fill(more)
    sheet.locator("button.primary").click()
    expect(page.locator("#talk .stopped")).to_be_visible()


def reports(agent: AtTheDesk, words: str) -> None:
    """A threat against oneself, under the message that it is."""
    message = said(agent.page, words)
    message.locator("a.treat").click()
    agent.page.locator("button[value=threat]").click()
    expect(agent.page.locator("#thread")).to_contain_text("meldte en trussel mod sig selv")
