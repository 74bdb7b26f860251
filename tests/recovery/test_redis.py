"""Redis is a doorbell: emptied or restarted in the middle of the work, the same end is reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest
import redis
from sqlalchemy import func, select

from inbox.domain import clock
from inbox.domain.actors import SYSTEM
from inbox.embedded.processes import until
from inbox.models import Clock, ConversationEvent
from inbox.services import verdicts
from inbox.uow import reading, uow
from tests.cluster import Cluster
from tests.house import post
from tests.recovery.scene import SOON, Scene
from tests.services.picturing import HOLE

ANSWERS = 8
NEWS = 24
LATE = 30


@pytest.fixture
def empty(cluster: Cluster) -> Callable[[], None]:
    """Lose everything that Redis holds."""

    def now() -> None:
        with redis.Redis.from_url(cluster.valkey.url()) as client:
            client.flushall()

    return now


@pytest.fixture
def restart(cluster: Cluster) -> Callable[[], None]:
    """End Redis and start it again, at the same address."""

    def now() -> None:
        cluster.valkey.stop()
        cluster.valkey.start()

    return now


@pytest.fixture
def machine_room(scene: Scene) -> Iterator[None]:
    """The clock and two workers, as they run in production."""
    with ExitStack() as running:
        for arguments in (("--clock",), ("--queues", "deliver"), ("--queues", "timers,ingest")):
            running.enter_context(scene.worker(*arguments))
        yield


@pytest.mark.parametrize("trouble", ["empty", "restart"])
def test_the_same_end(
    scene: Scene, machine_room: None, trouble: str, empty: Callable[[], None], restart: Callable[[], None]
) -> None:
    """News are being fetched, answers posted and promises judged when it happens."""
    asked = [scene.ask(name=f"Borger {number}") for number in range(ANSWERS)]
    long_ago = clock.now() - timedelta(days=1)
    # Each call takes a while, so that the middle of the work is no instant.
    scene.town.misbehave("latency", value=300)
    for conversation_id in asked:
        scene.answer(conversation_id)
    assert until(lambda: 0 < scene.states()["delivered"] < ANSWERS, SOON)
    scene.house.news(*(post(f"Hallo {number}?", own_id=f"late-{number}", at=long_ago) for number in range(LATE)))
    for number in range(NEWS):
        scene.town.say(f"Nabo {number}", "Hvornår åbner I?", to=scene.handle)

    {"empty": empty, "restart": restart}[trouble]()

    assert until(scene.ended, SOON)
    assert scene.states() == {"delivered": ANSWERS}
    assert sorted(len(posts) for posts in scene.posts().values()) == [1] * ANSWERS
    assert until(lambda: scene.heard() == ANSWERS + NEWS + LATE, SOON)
    assert until(lambda: scene.clocks() == {"met": ANSWERS, "running": NEWS, "breached": LATE}, SOON)
    with reading(SYSTEM) as work:
        told = work.session.scalar(
            select(func.count()).select_from(ConversationEvent).where(ConversationEvent.kind == "breached")
        )
        late = work.session.scalars(select(Clock).where(Clock.state == "breached")).all()
    assert told == LATE
    assert all(one.breached_at == one.due_at for one in late)


@pytest.mark.parametrize("trouble", ["empty", "gone"])
def test_bells_of_every_kind_are_lost_before_anybody_heard_them(
    scene: Scene, cluster: Cluster, trouble: str, empty: Callable[[], None]
) -> None:
    """Rung and lost, or promised while nobody could ring: the next sweep rings again, and all the work is done."""
    conversation_id = scene.ask(shows=[HOLE])
    if trouble == "gone":
        cluster.valkey.stop()
    scene.answer(conversation_id)
    scene.house.news(post(at=clock.now() - timedelta(days=1)), stream="other")
    scene.town.say("Ali R.", "Hvornår åbner I?", to=scene.handle)
    scene.due_now()
    if trouble == "gone":
        with pytest.raises(redis.RedisError):
            scene.rung()
        cluster.valkey.start()
    else:
        assert scene.rung() == 4
        empty()
    assert scene.rung() == 4
    with scene.worker("--queues", "deliver,timers,ingest"):
        assert scene.ring_until(lambda: scene.clocks() == {"met": 1, "running": 1, "breached": 1}), scene.clocks()
        assert scene.ring_until(lambda: scene.seen() == {"kept": 1}), scene.seen()
    assert scene.states() == {"delivered": 1}
    assert [len(posts) for posts in scene.posts().values()] == [1]


def test_a_worker_outlives_a_redis_that_goes_in_the_middle_of_its_job(scene: Scene, cluster: Cluster) -> None:
    """The job ends while nobody hears; the same process waits for Redis and takes the next job from it."""
    asked, asked_later = scene.ask(name="Mette Holm"), scene.ask(name="Ali R.")
    scene.town.misbehave("latency", value=800)
    first = scene.answer(asked)
    with scene.worker("--queues", "deliver") as worker:
        assert scene.ring_until(lambda: scene.delivery(first).state == "sending")
        cluster.valkey.stop()
        assert until(lambda: scene.delivery(first).state == "delivered", SOON)
        # The worker looks for its child, asks Redis what became of the job, and finds nobody.
        assert not until(lambda: worker.poll() is not None, 3.0)
        cluster.valkey.start()
        second = scene.answer(asked_later)
        assert scene.ring_until(lambda: scene.delivery(second).state == "delivered")
        assert worker.poll() is None


def test_a_promise_is_judged_once_by_two_sweeps(scene: Scene) -> None:
    """Two clocks that beat by mistake."""
    scene.house.news(post(at=clock.now() - timedelta(days=1)))
    with uow(SYSTEM) as work:
        assert verdicts.breach(work) == 1
    with uow(SYSTEM) as work:
        assert verdicts.breach(work) == 0


def test_a_worker_ends_when_asked_although_redis_is_gone(scene: Scene, cluster: Cluster) -> None:
    """A killed house takes Redis along: its workers must not hold up the next start."""
    with redis.Redis.from_url(cluster.valkey.url()) as client, scene.worker("--queues", "deliver") as worker:
        assert until(lambda: client.scard("rq:workers") == 1, SOON)
        cluster.valkey.stop()
        try:
            worker.terminate()
            assert worker.wait(15) == 0
        finally:
            cluster.valkey.start()
