"""Time spent: one conversation at a time, corrected by the person, seen by nobody else."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from inbox.domain.actors import SYSTEM, Actor
from inbox.domain.errors import Forbidden, Invalid, NotFound
from inbox.models import Conversation
from inbox.queries.activity import Spent, mine
from inbox.services import activity
from inbox.uow import reading, uow
from tests.house import ALI, METTE, NOON, House, found, post


@pytest.fixture
def house(app: Flask) -> House:
    return found()


@pytest.fixture
def matters(house: House) -> tuple[UUID, UUID]:
    """Mette's and Ali's."""
    house.news(post("@nordby Hvornår er der sprøjtefrit?", author=METTE))
    house.news(post("@nordby Hvor er legepladsen?", author=ALI))
    with reading(SYSTEM) as view:
        first, second = view.session.scalars(select(Conversation.id).order_by(Conversation.id))
    return first, second


def beat(actor: Actor, conversation_id: UUID, at: datetime) -> None:
    with uow(actor) as work:
        work.now = at
        activity.beat(work, conversation_id)


def spent(actor: Actor) -> dict[UUID, Spent]:
    with reading(actor) as view:
        return {one.conversation_id: one for one in mine(view)}


def seconds(count: int) -> timedelta:
    return timedelta(seconds=count)


def test_seconds_belong_to_the_conversation_that_was_in_front(house: House, matters: tuple[UUID, UUID]) -> None:
    mette, ali = matters
    for at in (0, 15, 30):
        beat(house.anna, mette, NOON + seconds(at))
    beat(house.anna, ali, NOON + seconds(40))  # She opens the other one.
    beat(house.anna, ali, NOON + seconds(55))
    counted = spent(house.anna)
    assert counted[mette].measured == seconds(40)
    assert counted[ali].measured == seconds(15)


def test_two_open_pages_share_the_seconds_of_one_person(house: House, matters: tuple[UUID, UUID]) -> None:
    mette, ali = matters
    for at in range(0, 61, 5):
        beat(house.anna, (mette, ali)[at // 5 % 2], NOON + seconds(at))
    assert sum((one.measured for one in spent(house.anna).values()), timedelta()) == seconds(60)


def test_a_pause_counts_for_nothing(house: House, matters: tuple[UUID, UUID]) -> None:
    for at in (0, 15, 400, 415):
        beat(house.anna, matters[0], NOON + seconds(at))
    assert spent(house.anna)[matters[0]].measured == seconds(30)


def test_a_correction_stands_beside_what_was_measured_and_can_be_taken_back(
    house: House, matters: tuple[UUID, UUID]
) -> None:
    for at in (0, 15):
        beat(house.anna, matters[0], NOON + seconds(at))
    day = NOON.date()
    with uow(house.anna) as work:
        activity.correct(work, matters[0], day, 12)
    one = spent(house.anna)[matters[0]]
    assert (one.measured, one.corrected, one.counted) == (seconds(15), seconds(720), seconds(720))
    with uow(house.anna) as work:
        activity.correct(work, matters[0], day, None)
    assert spent(house.anna)[matters[0]].counted == seconds(15)
    for wrong in (-1, 1441):
        with uow(house.anna) as work, pytest.raises(Invalid):
            activity.correct(work, matters[0], day, wrong)


def test_nobody_sees_or_corrects_anothers_time(house: House, matters: tuple[UUID, UUID]) -> None:
    beat(house.anna, matters[0], NOON)
    assert spent(house.jonas) == {}
    assert spent(house.lone) == {}
    with uow(house.lone) as work, pytest.raises(NotFound):
        activity.correct(work, matters[0], NOON.date(), 5)


def test_who_does_not_answer_has_no_time_in_conversations(house: House, matters: tuple[UUID, UUID]) -> None:
    auditor = Actor(house.anna.id, "Rikke Dahl", frozenset(), house.anna.teams)
    with uow(auditor) as work, pytest.raises(Forbidden):
        activity.beat(work, matters[0])
