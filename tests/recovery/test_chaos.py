"""Thirty answers go out while the machine room's processes are killed at random, on a platform at its worst."""

from __future__ import annotations

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
    scene.town.misbehave("invisible", value=1)
    scene.town.misbehave("latency", value=150)
    for fault in ("drop_after", "fail_after", "fail_before", "reject"):
        scene.town.misbehave(fault, times=2)
    rooms = {name: scene.worker(*arguments) for name, arguments in ROOMS.items()}
    promised = []
    try:
        for number in range(KILLS):
            promised += [scene.answer(asked[2 * number]), scene.answer(asked[2 * number + 1])]
            Event().wait(chance.uniform(0.3, 1.5))
            name = chance.choice(["deliver", "deliver", "deliver", "clock"])
            kill(rooms[name], orphan=chance.random() < 0.3)
            rooms[name] = scene.worker(*ROOMS[name])
        scene.town.behave()
        assert until(scene.ended, IN_TIME, pause=0.1), scene.states()
    finally:
        for process in rooms.values():
            kill(process, orphan=False)
    posts = scene.posts()
    for delivery_id in promised:
        state = scene.delivery(delivery_id).state
        made = len(posts.get(str(delivery_id), []))
        assert state in ENDED
        assert made == {"delivered": 1, "rejected": 0}.get(state, made) <= 1, (seed, delivery_id, state)


ROOMS = {"deliver": ("--queues", "deliver"), "clock": ("--clock",)}


def kill(process: subprocess.Popen[bytes], *, orphan: bool) -> None:
    """SIGKILL, with the job under way unless it is to be left an orphan."""
    horses = [] if orphan else psutil.Process(process.pid).children()
    process.kill()
    for horse in horses:
        try:
            horse.kill()
        except psutil.NoSuchProcess:
            pass  # It had done its work.
    process.wait(20)
