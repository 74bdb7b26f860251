"""The square in a real browser, under the policy that forbids everything inline: answers arrive, words stay."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect, sync_playwright

from connectors.kit.contract import Delivered, InboundPost, OutboundPost, Page
from tests import chromium
from tests.connectors.squares import Running

pytestmark = pytest.mark.browser
PATIENCE = 15_000
"""Milliseconds that the page may take to show what is waited for, on a busy machine."""


@pytest.fixture
def tab(on: Running) -> Iterator[Tab]:
    """A tab on the square; whatever its console complains of fails the test."""
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.path(), args=list(chromium.FLAGS))
        page = browser.new_page(base_url=on.credentials["url"])
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/square")
        yield page
        browser.close()
    assert complaints == []


def _answer(on: Running, text: str, key: str) -> None:
    """The organisation answers the first thing that was said to it."""
    page = on.connect().fetch("news", None, 1)
    assert isinstance(page, Page)
    (heard,) = on.connect().normalize(page.items[0])
    assert isinstance(heard, InboundPost)
    post = OutboundPost(text, "public", heard.said_at, heard.ref, heard.ref, heard.author.handle)
    assert isinstance(on.connect().deliver(post, key), Delivered)


def test_a_signed_answer_arrives_while_somebody_is_writing(on: Running, tab: Tab) -> None:
    tab.fill("#name", "Mette Holm")
    tab.fill("#text", "@nordby Hvornår åbner 👩🏽‍🚒 stationen?")
    assert tab.inner_text("#used") == str(on.connect().measure("@nordby Hvornår åbner 👩🏽‍🚒 stationen?"))
    tab.click("text=Write on the square")
    tab.locator("article.post").wait_for()

    tab.fill("#text", "@nordby halvskrev")
    _answer(on, "Hej Mette. Lørdag kl. 10.\n– Anna, Nordby Kommune", "first")
    assert tab.locator("article.reply .byline").inner_text() == "– Anna, Nordby Kommune"
    assert tab.locator("#says").inner_text() == "New answer from Nordby Kommune"
    assert tab.input_value("#text") == "@nordby halvskrev"

    tab.click("article.reply summary")
    # The browser tells the page of what was opened a moment after the click, and only then is the name there.
    expect(tab.locator("article.reply [data-name]")).to_have_value("Mette Holm", timeout=PATIENCE)
    tab.fill("article.reply textarea", "Tusind tak")
    _answer(on, "Og der er kakao.\n– Jonas, Nordby Kommune", "second")
    tab.locator("article.reply").nth(1).wait_for()
    assert tab.input_value("article.reply textarea") == "Tusind tak"
    tab.click("article.reply details[open] form button")
    tab.get_by_text("Tusind tak").wait_for()


def test_hostile_words_stay_words(on: Running, tab: Tab) -> None:
    nasty = "@nordby <img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>"
    on.mention(nasty, name="<b>Mette</b>")
    tab.locator("article.post .words").wait_for()
    assert tab.locator("article.post .words").inner_text() == nasty
    assert tab.locator("article.post header b").inner_text() == "<b>Mette</b>"
    assert tab.title() == "The town square · Practice room"
