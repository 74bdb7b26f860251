"""The notice centre in a browser: counted by the doorbell, opened by key, aloud only on request and without words."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from inbox.embedded.processes import until
from tests.browser.accessibility import complaints as faults
from tests.browser.accessibility import sideways
from tests.browser.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk")]
WIDE = {"width": 1440, "height": 900}
LISTENING = """
    window.told = [];
    window.Notification = class extends EventTarget {
        static permission = 'granted';
        static requestPermission() { return Promise.resolve('granted'); }
        constructor(title, { body }) { super(); window.told.push(`${title}: ${body}`); }
        close() {}
    };
    document.hasFocus = () => false;
"""


def named(stage: Stage, words: str, *, privately: bool = False) -> None:
    """Jonas names Anna in a note on what a citizen said."""
    stage.citizen("Mette Holm").writes(words, privately=privately)
    jonas = stage.agent("jonas")
    jonas.opens(words.removeprefix("@nordby "), "unassigned")
    jonas.hears()
    jonas.writes("@Anna, se her", "note").locator("button.send").click()
    expect(jonas.page.locator("#thread .note", has_text="se her")).to_be_visible()


def told(page: Page) -> list[str]:
    found: list[str] = page.evaluate("window.told")
    return found


def test_the_browser_tells_what_is_new_and_never_what_was_written(stage: Stage) -> None:
    page = stage.signed_in("anna", viewport=WIDE)
    page.add_init_script(LISTENING)
    page.goto("/notices")
    page.click("[data-browser=off] button")
    expect(page.locator("[data-browser=on]")).to_be_visible()
    page.goto("/?view=open")
    expect(page.locator("html[data-socket=open]")).to_have_count(1)
    named(stage, "@nordby Er isen sikker på søen?")
    assert until(lambda: len(told(page)) == 1, 20)
    named(stage, "Min datter er faldet igennem isen", privately=True)
    assert until(lambda: len(told(page)) == 2, 20)
    public, private = told(page)
    assert "Mette Holm" in public
    assert "Mette" not in private
    assert not any("isen" in words for words in told(page))
    page.goto("/notices")
    page.click("[data-browser=on] button")
    expect(page.locator("[data-browser=off]")).to_be_visible()


def test_opened_by_key_read_and_closed_again(stage: Stage) -> None:
    page = stage.signed_in("anna", viewport=WIDE)
    page.goto("/?view=open")
    named(stage, "@nordby Hvor er skøjtebanen?")
    count = page.locator("#notices-count")
    expect(count.locator(".sr")).to_have_count(1)
    count.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#notices li[data-unread]").first).to_be_visible()
    assert faults(page) == []
    page.locator("#notices .notices-head button").first.click()
    expect(page.locator("#notices li[data-unread]")).to_have_count(0)
    expect(page.locator("#notices li").first).to_be_visible()
    expect(count.locator(".sr")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#notices")).not_to_be_visible()
    expect(count).to_be_focused()


@pytest.mark.parametrize("width", [360, 1440])
def test_the_page_of_notices_is_whole_at_every_width(stage: Stage, width: int) -> None:
    named(stage, f"@nordby Hvor er bane {width}?")
    page = stage.signed_in("anna", viewport={"width": width, "height": 900})
    for address in ("/notices", "/settings/answers"):
        page.goto(address)
        assert (faults(page), sideways(page)) == ([], 0)
