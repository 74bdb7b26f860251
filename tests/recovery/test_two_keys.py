"""Held is held, whatever works and whoever dies: nothing is posted before the release, and after it one answer once."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select, update

from inbox.domain.actors import SYSTEM, Actor
from inbox.domain.errors import Conflict
from inbox.extensions import db
from inbox.models import Agent, Message, SecondKey
from inbox.services import releasing
from inbox.uow import reading, uow
from tests.recovery.scene import Scene
from workers import deliver


def held(scene: Scene) -> tuple[Message, int]:
    """An answer of Anna's that waits, and the conversation's version."""
    with uow(SYSTEM) as work:
        work.session.execute(update(Agent).where(Agent.id == scene.house.anna.id).values(two_keys=True))
    conversation_id = scene.ask()
    scene.answer(conversation_id)
    with reading(SYSTEM) as work:
        message = work.session.scalars(select(Message).where(Message.direction == "out")).one()
        work.session.expunge(message)
    return message, scene.conversation(conversation_id).version


def test_a_worker_that_runs_all_the_while_posts_it_after_the_release_and_once(scene: Scene) -> None:
    before = scene.calls()
    message, version = held(scene)
    with scene.worker("--queues", "deliver"):
        # The job runs and the clock rings again and again: there is nothing that anybody could take.
        for _ in range(5):
            deliver.run()
            assert scene.rung() == 0
        assert (scene.calls() - before, scene.states()) == (0, Counter({"held": 1}))

        with uow(scene.house.jonas) as work:
            releasing.release(work, message.id, version)
        assert scene.ring_until(scene.ended)
    assert scene.states() == Counter({"delivered": 1})
    assert [len(posts) for posts in scene.posts().values()] == [1]
    assert scene.clocks()["met"] == 1


def test_released_by_many_at_once_it_is_posted_once(scene: Scene) -> None:
    message, version = held(scene)
    keys = [scene.house.jonas, scene.house.lone] * 4
    start = Barrier(len(keys))

    def turn(actor: Actor) -> str:
        with scene.app.app_context():
            start.wait(30)
            try:
                with uow(actor) as work:
                    releasing.release(work, message.id, version)
            except Conflict:
                return "conflict"
            finally:
                db.session.remove()
            return "released"

    with ThreadPoolExecutor(len(keys)) as threads:
        came = Counter(threads.map(turn, keys))
    assert came == {"released": 1, "conflict": len(keys) - 1}
    assert scene.go_on()
    assert [len(posts) for posts in scene.posts().values()] == [1]
    assert scene.entries("reply.released") == 1
    with reading(SYSTEM) as work:
        assert work.session.scalars(select(SecondKey.releaser_id)).one() in {scene.house.jonas.id, scene.house.lone.id}


@pytest.mark.parametrize("point", ["claim committed", "answer in hand"])
def test_a_worker_that_dies_with_a_released_one_posts_it_once_like_any_other(scene: Scene, point: str) -> None:
    message, version = held(scene)
    with uow(scene.house.lone) as work:
        releasing.release(work, message.id, version)
    scene.kill_at(point)
    assert scene.go_on()
    assert [len(posts) for posts in scene.posts().values()] == [1]
