"""The back office answers while people are away: before whoever is here, or in the queue; nothing is ever posted."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, update

from inbox.domain.actors import SYSTEM, Actor
from inbox.models import Agent, Conversation, Draft, Notice, SiloAnswer, Team
from inbox.services import handing_over, staffing
from inbox.uow import reading, uow
from tests.services.answering import count, deed, minutes, one, sent
from tests.services.silo_scene import ANSWERED, Scene


@pytest.fixture
def there(app: Flask) -> Scene:
    return Scene()


def goes_away(*people: Actor) -> None:
    for person in people:
        with deed(person, minutes(20)) as work:
            staffing.go_away(work)


def given_to_jonas(there: Scene) -> None:
    seen = there.house.conversation()
    with deed(there.house.anna, minutes(10)) as work:
        handing_over.hand_over(work, seen.id, seen.version, there.house.jonas.id)


def drafts_of(agent: Actor) -> list[str]:
    with reading(SYSTEM) as work:
        return list(work.session.scalars(select(Draft.text).where(Draft.agent_id == agent.id)))


def test_both_away_it_goes_to_the_queue_and_waits_for_whoever_takes_it(there: Scene) -> None:
    ticket = there.ask()
    given_to_jonas(there)
    goes_away(there.house.anna, there.house.jonas)
    there.answer(ticket)
    seen = there.house.conversation()
    assert (seen.assignee_id, seen.status, count(Draft), sent()) == (None, "open", 0, 0)
    assert there.lines() == ["silo_asked", "handed_over", "silo_answered", "lapsed"]
    with reading(SYSTEM) as work:
        told = {row.agent_id: row.kind for row in work.session.scalars(select(Notice).where(Notice.kind == "lapsed"))}
    assert told == {there.house.jonas.id: "lapsed"}
    there.do("take", there.house.lone, at=40)
    assert drafts_of(there.house.lone) == [ANSWERED]


def test_whoever_has_it_away_the_one_who_asked_gets_it(there: Scene) -> None:
    ticket = there.ask()
    given_to_jonas(there)
    goes_away(there.house.jonas)
    there.answer(ticket)
    assert there.house.conversation().assignee_id == there.house.anna.id
    assert drafts_of(there.house.anna) == [ANSWERED]
    assert there.lines()[-1] == "assigned"


def test_who_asked_away_it_stays_with_whoever_has_it(there: Scene) -> None:
    ticket = there.ask()
    given_to_jonas(there)
    goes_away(there.house.anna)
    there.answer(ticket)
    assert there.house.conversation().assignee_id == there.house.jonas.id
    assert drafts_of(there.house.jonas) == [ANSWERED]


def test_who_left_the_team_is_given_nothing(there: Scene) -> None:
    ticket = there.ask()
    given_to_jonas(there)
    goes_away(there.house.jonas)
    with uow(SYSTEM) as work:
        work.session.execute(update(Agent).where(Agent.id == there.house.anna.id).values(active=False))
    there.answer(ticket)
    assert there.house.conversation().assignee_id is None


def test_a_team_that_deals_out_gives_it_to_somebody_who_is_here(there: Scene) -> None:
    ticket = there.ask()
    goes_away(there.house.anna)
    with uow(SYSTEM) as work:
        work.session.execute(update(Team).values(assignment="by_load"))
        work.session.execute(update(Agent).where(Agent.id == there.house.jonas.id).values(seen_at=minutes(29)))
    there.answer(ticket)
    assert there.house.conversation().assignee_id == there.house.jonas.id
    assert drafts_of(there.house.jonas) == [ANSWERED]


def test_what_may_be_acute_is_moved_by_nobody_but_a_person(there: Scene) -> None:
    ticket = there.ask()
    goes_away(there.house.anna)
    with uow(SYSTEM) as work:
        work.session.execute(update(Conversation).values(acute_at=minutes(21)))
    there.answer(ticket)
    assert there.house.conversation().assignee_id == there.house.anna.id


def test_late_it_moves_nothing(there: Scene) -> None:
    ticket = there.ask()
    there.do("solve")
    goes_away(there.house.anna)
    there.answer(ticket)
    assert one(SiloAnswer).late
    assert there.house.conversation().assignee_id == there.house.anna.id
