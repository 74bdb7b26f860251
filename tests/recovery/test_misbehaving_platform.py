"""Whatever the platform does to an answer, it stands there once, or a person is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inbox.domain.actors import SYSTEM
from inbox.embedded.processes import until
from inbox.models import Account
from inbox.uow import reading
from tests.recovery.scene import SOON, Scene
from workers import deliver


def account(scene: Scene) -> Account:
    with reading(SYSTEM) as work:
        found = work.session.get_one(Account, scene.house.account_id)
        work.session.expunge(found)
        return found


@pytest.mark.parametrize(
    ("fault", "value", "outcomes"),
    [
        ("throttle", 1, ["throttle", "taken"]),
        ("fail_before", None, ["fail_before", "taken"]),
        ("fail_after", None, ["taken, fail_after"]),
        ("drop_after", None, ["taken, drop_after"]),
        ("hold_after", 5_000, ["taken, hold_after"]),
        ("latency", 5_000, ["the caller hung up", "taken"]),
    ],
)
def test_it_stands_there_once(scene: Scene, fault: str, value: int | None, outcomes: list[str]) -> None:
    """Without the help of keys, and with a post that is seen late."""
    delivery_id = scene.answer(scene.ask())
    scene.town.misbehave("forget_keys")
    scene.town.misbehave("invisible", value=2)
    scene.town.misbehave(fault, value=value, times=1)
    assert scene.go_on()
    # A busy square may write down that a caller hung up after the next call was taken.
    until(lambda: len(scene.outcomes(delivery_id)) >= len(outcomes), SOON, pause=0.1)
    assert sorted(scene.outcomes(delivery_id)) == sorted(outcomes)
    assert scene.states() == {"delivered": 1}
    assert [len(posts) for posts in scene.posts().values()] == [1]
    assert scene.clocks() == {"met": 1}


def test_a_request_to_wait_is_kept_by_the_whole_account(scene: Scene) -> None:
    first, second = scene.ask(), scene.ask(name="Ali R.")
    scene.town.misbehave("throttle", value=30, times=1)
    throttled = scene.answer(first)
    deliver.run()
    waiting = scene.answer(second)
    deliver.run()
    assert scene.states() == {"queued": 2}
    assert scene.outcomes(throttled) == ["throttle"]
    assert scene.outcomes(waiting) == []
    part, held = scene.delivery(throttled), account(scene).not_before
    assert held is not None
    assert part.due_at is not None
    assert part.due_at >= held
    assert held - part.created_at >= timedelta(seconds=30)
    assert scene.rung() == 0


def test_a_refusal_ends_it_and_gives_the_conversation_back(scene: Scene) -> None:
    conversation_id = scene.ask()
    scene.town.misbehave("reject", times=1)
    delivery_id = scene.answer(conversation_id)
    assert scene.go_on()
    part = scene.delivery(delivery_id)
    assert (part.state, part.last_error) == ("rejected", "The square does not take this post.")
    assert scene.conversation(conversation_id).status == "open"
    assert scene.conversation(conversation_id).waiting_since is not None
    assert scene.clocks() == {"running": 1}
    assert not scene.posts()


def test_a_platform_that_never_takes_it_and_never_says_so_ends_with_a_person(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """5xx for ever: each try is doubted, looked up and certainly absent, and that must come to an end too."""
    monkeypatch.setattr("inbox.domain.delivery.TRIES_BEFORE_A_PERSON", 3)
    scene.town.misbehave("fail_before")
    delivery_id = scene.answer(scene.ask())
    assert scene.go_on()
    assert scene.states() == {"needs_human": 1}
    assert scene.outcomes(delivery_id) == ["fail_before"] * 3
    scene.town.behave()
    scene.decide(delivery_id, stands=False)
    assert scene.go_on()
    assert scene.states() == {"delivered": 1}
    assert [len(posts) for posts in scene.posts().values()] == [1]


def test_nobody_posts_again_while_looking_is_impossible(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform dropped the line and can't be asked: a person decides, and nothing was doubled."""
    monkeypatch.setattr("inbox.domain.delivery.FIRST_BACK_OFF", timedelta(milliseconds=10))
    scene.town.misbehave("forget_keys")
    scene.town.misbehave("drop_after", times=1)
    scene.town.misbehave("lookup_fail")
    delivery_id = scene.answer(scene.ask())
    assert scene.go_on()
    assert scene.states() == {"needs_human": 1}
    scene.decide(delivery_id, stands=True)
    assert scene.states() == {"delivered": 1}
    assert scene.clocks() == {"met": 1}
    assert scene.outcomes(delivery_id) == ["taken, drop_after"]


def test_refused_access_stops_the_account_and_mending_it_posts_what_waited_once(scene: Scene) -> None:
    first, second = scene.ask(), scene.ask(name="Ali R.")
    scene.town.misbehave("refuse_access", times=1)
    refused, waiting = scene.answer(first), scene.answer(second)
    deliver.run()
    assert account(scene).state == "suspended"
    assert account(scene).health == "The square refuses our token."
    assert scene.states() == {"queued": 2}
    deliver.run()
    assert scene.outcomes(refused) + scene.outcomes(waiting) == ["refuse_access"]
    assert scene.rung() == 0
    scene.resume()
    assert scene.rung() > 0
    assert scene.go_on()
    assert scene.states() == {"delivered": 2}
    assert sorted(len(posts) for posts in scene.posts().values()) == [1, 1]


@pytest.mark.parametrize("habits", [("duplicate", "reorder", "poison", "odd_letters"), ("stream_fail",)])
def test_news_come_once_each_whatever_the_stream_does(scene: Scene, habits: tuple[str, ...]) -> None:
    for habit in habits:
        scene.town.misbehave(habit, times=3)
    for number in range(4):
        post = scene.town.say(f"Borger {number}", "Hvor er I?", to=scene.handle)
        scene.town.say(f"Borger {number}", "Og hvornår?", to=scene.handle, under=post)
        assert scene.fetch_until(lambda number=number: scene.heard() == 2 * (number + 1))  # type: ignore[misc] # mypy can't infer a lambda with defaults.
    assert scene.heard() == 8
    assert scene.clocks() == {"running": 4}
