"""A small storm on the square, at both widths: one line in the list, one post to all, one signed answer for each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from inbox.embedded.processes import until
from tests.browser.accessibility import complaints as faults
from tests.browser.running import RunningHouse, running
from tests.browser.stage import SIGNED, Stage
from tests.browser.widths import PHONE, WIDE, Size, fits

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("gathering")]
PEOPLE = ("Lise Friis", "Oskar Brandt", "Nadia Karim", "Ali R.", "Signe Toft", "nadia.k")


@dataclass(frozen=True, slots=True)
class Storm:
    """What is asked and answered at one width; no word of it is said at the other, so that two never become one."""

    size: Size
    said: tuple[str, ...]
    danger: str
    status: str
    answer: str
    own: str

    def __str__(self) -> str:
        return str(self.size)


WATER = Storm(
    WIDE,
    (
        "Skal vi koge vandet på Bakkevej?",
        "Er det rigtigt, at vandet skal koges?",
        "Må vi drikke vandet, eller skal det koges?",
        "Hvor længe skal vi koge vandet?",
        "Naboen siger, at vandet skal koges. Passer det?",
        "Gælder det også Strandvej, skal vandet koges?",
    ),
    "Skal vandet koges? Jeg orker ikke leve mere",
    "Kog vandet i Nordby by, til vi skriver igen.",
    "Ja, kog det i 2 minutter",
    "Ja, også til børn",
)
HEAT = Storm(
    PHONE,
    (
        "Skal vi slukke for varmen på Skolevej?",
        "Er det rigtigt, at varmen skal slukkes?",
        "Må vi bruge varmen, eller skal den slukkes?",
        "Hvor længe skal vi slukke varmen?",
        "Min mor siger, at varmen skal slukkes. Passer det?",
        "Gælder det også Engvej, skal varmen slukkes?",
    ),
    "Skal varmen slukkes? Jeg vil ikke leve længere",
    "Sluk varmen i Nordby by, til vi skriver igen.",
    "Ja, sluk den i 2 timer",
    "Ja, også på loftet",
)
SOON = 40.0
"""Seconds in which what was sent stands on the square, on a busy machine."""


@pytest.fixture(scope="module")
def house() -> Iterator[RunningHouse]:
    """A house of its own: elsewhere five alike would hide what others look for."""
    with running() as found:
        yield found


@pytest.mark.parametrize("storm", [WATER, HEAT], ids=str)
def test_a_storm_is_one_line_and_everybody_is_answered_once_and_signed(
    house: RunningHouse, stage: Stage, storm: Storm
) -> None:
    anna = stage.agent("anna", viewport=storm.size.viewport)
    page = anna.page
    for name, words in zip(PEOPLE, storm.said, strict=True):
        stage.citizen(name).writes(f"@nordby {words}")
    stage.citizen("Ida Lund").writes(f"@nordby {storm.danger}")

    anna.looks_for(storm.danger, "unassigned")
    line = page.locator("#rows .many .row")
    expect(line).to_have_count(1)
    expect(line.locator(".channel")).to_have_text(str(len(storm.said)))
    expect(page.locator("#rows > [data-id]:not(.many)", has_text=storm.said[0])).to_have_count(0)
    # What is of another kind stands alone, whatever else it says.
    expect(page.locator("#rows > [data-id]:not(.many)", has_text=storm.danger)).to_have_count(1)
    assert faults(page) == []
    fits(page)

    line.click()
    expect(page.locator("h1")).to_have_text(f"Svar {len(storm.said)} på én gang")
    assert faults(page) == []
    fits(page)
    page.get_by_role("link", name="Skriv et opslag til alle").click()
    page.locator("textarea[name=body]").fill(storm.status)
    page.fill("#next_word", "23.59")
    expect(page.locator(".meter")).to_contain_text("/ 280")
    assert faults(page) == []
    fits(page)
    page.locator("button.send").click()
    expect(page.locator("blockquote.answer")).to_contain_text(storm.status)

    # It goes out, and then the short answers can refer to it.
    def stands() -> bool:
        page.reload()
        return page.get_by_role("link", name="se det derude").count() == 1

    assert until(stands, SOON, pause=1)
    body = page.locator("#many textarea[name=body]")
    expect(body).to_have_value(re.compile(r"\{link\}"))
    with page.expect_response("**/measure"):
        body.fill(f"Hej {{fornavn}}. {storm.answer}. Se {{link}}")
    expect(page.locator(".steps")).to_contain_text(f"Vagten har set alle {len(storm.said)}")
    expect(page.locator(".steps")).to_contain_text("1 mangler fornavn")
    expect(page.locator("#samples")).to_contain_text(f"Hej Lise. {storm.answer}")
    one = page.locator("#many .reached > li", has_text="Oskar Brandt")
    one.locator("summary").click()
    with page.expect_response("**/measure"):
        one.locator("textarea").fill(f"Hej Oskar. {storm.own}.")
    expect(page.locator("#samples")).to_contain_text("Rettet af dig")
    assert faults(page) == []
    fits(page)
    page.locator("#many button.send").click()
    expect(page.locator("main")).to_contain_text("Ingen venter her længere")

    for words, signed in ((storm.answer, len(storm.said) - 1), (storm.own, 1), (storm.status, 1)):
        assert until(lambda words=words, signed=signed: stage.on_the_square(words) == signed, SOON, pause=1)  # type: ignore[misc] # bound at once
    citizen = stage.citizen("Lise Friis")
    citizen.page.goto("/square")
    own = citizen.page.locator("article.post", has_text=f"Hej Lise. {storm.answer}")
    expect(own).to_contain_text(SIGNED["anna"])
    expect(own).to_contain_text("#post-")
    expect(citizen.page.locator("article.post", has_text=f"Hej. {storm.answer}")).to_have_count(1)
    assert stage.on_the_square("Hej Ida") == 0

    # Whoever writes under the post has a conversation of their own, with the post above it.
    stage.citizen("Bo Lund").replies(storm.status, f"Gælder det også Engen ved {storm.size}?")
    anna.opens(f"Gælder det også Engen ved {storm.size}?", "unassigned")
    expect(page.locator("#thread details.above")).to_contain_text(storm.status)

    # The public record holds the post and every answer, and every promise is stored as its history says.
    for command in (("ledger", "verify"), ("sla", "replay")):
        done = house.command(*command)
        assert done.returncode == 0, done.stdout + done.stderr
