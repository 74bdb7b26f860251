"""Screenshots of every page and state, narrow and wide, light and dark, in all three languages: `make screens`.

They are for people's eyes: a reviewer looks through `shots/` after a change of the design. What this must not do: judge
(the browser tests do), or leave anything behind but the pictures.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests import chromium
from tests.browser.day import READERS, Day, lived
from tests.browser.looks import HEIGHT, LANGUAGES, LOCALES, THEMES, View
from tests.browser.running import CHECKOUT, PATIENCE, RunningHouse, running
from tests.browser.stage import Stage
from tests.browser.views import VIEWS

WIDTHS = (360, 1440)
FOLDER = CHECKOUT / "shots"


def shoot(stage: Stage, view: View, day: Day, language: str, width: int) -> int:
    """One page in both themes. Returns how many pictures were taken."""
    context = {
        "viewport": {"width": width, "height": HEIGHT},
        "locale": LOCALES[language],
        "reduced_motion": "reduce",
    }
    if view.who == "stranger":
        page = stage.visitor(**context)
    else:
        page = stage.signed_in(READERS[language] if view.who == "reader" else view.who, **context)
    page.goto(view.path(day))
    view.act(page)
    page.evaluate("document.fonts.ready.then(() => true)")
    for theme in THEMES:
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        page.screenshot(path=FOLDER / f"{view.name}-{language}-{width}-{theme}.png", full_page=True)
    forget_draft(page)
    page.context.close()
    return len(THEMES)


def forget_draft(page: Page) -> None:
    """What was written for one picture must not stand in the next."""
    text = page.locator("form.pane[data-mode=public] textarea")
    if text.count() and text.is_visible() and text.input_value():
        with page.expect_response("**/measure"):
            text.fill("")


def every_page(house: RunningHouse, browser: Browser) -> int:
    """All of them. Returns how many pictures were taken."""
    stage = Stage(house, browser)
    print("── living through a day", flush=True)
    day = lived(stage)
    taken = 0
    for view in VIEWS:
        print(f"── {view.name}", flush=True)
        # One of the cast reads Danish only: the other languages would show the same page again.
        for language in LANGUAGES if view.who in ("reader", "stranger") else LANGUAGES[:1]:
            for width in WIDTHS:
                taken += shoot(stage, view, day, language, width)
    return taken


def main() -> int:
    """Start a house, take the pictures, end it. Returns the exit code."""
    Path(FOLDER).mkdir(exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    expect.set_options(timeout=PATIENCE)
    with running() as house, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.path(), args=list(chromium.FLAGS))
        taken = every_page(house, browser)
        browser.close()
    print(f"{taken} pictures stand in {FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
