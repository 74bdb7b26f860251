"""Five hundred mentions a minute over the head of somebody who types: nothing moves, and everything is announced."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Route, expect

from tests.browser.crowd import Crowd
from tests.browser.running import RunningHouse, running
from tests.browser.stage import Stage
from tests.browser.stillness import Stillness, most_in_a_second

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("storm")]

STORM = 500
SECONDS = 45
PACE = 500
"""Milliseconds that `inbox/static/js/live.js` leaves between two updates."""
QUIET = 10_000
"""Milliseconds that `inbox/static/js/merge.js` leaves between two announcements."""
ROUNDED = 50
"""On a busy machine that much may lie between what happens in a page and its being written down."""
LONG = 60_000
"""Milliseconds in which a busy machine must have come to the end of it."""
ANSWER = "Hej Mette. Nej, vandet på Åsiden skal ikke koges. Prøverne fra i går var rene. Ring, hvis I ser brunt vand."
"""Two lines: the sheet grows with the third, and then by her own hand."""
TEXT = "form.pane[data-mode=public] textarea"
PLACES = (
    "museet", "broen", "kiosken", "parken", "molen", "banen", "hallen", "kirken", "fyret", "møllen", "skoven",
    "stranden", "torvet", "slottet",
)  # fmt: skip
PARTS = {
    "text": TEXT,
    "signature": "form.pane[data-mode=public] .signed > span",
    "first message": "#thread > .msg",
    "open row": "#rows .row[aria-current]",
}
TYPED = "one => [one.value, one.selectionStart, one.selectionEnd, document.activeElement === one]"
SWAPS = """
    window.swaps = [];
    const seen = new Set();
    document.addEventListener('htmx:afterSwap', ({ detail: { target, xhr } }) => {
        // It is told once for each part that an answer brings.
        if (target.id === 'rows' && !seen.has(xhr)) window.swaps.push(performance.now());
        seen.add(xhr);
    });
"""


@pytest.fixture(scope="module")
def house() -> Iterator[RunningHouse]:
    """A house of its own: others would look for their rows among five hundred."""
    with running() as found:
        yield found


def test_answers_that_come_late_do_not_come_all_at_once(stage: Stage) -> None:
    """The house is slow; what rings meanwhile is fetched once, and not in the same moment."""
    citizen = stage.citizen("Ali R.")
    citizen.writes("@nordby Hvornår måles vandet?")
    jonas, anna = stage.agent("jonas"), stage.agent("anna")
    anna.looks_for("måles vandet", "unassigned")
    anna.hears()
    page = anna.page
    page.evaluate(SWAPS)
    held: list[Callable[[], None]] = []

    def slow(route: Route) -> None:
        came = route.fetch()
        if held:
            route.fulfill(response=came)
        else:
            held.append(lambda: route.fulfill(response=came))

    page.route("**/rows?*", slow)
    for words in ("Hvem måler vandet?", "Hvor måles vandet?", "Hvordan måles vandet?"):
        citizen.writes(f"@nordby {words}")
        # Another page on the same bell shows that it was rung.
        jonas.looks_for(words, "unassigned")
    held[0]()
    expect(page.locator("#rows .row", has_text="Hvordan måles vandet?")).to_be_visible()
    citizen.writes("@nordby Hvorfor måles vandet?")
    expect(page.locator("#rows .row", has_text="Hvorfor måles vandet?")).to_be_visible()
    swaps = page.evaluate("window.swaps")
    assert len(swaps) >= 2
    assert min(later - sooner for sooner, later in pairwise(swaps)) >= PACE - ROUNDED


def test_the_bar_that_comes_under_a_hand_is_not_the_hand_that_leaves(stage: Stage) -> None:
    """The list is longer than the screen, and the hand on its last row, where the bar of what is new comes."""
    # What says the same would be one row, and the list a short one.
    crowd = Crowd(stage.house.url, len(PLACES), 1, words=lambda number: f"Hvor ligger {PLACES[number]}?")
    with crowd:
        crowd.has_spoken(60)
    stage.citizen("Ali R.").writes("@nordby Hvor lejer man en havelod?")
    anna = stage.agent("anna")
    row = anna.looks_for("lejer man en havelod", "unassigned")
    anna.hears()
    page = anna.page
    page.locator("#list").hover()
    page.mouse.wheel(0, 10_000)
    row.hover()
    stage.citizen("Kirsten V.").writes("@nordby Hvor lejer man en trailer?")
    pill = page.locator("#newbar")
    expect(pill).to_have_text("1 ny")
    box = pill.bounding_box()
    assert box is not None
    pill.evaluate("bar => Promise.all(bar.getAnimations().map(one => one.finished))")
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("#newbar:hover")).to_have_count(1)
    expect(page.locator("#rows")).not_to_contain_text("lejer man en trailer")
    page.mouse.move(2, 2)
    expect(page.locator("#rows")).to_contain_text("lejer man en trailer")
    expect(pill).to_be_hidden()


def test_nothing_moves_under_a_hand_that_types_through_a_storm(house: RunningHouse, stage: Stage) -> None:
    stage.citizen("Mette Holm").writes("@nordby Skal vi koge vandet på Åsiden?")
    anna = stage.agent("anna", viewport={"width": 1440, "height": 900})
    anna.opens("koge vandet på Åsiden", "unassigned")
    anna.hears()
    page = anna.page
    waiting = page.locator("#counts a[href*=unassigned] .n")
    before = int(waiting.inner_text())
    crowd = Crowd(house.url, STORM, SECONDS)
    page.keyboard.press("r")
    expect(page.locator(TEXT)).to_be_focused()
    still = Stillness(page, PARTS)
    with crowd:
        page.keyboard.type(ANSWER, delay=SECONDS * 1000 / len(ANSWER))
        assert page.locator(TEXT).evaluate(TYPED) == [ANSWER, len(ANSWER), len(ANSWER), True]
        crowd.has_spoken(120)
    bar = page.locator("#newbar")
    expect(bar).to_have_text(f"{STORM} nye", timeout=LONG)
    expect(waiting).to_have_text(str(before + STORM), timeout=LONG)
    # Said aloud at last as it is, and before now and then.
    expect(page.locator("#says")).to_have_text(f"{STORM} nye", timeout=LONG)
    told = still.told()
    assert told["moved"] == {}
    assert told["shifts"] == []
    assert told["lost"] == 0
    assert told["frames"] > SECONDS
    assert len(told["answers"]) > SECONDS / 10
    assert most_in_a_second(told["answers"]) <= 2, [round(one % 100_000) for one in told["answers"]]
    assert most_in_a_second([at for at, _words in told["bar"]]) <= 2
    spoken = [at for at, _words in told["said"]]
    assert len(spoken) >= 3
    assert min(later - sooner for sooner, later in pairwise(spoken)) >= QUIET - ROUNDED
    counts = [int(words.partition(" ")[0]) for _at, words in told["bar"]]
    assert counts == sorted(counts)

    bar.click()
    expect(bar).to_be_hidden()
    # They all say the same, so that one line stands for them; what she writes to is one of them, and what Ali asked of
    # the water before may be.
    many = page.locator("#rows .many")
    expect(many).to_have_count(1, timeout=LONG)
    expect(many.locator(".channel")).to_have_text(re.compile(rf"^({STORM + 1}|{STORM + 2}|{STORM + 3})$"), timeout=LONG)
    expect(page.locator(TEXT)).to_have_value(ANSWER)
    page.locator(TEXT).press("Control+Enter")
    expect(anna.state("skal ikke koges", "delivered")).to_be_visible(timeout=LONG)
