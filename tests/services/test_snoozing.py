"""Out of the way and back: once, whoever wakes it, and with every clock as it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from inbox.domain.actors import SYSTEM
from inbox.domain.errors import Conflict, Invalid
from inbox.domain.events import ConversationChanged
from inbox.models import Clock, Conversation, ConversationEvent, Notice
from inbox.queries.owed import owed
from inbox.services import conversations, snoozing
from inbox.uow import reading
from tests import house as scene
from tests.house import ALI, House, post
from tests.services.answering import answer, deed, minutes, one


@pytest.fixture
def house(app: Flask) -> House:
    founded = scene.found()
    founded.news(post())
    return founded


def snooze(house: House, until: float = 60, at: float = 5) -> None:
    seen = house.conversation()
    with deed(house.anna, minutes(at)) as work:
        snoozing.snooze(work, seen.id, seen.version, minutes(until))


def wake_due(at: float) -> int:
    with deed(now=minutes(at)) as work:
        return snoozing.wake_due(work)


def lines() -> list[str]:
    with reading(SYSTEM) as work:
        return list(work.session.scalars(select(ConversationEvent.kind).order_by(ConversationEvent.id)))


def rings(at: float) -> bool:
    with reading(SYSTEM) as work:
        work.now = minutes(at)
        return owed(work).returning


def test_it_is_out_of_the_way_and_its_clocks_run_on(house: House) -> None:
    before = one(Clock)
    snooze(house)
    conversation, after = house.conversation(), one(Clock)
    assert (conversation.snoozed_until, conversation.next_due_at) == (minutes(60), before.due_at)
    assert (after.state, after.due_at) == ("running", before.due_at)
    assert lines() == ["snoozed"]


def test_it_comes_back_at_its_hour_and_only_once(house: House) -> None:
    snooze(house)
    before = house.conversation().version
    assert not rings(59.9)
    assert wake_due(59.9) == 0
    assert rings(60)
    with deed(now=minutes(60)) as work:
        assert snoozing.wake_due(work) == 1
        assert [e.version for e in work.events if isinstance(e, ConversationChanged)] == [before + 1]
    assert not rings(61)
    assert wake_due(61) == 0
    assert (house.conversation().snoozed_until, house.conversation().version) == (None, before + 1)
    assert lines() == ["snoozed", "woken"]


def test_whoever_holds_it_is_told_that_it_is_back(house: House) -> None:
    seen = house.conversation()
    with deed(house.anna) as work:
        conversations.take(work, seen.id, seen.version)
    snooze(house)
    wake_due(60)
    assert (one(Notice).agent_id, one(Notice).kind) == (house.anna.id, "woken")


def test_the_citizens_next_word_brings_it_back_at_once(house: House) -> None:
    answer(house)
    snooze(house, until=600, at=11)
    root = house.conversation().root_external_id
    house.news(post("Hallo?", parent=root, root=root, at=minutes(20)))
    assert (house.conversation().snoozed_until, house.conversation().status) == (None, "open")
    assert "woken_by_citizen" in lines()
    assert wake_due(600) == 0


def test_another_citizens_word_leaves_it_where_it_is(house: House) -> None:
    snooze(house, until=600)
    house.news(post("Også jeg!", author=ALI, at=minutes(20)))
    with reading(SYSTEM) as work:
        assert set(work.session.scalars(select(Conversation.snoozed_until))) == {minutes(600), None}


def test_by_hand_it_comes_back_before_its_hour(house: House) -> None:
    snooze(house)
    seen = house.conversation()
    with deed(house.jonas) as work:
        snoozing.wake(work, seen.id, seen.version)
    assert house.conversation().snoozed_until is None
    with pytest.raises(Conflict, match="back already"), deed(house.jonas) as work:
        snoozing.wake(work, seen.id, seen.version + 1)


def test_another_hour_takes_the_place_of_the_first(house: House) -> None:
    snooze(house, until=60)
    snooze(house, until=120, at=6)
    assert wake_due(60) == 0
    assert wake_due(120) == 1


@pytest.mark.parametrize(
    "finish", [conversations.solve, lambda work, id_, version: conversations.dismiss(work, id_, version, "thanks")]
)
def test_what_is_finished_does_not_come_back_by_the_hour(house: House, finish: Callable[..., None]) -> None:
    snooze(house)
    seen = house.conversation()
    with deed(house.anna, minutes(6)) as work:
        finish(work, seen.id, seen.version)
    assert wake_due(60) == 0
    with pytest.raises(Conflict, match="finished"):
        snooze(house)


@pytest.mark.parametrize(("until", "sentence"), [(5, "past"), (4, "past"), (366 * 24 * 60, "year")])
def test_an_hour_that_is_past_or_too_far_is_refused_and_changes_nothing(
    house: House, until: float, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence) as refused:
        snooze(house, until=until)
    assert refused.value.field == "until"
    assert (house.conversation().snoozed_until, lines()) == (None, [])


def test_whoever_is_second_hears_of_it(house: House) -> None:
    seen = house.conversation()
    snooze(house)
    with pytest.raises(Conflict, match="Something new"), deed(house.jonas) as work:
        snoozing.snooze(work, seen.id, seen.version, minutes(90))


def test_a_long_sleep_is_woken_batch_by_batch(house: House) -> None:
    people = [{"id": f"c{n}", "handle": f"c{n}", "name": f"Borger {n}"} for n in range(6)]
    house.news(*(post(f"Nummer {n}?", author=person) for n, person in enumerate(people)))
    with deed() as work:
        for conversation in work.session.scalars(select(Conversation)):
            conversation.snoozed_until = minutes(30)
    woken: list[int] = []
    while not woken or woken[-1]:
        with deed(now=minutes(30) + timedelta(days=3)) as work:
            woken.append(snoozing.wake_due(work, limit=3))
    assert woken == [3, 3, 1, 0]
    assert lines() == ["woken"] * 7
