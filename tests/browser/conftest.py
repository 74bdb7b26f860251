"""One running house for a test process, one Chromium for a module, and the people of each test.

The Chromium ends with its module: other tests of the same process start one of their own, and Playwright lets only
one be driven at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from inbox.domain import clock
from inbox.embedded.processes import until
from inbox.founding import HOURS
from tests import chromium as program
from tests.browser.running import PATIENCE, RunningHouse, running
from tests.browser.stage import Stage

LONGEST_TEST = timedelta(minutes=3)
"""How long a test of today's lists may take on a busy machine."""


@pytest.fixture(scope="session")
def house() -> Iterator[RunningHouse]:
    """The house, started as `make run` starts it."""
    with running() as found:
        yield found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser that `make test` made sure of."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program.path(), args=list(program.FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def one_day() -> None:
    """Wait out the last minutes of Nordby's day: the lead's lists are of today, and must not change over meanwhile."""
    assert until(lambda: _day(LONGEST_TEST) == _day(), LONGEST_TEST.total_seconds() + 10, pause=0.5)


def _day(ahead: timedelta = timedelta()) -> date:
    return (clock.now() + ahead).astimezone(ZoneInfo(HOURS.zone)).date()


@pytest.fixture
def stage(house: RunningHouse, chromium: Browser) -> Iterator[Stage]:
    """Whoever takes part in this test; what their consoles complain of fails it."""
    made = Stage(house, chromium)
    yield made
    made.close()
    assert made.complaints == []
