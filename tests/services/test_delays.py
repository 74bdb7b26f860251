"""How late messages reach us is a figure of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from inbox.domain.actors import SYSTEM
from inbox.domain.ids import earliest_id, new_id
from inbox.queries.delays import delays
from inbox.services import intake
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import House, post


@pytest.fixture
def house(app: Flask) -> House:
    return scene.found()


def test_ids_sort_by_the_instant_they_were_made_at() -> None:
    before = datetime.now(UTC)
    made = new_id()
    assert earliest_id(before - timedelta(seconds=1)) < made < earliest_id(before + timedelta(seconds=5))


def test_the_median_of_what_reached_us_today(house: House) -> None:
    with reading(SYSTEM) as work:
        now = work.now
        assert delays(work)[house.account_id].median is None
    for number, late in enumerate((1, 2, 600)):
        house.news(post(own_id=str(number), at=now - timedelta(seconds=late)), received_at=now)
    with reading(SYSTEM) as work:
        found = delays(work)[house.account_id]
    assert found.median == timedelta(seconds=2)
    assert (found.outages, found.down) == (0, timedelta())


def test_an_outage_that_goes_on_counts_up_to_now(house: House) -> None:
    with uow(SYSTEM) as work:
        work.now -= timedelta(minutes=5)
        intake.fetch_failed(work, house.account_id, "no answer", None)
    with reading(SYSTEM) as work:
        found = delays(work)[house.account_id]
    assert found.outages == 1
    assert timedelta(minutes=5) <= found.down < timedelta(minutes=6)
