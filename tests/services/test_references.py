"""A reference is drawn, so it may be somebody's already: nothing of what comes in is lost by that."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from inbox.domain.actors import SYSTEM
from inbox.models import Conversation
from inbox.services import threads
from inbox.uow import reading
from tests import house as scene
from tests.house import House, post


@pytest.fixture
def house(app: Flask) -> House:
    return scene.found()


def _deal(monkeypatch: pytest.MonkeyPatch, *dealt: str) -> Iterator[str]:
    cards = iter(dealt)
    monkeypatch.setattr(threads, "new_reference", lambda: next(cards))
    return cards


def test_a_taken_reference_is_drawn_anew(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    _deal(monkeypatch, "K-222222")
    house.news(post("Hej", own_id="first"))
    left = _deal(monkeypatch, "K-222222", "K-333333", "K-333333", "K-222222", "K-444444", "K-555555")
    house.news(*(post("Hej", own_id=f"next-{number}") for number in range(3)))
    with reading(SYSTEM) as work:
        found = set(work.session.scalars(select(Conversation.reference)))
    assert found == {"K-222222", "K-333333", "K-444444", "K-555555"}
    assert list(left) == []
