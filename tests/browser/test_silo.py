"""There and back: an agent asks by a key, the back office answers, the draft returns, the signed answer goes out."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.silo_states import answers, asked, asks
from tests.browser.stage import SIGNED, Stage

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk")]


def test_asked_by_a_key_answered_by_the_back_office_and_signed_by_the_agent(stage: Stage) -> None:
    words = "bommen ved Mølledam"
    citizen = stage.citizen("Mette Holm")
    citizen.writes(f"@nordby Hvornår ordner I {words}?")
    anna, ida = stage.agent("anna"), stage.signed_in("ida")
    ida.goto("/silo")
    expect(ida.locator("html[data-socket=open]")).to_have_count(1)
    anna.opens(words, "unassigned")
    anna.page.locator("#thread").focus()
    anna.hears()
    anna.page.keyboard.press("e")
    expect(anna.page.locator("#ask .why")).to_contain_text("borgeren skrev »bom«")
    anna.page.locator("#ask textarea[name=question]").fill("Hvornår er bommen oppe?")
    anna.page.keyboard.press("Escape")
    # What was begun in the form is there when it opens again.
    anna.page.keyboard.press("e")
    expect(anna.page.locator("#ask textarea[name=question]")).to_have_value("Hvornår er bommen oppe?")
    anna.page.keyboard.press("Escape")
    asks(anna, "Hvornår er bommen oppe?", line="Jeg spørger dem, der ved det.")
    expect(anna.page.locator("#side")).to_contain_text("Hos fagafdeling")
    expect(anna.state("Jeg spørger dem, der ved det.", "delivered")).to_be_visible()

    # The question comes to an open page by itself.
    expect(asked(ida, "Hvornår er bommen oppe?")).to_be_visible()
    answers(ida, "Hvornår er bommen oppe?", "Bommen er oppe igen fredag kl. 12.")
    expect(ida.locator("#thread")).not_to_contain_text("Mette")

    form = anna.page.locator("form.pane[data-mode=public]")
    expect(form.locator("textarea[name=body]")).to_have_value("Bommen er oppe igen fredag kl. 12.")
    expect(form.locator("[data-laid]")).to_have_text("Kladde fra Vej og Park. Læs den, før du skriver under.")
    expect(form.locator(".signed")).to_contain_text(SIGNED["anna"])
    expect(anna.page.locator("#thread > .note")).to_contain_text("Ida Berg, Vej og Park:")
    assert stage.on_the_square("Bommen er oppe igen") == 0

    form.locator("button.send").click()
    expect(anna.state("Bommen er oppe igen fredag", "delivered")).to_be_visible()
    expect(form.locator("[data-laid]")).to_have_count(0)
    citizen.page.goto("/square")
    expect(citizen.post("Bommen er oppe igen fredag kl. 12.")).to_contain_text(SIGNED["anna"])
    assert stage.on_the_square("Bommen er oppe igen") == 1


def test_words_that_are_begun_stay_and_one_button_puts_the_answer_behind_them(stage: Stage) -> None:
    words = "sneen på Bakkevej"
    stage.citizen("J. Damgaard").writes(f"@nordby Hvornår rydder I {words}?")
    anna, ida = stage.agent("anna"), stage.signed_in("ida")
    anna.opens(words, "unassigned")
    asks(anna, "Hvornår ryddes Bakkevej?")
    anna.hears()
    with anna.page.expect_response("**/measure"):
        form = anna.writes("Hej.")
    ida.goto("/silo")
    answers(ida, "Hvornår ryddes Bakkevej?", "Inden kl. 11. Der bliver også saltet.")

    waiting = form.locator("[data-returned]")
    expect(waiting).to_contain_text("Vej og Park har svaret.")
    expect(form.locator("textarea[name=body]")).to_have_value("Hej.")
    waiting.get_by_role("button", name="Sæt det ind").click()
    expect(form.locator("textarea[name=body]")).to_have_value("Hej.\n\nInden kl. 11. Der bliver også saltet.")
    expect(form.locator("[data-laid]")).to_be_visible()
    assert stage.on_the_square("Der bliver også saltet") == 0


def test_recalled_by_one_press_it_is_our_turn_again(stage: Stage) -> None:
    words = "lygten ved molen"
    stage.citizen("Kirsten V.").writes(f"@nordby Er {words} meldt?")
    anna, ida = stage.agent("anna"), stage.signed_in("ida")
    anna.opens(words, "unassigned")
    asks(anna, "Er molens lygte meldt?")
    ida.goto("/silo")
    asked(ida, "Er molens lygte meldt?").click()
    expect(anna.page.locator("#thread")).to_contain_text("Vej og Park har set spørgsmålet")
    recall = anna.page.locator("#side .asked").get_by_role("button", name="Træk tilbage")
    if not recall.is_visible():
        anna.page.locator("[popovertarget=side]:visible").click()
    recall.click()
    expect(anna.page.locator("#thread")).to_contain_text("trak spørgsmålet til Vej og Park tilbage")
    ida.reload()
    expect(ida.locator("#talk")).to_contain_text("Trukket tilbage.")
