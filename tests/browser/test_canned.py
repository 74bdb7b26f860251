"""Canned answers while one writes, names in notes, and words that outlive a session and a server."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Error as Refused
from playwright.sync_api import Page, expect

from inbox.embedded.processes import noted, until
from tests.browser.accessibility import complaints as faults
from tests.browser.running import RunningHouse, address
from tests.browser.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk")]
TEXT = "form.pane[data-mode=public] textarea"
OPTIONS = "#canned-options [role=option]:visible"


def written(stage: Stage, shortcut: str, text: str, *, solve: bool = False) -> None:
    """Lone keeps a canned answer, as leads do."""
    page = stage.signed_in("lone")
    page.goto("/settings/answers/new")
    page.fill("#shortcut", shortcut)
    page.fill("#title", f"Om {shortcut}")
    page.select_option("#language", "da")
    page.fill("#text", text)
    if solve:
        page.check("input[name=then][value=solve]")
    page.click(".save .primary")
    expect(page.locator(".canned-list", has_text=f"/{shortcut}")).to_be_visible()


def test_a_slash_lists_them_and_the_keyboard_puts_one_in(stage: Stage) -> None:
    written(stage, "sne", "Hej {name}, vi rydder Bakkevej i aften.", solve=True)
    written(stage, "salt", "Hej {name}, vi salter i nat.")
    stage.citizen("Mette Holm").writes("@nordby Hvem rydder sneen på Bakkevej?")
    anna = stage.agent("anna")
    anna.opens("sneen på Bakkevej", "unassigned")
    anna.hears()
    page = anna.page
    page.keyboard.press("r")
    page.keyboard.type("Tak! /s")
    expect(page.locator(OPTIONS)).to_have_count(2)
    assert faults(page) == []
    page.keyboard.type("ne")
    expect(page.locator(OPTIONS)).to_have_count(1)
    expect(page.locator(TEXT)).to_have_attribute(
        "aria-activedescendant", page.locator(OPTIONS).get_attribute("id") or ""
    )
    page.keyboard.press("Enter")
    expect(page.locator(TEXT)).to_have_value("Tak! Hej Mette, vi rydder Bakkevej i aften.")
    expect(page.locator(TEXT)).to_be_focused()
    tick = page.locator("form.pane[data-mode=public] .also input")
    expect(tick).to_be_checked()

    # A reload loses neither the words nor what goes with them.
    expect(page.locator("#meter-public")).to_contain_text("66 / 280")
    page.reload()
    expect(page.locator(TEXT)).to_have_value("Tak! Hej Mette, vi rydder Bakkevej i aften.")
    expect(tick).to_be_checked()
    anna.hears()
    page.locator(TEXT).focus()
    page.keyboard.press("Control+Enter")
    expect(anna.answer("vi rydder Bakkevej")).to_be_visible()
    expect(page.locator("#thread .event", has_text="Anna")).not_to_have_count(0)
    expect(page.locator("form.pane[data-mode=public] .also input")).to_have_count(0)


def test_escape_leaves_what_was_typed_and_the_hand_chooses_as_well(stage: Stage) -> None:
    written(stage, "pas", "Hej {name}, bestil tid på nettet.")
    stage.citizen("Ali R.").writes("@nordby Hvordan får jeg nyt pas?")
    anna = stage.agent("anna")
    anna.opens("nyt pas", "unassigned")
    anna.hears()
    page = anna.page
    page.keyboard.press("r")
    page.keyboard.type("/")
    expect(page.locator(OPTIONS).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#canned-options")).to_have_count(0)
    expect(page.locator(TEXT)).to_have_value("/")
    expect(page.locator(TEXT)).to_be_focused()
    page.keyboard.press("Backspace")
    page.locator("form.pane[data-mode=public] [data-canned]").click()
    page.locator(OPTIONS, has_text="/pas").click()
    expect(page.locator(TEXT)).to_have_value("Hej Ali, bestil tid på nettet.")
    expect(page.locator("#meter-public")).to_contain_text("/ 280")


def test_three_acts_from_an_opened_conversation_to_a_sent_answer(stage: Stage) -> None:
    stage.citizen("Mette Holm").writes("@nordby Hvornår åbner rådhuset?")
    anna = stage.agent("anna")
    anna.opens("åbner rådhuset", "unassigned")
    anna.hears()
    page = anna.page
    expect(page.locator(TEXT)).to_have_attribute("lang", "da")
    expect(page.locator(TEXT)).to_have_attribute("spellcheck", "true")
    page.keyboard.press("r")
    page.keyboard.type("Klokken 10.")
    page.keyboard.press("Control+Enter")
    expect(anna.answer("Klokken 10.")).to_be_visible()


def test_a_colleague_is_named_in_a_note_and_told(stage: Stage) -> None:
    stage.citizen("Kirsten V.").writes("@nordby Hvem har nøglen til hallen?")
    jonas = stage.agent("jonas", viewport={"width": 1440, "height": 900})
    jonas.page.goto("/?view=open")
    jonas.hears()
    anna = stage.agent("anna")
    anna.opens("nøglen til hallen", "unassigned")
    anna.hears()
    page = anna.page
    page.keyboard.press("n")
    page.keyboard.type("Kan du @jo")
    expect(page.locator("#colleague-options [role=option]:visible")).to_have_count(1)
    page.keyboard.press("Enter")
    note = page.locator("form.pane[data-mode=note] textarea")
    expect(note).to_have_value("Kan du @Jonas ")
    page.keyboard.type("tage den?")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#thread .note", has_text="@Jonas tage den?")).to_be_visible()
    expect(jonas.page.locator("#notices-count .sr")).to_have_count(1)
    jonas.page.click("#notices-count")
    newest = jonas.page.locator("#notices li[data-unread]", has_text="Kirsten V.")
    expect(newest).to_be_visible()
    assert faults(jonas.page) == []
    newest.locator("a").click()
    expect(jonas.page.locator("#thread .note", has_text="@Jonas tage den?")).to_be_visible()


def test_words_outlive_a_session_that_ends_while_one_writes(house: RunningHouse, stage: Stage) -> None:
    stage.citizen("J. Damgaard").writes("@nordby Må man bade ved broen?")
    anna = stage.agent("anna", anew=True)
    anna.opens("bade ved broen", "unassigned")
    anna.hears()
    page = anna.page
    page.keyboard.press("r")
    page.keyboard.type("Ja, men kun")
    expect(page.locator("#meter-public")).to_contain_text("/ 280")
    page.context.clear_cookies()
    page.keyboard.type(" om sommeren.")
    expect(page.locator("[data-strip=signed-out]")).to_be_visible()
    expect(page.locator(TEXT)).to_have_value("Ja, men kun om sommeren.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/login?next=**")
    page.fill("input[name=email]", address("anna"))
    page.fill("input[name=password]", house.logins[address("anna")])
    page.click("form button.primary")
    expect(page.locator(TEXT)).to_have_value("Ja, men kun om sommeren.")
    anna.hears()
    page.locator(TEXT).focus()
    page.keyboard.press("Control+Enter")
    expect(anna.answer("kun om sommeren")).to_be_visible()


def test_words_outlive_a_killed_server(house: RunningHouse, stage: Stage) -> None:
    stage.citizen("Ali R.").writes("@nordby Er biblioteket åbent søndag?")
    anna = stage.agent("anna")
    anna.opens("biblioteket åbent søndag", "unassigned")
    anna.hears()
    page = anna.page
    page.keyboard.press("r")
    page.keyboard.type("Ja, fra")
    expect(page.locator("#meter-public")).to_contain_text("/ 280")
    killed = web_processes(house)
    assert killed
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    page.keyboard.type(" klokken 10.")
    assert until(lambda: bool(web_processes(house) - killed) and answers(page), 60)
    page.reload()
    expect(page.locator(TEXT)).to_have_value("Ja, fra klokken 10.")
    anna.hears()
    page.locator(TEXT).focus()
    page.keyboard.press("Control+Enter")
    expect(anna.answer("fra klokken 10")).to_be_visible()
    stage.complaints.clear()  # Chromium complains of every call while nobody answered.


def answers(page: Page) -> bool:
    """Whether somebody serves pages again."""
    with suppress(Refused):
        return page.request.get("/health", timeout=2000).status < 500
    return False


def web_processes(house: RunningHouse) -> set[int]:
    """The processes of this test's own house that serve pages: the one that is noted, and its workers."""
    first = noted(house.data / "run" / "web")
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(ProcessLookupError):
            if first is not None and os.getsid(int(folder.name)) == first:
                found.add(int(folder.name))
    return found
