"""The guard in the page: stopped, asked, given other words, and sent for a reason, by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import complaints as faults
from tests.browser.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk")]
TEXT = "form.pane[data-mode=public] textarea[name=body]"
GUARD = "#measure-public .guard"
REASON = "#reason-public"
SEND = "form.pane[data-mode=public] .send"


def test_what_is_asked_is_written_otherwise_or_sent_for_a_reason_and_a_number_never(stage: Stage) -> None:
    stage.citizen("Mette Holm").writes("@nordby Får jeg en ny tid til pas?")
    anna = stage.agent("anna")
    anna.opens("ny tid til pas", "unassigned")
    anna.hears()
    page = anna.page
    page.keyboard.press("r")
    page.keyboard.type("Dit nummer er 211062-5629.")
    expect(page.locator(f"{GUARD}.late")).to_be_visible()
    expect(page.locator(SEND)).to_be_disabled()
    assert faults(page) == []
    page.get_by_role("button", name="Fjern nummeret").click()
    expect(page.locator(TEXT)).to_have_value("Dit nummer er .")
    expect(page.locator(GUARD)).to_have_count(0)
    expect(page.locator(SEND)).to_be_enabled()

    page.locator(TEXT).fill("Hej Mette. I har ret til en ny tid. Ring på 55 00 00 00.")
    expect(page.locator(f"{GUARD}.asks")).to_contain_text("2 ting at se på.")
    expect(page.locator(SEND)).to_contain_text("Send alligevel som Anna")
    page.get_by_role("button", name="Skriv »Som udgangspunkt kan man få«").click()
    expect(page.locator(TEXT)).to_have_value("Hej Mette. Som udgangspunkt kan man få en ny tid. Ring på 55 00 00 00.")
    expect(page.locator(f"{GUARD}.asks")).to_contain_text("Én ting at se på.")

    # Without a reason nothing goes out, and the hand is led to the question.
    page.locator(TEXT).focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator(REASON)).to_be_focused()
    assert stage.on_the_square("en ny tid. Ring") == 0
    page.select_option(REASON, "other")
    page.locator("#because-public .why").fill("Det er vores eget nummer")

    # What is chosen stays while one writes on.
    page.locator(TEXT).focus()
    page.keyboard.press("End")
    with page.expect_response("**/measure"):
        page.keyboard.type(" Tak.")
    expect(page.locator(REASON)).to_have_value("other")
    expect(page.locator("#because-public .why")).to_have_value("Det er vores eget nummer")
    assert faults(page) == []
    page.keyboard.press("Control+Enter")
    expect(anna.answer("en ny tid. Ring")).to_be_visible()
    expect(page.locator("#thread .event", has_text="Det er vores eget nummer")).to_have_count(1)
    expect(page.locator(SEND)).to_contain_text("Send som Anna")
    expect(anna.state("en ny tid. Ring", "delivered")).to_be_visible()
    assert stage.on_the_square("en ny tid. Ring") == 1
