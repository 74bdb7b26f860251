"""A badge on a frozen clock: calm, amber, red; over lunch, at night, by the wall: as the server would draw it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, get_template_attribute
from flask_babel import force_locale
from playwright.sync_api import Page, WebSocketRoute, expect

from inbox.domain.calendar import ALWAYS, DAYS, Calendar
from inbox.queries.due import Due
from inbox.web.badges import STRETCHES, badge
from tests.browser.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk")]

LUNCH = Calendar("Europe/Copenhagen", dict.fromkeys(DAYS[:5], (("08:00", "12:00"), ("12:30", "16:00"))))
MINUTE = timedelta(minutes=1)
EDGE = timedelta(seconds=0.3)
"""A browser's clock has milliseconds: whether a minute has just begun is nothing to ask it on the edge."""


def danish(wall: str, day: int = 24, second: float = 0) -> datetime:
    """A Danish time in November; the 24th is a Tuesday."""
    hour, minute = wall.split(":")
    return datetime(2026, 11, day, int(hour) - 1, int(minute), tzinfo=UTC) + timedelta(seconds=second)


def frozen(page: Page, at: datetime) -> None:
    """The page's clock shows this instant, and its timer has looked at it.

    The page follows the house's clock, whose time came with it: the difference is kept.
    """
    ahead = page.evaluate("Number(document.getElementById('words').dataset.now)") - page.evaluate("window.loadedAt")
    page.clock.set_fixed_time((at + EDGE).timestamp() - ahead)
    page.evaluate("document.dispatchEvent(new CustomEvent('htmx:afterSettle', {detail: {target: document.body}}))")


@pytest.fixture
def desk(stage: Stage) -> Page:
    """Anna's desk with nothing open, its clock frozen as it was when the page came."""
    page = stage.signed_in("anna")
    page.clock.set_fixed_time(datetime(2026, 11, 24, tzinfo=UTC))
    page.add_init_script("window.loadedAt = Date.now() / 1000")
    page.route_web_socket("**/socket.io/**", without_bells)
    # What a line that has just been opened has fetched is none of what a test waits for.
    with page.expect_response("**/rows*"):
        page.goto("/")
    expect(page.locator("html[data-socket=open]")).to_have_count(1)
    return page


def without_bells(line: WebSocketRoute) -> None:
    """Whatever other tests of this house left to happen does not ring here."""
    house = line.connect_to_server()
    house.on_message(lambda said: None if "nudge" in str(said) else line.send(said))


@contextmanager
def in_danish(app: Flask) -> Iterator[None]:
    with app.test_request_context(), force_locale("da"):
        yield


def drawn(app: Flask, promise: Due, at: datetime) -> str:
    """The badge as the server draws it."""
    with in_danish(app):
        draw = get_template_attribute("conversations/_clock.html", "due")
        return str(draw(promise, at))


def expected(app: Flask, promise: Due, at: datetime) -> tuple[str, str, str]:
    """Temper, words and pie as the server would draw them at that instant."""
    with in_danish(app):
        shown = badge(promise, at)
    return f"due {shown.temper}", shown.text, f"{shown.percent} 100"


def seen(page: Page) -> tuple[str, str, str]:
    """The same as the script has it by now."""
    found: list[str] = page.locator("#tried .due").evaluate(
        "one => [one.className, one.querySelector('.time').textContent,"
        " one.querySelector('circle').getAttribute('stroke-dasharray')]"
    )
    return found[0], found[1], found[2]


def put(page: Page, html: str) -> None:
    """The badge stands in the page."""
    page.evaluate(
        """(html) => {
            document.getElementById("tried")?.remove();
            const place = document.createElement("div");
            place.id = "tried";
            place.innerHTML = html;
            document.getElementById("list").prepend(place);
        }""",
        html,
    )


LUNCHTIME = Due("first_response", danish("12:50"), 60, True, LUNCH)
OVERNIGHT = Due("next_response", danish("09:00", 25), 60, True, LUNCH)
OVER_THE_WEEKEND = Due("first_response", danish("08:20", 30), 240, True, LUNCH)
BY_THE_WALL = Due("first_response", danish("12:50"), 60, False, ALWAYS)
LONG = Due("resolution", danish("12:50", 27), 3000, False, ALWAYS)


@pytest.mark.parametrize(
    ("promise", "since", "until", "step"),
    [
        (LUNCHTIME, danish("11:20"), danish("13:40"), 7 * MINUTE),
        (LUNCHTIME, danish("12:48", second=50.4), danish("12:51", second=20), timedelta(seconds=9.7)),
        (OVERNIGHT, danish("15:55"), danish("10:30", 25), 13 * MINUTE),
        (OVER_THE_WEEKEND, danish("11:00", 27), danish("12:40", 30), timedelta(hours=3, minutes=41)),
        (BY_THE_WALL, danish("11:45"), danish("15:00"), 9 * MINUTE),
        (LONG, danish("08:00", 24), danish("18:00", 29), timedelta(hours=7, minutes=13)),
    ],
    ids=["over lunch", "the last minute", "over night", "over the weekend", "by the wall", "for days"],
)
def test_the_script_counts_as_the_server_does(
    desk: Page, shared_app: Flask, promise: Due, since: datetime, until: datetime, step: timedelta
) -> None:
    """Drawn once and counted along, it shows at each instant what the server would draw then."""
    put(desk, drawn(shared_app, promise, since))
    at = since
    tempers: list[str] = []
    while at < until:
        frozen(desk, at)
        now = expected(shared_app, promise, at + EDGE)
        assert seen(desk) == now, at
        tempers += [now[0]] if now[0] not in tempers[-1:] else []
        at += step
    assert tempers in (["due calm", "due soon", "due late"], ["due soon", "due late"])


def test_from_calm_to_amber_to_red_over_a_lunch_break(desk: Page, shared_app: Flask) -> None:
    """What a person sees: 20 minutes before lunch, through it, and after."""
    put(desk, drawn(shared_app, LUNCHTIME, danish("11:20")))
    for at, look, words in (
        (danish("11:20"), "calm", "1 t"),
        (danish("11:40"), "calm", "40 min"),
        (danish("12:00"), "calm", "20 min"),
        (danish("12:15"), "calm", "20 min"),
        (danish("12:30"), "calm", "20 min"),
        (danish("12:36"), "soon", "14 min"),
        (danish("12:49", second=20), "soon", "40 sek."),
        (danish("12:50", second=1), "late", "over fristen"),
        (danish("12:57"), "late", "7 min over"),
    ):
        frozen(desk, at)
        assert seen(desk)[:2] == (f"due {look}", words), at
    colours = desk.locator("#tried .due").evaluate("one => getComputedStyle(one).color")
    assert colours != desk.locator("#list h2, #list h1").first.evaluate("one => getComputedStyle(one).color")


def test_what_the_page_does_not_know_any_more_it_asks_for_once(desk: Page, shared_app: Flask) -> None:
    """Open for longer than the server looked ahead, the page fetches its list again, once."""
    put(desk, drawn(shared_app, OVERNIGHT, danish("15:55")))
    assert STRETCHES == 8, "the rest of Tuesday, two on each day until Friday, and Monday's morning"
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(request.url) if "/rows" in request.url else None)
    frozen(desk, danish("11:59", 30))
    assert asked == []
    with desk.expect_response("**/rows*"):
        frozen(desk, danish("12:01", 30))
    frozen(desk, danish("12:02", 30))
    assert len(asked) == 1


def test_a_real_badge_turns_amber_and_red(stage: Stage) -> None:
    """The badge of a question that was asked just now, in its row and in the head of its conversation."""
    stage.citizen("Mette Holm").writes("@nordby Hvornår bliver det rødt?")
    anna = stage.agent("anna")
    page = anna.page
    page.add_init_script("window.loadedAt = Date.now() / 1000")
    anna.opens("Hvornår bliver det rødt?", "unassigned")
    anna.hears()
    head = page.locator("#talk-head .due")
    row = page.locator("#rows .row", has_text="Hvornår bliver det rødt?").locator(".due")
    due = datetime.fromtimestamp(float(head.get_attribute("data-due") or ""), UTC)
    target = float(head.get_attribute("data-target") or "")
    assert target >= 3600, "the demonstration promises an hour in public"
    for badge_ in (head, row):
        expect(badge_).to_have_class("due calm")
    for at, look, words in (
        (due - 10 * MINUTE, "soon", "10 min"),
        (due - timedelta(seconds=20), "soon", "20 sek."),
        (due + timedelta(minutes=7, seconds=30), "late", "7 min over"),
    ):
        frozen(page, at)
        for badge_ in (head, row):
            expect(badge_).to_have_class(f"due {look}")
            expect(badge_.locator(".time")).to_have_text(words)
    expect(head.locator(".aim")).to_be_hidden()
