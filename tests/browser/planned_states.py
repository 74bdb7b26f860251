"""An answer that waits until we open, at any hour of any weekday: the house is closed for two days, and by people.

What it must not do: judge, or change the hours in another way than their page does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
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
    _to_the_hours(lead)
    today = clock.now().astimezone(ZoneInfo(HOURS.zone)).date()
    days = [today + timedelta(days) for days in range(CLOSED_FOR + 1)]
    for number, day in enumerate(days, start=lead.locator("[name=own-day]").count()):
        lead.click("#own-add")
        expect(lead.locator(f"#own-{number}-day")).to_be_focused()
        lead.fill(f"#own-{number}-day", day.isoformat())
        lead.fill(f"#own-{number}-hours", "10-14" if day == days[-1] else "")
        lead.fill(f"#own-{number}-reason", REASON)
    _save(lead)
    yield f"{DANISH[days[-1].weekday()]} {OPENING}"
    _to_the_hours(lead)
    mine = lead.get_by_role("button", name=f"Fjern dagen {REASON}")
    for left in range(len(days) - 1, -1, -1):
        mine.first.click()
        expect(mine).to_have_count(left)
    _save(lead)


def _to_the_hours(lead: Page) -> None:
    lead.goto("/settings/calendars")
    expect(lead.locator("html[data-socket=open]")).to_have_count(1)


def _save(lead: Page) -> None:
    lead.locator(".save .primary").click()
    expect(lead.locator(".guard.calm")).to_contain_text("er i brug")
