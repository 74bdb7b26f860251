"""The square's control panel, pressed as a doubter presses it.

What it must not do: set a switch in another way than by the page.
"""

from __future__ import annotations

from playwright.sync_api import Page


def misbehave(page: Page, **times: int | None) -> None:
    """Exactly these kinds of trouble from now on, each so many times; None means until switched off."""
    page.goto("/square/controls")
    for name in page.locator("input[type=radio][value=off]").evaluate_all("all => all.map(one => one.name)"):
        fault = name.removesuffix("-how")
        if fault not in times:
            page.check(f"input[name={name}][value=off]")
        elif times[fault] is None:
            page.check(f"input[name={name}][value=until]")
        else:
            page.check(f"input[name={name}][value=times]")
            page.fill(f"input[name={fault}-times]", str(times[fault]))
    page.click("form.card button.primary")


def behave(page: Page) -> None:
    """No trouble any more."""
    page.goto("/square/controls")
    button = page.locator("button[name=reset]")
    if button.is_enabled():
        button.click()


def posted_twice(page: Page) -> int:
    """What the square itself says of answers that were posted twice."""
    page.goto("/square/controls")
    return int(page.locator("section[aria-labelledby=truth] b").inner_text())
