"""The guard in the page: stopped, asked, given other words, and sent for a reason, by keyboard alone, at both widths.

Each width has a citizen and words of its own: they share one house and one square.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import complaints as faults
from tests.browser.stage import Stage
from tests.browser.widths import SIZES, Size, fits, pen_in_public

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk")]
TEXT = "form.pane[data-mode=public] textarea[name=body]"
GUARD = "#measure-public .guard"
REASON = "#reason-public"
SEND = "form.pane[data-mode=public] .send"


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_what_is_asked_is_written_otherwise_or_sent_for_a_reason_and_a_number_never(stage: Stage, size: Size) -> None:
    asked, mine = f"Får jeg en ny tid til pas {size}?", f"en ny tid {size}. Ring"
    stage.citizen("Mette Holm").writes(f"@nordby {asked}")
    anna = stage.agent("anna", viewport=size.viewport)
    anna.opens(asked, "unassigned")
    pen_in_public(anna, size)
    page = anna.page
    page.keyboard.type("Dit nummer er 211062-5629.")
    expect(page.locator(f"{GUARD}.late")).to_contain_text("Det er et dansk CPR-nummer. En privat besked er heller ikke")
    expect(page.locator(SEND)).to_be_disabled()
    assert faults(page) == []
    fits(page)
    page.get_by_role("button", name="Fjern nummeret").click()
    expect(page.locator(TEXT)).to_have_value("Dit nummer er .")
    expect(page.locator(GUARD)).to_have_count(0)
    expect(page.locator(SEND)).to_be_enabled()

    # The other country's is one as well, whatever the house's pack.
    page.locator(TEXT).fill("Dit nummer er 30108299920.")
    expect(page.locator(f"{GUARD}.late")).to_contain_text("Det er et norsk fødselsnummer eller D-nummer.")
    expect(page.locator(SEND)).to_be_disabled()

    page.locator(TEXT).fill(f"Hej Mette. I har ret til {mine} på 55 00 00 00.")
    expect(page.locator(f"{GUARD}.asks")).to_contain_text("2 ting at se på.")
    expect(page.locator(SEND)).to_contain_text("Send alligevel som Anna")
    page.get_by_role("button", name="Skriv »Som udgangspunkt kan man få«").click()
    expect(page.locator(TEXT)).to_have_value(f"Hej Mette. Som udgangspunkt kan man få {mine} på 55 00 00 00.")
    expect(page.locator(f"{GUARD}.asks")).to_contain_text("Én ting at se på.")
    fits(page)

    # Without a reason nothing goes out, and the hand is led to the question.
    page.locator(TEXT).focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator(REASON)).to_be_focused()
    assert stage.on_the_square(mine) == 0
    page.select_option(REASON, "other")
    page.locator("#because-public .why").fill("Det er vores eget nummer")

    # What is chosen stays while one writes on.
    page.locator(TEXT).focus()
    page.keyboard.press("Control+End")
    with page.expect_response("**/measure"):
        page.keyboard.type(" Tak.")
    expect(page.locator(REASON)).to_have_value("other")
    expect(page.locator("#because-public .why")).to_have_value("Det er vores eget nummer")
    assert faults(page) == []
    page.keyboard.press("Control+Enter")
    expect(anna.answer(mine)).to_be_visible()
    expect(page.locator("#thread .event", has_text="Det er vores eget nummer")).to_have_count(1)
    if size.wide:
        expect(page.locator(SEND)).to_contain_text("Send som Anna")
    expect(anna.state(mine, "delivered")).to_be_visible()
    assert stage.on_the_square(mine) == 1
