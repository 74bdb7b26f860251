"""What is done about earlier answers and wrong ones before one looks at the pages. What it must not do: judge."""

from __future__ import annotations

from playwright.sync_api import Page, expect


def begin_to_correct(page: Page) -> None:
    """The page where the answer is corrected, not sent."""
    page.locator("#thread a[href$='/correct']").first.click()
    expect(page.locator("main .answer.wrong")).to_be_visible()


def put_right(page: Page) -> None:
    """The same after the correction, which is made if nobody has."""
    begin_to_correct(page)
    if page.locator("input[name=version]").count():
        page.fill("#body", "Rettelse: Glas og metal hentes hver uge.")
        page.click("form button.send")
    expect(page.locator("#reached")).to_be_visible()


def write_it_again(page: Page) -> None:
    """Words that were found wrong, and the warning."""
    there = page.url
    page.goto(page.url.split("/reply")[0])
    put_right(page)
    wrong = page.locator("main .answer.wrong .words").inner_text()
    page.goto(there)
    page.locator("form.pane[data-mode=public] textarea[name=body]").fill(wrong)
    expect(page.locator("#measure-public .guard.soon a[target=_blank]")).to_be_visible()
