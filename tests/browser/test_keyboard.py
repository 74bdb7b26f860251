"""The whole job without a mouse: to a conversation, into the text, out with the answer, and back again."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk")]


def focused(page: Page) -> str:
    """What has the focus: an id, a way of writing, a row's words, or the element's name."""
    found: str = page.evaluate(
        """() => {
            const at = document.activeElement;
            if (at.matches('.row')) return 'row ' + at.querySelector('.what').textContent;
            return at.closest('form')?.dataset.mode ?? (at.id || at.tagName);
        }"""
    )
    return found


def test_from_the_list_to_the_sent_answer_and_back(stage: Stage) -> None:
    citizen = stage.citizen("Kirsten V.")
    for words in ("@nordby Hvor afleverer jeg glas?", "@nordby Hvor afleverer jeg pap?"):
        citizen.writes(words)
    anna = stage.agent("anna")
    anna.looks_for("afleverer jeg pap", "unassigned")
    anna.hears()
    page = anna.page
    rows = page.locator("#rows .row .what").all_inner_texts()
    glass = next(place for place, words in enumerate(rows) if "jeg glas" in words)

    for _press in range(glass + 1):
        page.keyboard.press("j")
    assert focused(page) == f"row {rows[glass]}"
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert focused(page) == f"row {rows[glass]}"

    page.keyboard.press("Enter")
    expect(page.locator("#thread")).to_be_focused()
    expect(page.locator("#thread")).to_contain_text("jeg glas")

    anna.hears()
    page.keyboard.press("t")
    expect(page.locator("#side dd", has_text="Anna")).to_have_count(1)

    page.keyboard.press("r")
    expect(page.locator("form.pane[data-mode=public] textarea")).to_be_focused()
    answer = "Glas skal i den grønne kube ved torvet. Tryk j, k, t og x, hvis du vil."
    page.keyboard.type(answer)
    expect(page.locator("form.pane[data-mode=public] textarea")).to_have_value(answer)
    expect(page.locator("#meter-public")).to_contain_text("/ 280")
    page.keyboard.press("Control+Enter")
    expect(anna.answer("den grønne kube")).to_be_visible()
    expect(page.locator("form.pane[data-mode=public] textarea")).to_have_value("")
    expect(anna.state("den grønne kube", "delivered")).to_be_visible()


def test_escape_steps_back_out(stage: Stage) -> None:
    stage.citizen("J. Damgaard").writes("@nordby Hvor er nøglen til klubhuset?")
    anna = stage.agent("anna")
    anna.opens("nøglen til klubhuset", "unassigned")
    anna.hears()
    page = anna.page
    page.mouse.move(0, 0)
    page.keyboard.press("n")
    expect(page.locator("form.pane[data-mode=note] textarea")).to_be_focused()
    page.keyboard.type("Spørg Ida")
    page.keyboard.press("Escape")
    expect(page.locator("#thread")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#rows .row[aria-current]")).to_be_focused()
    # What was begun is still there: stepping out is not giving up.
    expect(page.locator("form.pane[data-mode=note] textarea")).to_have_value("Spørg Ida")
    page.keyboard.press("Escape")
    assert focused(page) == "BODY"


def test_the_skip_link_comes_first_and_leads_to_the_conversation(stage: Stage) -> None:
    stage.citizen("Ali R.").writes("@nordby Må man fodre ænderne?")
    anna = stage.agent("anna")
    anna.opens("fodre ænderne", "unassigned")
    anna.hears()
    page = anna.page
    page.goto(page.url)
    anna.hears()
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    expect(page.locator("a.skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#talk")).to_be_focused()


def test_letters_are_deeds_only_outside_fields_and_can_be_switched_off(stage: Stage) -> None:
    stage.citizen("Mette Holm").writes("@nordby Hvornår klippes hækken?")
    anna = stage.agent("anna")
    anna.opens("klippes hækken", "unassigned")
    anna.hears()
    page = anna.page
    page.keyboard.press("r")
    page.keyboard.type("tcxdbuomjk?")
    expect(page.locator("form.pane[data-mode=public] textarea")).to_have_value("tcxdbuomjk?")
    expect(page.locator("#dismiss")).to_be_hidden()
    expect(page.locator("#keys")).to_be_hidden()
    expect(page.locator("#talk [data-key=t]")).to_be_visible()  # Nobody has taken it.

    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("t")
    page.locator("#keys-on").uncheck()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("d")
    expect(page.locator("#dismiss")).to_be_hidden()
    page.keyboard.press("x")
    expect(page.locator("#bulk")).to_be_hidden()
    expect(page.locator("#talk [data-key=t]")).to_be_visible()
    page.reload()
    anna.hears()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()
