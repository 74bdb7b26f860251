"""Colleagues at one desk: who is here and who writes, what is given to whom, and what comes back by itself."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.stage import AtTheDesk, Stage, conversation_id

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk")]


def row(agent: AtTheDesk, words: str) -> Locator:
    return agent.page.locator("#rows .row", has_text=words)


def test_who_looks_and_who_writes_is_seen_by_others_and_never_by_oneself(stage: Stage) -> None:
    words = "låne et telt"
    stage.citizen("Mette Holm").writes(f"@nordby Hvor kan jeg {words}?")
    anna, jonas = stage.agent("anna"), stage.agent("jonas")
    anna.opens(words)
    anna.hears()
    jonas.opens(words)
    jonas.hears()

    expect(row(anna, words).locator(".here")).to_have_text("Jonas er her")
    expect(anna.page.locator("#company-head")).to_have_text("Jonas er her")
    expect(anna.page.locator("#company-guard")).to_be_hidden()
    jonas.writes("Hos spejderne")
    expect(row(anna, words).locator(".writes")).to_have_text("Jonas skriver")
    expect(anna.page.locator("#company-guard")).to_contain_text("Jonas skriver også på et svar")
    # What Anna types stays where it is, and her hand with it.
    anna.writes("I biblioteket")
    expect(anna.page.locator("form.pane[data-mode=public] textarea")).to_be_focused()
    expect(jonas.page.locator("#company-guard")).to_contain_text("Anna skriver også på et svar")
    expect(row(jonas, words)).not_to_contain_text("Jonas")

    anna.page.locator("[data-asks]").click()
    note = anna.page.locator("form.pane[data-mode=note] textarea")
    expect(note).to_be_focused()
    expect(note).to_have_value("@Jonas ")

    jonas.page.goto("/?view=open")
    expect(anna.page.locator("#company-head")).to_be_empty()
    expect(row(anna, words).locator(".writes, .here")).to_have_count(0)
    expect(anna.page.locator("#company-guard")).to_be_hidden()


def test_a_conversation_is_handed_over_by_keyboard_and_the_first_line_waits(stage: Stage) -> None:
    words = "leje forsamlingshuset"
    stage.citizen("Ali R.").writes(f"@nordby Kan man {words}?")
    anna, jonas = stage.agent("anna"), stage.agent("jonas")
    anna.opens(words, "unassigned")
    anna.hears()
    anna.page.keyboard.press("t")
    expect(anna.page.locator("#talk-head [data-key=b]")).to_be_attached()
    anna.page.locator("#thread").focus()
    anna.page.keyboard.press("a")
    sheet = anna.page.locator("#hand-over")
    expect(sheet.locator("input[name=to]").first).to_be_focused()
    sheet.locator("label", has_text="Jonas Lind").click()
    sheet.locator("textarea").fill("Han vil gerne have lørdag.")
    sheet.locator("input[name=line]").check()
    sheet.locator("button.primary").click()
    expect(anna.page.locator("#thread")).to_contain_text("overdrog den til Jonas Lind")
    expect(anna.page.locator("#side dd", has_text="Jonas")).to_have_count(1)

    jonas.opens(words, "mine")
    expect(jonas.page.locator("#thread > .note")).to_contain_text("Han vil gerne have lørdag.")
    area = jonas.page.locator("form.pane[data-mode=public] textarea")
    expect(area).to_have_value("Jonas her. Anna har fri, så jeg tager over.")
    assert stage.on_the_square("Jonas her.") == 0


def test_put_off_by_two_keys_and_back_when_the_citizen_writes(stage: Stage) -> None:
    words = "hente juletræer"
    citizen = stage.citizen("Kirsten V.")
    citizen.writes(f"@nordby Hvornår vil I {words}?")
    anna = stage.agent("anna")
    anna.opens(words, "unassigned")
    anna.hears()
    anna.page.locator("#thread").focus()
    anna.page.keyboard.press("s")
    expect(anna.page.locator("#snooze input[name=until]").first).to_be_focused()
    expect(anna.page.locator("#snooze")).to_contain_text("Urene går")
    anna.page.keyboard.press("Enter")
    expect(anna.page.locator("#talk-head")).to_contain_text("udsat til")

    citizen.replies(words, "@nordby Det haster faktisk")
    expect(anna.page.locator("#thread")).to_contain_text("Tilbage: borgeren skrev")
    expect(anna.page.locator("#talk-head")).not_to_contain_text("udsat til")


def test_who_loses_the_conversation_while_writing_has_ways_on_at_once(stage: Stage) -> None:
    words = "søge byggetilladelse"
    stage.citizen("J. Damgaard").writes(f"@nordby Hvor kan jeg {words}?")
    anna, jonas = stage.agent("anna"), stage.agent("jonas")
    anna.opens(words, "unassigned")
    anna.hears()
    jonas.opens(words, "unassigned")
    with anna.page.expect_response("**/measure"):
        anna.writes("På selvbetjeningen, skriver Anna.")
    jonas.page.locator("#talk [data-key=t]").click()

    form = anna.page.locator("form.pane[data-mode=public]")
    expect(form).to_contain_text("Jonas tog den")
    expect(form.locator("button.send")).to_be_disabled()
    expect(form.locator("textarea")).to_have_value("På selvbetjeningen, skriver Anna.")
    form.locator("button", has_text="Giv Jonas kladden").click()
    expect(anna.page.locator("#thread")).to_contain_text("gav en kladde til Jonas Lind")
    expect(form.locator("textarea")).to_have_value("")

    jonas.page.goto(f"/c/{conversation_id(jonas.page)}?mode=public")
    expect(jonas.page.locator("form.pane[data-mode=public] textarea")).to_have_value(
        "På selvbetjeningen, skriver Anna."
    )


def test_whoever_is_away_says_so_on_their_own_page(stage: Stage) -> None:
    jonas = stage.agent("jonas")
    jonas.page.goto("/me")
    jonas.page.locator("button", has_text="Jeg går nu").click()
    expect(jonas.page.locator("main")).to_contain_text("Du er ikke til stede siden")
    jonas.page.locator("button", has_text="Jeg er tilbage").click()
    expect(jonas.page.locator("main")).to_contain_text("Du er til stede.")
