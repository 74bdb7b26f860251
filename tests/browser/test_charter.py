"""The charter in a browser, at both widths: a rule goes to the public answer, whatever was being written."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import complaints as faults
from tests.browser.charter_states import open_side, open_whole
from tests.browser.stage import Stage
from tests.browser.widths import PHONE, WIDE, Size, fits

pytestmark = pytest.mark.browser
LINK = "https://nordby.example/pas"


def asked(stage: Stage, words: str, size: Size = WIDE) -> Page:
    """A citizen's question, open on Anna's desk."""
    stage.citizen("Mette Holm").writes(f"@nordby {words}")
    anna = stage.agent("anna", viewport=size.viewport)
    anna.opens(words)
    return anna.page


def test_a_rule_goes_to_the_cursor_of_the_public_answer_and_is_kept(stage: Stage) -> None:
    page = asked(stage, "Skal min søn selv møde op, når vi skal have nyt pas?")
    answer = page.locator("form.pane[data-mode=public] textarea[name=body]")
    answer.fill("Hej Mette.\nHilsen os")
    answer.evaluate("area => area.setSelectionRange(10, 10)")
    page.locator(".modes label", has=page.locator('input[value="note"]')).click()
    open_side(page)
    page.locator("#charter [data-reference]").first.click()
    expect(answer).to_be_visible()
    expect(answer).to_be_focused()
    assert answer.input_value().startswith("Hej Mette. Begge forældre")
    assert answer.input_value().endswith(f"{LINK}\nHilsen os")
    expect(page.locator("form.pane[data-mode=note] textarea")).to_have_value("")


def test_from_the_whole_of_it_too_and_the_sheet_makes_room(stage: Stage) -> None:
    page = asked(stage, "Hvor længe gælder et pas?")
    open_whole(page)
    page.locator("#charter-sheet [data-reference]").first.click()
    expect(page.locator("#charter-sheet")).to_be_hidden()
    answer = page.locator("form.pane[data-mode=public] textarea[name=body]")
    assert LINK in answer.input_value()


def test_on_a_phone_it_lies_over_the_thread_and_a_rule_goes_to_the_end_of_the_answer(stage: Stage) -> None:
    page = asked(stage, "Skal vi have pas med til Bornholm?", PHONE)
    thread = page.url
    for opened, sheet in ((open_side, "#side"), (open_whole, "#charter-sheet")):
        page.goto(thread)
        opened(page)
        assert faults(page) == []
        fits(page)
        page.locator(f"{sheet} [data-reference]:visible").first.click()
        page.wait_for_url("**/reply?**")
    answer = page.locator("form.pane[data-mode=public] textarea[name=body]")
    # Nothing that was begun is lost: the second press put it behind the first.
    assert answer.input_value().startswith("Begge forældre")
    assert answer.input_value().count(LINK) == 2
    fits(page)
