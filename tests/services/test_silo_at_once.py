"""Two who ask or answer at once, and two matters that turn out to be one."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from inbox.domain.actors import SYSTEM, Actor
from inbox.domain.errors import Conflict
from inbox.domain.ids import new_id
from inbox.models import (
    Conversation,
    Draft,
    SiloAnswer,
    SiloTicket,
)
from inbox.services import merging, silo, silo_answering
from inbox.uow import reading, uow
from tests.services.answering import count, deed, minutes, one
from tests.services.silo_scene import ANSWERED, ASKED, Scene, run


@pytest.fixture
def there(app: Flask) -> Scene:
    return Scene()


def test_joined_with_another_matter_the_question_goes_along_and_its_answer_comes_there(there: Scene) -> None:
    ticket = there.ask()
    gone, into = there.second_matter()
    with deed(SYSTEM, minutes(50)) as work:
        merging.merge(work, work.session.get_one(Conversation, gone), into=work.session.get_one(Conversation, into))
    with reading(SYSTEM) as work:
        assert work.session.get_one(Conversation, into).status == "on_hold"
    there.answer(ticket, at=55)
    assert (one(Draft).conversation_id, one(Draft).agent_id) == (into, there.house.anna.id)
    with reading(SYSTEM) as work:
        assert work.session.get_one(Conversation, into).status == "open"


def test_where_both_matters_had_asked_the_same_unit_one_question_stays(there: Scene) -> None:
    there.ask()
    gone, into = there.second_matter()
    with reading(SYSTEM) as work:
        version = work.session.get_one(Conversation, into).version
    with deed(there.house.anna, minutes(45)) as work:
        stays = silo.ask(work, into, version, silo.Question(there.roads, "Og broen?"))
    with deed(SYSTEM, minutes(50)) as work:
        merging.merge(work, work.session.get_one(Conversation, gone), into=work.session.get_one(Conversation, into))
    with reading(SYSTEM) as work:
        states = {row.id: row.state for row in work.session.scalars(select(SiloTicket))}
    assert states.pop(stays) == "asked"
    assert list(states.values()) == ["recalled"]


def test_two_who_hand_over_at_once_have_asked_once(own_app: Flask) -> None:
    with own_app.app_context():
        there = Scene()
        seen = there.house.conversation()
    together = threading.Barrier(2)
    refused: list[str] = []

    def hand_over(by: Actor) -> None:
        with own_app.app_context():
            together.wait(10)
            try:
                with uow(by) as work:
                    silo.ask(work, seen.id, seen.version, silo.Question(there.roads, f"{by.name} spørger."))
            except Conflict as error:
                refused.append(error.sentence)

    run(lambda: hand_over(there.house.anna), lambda: hand_over(there.house.jonas))
    with own_app.app_context():
        assert (count(SiloTicket), len(refused)) == (1, 1)
        assert there.house.conversation().status == "on_hold"


def test_a_double_click_is_one_answer(own_app: Flask) -> None:
    with own_app.app_context():
        there = Scene()
        seen = there.house.conversation()
        with uow(there.house.anna) as work:
            ticket = silo.ask(work, seen.id, seen.version, silo.Question(there.roads, ASKED))
    together, key, given = threading.Barrier(2), new_id(), list[UUID]()

    def click() -> None:
        with own_app.app_context():
            together.wait(10)
            with uow(there.ida) as work:
                given.append(silo_answering.answer(work, ticket, key, ANSWERED))

    run(click, click)
    with own_app.app_context():
        assert (count(SiloAnswer), len(set(given)), one(Draft).text) == (1, 1, ANSWERED)
        assert there.lines().count("silo_answered") == 1
