"""A stakeholder group says who is asked to answer, in the team that says so, and makes nobody wait."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from inbox.domain.actors import SYSTEM, Actor
from inbox.models import Contact, Conversation, GroupAnswerer, Identity, Team
from inbox.services import contacts, staffing
from inbox.uow import UnitOfWork, reading, uow
from tests import house as scene
from tests.house import METTE, NOON, House, post
from tests.services.answering import minutes
from tests.services.test_assigning import arrange, held, one_is, people
from tests.services.test_policies import wait_until_somebody_waits
from tests.web.conftest import statements


@pytest.fixture
def house(app: Flask) -> House:
    return scene.found()


def ask(group: str, *agents: Actor, team: str = "Borgerservice") -> None:
    """These are asked to answer that group."""
    with uow(SYSTEM) as work:
        team_id = work.session.scalars(select(Team.id).where(Team.name == team)).one()
        work.session.add_all(GroupAnswerer(team_id=team_id, group=group, agent_id=one.id) for one in agents)


def known_as(group: str | None, house: House, author: dict[str, str] = METTE) -> None:
    """The citizen wrote once, was put in the group, and nobody holds anything."""
    house.news(post("Før?", author=author, at=minutes(-60)))
    with reading(SYSTEM) as work:
        contact_id = work.session.scalars(select(Identity.contact_id).where(Identity.external_id == author["id"])).one()
    if group is not None:
        with uow(house.lone) as work:
            contacts.put_in_group(work, contact_id, group)
    with uow(SYSTEM) as work:
        work.session.execute(update(Conversation).values(status="closed"))


def from_mette(count: int) -> list[dict[str, object]]:
    return [post(f"Spørgsmål {n}?") for n in range(count)]


@pytest.mark.parametrize("mode", ["in_turn", "by_load"])
def test_press_goes_to_who_answers_it_and_a_citizen_to_everybody(house: House, mode: str) -> None:
    known_as("press", house)
    ask("press", house.jonas)
    ask("politician", house.lone)
    arrange(mode)
    house.news(*from_mette(3))
    assert held() == {None: 1, house.jonas.id: 3}
    house.news(*people(6))
    whole = {None: 1, house.anna.id: 2, house.jonas.id: 5, house.lone.id: 2}
    evened = {None: 1, house.anna.id: 3, house.jonas.id: 3, house.lone.id: 3}
    assert held() == (whole if mode == "in_turn" else evened)


def test_two_who_answer_a_group_share_it(house: House) -> None:
    known_as("press", house)
    ask("press", house.jonas, house.lone)
    arrange("in_turn")
    house.news(*from_mette(4))
    assert held() == {None: 1, house.jonas.id: 2, house.lone.id: 2}


@pytest.mark.parametrize(
    "hindered",
    [{"away_since": NOON}, {"seen_at": minutes(-16)}, {"capacity": 0}, {"active": False}, {"left_at": NOON}],
    ids=lambda values: next(iter(values)),
)
def test_where_the_one_named_can_not_somebody_else_gets_it_at_once(house: House, hindered: dict[str, object]) -> None:
    known_as("press", house)
    ask("press", house.jonas)
    arrange("in_turn")
    one_is(house.jonas.id, **hindered)
    house.news(*from_mette(2))
    assert held() == {None: 1, house.anna.id: 1, house.lone.id: 1}


def test_another_group_and_an_account_of_another_team_ask_whom_they_ask(house: House) -> None:
    known_as("press", house)
    there = scene.second_team(house, house.anna, house.jonas)
    ask("press", house.jonas)
    ask("press", house.anna, team="Vej og Park")
    ask("company", house.lone)
    # Lone is of the first team alone: that the second one names her is a word from before she left it.
    ask("press", house.lone, team="Vej og Park")
    arrange("in_turn")
    there.news(*from_mette(2))
    assert held() == {None: 1, house.anna.id: 2}
    house.news(*from_mette(2))
    assert held() == {None: 1, house.anna.id: 2, house.jonas.id: 2}


def test_a_group_found_out_later_counts_when_the_citizen_writes_again(house: House) -> None:
    """The conversation is stored already, and nobody took it."""
    ask("press", house.lone)
    house.news(post())
    found = house.conversation()
    with uow(SYSTEM) as work:
        work.session.execute(update(Contact).values(group="press"))
    arrange("in_turn")
    root = found.root_external_id
    house.news(post("Hallo?", parent=root, root=root, at=minutes(10)))
    assert held() == {house.lone.id: 1}


def test_who_names_somebody_asks_no_statement_more_than_who_names_nobody(house: House) -> None:
    def sent_for(items: list[dict[str, object]]) -> int:
        with statements() as sent:
            house.news(*items)
        return len(sent)

    known_as("press", house)
    house.news(*people(9))
    by_hand = sent_for(from_mette(2))
    ask("press", house.jonas)
    assert [sent_for(from_mette(2)), sent_for([*from_mette(9), *people(9)])] == [by_hand] * 2
    arrange("in_turn")
    named = [sent_for(from_mette(2)), sent_for([*from_mette(9), *people(9)])]
    with uow(SYSTEM) as work:
        work.session.query(GroupAnswerer).delete()
    unnamed = [sent_for(from_mette(2)), sent_for([*from_mette(9), *people(9)])]
    assert named == unnamed
    assert named[0] == named[1]


def test_only_who_is_put_in_a_group_is_in_one(house: House) -> None:
    known_as(None, house)
    ask("press", house.jonas)
    arrange("in_turn")
    house.news(*from_mette(3))
    got: dict[UUID | None, int] = held()
    assert got == {None: 1, house.anna.id: 1, house.jonas.id: 1, house.lone.id: 1}


def test_of_two_who_tick_the_same_person_at_once_the_later_one_is_the_whole_word(own_app: Flask) -> None:
    with own_app.app_context():
        house = scene.found()
    lone, jonas, (team_id,) = house.lone, house.jonas.id, house.lone.teams
    assert jonas is not None

    def tick(work: UnitOfWork, *groups: str) -> None:
        staffing.arrange(work, team_id, jonas, capacity=None, languages=(), groups=groups)

    def second() -> None:
        with own_app.app_context(), uow(lone) as work:
            tick(work, "company")

    with own_app.app_context():
        with uow(lone) as work:
            tick(work, "press")
            thread = threading.Thread(target=second)
            thread.start()
            wait_until_somebody_waits()
        thread.join(timeout=30)
        assert not thread.is_alive()
        with reading(SYSTEM) as work:
            assert work.session.scalars(select(GroupAnswerer.group)).all() == ["company"]
