"""An answer that waits until we open, at any hour of any weekday: the house is closed for two days, and by people.

What it must not do: judge, or change the hours in another way than their page does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from inbox.domain import clock
from inbox.founding import HOURS

DANISH = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")
REASON = "Flytter"
CLOSED_FOR = 2
"""Days: however late it is, the opening is then on another day than tomorrow."""
OPENING = "10.00"


@contextmanager
def closed(lead: Page) -> Iterator[str]:
    """Closed today and tomorrow, open on the day after: when that is, in Danish. Afterwards all is as it was."""
    days = _days(CLOSED_FOR + 1)
    with _kept(lead, {day: "10-14" if day == days[-1] else "" for day in days}):
        yield f"{DANISH[days[-1].weekday()]} {OPENING}"


@contextmanager
def open_at_any_hour(lead: Page) -> Iterator[None]:
    """Open today and tomorrow, day and night, whatever day it is. Afterwards all is as it was."""
    with _kept(lead, dict.fromkeys(_days(2), "0-24")):
        yield


def _days(count: int) -> list[date]:
    today = clock.now().astimezone(ZoneInfo(HOURS.zone)).date()
    return [today + timedelta(days) for days in range(count)]


@contextmanager
def _kept(lead: Page, hours: Mapping[date, str]) -> Iterator[None]:
    _to_the_hours(lead)
    for number, (day, open_) in enumerate(hours.items(), start=lead.locator("[name=own-day]").count()):
        lead.click("#own-add")
        expect(lead.locator(f"#own-{number}-day")).to_be_focused()
        lead.fill(f"#own-{number}-day", day.isoformat())
        lead.fill(f"#own-{number}-hours", open_)
        lead.fill(f"#own-{number}-reason", REASON)
    _save(lead)
    yield
    _to_the_hours(lead)
    mine = lead.get_by_role("button", name=f"Fjern dagen {REASON}")
    for left in range(len(hours) - 1, -1, -1):
        mine.first.click()
        expect(mine).to_have_count(left)
    _save(lead)


def _to_the_hours(lead: Page) -> None:
    lead.goto("/settings/calendars")
    expect(lead.locator("html[data-socket=open]")).to_have_count(1)


def _save(lead: Page) -> None:
    lead.locator(".save .primary").click()
    expect(lead.locator(".guard.calm")).to_contain_text("er i brug")
