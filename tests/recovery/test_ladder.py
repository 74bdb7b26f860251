"""The ladder through killed workers, an empty Redis and two hours without any: each step once, and in its order."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
import redis
from sqlalchemy import select, update

from inbox.domain import clock
from inbox.domain.actors import SYSTEM
from inbox.embedded.processes import until
from inbox.models import Clock, Conversation, ConversationEvent, Escalation, Notice
from inbox.uow import reading, uow
from tests.cluster import Cluster
from tests.house import post
from tests.recovery.scene import SOON, Scene
from tests.services.ladder_scene import THIN, lay, rule
from workers import escalation

MANY = 40
STEPS = [(1, "remind"), (2, "tell_lead"), (3, "give_back")]


def asked(scene: Scene, many: int, *, ago: timedelta) -> None:
    """Questions of that long ago, which Anna has, and a ladder that nobody has climbed meanwhile."""
    lay(*(rule(*one) for one in THIN))
    said = clock.now() - ago
    people = ({"id": f"c{n}", "handle": f"c{n}", "name": f"Borger {n}"} for n in range(many))
    scene.house.news(*(post(f"Hallo {n}?", author=person, at=said) for n, person in enumerate(people)))
    with uow(SYSTEM) as work:
        work.session.execute(update(Conversation).values(assignee_id=scene.house.anna.id, status="open"))


def climbed() -> dict[UUID, list[tuple[int, str]]]:
    """Of each conversation its steps, in the order in which they were done."""
    found: dict[UUID, list[tuple[int, str]]] = {}
    with reading(SYSTEM) as work:
        for row in work.session.scalars(select(Escalation).order_by(Escalation.at, Escalation.id)):
            found.setdefault(row.conversation_id, []).append((row.place, row.step))
    return found


def left() -> int:
    """Clocks with a rung to climb now."""
    with reading(SYSTEM) as work:
        return len(work.session.scalars(select(Clock.id).where(Clock.climb_at <= work.now)).all())


def traces() -> tuple[Counter[str], int]:
    """What the steps left behind: the notices of each kind, and the lines of the threads."""
    with reading(SYSTEM) as work:
        told = Counter(work.session.scalars(select(Notice.kind)))
        lines = work.session.scalars(select(ConversationEvent.id).where(ConversationEvent.kind == "climbed")).all()
    del told["citizen_wrote"]
    return told, len(lines)


def everything_once(many: int) -> None:
    assert list(climbed().values()) == [STEPS] * many
    assert traces() == (Counter(dict.fromkeys(("reminded", "lead_told", "moved_on"), many)), 3 * many)


def test_after_two_hours_without_workers_and_bells_every_step_is_done_once(scene: Scene, cluster: Cluster) -> None:
    asked(scene, MANY, ago=timedelta(hours=2, minutes=10))
    with redis.Redis.from_url(cluster.valkey.url()) as client:
        client.flushall()
    with scene.worker("--queues", "timers"), scene.worker("--clock"), scene.worker("--queues", "timers"):
        assert until(lambda: sum(map(len, climbed().values())) == 3 * MANY and not left(), SOON)
    escalation.run()
    everything_once(MANY)


@pytest.mark.parametrize("point", ["step not begun", "one step done, not committed", "every step done, not committed"])
def test_a_worker_killed_in_the_middle_of_a_step_leaves_the_same_end(scene: Scene, point: str) -> None:
    asked(scene, 3, ago=timedelta(hours=2, minutes=10))
    scene.kill_at(point)
    # Of what the dead one had begun nothing stands, its verdict included.
    assert climbed() == {}
    assert traces() == (Counter(), 0)
    assert left() == 3
    escalation.run()
    everything_once(3)
    escalation.run()
    everything_once(3)
