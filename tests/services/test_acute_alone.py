"""Where somebody may be in danger nothing goes out by itself, and nothing that goes to many."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from inbox.domain.actors import SYSTEM
from inbox.domain.errors import Conflict
from inbox.models import Conversation, Identity, Message, Notice
from inbox.services import acute, deliveries
from inbox.services.gathering_answers import Chosen
from inbox.uow import reading
from tests import house as scene
from tests.house import House, post
from tests.services.answering import LEASE, deed, minutes, parts, sent, state
from tests.services.gathering_scene import NAMES, citizen, gather, root_of, say
from tests.services.test_gathering_answers import chosen, send
from tests.services.test_planned import EVENING, OPENING, opened, plan


@pytest.fixture
def house(app: Flask) -> House:
    return opened()


@pytest.fixture
def storm(app: Flask) -> House:
    """Eight who ask the same."""
    made = scene.found()
    say(made)
    gather(made)
    return made


def test_where_somebody_may_be_in_danger_nothing_is_put_off(house: House) -> None:
    house.news(post("@nordby Jeg vil tage mit liv.", own_id="danger", parent="asked", at=EVENING))
    with pytest.raises(Conflict, match="not put off"):
        plan(house)
    assert sent() == 0


def test_what_a_person_marks_as_acute_takes_back_what_was_planned(house: House) -> None:
    message_id = plan(house)
    seen = house.conversation()
    # Anna is told, since a colleague marked it.
    with deed(house.jonas, EVENING + timedelta(minutes=5)) as work:
        acute.mark(work, seen.id, seen.version)
    with deed(now=OPENING) as work:
        assert deliveries.claim(work, LEASE) is None
    assert [state(part.id) for part in parts(message_id)] == ["withdrawn"]
    with reading(SYSTEM) as work:
        assert "planned_taken_back" in set(work.session.scalars(select(Notice.kind)))


def test_whom_a_person_marks_as_acute_meanwhile_gets_no_answer_with_the_others(storm: House) -> None:
    """Not even one that was sent from a page which showed them still; who has marked them answers them alone."""
    stale = chosen(storm)
    first = stale[0]
    with deed(storm.jonas, minutes(6)) as work:
        acute.mark(work, first.conversation_id, first.version)
    with reading(SYSTEM) as work:
        version = work.session.get_one(Conversation, first.conversation_id).version
    told = send(storm, to=[Chosen(first.conversation_id, version), *stale[1:]])
    assert [one.conversation_id for one in told.left] == [first.conversation_id]
    assert len(told.answers) == len(stale) - 1


@pytest.mark.parametrize("by_hand", [True, False])
def test_who_is_in_danger_before_their_turn_comes_gets_no_answer_to_many(storm: House, by_hand: bool) -> None:
    to = chosen(storm)
    answers = send(storm, to=to).answers
    with reading(SYSTEM) as work:
        message = work.session.get_one(Message, answers[0])
        found = work.session.get_one(Conversation, message.conversation_id)
        name = work.session.scalars(select(Identity.name).where(Identity.id == found.identity_id)).one()
        id_, version = found.id, found.version
    if by_hand:
        with deed(storm.jonas, minutes(6)) as work:
            acute.mark(work, id_, version)
    else:
        root = root_of(NAMES.index(name))
        said = scene.post(
            "Jeg vil tage mit liv", author=citizen(NAMES.index(name)), root=root, parent=root, at=minutes(6)
        )
        storm.news(said)
    assert {part.state for part in parts(answers[0])} == {"withdrawn"}
    assert {part.state for other in answers[1:] for part in parts(other)} == {"queued"}
