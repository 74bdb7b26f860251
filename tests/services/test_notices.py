"""What people are told: once, never of their own deeds, and only they themselves."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from inbox.domain.actors import SYSTEM, Actor
from inbox.domain.errors import Invalid
from inbox.models import Agent, Notice
from inbox.services import notices
from inbox.uow import reading
from tests import house as scene
from tests.house import House, post
from tests.services.answering import deed, minutes


class Ear:
    """Hears what browsers would be told."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []

    def emit(self, _event: str, data: dict[str, Any], *, to: str) -> None:
        self.heard.append((data["kind"], to))


@pytest.fixture
def house(app: Flask) -> House:
    return scene.found()


@pytest.fixture
def ear(app: Flask, house: House, monkeypatch: pytest.MonkeyPatch) -> Ear:
    found = Ear()
    monkeypatch.setitem(app.extensions, "emitter", found)
    return found


def told(actor: Actor) -> list[tuple[str, bool]]:
    """The kinds of a person's notices, and whether each was read."""
    with reading(SYSTEM) as work:
        rows = work.session.scalars(select(Notice).where(Notice.agent_id == actor.id).order_by(Notice.at, Notice.id))
        return [(row.kind, row.read_at is not None) for row in rows]


def test_one_deed_tells_a_person_a_thing_once_and_nudges_their_own_room(house: House, ear: Ear) -> None:
    house.news(post())
    conversation = house.conversation()
    ear.heard.clear()
    with deed(house.jonas) as work:
        for _ in range(2):
            notices.tell(work, house.anna.id, "mentioned", conversation.id)
    assert told(house.anna) == [("mentioned", False)]
    assert ear.heard == [("notice", f"agent:{house.anna.id}")]


def test_nobody_is_told_of_their_own_deed_or_after_they_have_left(house: House, ear: Ear) -> None:
    with deed() as work:
        work.session.get_one(Agent, house.jonas.id).left_at = work.now
    with deed(house.anna) as work:
        notices.tell(work, house.anna.id, "mentioned")
        notices.tell(work, house.jonas.id, "mentioned")
    assert told(house.anna) == told(house.jonas) == []
    assert ear.heard == []


def test_a_kind_that_nobody_could_read_is_refused(house: House) -> None:
    with deed(house.anna) as work, pytest.raises(Invalid, match="no such notice"):
        notices.tell(work, house.jonas.id, "gossip")


def test_a_citizen_who_writes_three_times_is_one_thing_to_look_at(house: House) -> None:
    house.news(post())
    conversation = house.conversation()
    for minute in (1, 2, 3):
        with deed(now=minutes(minute)) as work:
            notices.tell(work, house.anna.id, "citizen_wrote", conversation.id)
    assert told(house.anna) == [("citizen_wrote", False)]
    with deed(house.anna, minutes(4)) as work:
        notices.seen(work, conversation.id)
    with deed(now=minutes(5)) as work:
        notices.tell(work, house.anna.id, "citizen_wrote", conversation.id)
    assert told(house.anna) == [("citizen_wrote", True), ("citizen_wrote", False)]


def test_people_read_their_own_notices_alone(house: House) -> None:
    with deed(house.lone) as work:
        notices.tell(work, house.anna.id, "mentioned")
        notices.tell(work, house.jonas.id, "mentioned")
    with reading(SYSTEM) as work:
        of_jonas = work.session.scalars(select(Notice.id).where(Notice.agent_id == house.jonas.id)).one()
    with deed(house.anna) as work:
        notices.read(work, of_jonas)
    assert told(house.anna) == told(house.jonas) == [("mentioned", False)]
    with deed(house.anna) as work:
        notices.read(work)
    assert (told(house.anna), told(house.jonas)) == ([("mentioned", True)], [("mentioned", False)])
