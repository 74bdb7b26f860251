"""What is put off or left behind comes back once: after a night without workers, an empty Redis and a killed worker."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
import redis
from sqlalchemy import select, update

from inbox.domain import clock
from inbox.domain.actors import SYSTEM
from inbox.embedded.processes import until
from inbox.models import Agent, Conversation, ConversationEvent, Notice, Team
from inbox.uow import reading, uow
from tests.cluster import Cluster
from tests.house import post
from tests.recovery.scene import SOON, Scene
from workers import returning

MANY = 250
"""More than one claimed batch."""
BACK = {"woken", "lapsed"}


def came_back() -> Counter[str]:
    """How often each conversation came back."""
    with reading(SYSTEM) as work:
        kinds = ConversationEvent.kind.in_(BACK)
        return Counter(str(id_) for id_ in work.session.scalars(select(ConversationEvent.conversation_id).where(kinds)))


def left() -> int:
    """How many are still put off, or held by somebody who is gone."""
    with reading(SYSTEM) as work:
        return len(
            work.session.scalars(
                select(Conversation.id).where(
                    Conversation.snoozed_until.is_not(None) | Conversation.assignee_id.is_not(None)
                )
            ).all()
        )


def put_off(scene: Scene, many: int) -> None:
    """Conversations of Anna's whose hour came a minute ago, while nothing ran."""
    people = ({"id": f"c{n}", "handle": f"c{n}", "name": f"Borger {n}"} for n in range(many))
    scene.house.news(*(post(f"Hallo {n}?", author=person, at=clock.now()) for n, person in enumerate(people)))
    with uow(SYSTEM) as work:
        hour = work.now - timedelta(minutes=1)
        work.session.execute(update(Conversation).values(snoozed_until=hour, assignee_id=scene.house.anna.id))


def leave_behind() -> None:
    """Anna has been gone for an hour, and her team allows ten minutes."""
    with uow(SYSTEM) as work:
        gone = work.now - timedelta(hours=1)
        work.session.execute(update(Agent).values(seen_at=gone, created_at=gone))
        work.session.execute(update(Team).values(claim_minutes=10))


def test_due_while_nothing_runs_each_is_woken_once_afterwards(scene: Scene, cluster: Cluster) -> None:
    put_off(scene, MANY)
    with redis.Redis.from_url(cluster.valkey.url()) as client:
        client.flushall()
    with scene.worker("--queues", "timers"), scene.worker("--clock"), scene.worker("--queues", "timers"):
        assert until(lambda: sum(came_back().values()) >= MANY, SOON)
    returning.run()
    assert sorted(came_back().values()) == [1] * MANY
    with reading(SYSTEM) as work:
        assert Counter(work.session.scalars(select(Notice.kind))) == {"woken": MANY}


def test_what_a_gone_holder_had_goes_back_once_and_the_clock_rings_for_it(scene: Scene, cluster: Cluster) -> None:
    put_off(scene, 20)
    with uow(SYSTEM) as work:
        work.session.execute(update(Conversation).values(snoozed_until=None))
    leave_behind()
    with redis.Redis.from_url(cluster.valkey.url()) as client:
        client.flushall()
    with scene.worker("--queues", "timers"), scene.worker("--clock"), scene.worker("--queues", "timers"):
        assert until(lambda: left() == 0, SOON)
    assert sorted(came_back().values()) == [1] * 20


@pytest.mark.parametrize("point", ["woken, not committed", "lapsed, not committed"])
def test_a_worker_killed_in_the_middle_leaves_the_same_end(scene: Scene, point: str) -> None:
    put_off(scene, 5)
    if point.startswith("lapsed"):
        with uow(SYSTEM) as work:
            work.session.execute(update(Conversation).values(snoozed_until=None))
        leave_behind()
    scene.kill_at(point)
    assert not came_back()
    returning.run()
    assert sorted(came_back().values()) == [1] * 5
    returning.run()
    assert sum(came_back().values()) == 5
