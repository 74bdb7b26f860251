"""An earlier answer by one key, edited and sent; then it was wrong: corrected, told, and a colleague is warned."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import complaints as faults
from tests.browser.stage import Stage
from tests.browser.widths import PHONE, WIDE, fits

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk")]
TEXT = "form.pane[data-mode=public] textarea[name=body]"
FIRST = "#side [data-alt='1']"
WRONG = "Drager må flyve fra molen hele dagen, også ved høj vind."
ASKED = "@nordby Må vi flyve med drager fra molen?"


def test_one_key_puts_an_earlier_answer_in_and_a_wrong_one_is_put_right(stage: Stage) -> None:
    stage.citizen("Mette Holm").writes(ASKED)
    anna, jonas = stage.agent("anna"), stage.agent("jonas", viewport=WIDE.viewport)
    anna.opens("flyve med drager fra molen", "unassigned")
    anna.sends(f"Hej Mette. {WRONG}")
    expect(anna.state("Drager må flyve", "delivered")).to_be_visible()
    wrong_at = anna.page.url

    # The pen is in the text, half a word is written: the key puts it in there, and undo takes it out again.
    stage.citizen("Kirsten Vang").writes("@nordby Må børn flyve med drager fra molen ved havnen?")
    jonas.opens("børn flyve med drager", "unassigned")
    jonas.hears()
    page = jonas.page
    expect(page.locator(FIRST)).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("r")
    page.keyboard.type("God idé!")
    page.keyboard.press("Alt+1")
    put = f"God idé!\nHej Kirsten. {WRONG}"
    expect(page.locator(TEXT)).to_have_value(put)
    expect(page.locator(TEXT)).to_be_focused()
    page.keyboard.press("Control+z")
    expect(page.locator(TEXT)).to_have_value("God idé!")
    page.keyboard.press("Control+a")
    page.keyboard.press("Backspace")
    page.keyboard.press("Alt+1")
    expect(page.locator(TEXT)).to_have_value(f"Hej Kirsten. {WRONG}")
    page.keyboard.press("Control+Enter")
    expect(jonas.state("Drager må flyve", "delivered")).to_be_visible()

    # Switched off with the other keys.
    stage.citizen("Ali R.").writes("@nordby Hvor højt må drager flyve fra molen?")
    jonas.opens("Hvor højt må drager", "unassigned")
    jonas.hears()
    expect(page.locator(FIRST)).to_be_visible()
    page.evaluate("localStorage.setItem('byline.keys.off', 'yes')")
    page.locator(TEXT).focus()
    page.keyboard.press("Alt+1")
    page.keyboard.type("Vent")
    expect(page.locator(TEXT)).to_have_value("Vent")
    page.evaluate("localStorage.removeItem('byline.keys.off')")
    page.locator(TEXT).fill("")

    # Anna finds that it was wrong.
    anna.page.goto(wrong_at)
    anna.page.locator("a[href$='/correct']").click()
    assert faults(anna.page) == []
    anna.page.fill("#body", "Rettelse: Drager må kun flyve fra stranden, aldrig fra molen.")
    anna.page.click("form button.send")
    expect(anna.page.locator(".reached li", has_text="Kirsten Vang")).to_be_visible()
    assert faults(anna.page) == []
    anna.page.click("form[action$='/tell'] button.send")
    expect(anna.page.locator("form[action$='/tell']")).to_have_count(0)
    anna.page.goto(wrong_at)
    expect(anna.page.locator(".msg.ours .correction", has_text="kun flyve fra stranden")).to_be_visible()
    assert faults(anna.page) == []
    expect(anna.state("Rettelse: Drager", "delivered")).to_be_visible()

    # It stands beside the conversation as wrong, can't be put in, and whoever writes it is warned.
    jonas.opens("Hvor højt må drager", "open")
    jonas.hears()
    expect(page.locator("#side .answer.wrong")).to_be_visible()
    expect(page.locator(FIRST)).to_have_count(0)
    page.locator(TEXT).fill(WRONG)
    warning = page.locator("#measure-public .guard.soon", has_text="kun flyve fra stranden")
    expect(warning).to_be_visible()
    assert faults(page) == []
    page.locator(TEXT).fill("Drager må kun flyve fra stranden.")
    expect(warning).to_have_count(0)


def test_on_a_phone_the_words_wait_in_the_draft_and_are_corrected_there(stage: Stage) -> None:
    stage.citizen("Mette Holm").writes("@nordby Er grillpladsen i bøgeskoven åben om vinteren?")
    anna = stage.agent("anna")
    anna.opens("grillpladsen i bøgeskoven", "unassigned")
    wrong_at = anna.page.url
    anna.sends("Hej Mette. Grillpladsen i bøgeskoven er åben hele året rundt.")
    expect(anna.state("Grillpladsen i bøgeskoven", "delivered")).to_be_visible()
    stage.citizen("Ali R.").writes("@nordby Kan man bruge grillpladsen i bøgeskoven om søndagen?")
    jonas = stage.agent("jonas", viewport=PHONE.viewport)
    jonas.opens("bruge grillpladsen i bøgeskoven", "unassigned")
    jonas.hears()
    page = jonas.page
    page.locator("[popovertarget=side]:visible").first.click()
    expect(page.locator(FIRST)).to_be_visible()
    assert faults(page) == []
    page.locator(FIRST).click()
    page.wait_for_url("**/reply?**")
    expect(page.locator(TEXT)).to_have_value("Hej Ali. Grillpladsen i bøgeskoven er åben hele året rundt.")
    page.goto(page.url.split("/reply")[0] + "/answered?q=grillpladsen")
    expect(page.locator(".answered .answer")).to_have_count(1)
    assert faults(page) == []

    # He sends it; then Anna, on her phone, corrects it where it stands and tells whoever got the same.
    page.go_back()
    page.locator("form.pane[data-mode=public] button.send").click()
    expect(jonas.state("Grillpladsen i bøgeskoven", "delivered")).to_be_attached()
    phone = stage.agent("anna", viewport=PHONE.viewport).page
    phone.goto(wrong_at)
    phone.locator("a[href$='/correct']").click()
    phone.fill("#body", "Rettelse: Grillpladsen i bøgeskoven er lukket fra november til marts.")
    assert faults(phone) == []
    fits(phone)
    phone.click("form button.send")
    expect(phone.locator(".reached li", has_text="Ali R.")).to_be_visible()
    fits(phone)
    phone.click("form[action$='/tell'] button.send")
    expect(phone.locator("form[action$='/tell']")).to_have_count(0)
    phone.goto(wrong_at)
    expect(phone.locator(".msg.ours .correction", has_text="lukket fra november")).to_be_visible()
    assert faults(phone) == []
    fits(phone)
