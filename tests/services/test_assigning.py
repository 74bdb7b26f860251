"""What comes in is dealt out in the transaction that takes it in, and the last free place is given once."""

from __future__ import annotations

import threading
from collections import Counter
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from inbox.domain.actors import SYSTEM
from inbox.models import Agent, Conversation, ConversationEvent, Team
from inbox.services import assigning, conversations
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import NOON, House, post
from tests.services.answering import answer, deed, minutes

PATIENCE = 30
"""Seconds until two workers that wait for each other fail the test."""


def people(count: int) -> list[dict[str, object]]:
    """So many mentions, each from somebody else."""
    return [
        post(f"Nummer {n}?", author={"id": f"c{n}", "handle": f"c{n}", "name": f"Borger {n}"}) for n in range(count)
    ]


def arrange(mode: str, **agents: object) -> None:
    """The team's mode, everybody here at noon, and whatever a test says of all its people."""
    with uow(SYSTEM) as work:
        work.session.execute(update(Team).values(assignment=mode))
        work.session.execute(update(Agent).values(seen_at=NOON, **agents))


def one_is(agent_id: UUID | None, **values: object) -> None:
    with uow(SYSTEM) as work:
        work.session.execute(update(Agent).where(Agent.id == agent_id).values(**values))


def held() -> Counter[UUID | None]:
    with reading(SYSTEM) as work:
        return Counter(work.session.scalars(select(Conversation.assignee_id)))


@pytest.fixture
def house(app: Flask) -> House:
    return scene.found()


def test_in_turn_each_gets_as_many_and_a_page_says_so_in_each_thread(house: House) -> None:
    arrange("in_turn")
    house.news(*people(6))
    assert held() == {house.anna.id: 2, house.jonas.id: 2, house.lone.id: 2}
    with reading(SYSTEM) as work:
        lines = work.session.scalars(select(ConversationEvent)).all()
        assert {line.kind for line in lines} == {"assigned"}
        assert Counter(line.data["to"] for line in lines) == {"Anna Krogh": 2, "Jonas Lind": 2, "Lone Vestergaard": 2}
        assert len({line.conversation_id for line in lines}) == 6


def test_the_turn_goes_on_with_the_next_page(house: House) -> None:
    arrange("in_turn")
    for one in people(6):
        house.news(one)
    assert set(held().values()) == {2}


def test_by_load_who_has_least_is_next(house: House) -> None:
    house.news(*people(3))
    with uow(SYSTEM) as work:
        work.session.execute(update(Conversation).values(assignee_id=house.anna.id))
    arrange("by_load")
    house.news(*[post("Ny?", author={"id": f"n{n}", "handle": f"n{n}", "name": f"Ny {n}"}) for n in range(6)])
    assert held() == {house.anna.id: 3, house.jonas.id: 3, house.lone.id: 3}


def test_by_hand_nothing_is_dealt_out(house: House) -> None:
    arrange("by_hand")
    house.news(*people(3))
    assert held() == {None: 3}


def test_who_is_away_gone_or_full_gets_nothing_and_the_rest_waits_for_everybody(house: House) -> None:
    arrange("in_turn")
    one_is(house.anna.id, away_since=NOON)
    one_is(house.jonas.id, seen_at=minutes(-16))
    one_is(house.lone.id, capacity=2)
    house.news(*people(5))
    assert held() == {house.lone.id: 2, None: 3}


def test_a_language_goes_to_who_answers_in_it(house: House) -> None:
    house.news(post())
    with uow(SYSTEM) as work:
        work.session.execute(update(Conversation).values(language="en"))
    arrange("in_turn", languages=["da"])
    one_is(house.jonas.id, languages=["nb", "en"], assigned_at=NOON, seen_at=minutes(20))
    root = house.conversation().root_external_id
    house.news(post("Hello?", parent=root, root=root, at=minutes(20)))
    assert held() == {house.jonas.id: 1}


def test_what_somebody_holds_stays_theirs_and_noise_is_nobodys(house: House) -> None:
    house.news(post())
    answer(house)
    arrange("in_turn", assigned_at=None)
    one_is(house.anna.id, assigned_at=NOON)
    root = house.conversation().root_external_id
    house.news(
        post("Og nu?", parent=root, root=root, at=minutes(20)),
        post("Vi selv.", kind="own", author={"id": "nordby", "handle": "nordby", "name": "Nordby Kommune"}),
    )
    assert held() == {house.anna.id: 1, None: 1}


def test_what_nobody_took_is_dealt_out_when_the_citizen_writes_again(house: House) -> None:
    house.news(post())
    arrange("in_turn", capacity=0)
    one_is(house.jonas.id, capacity=None, seen_at=minutes(20))
    root = house.conversation().root_external_id
    house.news(post("Hallo?", parent=root, root=root, at=minutes(20)))
    assert held() == {house.jonas.id: 1}


def test_given_by_turn_it_is_still_new_and_can_be_given_back(house: House) -> None:
    arrange("in_turn", capacity=0)
    one_is(house.jonas.id, capacity=None)
    house.news(post())
    found = house.conversation()
    assert (found.status, found.assignee_id) == ("new", house.jonas.id)
    with deed(house.jonas) as work:
        conversations.release(work, found.id, found.version)
    assert house.conversation().assignee_id is None


def test_two_workers_never_give_two_to_the_last_free_place(own_app: Flask) -> None:
    """Both are between counting and committing at the same time, as nearly as one lock allows."""
    with own_app.app_context():
        house = scene.found()
        house.news(*people(8))
        arrange("by_load", capacity=0)
        one_is(house.jonas.id, capacity=1)
        with reading(SYSTEM) as work:
            ids = list(work.session.scalars(select(Conversation.id).order_by(Conversation.id)))
            team = work.session.scalars(select(Team.id)).one()
    together = threading.Barrier(len(ids), timeout=PATIENCE)
    failures: list[BaseException] = []

    def worker(id_: UUID) -> None:
        try:
            with own_app.app_context(), uow(SYSTEM) as work:
                work.now = NOON
                conversation = work.session.scalars(
                    select(Conversation).where(Conversation.id == id_).with_for_update(key_share=True)
                ).one()
                together.wait()
                assigning.tell(work, assigning.deal(work, team, [conversation]))
        except BaseException as error:  # noqa: BLE001 -- a thread's failure is the test's
            failures.append(error)

    threads = [threading.Thread(target=worker, args=(id_,)) for id_ in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert failures == []
    with own_app.app_context():
        assert held() == {house.jonas.id: 1, None: 7}


def test_an_account_of_another_team_is_dealt_to_its_own_people(house: House) -> None:
    there = scene.second_team(house, house.jonas)
    arrange("in_turn")
    there.news(*people(2))
    assert held() == {house.jonas.id: 2}
