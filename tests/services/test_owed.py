"""The clock's one look: it rings for what is due and nobody holds, and for nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from inbox.domain.actors import SYSTEM
from inbox.models import Account, Delivery
from inbox.queries.owed import Owed, owed
from inbox.services import deliveries, replies
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import House, post

# The undo window of five seconds must not close while a test looks at it.
pytestmark = pytest.mark.usefixtures("noon")
LONG = " ".join(f"Sætning nummer {number} er lang nok til at fylde noget." for number in range(12))


@pytest.fixture
def house(app: Flask) -> House:
    found = scene.found()
    found.news(post())
    with uow(SYSTEM) as work:
        work.session.execute(update(Account).values(due_at=work.now + timedelta(days=1)))
    return found


def look(after: timedelta = timedelta()) -> Owed:
    with reading(SYSTEM) as work:
        work.now += after
        return owed(work)


def answer(house: House, words: str) -> None:
    conversation = house.conversation()
    with uow(house.anna) as work:
        replies.reply(work, conversation.id, version=conversation.version, visibility="public", body=words)


def test_nothing_is_rung_for_in_the_undo_window_and_everything_after_it(house: House) -> None:
    answer(house, "Klokken 7.")
    assert not look().deliveries
    assert look(timedelta(seconds=6)).deliveries


def test_a_part_behind_one_that_needs_a_person_rings_no_bell(house: House) -> None:
    answer(house, LONG)
    with uow(SYSTEM) as work:
        work.session.execute(update(Delivery).where(Delivery.part == 1).values(state="needs_human", due_at=None))
    assert not look(timedelta(minutes=5)).deliveries
    with uow(SYSTEM) as work:
        work.now += timedelta(minutes=5)
        assert deliveries.claim(work, timedelta(seconds=30)) is None


def test_a_stopped_account_rings_no_bell(house: House) -> None:
    answer(house, "Klokken 7.")
    with uow(SYSTEM) as work:
        work.session.execute(update(Account).values(state="suspended", due_at=work.now))
    due = look(timedelta(minutes=1))
    assert not due.deliveries
    assert not due.accounts


def test_a_promise_rings_once_its_time_is_over(house: House) -> None:
    assert look(timedelta(days=3)).timers
