"""A last word that is taken back, undone, refused or given back: nobody is left unanswered who heard no last word."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from connectors.kit.contract import Rejected
from inbox.domain.actors import SYSTEM
from inbox.domain.errors import Conflict
from inbox.models import Agent, Conversation, Draft, Message, Stop
from inbox.services import last_word, merging, releasing, replies, stopping
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import House, post
from tests.services.answering import claim, count, deed, minutes, one, parts, record
from tests.services.test_last_word import WORD, after, more, opened, sent, stop
from tests.services.test_planned import lines


@pytest.fixture
def house(app: Flask) -> House:
    return opened()


def test_taken_back_it_is_answered_as_ever_and_what_was_seen_asks_for_nothing(house: House) -> None:
    sent(stop(house))
    house.news(more("Hallo?", "seen", 20))
    seen = house.conversation()
    with deed(house.jonas, minutes(30)) as work:
        stopping.lift(work, seen.id, seen.version)
    conversation = house.conversation()
    assert (conversation.stopped_at, conversation.status, conversation.waiting_since) == (None, "solved", None)
    assert lines()[-1] == "stop_lifted"
    assert (one(Stop).lifted_at, one(Stop).lifted_by_id) == (minutes(30), house.jonas.id)
    house.news(more("Er der nogen?", "asks", 40))
    conversation = house.conversation()
    assert (conversation.status, conversation.waiting_since) == ("open", minutes(40))
    with pytest.raises(Conflict), deed(house.anna, minutes(50)) as work:
        stopping.lift(work, conversation.id, conversation.version)
    # And stopped again: both times are told.
    stop(house, at=60)
    assert count(Stop) == 2


def test_undone_nobody_has_heard_it_and_so_nothing_is_stopped(house: House) -> None:
    message_id = stop(house)
    with deed(house.anna, minutes(10) + timedelta(seconds=3)) as work:
        replies.undo(work, message_id)
    conversation = house.conversation()
    assert (conversation.stopped_at, conversation.status, conversation.waiting_since) == (None, "open", scene.NOON)
    assert one(Stop).lifted_at is not None
    assert one(Draft).text == WORD


def test_refused_by_the_platform_nothing_is_stopped(house: House) -> None:
    message_id = stop(house)
    part = parts(message_id)[0]
    assert claim(minutes(11)) == part.id
    record(part.id, Rejected("too rude"), minutes(12))
    conversation = house.conversation()
    assert (conversation.stopped_at, conversation.status) == (None, "open")


def test_held_for_a_second_key_it_is_not_taken_back_by_what_is_said_meanwhile(house: House) -> None:
    with uow(SYSTEM) as work:
        work.session.execute(update(Agent).where(Agent.id == house.anna.id).values(two_keys=True))
    message_id = stop(house)
    house.news(more("Hallo?", "seen", 20))
    assert [part.state for part in parts(message_id)] == ["held"]
    seen = house.conversation()
    with deed(house.lone, minutes(30)) as work:
        releasing.give_back(work, message_id, seen.version, "Giv ham en chance til.")
    assert house.conversation().stopped_at is None


def test_two_conversations_that_become_one_are_stopped_if_one_of_them_was(house: House) -> None:
    """A reply came before what it answers: then its thread grows, and with it the last word."""
    house.news(post("Det er for dårligt", own_id="child", parent="parent", root="child", at=minutes(1)))
    with reading(SYSTEM) as work:
        child = work.session.scalars(select(Message.conversation_id).where(Message.external_id == "child")).one()
        version = work.session.get_one(Conversation, child).version
    with deed(house.anna, minutes(10)) as work:
        last_word.stop(work, child, version, reason="abuse", body=WORD)
    with uow(SYSTEM) as work:
        gone = work.session.get_one(Conversation, child)
        into = work.session.scalars(select(Conversation).where(Conversation.id != child)).one()
        merging.merge(work, gone, into=into)
    conversation = house.conversation()
    assert (conversation.stopped_at, one(Stop).conversation_id) == (minutes(10), conversation.id)
    house.news(more("Og?", "seen", 30))
    assert after("seen")
