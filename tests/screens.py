"""Screenshots of every page and state, narrow and wide, light and dark, in all three languages: `make screens`.

They are for people's eyes: a reviewer looks through `shots/` after a change of the design. What this must not do: judge
(the browser tests do), or leave anything behind but the pictures.

A part of them, for a quick look at what one has changed, into a folder of its own:

    python -m tests.screens --look da-1440-light --look da-360-dark --view clock --view asked --into shots/some
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests import chromium
from tests.browser.day import READERS, Day, lived
from tests.browser.looks import HEIGHT, LANGUAGES, LOCALES, THEMES, Look, View
from tests.browser.running import CHECKOUT, PATIENCE, RunningHouse, running
from tests.browser.stage import Stage
from tests.browser.views import VIEWS

WIDTHS = (360, 1440)
FOLDER = CHECKOUT / "shots"


EVERY_LOOK = tuple(Look(language, width, theme) for language in LANGUAGES for width in WIDTHS for theme in THEMES)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be photographed, how it is looked at, and where the pictures go."""

    views: tuple[View, ...] = VIEWS
    looks: tuple[Look, ...] = EVERY_LOOK
    folder: Path = FOLDER

    def themes(self, view: View, language: str, width: int) -> tuple[str, ...]:
        """The themes of a view in this language and width; none when nobody asked for it."""
        # One of the cast reads Danish only: the other languages would show the same page again.
        if view.who not in ("reader", "stranger") and language != LANGUAGES[0]:
            return ()
        return tuple(look.theme for look in self.looks if (look.language, look.width) == (language, width))


def shoot(stage: Stage, view: View, day: Day, language: str, width: int, shots: dict[str, Path]) -> None:
    """One page, in each theme of `shots` into its file."""
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
    for theme, file in shots.items():
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        page.screenshot(path=file, full_page=True)
    forget_draft(page)
    page.context.close()


def forget_draft(page: Page) -> None:
    """What was written for one picture must not stand in the next."""
    form = page.locator("form.pane[data-mode=public]")
    pictures = form.locator(".attached")
    while form.is_visible() and (left := pictures.count()):
        pictures.first.locator(".icon-button").click()
        expect(pictures).to_have_count(left - 1)
    text = form.locator("textarea[name=body]")
    if text.count() and text.is_visible() and text.input_value():
        with page.expect_response("**/measure"):
            text.fill("")


def every_page(house: RunningHouse, browser: Browser, order: Order) -> int:
    """All that was ordered. Returns how many pictures were taken."""
    stage = Stage(house, browser)
    print("── living through a day", flush=True)
    day = lived(stage)
    taken = 0
    for view in order.views:
        print(f"── {view.name}", flush=True)
        for language in LANGUAGES:
            for width in WIDTHS:
                shots = {
                    theme: order.folder / f"{view.name}-{language}-{width}-{theme}.png"
                    for theme in order.themes(view, language, width)
                }
                if shots:
                    shoot(stage, view, day, language, width, shots)
                taken += len(shots)
    return taken


def ordered(arguments: list[str]) -> Order:
    """What the command line asks for: everything, when it asks for nothing. Ends with a line about a name unknown."""
    looks = {f"{look.language}-{look.width}-{look.theme}": look for look in EVERY_LOOK}
    views = {view.name: view for view in VIEWS}
    parser = argparse.ArgumentParser(prog="python -m tests.screens", description="Screenshots of pages and states.")
    parser.add_argument("--look", action="append", choices=looks, metavar="LANGUAGE-WIDTH-THEME")
    parser.add_argument("--view", action="append", choices=views, metavar="NAME")
    parser.add_argument("--into", type=Path, default=FOLDER, metavar="FOLDER")
    asked = parser.parse_args(arguments)
    return Order(
        tuple(views[name] for name in asked.view or views),
        tuple(looks[name] for name in asked.look or looks),
        asked.into,
    )


def main() -> int:
    """Start a house, take the pictures, end it. Returns the exit code."""
    order = ordered(sys.argv[1:])
    order.folder.mkdir(exist_ok=True)
    if order == Order():
        for old in FOLDER.glob("*.png"):
            old.unlink()
    expect.set_options(timeout=PATIENCE)
    with running() as house, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.path(), args=list(chromium.FLAGS))
        taken = every_page(house, browser, order)
        browser.close()
    print(f"{taken} pictures stand in {order.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
