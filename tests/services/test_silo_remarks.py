"""The back office asks something back: the question stays open, the agent answers once, nothing reaches a citizen."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.errors import Conflict, Forbidden, Invalid, NotFound
from inbox.domain.ids import new_id
from inbox.domain.silo_remarks import waited
from inbox.models import Conversation, Message, Notice, SiloRemark
from inbox.queries import silo_desk
from inbox.queries.silo_remarks import Remark
from inbox.queries.thread import thread
from inbox.services import merging, silo, silo_remarks
from inbox.uow import reading
from tests.services.answering import count, deed, minutes, one
from tests.services.silo_scene import Scene, run

BACK = "Hvad er adressen?"


@pytest.fixture
def there(app: Flask) -> Scene:
    return Scene()


def ask_back(there: Scene, ticket: UUID, text: str = BACK, *, at: float = 10, key: UUID | None = None) -> UUID:
    with deed(there.ida, minutes(at)) as work:
        return silo_remarks.ask_back(work, ticket, key or new_id(), text)


def tell(there: Scene, remark: UUID, text: str = "Mølledam 4.", *, by: Actor | None = None, at: float = 25) -> UUID:
    seen = there.house.conversation()
    with deed(by or there.house.anna, minutes(at)) as work:
        return silo_remarks.tell(work, seen.id, remark, text)


def beside(there: Scene) -> tuple[Remark, ...]:
    seen = there.house.conversation()
    with reading(there.house.anna) as work:
        return thread(work, seen.id).tickets[0].remarks


def told() -> list[tuple[str, UUID]]:
    with reading(SYSTEM) as work:
        rows = work.session.execute(select(Notice.kind, Notice.agent_id).order_by(Notice.at, Notice.id)).all()
    return [(row.kind, row.agent_id) for row in rows]


def test_there_and_back_the_question_is_as_open_as_before(there: Scene) -> None:
    ticket = there.ask()
    before, seen = there.ticket(), there.house.conversation()
    remark = ask_back(there, ticket)
    tell(there, remark)
    after, now = there.ticket(), there.house.conversation()
    assert (after.state, after.answer_due_at) == (before.state, before.answer_due_at)
    assert (now.status, now.version) == ("on_hold", seen.version)
    assert [(it.words, it.from_unit, it.author, it.waits) for it in beside(there)] == [
        (BACK, True, "Ida Berg", False),
        ("Mølledam 4.", False, "Anna Krogh", False),
    ]
    with reading(there.ida) as work:
        opened = silo_desk.opened(work, ticket)
        work.now = minutes(60)
        assert opened.waited == timedelta(minutes=15)
        assert [it.words for it in opened.remarks] == [BACK, "Mølledam 4."]
    assert ("silo_asked_back", there.house.anna.id) in told()
    assert ("silo_told", there.ida.id) in told()
    there.answer(ticket, at=40)
    assert there.ticket().state == "answered"


def test_what_is_sent_twice_is_one_and_two_colleagues_are_not(there: Scene) -> None:
    ticket, key = there.ask(), new_id()
    remark = ask_back(there, ticket, key=key)
    assert ask_back(there, ticket, "noget andet", key=key) == remark
    said = tell(there, remark)
    assert tell(there, remark) == said
    with pytest.raises(Conflict, match="A colleague has answered"):
        tell(there, remark, "Bakkevej 2.", by=there.house.jonas)
    assert count(SiloRemark) == 2


def test_two_who_answer_in_the_same_instant_answer_once(own_app: Flask) -> None:
    with own_app.app_context():
        there = Scene()
        remark = ask_back(there, there.ask())
    together = threading.Barrier(2)
    refused: list[str] = []

    def by(actor: Actor, text: str) -> None:
        with own_app.app_context():
            together.wait(10)
            try:
                tell(there, remark, text, by=actor)
            except Conflict as error:
                refused.append(error.sentence)

    run(lambda: by(there.house.anna, "Mølledam 4."), lambda: by(there.house.jonas, "Bakkevej 2."))
    with own_app.app_context():
        assert (len(refused), count(SiloRemark)) == (1, 2)


def test_it_waits_for_an_answer_until_somebody_gives_one_or_nothing_is_owed(there: Scene) -> None:
    ticket = there.ask()
    ask_back(there, ticket)
    assert [it.waits for it in beside(there)] == [True]
    there.answer(ticket, at=20)
    assert [it.waits for it in beside(there)] == [False]
    with pytest.raises(Conflict, match="answered or recalled"):
        ask_back(there, ticket, at=21)
    with pytest.raises(Conflict, match="answered or recalled"):
        tell(there, one(SiloRemark).id)


def test_recalled_nothing_is_asked_back(there: Scene) -> None:
    ticket = there.ask()
    seen = there.house.conversation()
    with deed(there.house.anna, minutes(8)) as work:
        silo.recall(work, seen.id, seen.version, ticket)
    with pytest.raises(Conflict, match="answered or recalled"):
        ask_back(there, ticket)


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 20_001], ids=["nothing", "blank", "a book"])
def test_nothing_and_a_book_are_refused_beside_the_field(there: Scene, text: str) -> None:
    ticket = there.ask()
    with pytest.raises(Invalid) as refused:
        ask_back(there, ticket, text)
    assert refused.value.field == "text"
    remark = ask_back(there, ticket)
    with pytest.raises(Invalid):
        tell(there, remark, text)


def test_nobody_else_asks_back_or_answers(there: Scene) -> None:
    ticket = there.ask()
    with pytest.raises(Forbidden), deed(there.house.jonas, minutes(10)) as work:
        silo_remarks.ask_back(work, ticket, new_id(), BACK)
    stranger = Actor(new_id(), "Bo", frozenset({Role.BACK_OFFICE}), frozenset())
    with pytest.raises(NotFound), deed(stranger, minutes(10)) as work:
        silo_remarks.ask_back(work, ticket, new_id(), BACK)
    remark = ask_back(there, ticket)
    with pytest.raises(Forbidden):
        tell(there, remark, by=there.ida)
    seen = there.house.conversation()
    elsewhere = Actor(there.house.jonas.id, "Jonas Lind", frozenset({Role.AGENT}), frozenset({new_id()}))
    with pytest.raises(NotFound), deed(elsewhere, minutes(11)) as work:
        silo_remarks.tell(work, seen.id, remark, "Mølledam 4.")
    with pytest.raises(NotFound):
        tell(there, new_id())
    assert count(SiloRemark) == 1


def test_a_remark_of_another_conversation_is_none_here(there: Scene) -> None:
    remark = ask_back(there, there.ask())
    first, other = there.second_matter()
    with pytest.raises(NotFound), deed(there.house.anna, minutes(45)) as work:
        silo_remarks.tell(work, other, remark, "Mølledam 4.")
    with deed(now=minutes(46)) as work:
        merging.merge(work, work.session.get_one(Conversation, first), into=work.session.get_one(Conversation, other))
    # Joined, it came along with its question.
    with deed(there.house.anna, minutes(47)) as work:
        silo_remarks.tell(work, other, remark, "Mølledam 4.")
    assert count(SiloRemark) == 2


def test_a_number_is_masked_on_both_sides_and_nothing_goes_to_the_citizen(there: Scene) -> None:
    ticket = there.ask()
    remark = ask_back(there, ticket, "Er det 211062-5629?")
    tell(there, remark, "Ja, 211062-5629.")
    with reading(there.ida) as work:
        opened = silo_desk.opened(work, ticket)
    for it in (*beside(there), *opened.remarks):
        assert "211062" not in it.words
    assert count(Message) == 1


def test_the_time_for_which_a_unit_waited_is_the_sum_of_what_we_took() -> None:
    said = [(minutes(0), True), (minutes(5), True), (minutes(10), False), (minutes(20), False), (minutes(30), True)]
    assert waited(said, minutes(50)) == timedelta(minutes=30)
    assert waited(said[:3], minutes(50)) == timedelta(minutes=10)
    assert waited(said[:1], minutes(-5)) == timedelta()
    assert waited([], minutes(50)) == timedelta()
