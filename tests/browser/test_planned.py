"""An answer that goes out by itself when we open: planned, undone, planned again, and overtaken by its citizen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.planned_states import closed
from tests.browser.stage import AtTheDesk, Stage

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk"), pytest.mark.usefixtures("one_day")]

TEXT = "form.pane[data-mode=public] textarea"
LATER = "form.pane[data-mode=public] button.later"


@pytest.fixture
def opening(stage: Stage) -> Iterator[str]:
    """When we open, in Danish; until then we are closed, and after the test as before it."""
    with closed(stage.signed_in("lone")) as when:
        yield when


def walk_to(page: Page, selector: str) -> None:
    """Press Tab until the focus stands there."""
    for _step in range(15):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{selector} is not reached by Tab")


def planned(anna: AtTheDesk, text: str, opening: str) -> Locator:
    """The answer in the thread, which says when it goes out."""
    ours = anna.answer(text)
    line = ours.locator("[data-state=queued]")
    expect(line).to_contain_text(f"Sendes af sig selv {opening}")
    expect(line).to_contain_text("tages tilbage, hvis borgeren skriver inden")
    # It does not count down, and there is no toast that would be gone before anybody opens.
    expect(line.locator("[data-count]")).to_have_count(0)
    expect(anna.page.locator(".toast")).to_have_count(0)
    expect(anna.page.locator(TEXT)).to_have_value("")
    return ours


def test_planned_undone_and_planned_again_until_the_citizen_speaks(stage: Stage, opening: str) -> None:
    citizen = stage.citizen("Mette Holm")
    citizen.writes("@nordby Må man grille i parken?")
    anna = stage.agent("anna", viewport={"width": 1440, "height": 900})
    anna.opens("grille i parken", "unassigned")
    anna.hears()
    page = anna.page
    text = "Ja, på de faste pladser."

    # By keyboard alone.
    page.keyboard.press("r")
    page.keyboard.type(text)
    expect(page.locator("#meter-public")).to_contain_text("/ 280")
    expect(page.locator(LATER)).to_have_text(f"Send, når vi åbner ({opening})")
    walk_to(page, LATER)
    page.keyboard.press("Enter")
    planned(anna, text, opening)
    page.locator("#thread").focus()
    page.keyboard.press("u")
    expect(page.locator(TEXT)).to_have_value(text)
    expect(anna.state(text, "withdrawn")).to_have_count(1)

    # By hand.
    anna.sheet()
    page.locator(LATER).click()
    expect(anna.state(text, "queued")).to_have_count(1)
    planned(anna, text, opening).last.locator("form.undo button").click()
    expect(page.locator(TEXT)).to_have_value(text)
    expect(anna.state(text, "withdrawn")).to_have_count(2)
    page.locator(LATER).click()
    expect(anna.state(text, "queued")).to_have_count(1)
    page.reload()
    anna.hears()
    planned(anna, text, opening)

    # She was quicker than the morning: nothing goes out that she did not ask.
    citizen.replies("grille i parken", "@nordby Og må man tage hunden med?")
    thread = page.locator("#thread")
    expect(thread).to_contain_text("Og må man tage hunden med?")
    expect(thread).to_contain_text("Det planlagte svar gik ikke ud: der blev sagt eller ændret noget inden")
    expect(anna.state(text, "queued")).to_have_count(0)
    expect(anna.state(text, "withdrawn")).to_have_count(3)
    expect(page.locator("#notices-count .sr")).to_have_count(1)
    page.click("#notices-count")
    told = page.locator("#notices li[data-unread]", has_text="Dit planlagte svar til Mette Holm gik ikke ud")
    expect(told).to_contain_text("Dine ord er en kladde igen.")
    told.locator("a", has_text="Åbn kladden").click()
    expect(page.locator(TEXT)).to_have_value(text)
    assert stage.on_the_square("faste pladser") == 0

    # What she writes now goes out as ever, once.
    anna.hears()
    page.locator(TEXT).fill(f"{text} Hunden skal i snor.")
    page.locator(TEXT).press("Control+Enter")
    expect(anna.state("skal i snor", "delivered")).to_be_visible()
    assert stage.on_the_square("faste pladser") == 1
