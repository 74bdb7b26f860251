"""The worker is killed at every point of a delivery: never two posts, never a lost one, always an end."""

from __future__ import annotations

import os
import signal
from datetime import datetime
from uuid import UUID

import psutil
import pytest

from inbox.domain import clock
from inbox.embedded.processes import until
from tests.recovery.scene import SOON, Scene


def stands_once(scene: Scene, *, tries: int) -> None:
    """The one answer of the scene was posted exactly once, and everybody here believes so."""
    ((key, (post,)),) = scene.posts().items()
    part = scene.delivery(UUID(key))
    assert (part.state, part.attempts, part.lease_until) == ("delivered", tries, None)
    assert (part.external_id, part.delivered_at) == (post["id"], datetime.fromisoformat(post["at"]))
    assert scene.clocks() == {"met": 1}
    assert scene.entries("reply.delivered") == 1


@pytest.mark.parametrize(
    ("point", "tries"),
    [("claimed, not committed", 1), ("claim committed", 2), ("request sent", 2)],
)
def test_killed_before_the_platform_took_it(scene: Scene, point: str, tries: int) -> None:
    """It is posted by the next try, even where the platform knows no key."""
    delivery_id = scene.answer(scene.ask())
    scene.town.misbehave("forget_keys")
    # Long enough that the square is still thinking when the caller dies, and sees it hang up.
    scene.town.misbehave("latency", value=900, times=1)
    scene.kill_at(point)
    assert not scene.posts()
    assert scene.states() == {"queued" if tries == 1 else "sending": 1}
    assert scene.go_on()
    assert scene.outcomes(delivery_id) == (["the caller hung up"] if point == "request sent" else []) + ["taken"]
    stands_once(scene, tries=tries)


@pytest.mark.parametrize("point", ["answer in hand", "outcome not committed"])
def test_killed_after_the_platform_took_it(scene: Scene, point: str) -> None:
    """It is found, though the platform shows it late and knows no key: a second try would double it."""
    delivery_id = scene.answer(scene.ask())
    scene.town.misbehave("forget_keys")
    scene.town.misbehave("invisible", value=3)
    scene.kill_at(point)
    assert scene.states() == {"sending": 1}
    assert scene.go_on()
    assert scene.outcomes(delivery_id) == ["taken"]
    stands_once(scene, tries=1)


@pytest.mark.parametrize("orphan", [False, True], ids=["all of it", "its parent alone"])
def test_a_real_worker_is_killed_while_the_platform_holds_the_answer(scene: Scene, orphan: bool) -> None:
    """Alone its parent's death leaves an orphan, which may finish the job unseen."""
    delivery_id = scene.answer(scene.ask())
    scene.town.misbehave("forget_keys")
    scene.town.misbehave("hold_after", value=60_000)
    with scene.worker("--queues", "deliver") as worker:
        assert until(lambda: scene.outcomes(delivery_id) == ["taken, hold_after"], SOON)
        horses = [] if orphan else psutil.Process(worker.pid).children()
        worker.kill()
        for horse in horses:
            horse.kill()
    assert scene.go_on()
    stands_once(scene, tries=1)


@pytest.mark.parametrize("point", ["doubt claimed", "found, not committed"])
def test_killed_while_looking_it_up(scene: Scene, point: str) -> None:
    delivery_id = scene.answer(scene.ask())
    scene.town.misbehave("forget_keys")
    scene.town.misbehave("drop_after", times=1)
    assert scene.go_on(lambda: scene.states() == {"unconfirmed": 1})
    due_at = scene.delivery(delivery_id).due_at
    assert due_at is not None
    assert until(lambda: clock.now() >= due_at, SOON)
    scene.kill_at(point)
    assert scene.states() == {"unconfirmed": 1}
    assert scene.go_on()
    stands_once(scene, tries=1)


def test_a_worker_that_slept_through_its_lease_does_not_post(scene: Scene) -> None:
    """A machine was suspended between the claim and the call; meanwhile another worker has posted."""
    scene.town.misbehave("forget_keys")
    delivery_id = scene.answer(scene.ask())
    with scene.doomed("asleep before the call") as sleeper:
        _, status = os.waitpid(sleeper.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        assert scene.go_on()
        sleeper.send_signal(signal.SIGCONT)
        assert sleeper.wait(SOON) == 0
    assert scene.outcomes(delivery_id) == ["taken"]
    stands_once(scene, tries=2)


def test_killed_in_a_chain(scene: Scene) -> None:
    """Parts go out in order, each once, each under the one before."""
    words = " ".join(f"Bassin {number} er åbent hver dag fra klokken syv til klokken tyve." for number in range(12))
    scene.town.misbehave("forget_keys")
    scene.answer(scene.ask(), words)
    parts = sum(scene.states().values())
    assert parts > 2
    scene.kill_at("answer in hand")
    assert scene.go_on()
    posts = sorted((posts for posts in scene.posts().values()), key=lambda one: str(one[0]["at"]))
    assert [len(one) for one in posts] == [1] * parts
    assert [one[0]["parent"] for one in posts[1:]] == [one[0]["id"] for one in posts[:-1]]
    assert all(f"({number}/{parts})" in one[0]["text"] for number, one in enumerate(posts, start=1))


@pytest.mark.parametrize("point", ["page not stored", "page not committed"])
def test_killed_while_taking_in(scene: Scene, point: str) -> None:
    """The cursor moves with the messages or not at all: the page is fetched again, and each post stands once."""
    for number in range(5):
        scene.town.say(f"Borger {number}", "Hvor er I?", to=scene.handle)
    scene.kill_at(point)
    assert scene.heard() == 0
    assert scene.fetch_until(lambda: scene.heard() == 5)
    assert scene.clocks() == {"running": 5}
    assert scene.entries("post.seen") == 5
