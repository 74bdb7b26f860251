"""The clock rings for what is owed and for nothing else, and outlives whoever it leans on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy.exc import OperationalError

from inbox import jobs
from inbox.domain import clock as times
from inbox.domain.actors import SYSTEM
from inbox.domain.sla import ClockState
from inbox.models import Clock
from inbox.services import accounts, intake
from inbox.uow import uow
from tests.house import House, post
from tests.services.answering import answer, one
from workers import clock, sla_timers, sweep

# An account that was just asked is to be asked again five seconds later: until the test is over it stays "just".
pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def redis(valkey_url: str) -> Redis:
    return Redis.from_url(valkey_url)


def rung(redis: Redis) -> list[tuple[str | None, tuple[object, ...]]]:
    """What waits on the queues, and emptied."""
    found: list[tuple[str | None, tuple[object, ...]]] = []
    for name in sorted(set(jobs.QUEUES.values())):
        queue = Queue(name, connection=redis, serializer=JSONSerializer)
        found += [(job.func_name, tuple(job.args)) for job in queue.jobs]
        queue.delete(delete_jobs=True)
    return found


def quiet(house: House) -> None:
    """The account has just been asked, so that nothing at all is owed."""
    house.news()


def test_where_nothing_is_owed_no_bell_rings(house: House, redis: Redis) -> None:
    quiet(house)
    assert sweep.sweep() == 0
    assert rung(redis) == []


def test_each_kind_of_work_has_its_bell(house: House, redis: Redis) -> None:
    assert sweep.sweep() == 1
    assert rung(redis) == [(jobs.INGEST, (str(house.account_id),))]
    house.news(post(at=times.now() - timedelta(days=1)))
    quiet(house)
    assert sweep.sweep() == 1
    assert rung(redis) == [(jobs.TIMERS, ())]
    sla_timers.run()
    assert one(Clock).state == ClockState.BREACHED
    answer(house, now=times.now())
    rung(redis)
    assert sweep.sweep() == 1
    assert rung(redis) == [(jobs.DELIVER, ())]


def test_what_a_webhook_brought_is_rung_for(house: House, redis: Redis) -> None:
    quiet(house)
    with uow(SYSTEM) as work:
        intake.receive(work, house.account_id, [post()])
    assert sweep.sweep() == 1
    assert rung(redis) == [(jobs.TAKE_IN, ())]


def stopped(house: House) -> None:
    with uow(SYSTEM) as work:
        accounts.suspend(work, accounts.get(work, house.account_id), "no access")


def held_back(house: House) -> None:
    with uow(SYSTEM) as work:
        accounts.hold_back(accounts.get(work, house.account_id), work.now + timedelta(minutes=1))


@pytest.mark.parametrize("why", [stopped, held_back])
def test_for_an_account_that_may_not_be_called_nobody_rings(
    house: House, redis: Redis, why: Callable[[House], None]
) -> None:
    house.news(post(at=times.now()))
    answer(house, now=times.now())
    why(house)
    rung(redis)
    with uow(SYSTEM) as work:
        accounts.get(work, house.account_id).due_at = work.now
    assert sweep.sweep() == 0


def test_of_two_clocks_one_beats(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    # The lease runs by the database's clock, which stands for no test; this one outlives any pause of the machine.
    monkeypatch.setattr(clock, "LEASE", timedelta(hours=1))
    assert clock.beat("first")
    assert not clock.beat("second")
    assert clock.beat("first")


def broken_database() -> int:
    raise OperationalError("SELECT 1", {}, Exception("the server is away"))


def broken_redis() -> int:
    raise ConnectionError("nobody answers")


@pytest.mark.parametrize("trouble", [broken_database, broken_redis])
def test_a_beat_that_fails_is_missed_and_the_next_one_is_not(
    house: House, monkeypatch: pytest.MonkeyPatch, trouble: Callable[[], int]
) -> None:
    with monkeypatch.context() as away:
        away.setattr(sweep, "sweep", trouble)
        assert not clock.beat("first")
    assert clock.beat("first")


def test_a_bug_in_the_sweep_is_not_taken_for_a_missed_beat(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "sweep", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        clock.beat("first")
