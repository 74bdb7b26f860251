"""What is done on the pages of charters and of the country before one looks at them. What it must not do: judge."""

from __future__ import annotations

from playwright.sync_api import Page, expect


def open_it(page: Page) -> None:
    """The first account's charter, in fields for who may change it."""
    page.locator("main .card .actions a").first.click()
    expect(page.locator("main h1")).to_be_visible()


def say_wrong_things(page: Page) -> None:
    """Everything that is told beside a field of every kind."""
    open_it(page)
    page.fill("#tone", "")
    page.fill("#rulings-2-words", "DU HAR RET TIL")
    page.fill("#references-1-link", "http://nordby.example")
    page.fill("#proud-1-why", "")
    page.fill("#reasons-1-name", "Kritik af kommunen")
    page.click(".save .primary")
    expect(page.locator("#wrong-reasons-1-name")).to_be_visible()


def add_lines(page: Page) -> None:
    """More lines, of which the first has the focus."""
    open_it(page)
    page.locator('button[value="more:references"]').click()
    expect(page.locator("#references-5-title")).to_be_focused()


def change_it_once(page: Page) -> None:
    """The versions, of which there are two then."""
    page.locator("main .card .actions a.quiet").first.click()
    expect(page.locator("ol.versions")).to_be_visible()
    if page.locator("ol.versions li").count() == 1:
        page.locator("main .page-head a.button").click()
        page.fill("#tone", "varm, kort og klar. Gerne humor, aldrig på borgerens bekostning.")
        page.click(".save .primary")
        expect(page.locator("main .guard.calm")).to_be_visible()
        page.locator("main .page-head a.button").click()
    expect(page.locator("ol.versions li")).to_have_count(2)
    expect(page.locator(".changed ins").first).to_be_visible()


def open_side(page: Page) -> None:
    """The short charter beside the conversation, with the rules that one may point to."""
    expect(page.locator("html[data-socket=open]")).to_have_count(1)
    if not page.locator("#side").is_visible():
        page.locator("[popovertarget=side]:visible").click()
    page.locator("#charter summary").click()
    expect(page.locator("#charter [data-reference]").first).to_be_visible()


def open_whole(page: Page) -> None:
    """The whole of it, fetched into its sheet."""
    expect(page.locator("html[data-socket=open]")).to_have_count(1)
    if not page.locator("#side").is_visible():
        page.locator("[popovertarget=side]:visible").click()
    page.locator("#charter [popovertarget=charter-sheet]").click()
    expect(page.locator("#charter-sheet .example").first).to_be_visible()


def misplace(page: Page) -> None:
    """A telephone number that is none, and an address without its s."""
    page.fill("#way-phone", "ring til os")
    page.fill("#way-secure_form", "http://nordby.example/formular")
    page.click(".save .primary")
    expect(page.locator("#wrong-phone")).to_be_visible()
