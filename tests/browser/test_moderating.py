"""Moderation as people meet it: hidden for a reason and shown again, and a number in public helped away."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import complaints as faults
from tests.browser.moderation_states import hide, said
from tests.browser.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk")]


@pytest.mark.parametrize("width", [360, 1440])
def test_a_threat_is_hidden_for_a_reason_and_shown_again_by_one_act(stage: Stage, width: int) -> None:
    words = f"Jeg finder jer nok, alle {width} af jer."
    passer_by = stage.citizen("Kirsten V.")
    stage.citizen("Kim S.").writes(f"@nordby {words}")
    anna = stage.agent("anna", viewport={"width": width, "height": 900})
    anna.opens(words)
    anna.hears()
    hide(anna.page, words, "Trusler")
    line = said(anna.page, words).locator("[data-moderation]")
    expect(line).to_contain_text("Anna Krogh: Trusler")
    assert faults(anna.page) == []
    passer_by.page.goto("/square")
    expect(passer_by.post(words)).to_have_count(0)
    hidden = passer_by.page.get_by_text("Hidden by Nordby Kommune").first
    expect(hidden).to_be_visible()

    auditor = stage.signed_in("rikke")
    auditor.goto("/audit?q=finder+jer+nok")
    expect(auditor.locator("tbody")).to_contain_text(words)
    expect(auditor.locator("tbody")).to_contain_text("Anna Krogh: Trusler")
    auditor.goto("/moderation")
    expect(auditor.locator("#live + .scroll, #live ~ .scroll").first).to_contain_text("Trusler")
    expect(auditor.locator("form[action*='/undo']")).to_have_count(0)

    line.locator("button").click()
    expect(said(anna.page, words).locator("[data-moderation=hide-lifted]")).to_be_visible()
    passer_by.page.goto("/square")
    expect(passer_by.post(words)).to_have_count(1)


def test_a_number_in_public_is_hidden_and_its_time_is_told(stage: Stage) -> None:
    lise = stage.citizen("Lise Friis")
    lise.writes("@nordby Mit nummer er 211062-5629, kan I se min plads i børnehaven?")
    anna = stage.agent("anna")
    row = anna.looks_for("plads i børnehaven")
    expect(row).to_contain_text("Nummer offentligt")
    anna.opens("plads i børnehaven")
    anna.hears()
    page, asked = anna.page, said(anna.page, "plads i børnehaven")
    expect(asked.locator(".attention.late")).to_contain_text("Synligt offentligt i")
    assert "211062" not in page.content()
    assert faults(page) == []

    asked.get_by_role("button", name="Vis nummeret").click()
    expect(asked.locator(".words").first).to_contain_text("211062-5629")
    # What arrives meanwhile takes nothing from under the eye.
    lise.replies("plads i børnehaven", "@nordby Hallo?")
    expect(page.locator("#thread")).to_contain_text("Hallo?")
    expect(asked.locator(".words").first).to_contain_text("211062-5629")
    asked.locator(".attention button").click()
    expect(said(page, "plads i børnehaven").locator("[data-moderation=hide-in_force]")).to_be_visible()
    expect(page.locator(".attention.late")).to_have_count(0)
    assert "211062" not in page.content()
    assert stage.on_the_square("kan I se min plads i børnehaven") == 0

    lone = stage.signed_in("lone")
    lone.goto("/moderation")
    expect(lone.locator("section", has=lone.locator("#exposed"))).to_contain_text("Lise Friis")
    expect(lone.locator("section", has=lone.locator("#exposed"))).to_contain_text("skjult")
    expect(lone.locator("section", has=lone.locator("#looked"))).to_contain_text("Anna Krogh")
    assert faults(lone) == []
