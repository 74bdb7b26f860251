"""The button that plans an answer: there only while we are closed, with the hour on it that the answer goes out at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from inbox.domain.actors import SYSTEM
from inbox.domain.calendar import Calendar
from inbox.models import Agent, Message
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import House, post
from tests.web.conftest import Come

EVENING = datetime(2026, 11, 24, 19, 0, tzinfo=UTC)
"""Tuesday at eight in the evening where the office is."""
OPENING = EVENING + timedelta(hours=12)
OFFICE = Calendar("Europe/Copenhagen", dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), (("08:00", "16:00"),)))


@pytest.fixture
def office(app: Flask) -> House:
    with time_machine.travel(EVENING - timedelta(minutes=10), tick=False):
        made = scene.found(calendar=OFFICE)
        with uow(SYSTEM) as work:
            work.session.execute(update(Agent).values(language="en"))
        made.news(post(at=EVENING - timedelta(minutes=10)))
    return made


def planned(house: House, come: Come, planned_for: str) -> tuple[int, str]:
    conversation = house.conversation()
    anna = come(house.anna)
    answer = anna.post(
        f"/c/{conversation.id}/answer",
        mode="public",
        body="Klokken 7.",
        version=str(conversation.version),
        planned_for=planned_for,
    )
    return answer.status_code, answer.text if answer.status_code != 303 else anna.get(answer.location).text


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (EVENING, "Send when we open (tomorrow 08:00)"),
        (EVENING + timedelta(hours=6), "Send when we open (08:00)"),
        (EVENING + timedelta(days=3), "Send when we open (Monday 08:00)"),
    ],
)
def test_it_stands_there_while_we_are_closed(office: House, come: Come, at: datetime, words: str) -> None:
    with time_machine.travel(at, tick=False):
        page = come(office.anna).get(f"/c/{office.conversation().id}").text
    assert page.count(words) == 2
    with time_machine.travel(OPENING, tick=False):
        assert "Send when we open" not in come(office.anna).get(f"/c/{office.conversation().id}").text


def test_pressed_it_says_when_it_goes_out_and_can_be_undone(office: House, come: Come) -> None:
    with time_machine.travel(EVENING, tick=False):
        code, page = planned(office, come, OPENING.isoformat())
        assert code == 303
        assert "Goes out by itself tomorrow 08:00" in page
        assert 'class="toast"' not in page
        with reading(SYSTEM) as work:
            ours = work.session.scalars(select(Message.id).where(Message.direction == "out")).one()
        anna = come(office.anna)
        back = anna.post(f"/messages/{ours}/undo")
        assert back.status_code == 303
        after = anna.get(back.location).text
        assert ">Klokken 7.</textarea>" in after
        assert "Write it again" in after


@pytest.mark.parametrize("hour", ["soon", "2026-11-25T08:00:00", "2026-13-01T08:00:00+00:00", "-1"])
def test_what_is_no_hour_is_a_sentence_and_the_words_stay(office: House, come: Come, hour: str) -> None:
    with time_machine.travel(EVENING, tick=False):
        code, page = planned(office, come, hour)
    assert (code, "no hour for an answer" in page, ">Klokken 7.</textarea>" in page) == (422, True, True)


def test_whoever_pressed_too_late_keeps_the_words(office: House, come: Come) -> None:
    with time_machine.travel(OPENING, tick=False):
        code, page = planned(office, come, OPENING.isoformat())
    assert (code, "We have opened meanwhile" in page, ">Klokken 7.</textarea>" in page) == (409, True, True)
