"""One running house for a test process, one Chromium for a module, and the people of each test.

The Chromium ends with its module: other tests of the same process start one of their own, and Playwright lets only
one be driven at a time.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests import chromium as program
from tests.browser.running import PATIENCE, RunningHouse, running
from tests.browser.stage import Stage


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
def stage(house: RunningHouse, chromium: Browser) -> Iterator[Stage]:
    """Whoever takes part in this test; what their consoles complain of fails it."""
    made = Stage(house, chromium)
    yield made
    made.close()
    assert made.complaints == []
