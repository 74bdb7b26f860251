"""Whichever deed says something to a citizen: a national number in it stops all of it, and nothing is promised."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from inbox.domain.errors import Invalid
from inbox.models import Conversation, Delivery, Message, Moderation
from inbox.services import last_word, moderating, replies
from inbox.uow import UnitOfWork
from tests import house as scene
from tests.house import House, post
from tests.services.answering import count, deed, minutes
from tests.services.test_planned import EVENING, OFFICE, OPENING

HIDDEN = (
    "211062-5629",
    "２１１０６２-５６２９",
    "211062😀5629",
    "2 1 1 0 6 2 5 6 2 9",
    "211062\n5629",
    "21\u00ad1062\u200b-5629",
)
Say = Callable[[UnitOfWork, Conversation, str], object]


def answered(work: UnitOfWork, to: Conversation, words: str) -> object:
    return replies.reply(work, to.id, version=to.version, visibility="public", body=words)


def planned(work: UnitOfWork, to: Conversation, words: str) -> object:
    work.now = EVENING
    return replies.reply(work, to.id, version=to.version, visibility="public", body=words, planned_for=OPENING)


def stopped(work: UnitOfWork, to: Conversation, words: str) -> object:
    return last_word.stop(work, to.id, to.version, reason="repetition", body=words)


def hidden_and_told(work: UnitOfWork, to: Conversation, words: str) -> object:
    said = work.session.scalars(select(Message.id).where(Message.conversation_id == to.id, Message.direction == "in"))
    return moderating.decide(work, said.one(), "block", reason="Trusler", telling=words)


@pytest.fixture
def house(app: Flask) -> House:
    found = scene.found(calendar=OFFICE)
    found.news(post("@nordby Hvad står der om mig?"))
    return found


@pytest.mark.parametrize("number", HIDDEN)
@pytest.mark.parametrize("say", [answered, planned, stopped, hidden_and_told])
def test_a_number_in_it_stops_the_whole_deed(house: House, say: Say, number: str) -> None:
    seen = house.conversation()
    with pytest.raises(Invalid, match="national identity number") as refused, deed(house.anna, minutes(5)) as work:
        say(work, seen, f"Hej Mette. Vi fandt {number} hos os.")

    assert refused.value.field == "body"
    assert (count(Delivery), count(Moderation)) == (0, 0)
    assert house.conversation().version == seen.version


@pytest.mark.parametrize("say", [answered, planned, stopped, hidden_and_told])
def test_without_one_it_goes_through(house: House, say: Say) -> None:
    seen = house.conversation()
    with deed(house.anna, minutes(5)) as work:
        say(work, seen, "Hej Mette. Det ser vi på.")

    assert count(Delivery) == 1
