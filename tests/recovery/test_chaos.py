"""Thirty answers go out while the machine room's processes are killed at random, on a platform at its worst."""

from __future__ import annotations

import os
import random
import subprocess
from threading import Event

import psutil
import pytest

from inbox.embedded.processes import until
from tests.recovery.scene import ENDED, Scene

ANSWERS = 30
KILLS = 15
IN_TIME = 120.0
"""Seconds after the last kill in which every answer must have its end."""


@pytest.mark.parametrize("seed", [2026])
def test_at_most_one_post_for_each_answer_and_an_end_for_all(scene: Scene, seed: int) -> None:
    chance = random.Random(seed)
    asked = [scene.ask(name=f"Borger {number}") for number in range(ANSWERS)]
    scene.town.misbehave("forget_keys")
    scene.town.misbehave("invisible", value=3)
    # Taken, and said half a second later: the moment in which a death is most dangerous is made long.
    scene.town.misbehave("hold_after", value=500)
    for fault in ("drop_after", "fail_after", "fail_before", "reject"):
        scene.town.misbehave(fault, times=2)
    rooms = {"deliver": Room(scene, "--queues", "deliver"), "clock": Room(scene, "--clock")}
    promised = []
    try:
        for room in rooms.values():
            room.open()
        for number in range(KILLS):
            before = scene.calls()
            promised += [scene.answer(asked[2 * number]), scene.answer(asked[2 * number + 1])]
            assert until(lambda before=before: scene.calls() > before, IN_TIME)  # type: ignore[misc] # mypy can't infer a lambda with defaults.
            Event().wait(chance.uniform(0, 0.7))
            room = rooms[chance.choice(["deliver", "deliver", "deliver", "clock"])]
            room.kill(orphan=chance.random() < 0.3)
            room.open()
        scene.town.behave()
        assert until(scene.ended, IN_TIME, pause=0.1), scene.states()
    finally:
        for room in rooms.values():
            room.kill()
    posts = scene.posts()
    for delivery_id in promised:
        state = scene.delivery(delivery_id).state
        made = len(posts.get(str(delivery_id), []))
        assert state in ENDED
        assert made == {"delivered": 1, "rejected": 0}.get(state, made) <= 1, (seed, delivery_id, state)


class Room:
    """One kind of process, and all that was left of its earlier ones."""

    def __init__(self, scene: Scene, *arguments: str) -> None:
        self._scene = scene
        self._arguments = arguments
        self._started: list[subprocess.Popen[bytes]] = []

    def open(self) -> None:
        self._started.append(self._scene.worker(*self._arguments))

    def kill(self, *, orphan: bool = False) -> None:
        """SIGKILL: the process alone, so that the job under way is left an orphan, or with it every job there is."""
        if not orphan:
            for process in psutil.process_iter():
                # A job has its worker's session, even when its worker is dead.
                if session(process.pid) in {one.pid for one in self._started}:
                    process.kill()
        self._started[-1].kill()
        self._started[-1].wait(20)


def session(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return None
