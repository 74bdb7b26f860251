"""A small storm on the square: one line in the list, one post to everybody, one answer for each, all of it signed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from inbox.embedded.processes import until
from tests.browser.accessibility import complaints as faults
from tests.browser.running import RunningHouse, running
from tests.browser.stage import SIGNED, Stage

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("gathering")]
PEOPLE = ("Lise Friis", "Oskar Brandt", "Nadia Karim", "Ali R.", "Signe Toft", "nadia.k")
SAID = (
    "Skal vi koge vandet på Bakkevej?",
    "Er det rigtigt, at vandet skal koges?",
    "Må vi drikke vandet, eller skal det koges?",
    "Hvor længe skal vi koge vandet?",
    "Naboen siger, at vandet skal koges. Passer det?",
    "Gælder det også Strandvej, skal vandet koges?",
)
DANGER = "Skal vandet koges? Jeg orker ikke leve mere"
STATUS = "Kog vandet i Nordby by, til vi skriver igen."
SOON = 40.0
"""Seconds in which what was sent stands on the square, on a busy machine."""
ANSWER = "Hej {fornavn}. Ja, kog det i 2 minutter. Se {link}"


@pytest.fixture(scope="module")
def house() -> Iterator[RunningHouse]:
    """A house of its own: elsewhere five alike would hide what others look for."""
    with running() as found:
        yield found


def test_a_storm_is_one_line_and_everybody_is_answered_once_and_signed(house: RunningHouse, stage: Stage) -> None:
    anna = stage.agent("anna", viewport={"width": 1440, "height": 1000})
    page = anna.page
    for name, words in zip(PEOPLE, SAID, strict=True):
        stage.citizen(name).writes(f"@nordby {words}")
    stage.citizen("Ida Lund").writes(f"@nordby {DANGER}")

    anna.looks_for("orker ikke leve", "unassigned")
    line = page.locator("#rows .many .row")
    expect(line).to_have_count(1)
    expect(line.locator(".channel")).to_have_text(str(len(SAID)))
    expect(page.locator("#rows > [data-id]:not(.many)", has_text="koge vandet")).to_have_count(0)
    # What is of another kind stands alone, whatever else it says.
    expect(page.locator("#rows > [data-id]:not(.many)", has_text="orker ikke leve")).to_have_count(1)
    assert faults(page) == []

    line.click()
    expect(page.locator("h1")).to_have_text(f"Svar {len(SAID)} på én gang")
    assert faults(page) == []
    page.get_by_role("link", name="Skriv et opslag til alle").click()
    page.locator("textarea[name=body]").fill(STATUS)
    page.fill("#next_word", "23.59")
    expect(page.locator(".meter")).to_contain_text("/ 280")
    assert faults(page) == []
    page.locator("button.send").click()
    expect(page.locator("blockquote.answer")).to_contain_text(STATUS)

    # It goes out, and then the short answers can refer to it.
    def stands() -> bool:
        page.reload()
        return page.get_by_role("link", name="se det derude").count() == 1

    assert until(stands, SOON, pause=1)
    body = page.locator("#many textarea[name=body]")
    expect(body).to_have_value(re.compile(r"\{link\}"))
    with page.expect_response("**/measure"):
        body.fill(ANSWER)
    expect(page.locator(".steps")).to_contain_text(f"Vagten har set alle {len(SAID)}")
    expect(page.locator(".steps")).to_contain_text("1 mangler fornavn")
    expect(page.locator("#samples")).to_contain_text("Hej Lise. Ja, kog det")
    one = page.locator("#many .reached > li", has_text="Oskar Brandt")
    one.locator("summary").click()
    with page.expect_response("**/measure"):
        one.locator("textarea").fill("Hej Oskar. Ja, også til børn.")
    expect(page.locator("#samples")).to_contain_text("Rettet af dig")
    assert faults(page) == []
    page.locator("#many button.send").click()
    expect(page.locator("main")).to_contain_text("Ingen venter her længere")

    for words, signed in (("Ja, kog det i 2 minutter", len(SAID) - 1), ("også til børn", 1), (STATUS, 1)):
        assert until(lambda words=words, signed=signed: stage.on_the_square(words) == signed, SOON, pause=1)  # type: ignore[misc] # bound at once
    citizen = stage.citizen("Lise Friis")
    citizen.page.goto("/square")
    own = citizen.page.locator("article.post", has_text="Hej Lise. Ja, kog det")
    expect(own).to_contain_text(SIGNED["anna"])
    expect(own).to_contain_text("#post-")
    expect(citizen.page.locator("article.post", has_text="Hej. Ja, kog det")).to_have_count(1)
    assert stage.on_the_square("Hej Ida") == 0

    # Whoever writes under the post has a conversation of their own, with the post above it.
    stage.citizen("Bo Lund").replies(STATUS, "Gælder det også Engen?")
    anna.opens("Gælder det også Engen?", "unassigned")
    expect(page.locator("#thread details.above")).to_contain_text(STATUS)

    # The public record holds the post and every answer, and every promise is stored as its history says.
    for command in (("ledger", "verify"), ("sla", "replay")):
        done = house.command(*command)
        assert done.returncode == 0, done.stdout + done.stderr
