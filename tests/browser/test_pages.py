"""Every page and state, in a mix of languages, widths and themes: axe finds nothing, and nothing is too wide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, product
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import complaints, sideways
from tests.browser.day import READERS, Day, introduce, lived
from tests.browser.looks import HEIGHT, LANGUAGES, LOCALES, THEMES, WIDTHS, Look, View, mix
from tests.browser.readers import Readers
from tests.browser.running import RunningHouse
from tests.browser.stage import Citizen, Stage, conversation_id
from tests.browser.views import VIEWS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pages")]

LOOKS = [(view, look) for number, view in enumerate(VIEWS) for look in mix(number)]


@pytest.fixture(scope="module")
def day(house: RunningHouse, chromium: Browser) -> Iterator[Day]:
    """A day on the square, once for all looks."""
    stage = Stage(house, chromium)
    yield lived(stage)
    stage.close()


@pytest.fixture(scope="module")
def readers(house: RunningHouse, chromium: Browser) -> Iterator[Readers]:
    """Browsers for all looks."""
    made = Readers(house, chromium)
    yield made
    made.close()


def told(look: Look) -> dict[str, Any]:
    """A look in the browser's words."""
    return {
        "viewport": {"width": look.width, "height": HEIGHT},
        "color_scheme": look.theme,
        "locale": LOCALES[look.language],
        "reduced_motion": "reduce",
    }


def seen(stage: Stage, readers: Readers, view: View, look: Look, day: Day) -> Page:
    """The page, in its state."""
    who = {"stranger": None, "reader": READERS[look.language]}.get(view.who, view.who)
    if not view.alone:
        page = stage.borrow(readers.tab(who, look))
    elif who:
        page = stage.signed_in(who, **told(look))
    else:
        page = stage.visitor(**told(look))
    page.goto(view.path(day))
    view.act(page)
    return page


def named(value: object) -> str | None:
    if isinstance(value, View):
        return value.name
    return f"{value.language}-{value.width}-{value.theme}" if isinstance(value, Look) else None


@pytest.mark.parametrize(("view", "look"), LOOKS, ids=named)
def test_a_page_is_accessible_and_fits(stage: Stage, readers: Readers, day: Day, view: View, look: Look) -> None:
    page = seen(stage, readers, view, look, day)
    assert complaints(page) == []
    assert sideways(page) == 0
    if view.who in ("reader", "stranger"):
        assert page.get_attribute("html", "lang") == look.language


def opened(stage: Stage, look: Look, words: str, *, deaf: bool = False) -> tuple[Page, Citizen]:
    """A page of the reader's with the pen in hand, on a question that was asked just now."""
    introduce(stage.house)
    citizen = stage.citizen("Mette Holm")
    citizen.writes(words)
    finder = stage.agent("anna")
    finder.opens(words, "unassigned")
    page = stage.signed_in(READERS[look.language], **told(look))
    if deaf:
        page.route_web_socket("**/socket.io/**", lambda _silent: None)
    page.goto(f"/c/{conversation_id(finder.page)}/reply?mode=public")
    page.locator("form.pane[data-mode=public] textarea").fill("Den står på hjemmesiden.")
    return page, citizen


@pytest.mark.parametrize("look", mix(1), ids=named)
def test_the_undo_window_is_accessible_and_fits(stage: Stage, look: Look) -> None:
    page, _citizen = opened(stage, look, f"@nordby Hvor står planen for {look.language}?")
    # The page's clock stands still, so that the toast can be looked at for as long as it takes.
    page.clock.set_fixed_time(page.evaluate("Date.now() / 1000"))
    page.locator("form.pane[data-mode=public] button.send").click()
    expect(page.locator(".toast")).to_be_visible()
    assert complaints(page) == []
    assert sideways(page) == 0


@pytest.mark.parametrize("look", mix(2), ids=named)
def test_a_conflict_is_accessible_and_fits(stage: Stage, look: Look) -> None:
    page, _citizen = opened(stage, look, f"@nordby Hvem er først i {look.language}?", deaf=True)
    colleague = stage.agent("jonas")
    colleague.opens("Hvem er først i " + look.language, "unassigned")
    colleague.page.locator("#talk [data-key=t]").click()
    expect(colleague.page.locator("[data-key=b]")).to_be_attached()
    page.locator("form.pane[data-mode=public] button.send").click()
    expect(page.locator("form.pane[data-mode=public] [role=alert]").first).to_be_visible()
    assert complaints(page) == []
    assert sideways(page) == 0


@pytest.mark.parametrize("look", mix(0), ids=named)
def test_what_is_new_since_one_opened_is_accessible_and_fits(stage: Stage, look: Look) -> None:
    words = f"@nordby Hvad er nyt i {look.language}?"
    page, citizen = opened(stage, look, words)
    citizen.replies(words, f"@nordby Og mere i {look.language}?")
    expect(page.locator("form.pane[data-mode=public] .guard.news")).to_be_visible()
    assert complaints(page) == []
    assert sideways(page) == 0


@pytest.mark.usefixtures("day")
def test_the_day_replayed_is_the_day_stored(house: RunningHouse) -> None:
    replayed = house.command("sla", "replay")
    assert replayed.returncode == 0, replayed.stdout + replayed.stderr
    read_again = re.search(r"^(\d+) clocks of (\d+) conversations: all are stored", replayed.stdout, re.MULTILINE)
    assert read_again, replayed.stdout
    clocks, conversations = map(int, read_again.groups())
    assert clocks > conversations >= 8


def test_the_mix_holds_every_pair() -> None:
    looked = [(look.language, look.width, look.theme) for _view, look in LOOKS]
    every = (LANGUAGES, WIDTHS, THEMES)
    for one, other in combinations(range(3), 2):
        pairs = {(look[one], look[other]) for look in looked}
        assert pairs == set(product(every[one], every[other]))
