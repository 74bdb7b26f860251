"""Clocks through lost bells, stopped workers, clocks that jump, nights of 23 and 25 hours, and killed workers."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import redis
from flask import Flask
from sqlalchemy import select

from inbox.domain import clock
from inbox.domain.actors import SYSTEM
from inbox.domain.calendar import Calendar
from inbox.domain.opening_plan import Plan
from inbox.embedded.processes import until
from inbox.models import Calendar as CalendarRow
from inbox.models import Clock, ConversationEvent
from inbox.services import verdicts
from inbox.uow import reading, uow
from tests import house as cast
from tests.cluster import Cluster
from tests.house import post
from tests.recovery.scene import SOON, Scene
from workers import sla_timers

MANY = 60
DAY = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), (("00:00", "24:00"),))


def told() -> Counter[str]:
    """How many lines about a missed promise each conversation has."""
    with reading(SYSTEM) as work:
        return Counter(
            str(id_)
            for id_ in work.session.scalars(
                select(ConversationEvent.conversation_id).where(ConversationEvent.kind == "breached")
            )
        )


def clocks() -> list[Clock]:
    with reading(SYSTEM) as work:
        found = list(work.session.scalars(select(Clock).order_by(Clock.started_at)))
        work.session.expunge_all()
        return found


def armed(scene: Scene, many: int, *, ago: timedelta) -> None:
    """Questions that came in before everything stopped; the promise of each ended somewhere within `ago`."""
    hour = timedelta(minutes=60)
    now = clock.now()
    for number in range(many):
        said = now - hour - ago * (number + 1) / (many + 1)
        scene.house.news(post(f"Hallo {number}?", own_id=f"late-{number}", at=said))
    assert {one.state for one in clocks()} == {"running"}


def test_after_two_hours_without_workers_and_bells_each_due_clock_fires_once(scene: Scene, cluster: Cluster) -> None:
    armed(scene, MANY, ago=timedelta(hours=2))
    with redis.Redis.from_url(cluster.valkey.url()) as client:
        client.flushall()
    with scene.worker("--queues", "timers"), scene.worker("--clock"), scene.worker("--queues", "timers"):
        assert until(lambda: {one.state for one in clocks()} == {"breached"}, SOON)
    assert sorted(told().values()) == [1] * MANY
    assert all(one.breached_at == one.due_at for one in clocks())


@pytest.mark.parametrize("point", ["clocks judged, not committed", "clocks read again, not committed"])
def test_a_worker_killed_in_the_middle_leaves_the_same_end(scene: Scene, point: str) -> None:
    armed(scene, 5, ago=timedelta(hours=1))
    if "read again" in point:
        with uow(SYSTEM) as work:
            row = work.session.scalars(select(CalendarRow)).one()
            plan = Plan.from_json(row.plan)
            work.session.add(
                CalendarRow(
                    name=row.name,
                    version=2,
                    plan=plan.to_json(),
                    rules=plan.saved_in(work.now.year).to_json(),
                    everywhere=True,
                    account_ids=[],
                    created_at=work.now,
                )
            )
    scene.kill_at(point)
    assert {one.state for one in clocks()} == {"running"}
    assert not told()
    sla_timers.run()
    assert {one.state for one in clocks()} == {"breached"}
    assert sorted(told().values()) == [1] * 5


@pytest.mark.parametrize("jump", [timedelta(hours=2), timedelta(hours=-2)])
def test_a_clock_that_jumps_doubles_and_misses_nothing(app: Flask, jump: timedelta) -> None:
    noon = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
    house = cast.found()
    for number in range(240):
        said = noon - timedelta(minutes=60) + timedelta(minutes=number)
        house.news(post(f"Hallo {number}?", own_id=f"jump-{number}", at=said))
    given = 0
    for at in (0, 10, 30, 60):
        with uow(SYSTEM) as work:
            work.now = noon + timedelta(minutes=at) + (jump if at in (10, 30) else timedelta())
            given += verdicts.breach(work)
    with uow(SYSTEM) as work:
        work.now = noon + timedelta(hours=6)
        given += verdicts.breach(work)
    assert given == len(told()) == 240
    assert set(told().values()) == {1}
    assert all(one.breached_at == one.due_at == one.started_at + timedelta(minutes=60) for one in clocks())


@pytest.mark.parametrize(
    ("zone", "night"),
    [
        ("Europe/Copenhagen", "2026-10-25"),
        ("Europe/Oslo", "2027-03-28"),
        ("Europe/Copenhagen", "2027-03-28"),
        ("Europe/Oslo", "2027-10-31"),
    ],
)
def test_a_night_of_another_length_is_judged_to_the_second(app: Flask, zone: str, night: str) -> None:
    """Promises in opening hours from 22 to 6 over the night in which the clocks change."""
    hours = dict.fromkeys(DAY, (("00:00", "06:00"), ("22:00", "24:00")))
    house = cast.found(calendar=Calendar(zone, hours), minutes=300)
    evening = datetime.fromisoformat(f"{night}T00:00:00+00:00") - timedelta(hours=6)
    for number in range(40):
        house.news(post(f"Hallo {number}?", own_id=f"night-{number}", at=evening + timedelta(minutes=15 * number)))
    runs = [(one.started_at, one.due_at) for one in clocks() if one.due_at]
    due = sorted(end for _, end in runs)
    assert len(due) == 40
    assert all(Calendar(zone, hours).between(start, end) == timedelta(hours=5) for start, end in runs)
    for one in sorted(set(due)):
        for now, expected in ((one, sum(other < one for other in due)), (one + timedelta(microseconds=1), None)):
            with uow(SYSTEM) as work:
                work.now = now
                verdicts.breach(work)
            assert sum(told().values()) == (expected if expected is not None else sum(other <= one for other in due))
    assert set(told().values()) == {1}
