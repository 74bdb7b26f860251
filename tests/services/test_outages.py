"""When we could not see what citizens said, that stands there; no deadline moves by it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from inbox.domain.actors import SYSTEM
from inbox.domain.holders import Holder
from inbox.models import Clock, Outage
from inbox.queries.held import held
from inbox.services import heartbeat, intake, outages
from inbox.uow import reading
from tests import house as scene
from tests.house import House, post
from tests.services.answering import deed, minutes, one


@pytest.fixture
def house(app: Flask) -> House:
    return scene.found()


def beat(at: float) -> bool:
    """The clock beats at that minute; True if it found that it had slept."""
    with deed(now=minutes(at)) as work:
        since = outages.last_beat(work)
        assert heartbeat.hold(work, "clock", "test", timedelta(seconds=5))
        return outages.slept(work, since)


def rows() -> list[tuple[bool, float, float | None]]:
    with reading(SYSTEM) as work:
        return [
            (
                row.account_id is None,
                (row.began_at - minutes(0)) / timedelta(minutes=1),
                (row.ended_at - minutes(0)) / timedelta(minutes=1) if row.ended_at else None,
            )
            for row in work.session.scalars(select(Outage).order_by(Outage.began_at))
        ]


def test_a_clock_that_was_silent_was_an_outage_of_the_house(house: House) -> None:
    assert not beat(0)
    assert not beat(0.4)
    assert beat(120)
    assert not beat(120.1)
    assert rows() == [(True, 0.4, 120)]


def test_a_platform_that_gives_nothing_is_one_outage_until_it_gives_again(house: House) -> None:
    for at in (10, 11, 13):
        with deed(now=minutes(at)) as work:
            intake.fetch_failed(work, house.account_id, "no answer", None)
    assert rows() == [(False, 10, None)]
    house.news(post(at=minutes(5)), received_at=minutes(40))
    assert rows() == [(False, 10, 40)]
    house.news(post(at=minutes(41)))
    assert rows() == [(False, 10, 40)]


def test_it_is_the_holder_of_the_wait_and_moves_no_deadline(house: House) -> None:
    house.news(post())
    beat(5)
    beat(45)
    seen = house.conversation()
    with deed(now=minutes(50)) as work:
        parts = held(work, seen.id)
    spent = {holder: time / timedelta(minutes=1) for holder, time in parts.items() if time}
    assert spent == {Holder.QUEUE: 10, Holder.OUTAGE: 40}
    assert one(Clock).due_at == minutes(60)
