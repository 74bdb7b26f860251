"""Many who ask the same on the square, gathered; and what is shown of them and of a post of our own.

What it must not do: judge.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.crowd import Crowd
from tests.browser.stage import AtTheDesk, Stage

MANY = 16
"""Enough for the strip."""
MANY_OR_MORE = re.compile(rf"^({MANY}|1[7-9]|[2-9]\d)$")


def storm(stage: Stage, anna: AtTheDesk) -> str:
    """They all ask; the gathering's address."""
    with Crowd(stage.house.url, MANY, 1) as crowd:
        crowd.has_spoken(60)
    page = anna.page
    page.mouse.move(0, 0)
    page.goto("/?view=unassigned")
    line = page.locator("#rows .many .row")
    # Who said the same in another test of this house stands there, too.
    expect(line.locator(".channel")).to_have_text(MANY_OR_MORE)
    found = line.get_attribute("href")
    assert found is not None
    return found


def write(words: str, shown: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        area = page.locator("form.pane textarea[name=body]")
        # A second look finds the words of the first, which are a draft by now and shown with what was seen of them.
        if area.input_value() != words:
            with page.expect_response("**/measure"):
                area.fill(words)
        expect(page.locator(shown).first).to_be_visible()

    return act


def answer(page: Page) -> None:
    write("Hej {fornavn}. Ja, kog det i 2 minutter.", "#samples .msg")(page)
    page.locator("#many .reached summary").first.click()


def wrong_hour(page: Page) -> None:
    write("Kog vandet i Nordby by.", ".meter")(page)
    page.fill("#next_word", "snart")
    page.locator("button.send").click()
    expect(page.locator("[aria-invalid]")).to_be_visible()
