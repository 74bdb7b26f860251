"""Who is told: a few changes one by one, a page of them once, and nobody when nothing was committed."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from redis import ConnectionError as Silent

from inbox.domain.actors import SYSTEM
from inbox.domain.events import ConversationChanged, DeliveriesDue
from inbox.domain.ids import new_id
from inbox.uow import uow

TEAM, OTHER = new_id(), new_id()


class Ear:
    """Hears what browsers would be told."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []

    def emit(self, _event: str, data: dict[str, Any], *, to: str) -> None:
        self.heard.append((data["kind"], to))


@pytest.fixture
def ear(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Ear:
    found = Ear()
    monkeypatch.setitem(app.extensions, "emitter", found)
    return found


def test_a_conversation_that_changed_twice_is_told_once(ear: Ear) -> None:
    one = new_id()
    with uow(SYSTEM) as work:
        work.say(ConversationChanged(one, TEAM, 1))
        work.say(ConversationChanged(one, TEAM, 2))
    assert ear.heard == [("conversation", f"team:{TEAM}")]


def test_a_page_of_posts_is_one_nudge_for_a_team(ear: Ear) -> None:
    with uow(SYSTEM) as work:
        for _ in range(500):
            work.say(ConversationChanged(new_id(), TEAM, 1))
        work.say(ConversationChanged(new_id(), OTHER, 1))
    assert sorted(ear.heard) == [("conversation", f"team:{OTHER}"), ("team", f"team:{TEAM}")]


def test_nobody_is_told_of_what_was_rolled_back(ear: Ear) -> None:
    def fail() -> None:
        with uow(SYSTEM) as work:
            work.say(ConversationChanged(new_id(), TEAM, 1))
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    assert ear.heard == []


def test_a_silent_redis_costs_a_warning_and_never_the_deed(
    ear: Ear, app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        def enqueue(self, _job: str, *_ids: str) -> None:
            raise Silent("nobody")

    monkeypatch.setitem(app.extensions, "bells", Broken())
    with uow(SYSTEM) as work:
        work.say(DeliveriesDue())
    assert "nobody_heard" in caplog.text
