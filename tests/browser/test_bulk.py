"""Many at once by keyboard: ticked with x, done with one letter, taken back with another; and by plain forms."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk")]
HAIL = ("@nordby Hagl på Bakkevej", "@nordby Hagl på Havnevej", "@nordby Hagl på Skovvej")


def test_three_are_solved_with_four_keys_and_taken_back_with_one(stage: Stage) -> None:
    citizen = stage.citizen("Oskar B.")
    for words in HAIL:
        citizen.writes(words)
    anna = stage.agent("anna", viewport={"width": 1440, "height": 900})
    page = anna.page
    for words in HAIL:
        anna.looks_for(words, "unassigned")
    anna.hears()
    rows = page.locator("#rows .row", has_text="Hagl på")
    expect(rows).to_have_count(3)
    expect(page.locator("#bulk")).to_be_hidden()
    for number in range(3):
        rows.nth(number).focus()
        page.keyboard.press("x")
        # Nothing moves: the ticked row keeps the focus, and the bar says how many there are.
        expect(rows.nth(number)).to_be_focused()
    expect(page.locator("#chosen")).to_have_text("3 valgt")
    rows.nth(2).focus()
    page.keyboard.press("x")
    expect(page.locator("#chosen")).to_have_text("2 valgt")
    page.keyboard.press("x")

    # Something new comes in: what is ticked stays ticked, and the list waits.
    citizen.writes("@nordby Hagl på Torvet")
    expect(page.locator("#newbar")).to_be_visible()
    expect(page.locator("#rows .pick:checked")).to_have_count(3)

    page.keyboard.press("c")
    expect(page.locator(".done")).to_contain_text("3 samtaler er løst.")
    page.keyboard.press("u")
    expect(page.locator(".done")).to_contain_text("3 samtaler er, som de var.")
    for words in HAIL:
        expect(page.locator("#rows .row", has_text=words)).to_have_count(1)


def test_dismissed_by_plain_forms_for_a_reason(stage: Stage) -> None:
    stage.citizen("Oskar B.").writes("@nordby Hagl igen, tak for orienteringen")
    anna = stage.agent("anna")
    anna.looks_for("Hagl igen", "unassigned")
    page = stage.signed_in("anna", java_script_enabled=False)
    page.goto("/?view=unassigned")
    item = page.locator("#rows > li", has_text="Hagl igen")
    item.locator(".pick").check()
    page.locator("#bulk summary", has_text="Afvis").click()
    page.locator("#bulk button[value=dismiss]").click()
    expect(page.get_by_role("alert")).to_contain_text("Vælg, hvorfor")
    item.locator(".pick").check()
    page.locator("#bulk summary", has_text="Afvis").click()
    page.locator("#bulk label", has_text="Tak").click()
    page.locator("#bulk button[value=dismiss]").click()
    expect(page.locator(".done")).to_contain_text("1 samtale er afvist.")
    expect(page.locator("#rows > li", has_text="Hagl igen")).to_have_count(0)
