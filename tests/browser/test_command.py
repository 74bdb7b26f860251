"""The command bar: every deed of the page by its name, by keyboard alone, and the way to everything else."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk")]


def names(page: Page, group: str) -> list[str]:
    """What is offered under one heading."""
    found = page.locator(f"#command [data-group={group}] [role=option] > :first-child")
    return found.all_inner_texts()


def test_a_deed_is_found_by_its_name_and_done(stage: Stage) -> None:
    stage.citizen("Mette Holm").writes("@nordby Hvor er den nye cykelsti?")
    anna = stage.agent("anna")
    anna.opens("cykelsti", "unassigned")
    anna.hears()
    page = anna.page
    page.keyboard.press("Control+k")
    ask = page.get_by_role("combobox", name="Søg eller gør")
    expect(ask).to_be_focused()
    assert {"Tag den", "Løst", "Svar offentligt", "Intern note"} <= set(names(page, "here"))
    # Every deed that stands on the page and can be done now is there.
    for button in page.locator("#talk .actions [data-key]").all():
        if button.is_visible() and button.is_enabled():
            letter = button.get_attribute("data-key") or ""
            expect(page.locator("#command kbd", has_text=letter.upper()).first).to_be_attached()

    page.keyboard.type("tag den")
    chosen = page.locator("#command [role=option][aria-selected=true]")
    expect(chosen).to_contain_text("Tag den")
    assert chosen.get_attribute("id") == ask.get_attribute("aria-activedescendant")
    page.keyboard.press("Enter")
    expect(page.locator("#command")).to_be_hidden()
    expect(page.locator("#side dd", has_text="Anna")).to_have_count(1)


def test_writing_places_and_search_from_the_same_line(stage: Stage) -> None:
    stage.citizen("Ali R.").writes("@nordby Hvor bor fjordmuseet?")
    anna = stage.agent("anna")
    anna.opens("fjordmuseet", "unassigned")
    anna.hears()
    page = anna.page
    page.keyboard.press("Control+k")
    page.keyboard.type("intern")
    page.keyboard.press("Enter")
    expect(page.locator("form.pane[data-mode=note] textarea")).to_be_focused()

    # Also while one writes: no letter of it goes into the text.
    page.keyboard.press("Control+k")
    page.keyboard.type("venter på borger")
    expect(page.locator("#command [data-group=go] [aria-selected=true]")).to_contain_text("Venter på borger")
    page.keyboard.press("Escape")
    expect(page.locator("form.pane[data-mode=note] textarea")).to_be_focused()
    expect(page.locator("form.pane[data-mode=note] textarea")).to_have_value("")

    page.keyboard.press("Control+k")
    page.keyboard.type("fjordmuseet")
    page.keyboard.press("ArrowUp")  # Around to the last: the search.
    expect(page.locator("#command-search")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=fjordmuseet")
    expect(page.locator("main")).to_contain_text("fjordmuseet")


def test_the_mouse_does_it_too_and_a_click_beside_closes_it(stage: Stage) -> None:
    page = stage.signed_in("anna", viewport={"width": 1440, "height": 900})
    page.goto("/?view=open")
    page.get_by_role("button", name="Søg eller gør").click()
    expect(page.locator("#command")).to_be_visible()
    page.mouse.click(5, 5)
    expect(page.locator("#command")).to_be_hidden()
    page.get_by_role("button", name="Søg eller gør").click()
    page.locator("#command [role=option]", has_text="Løst").first.click()
    page.wait_for_url("**/?view=solved*")
