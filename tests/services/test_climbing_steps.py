"""What each step of the ladder does, and to whom."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from inbox.domain.actors import SYSTEM
from inbox.domain.assigning import Assignment
from inbox.domain.ladder import Ladder, Step, When
from inbox.models import Conversation, Escalation, LedgerEntry, SiloTicket, Team
from inbox.services import ladders, silo
from inbox.services import silo_units as units
from inbox.uow import reading, uow
from tests.house import NOON, House, post
from tests.services.answering import count, deed, minutes, one
from tests.services.gathering_scene import ALIKE, gather, say
from tests.services.ladder_scene import climb, climbs, founded, hold, lines, present, rule, told


@pytest.fixture
def house(app: Flask) -> House:
    """The usual ladder; Mette asked at noon, and Anna has it."""
    made = founded()
    hold(made, made.anna.id)
    return made


def test_given_back_in_a_team_that_deals_out_it_goes_to_somebody_else(house: House) -> None:
    with uow(SYSTEM) as work:
        work.session.execute(update(Team).values(assignment=Assignment.IN_TURN))
    present(house.anna.id, house.jonas.id, at=minutes(120))
    climb(minutes(120))
    assert house.conversation().assignee_id == house.jonas.id
    assert set(told()[-2:]) == {("moved_on", house.anna.id), ("came_to", house.jonas.id)}


def test_it_is_reassigned_by_load_and_presence_and_kept_where_nobody_is_there(app: Flask) -> None:
    house = founded(rule(When.PERCENT, 50, Step.REASSIGN), rule(When.BREACH, step=Step.REASSIGN))
    hold(house, house.anna.id)
    with uow(SYSTEM) as work:
        assert set(work.session.scalars(select(Team.assignment))) == {Assignment.BY_HAND}
    climb(minutes(30))
    assert climbs() == [(1, "reassign", "nobody")]
    assert house.conversation().assignee_id == house.anna.id
    present(house.anna.id, house.jonas.id, at=minutes(61))
    climb(minutes(61))
    assert house.conversation().assignee_id == house.jonas.id
    assert lines() == ["2 reassign Jonas Lind"]


@pytest.mark.parametrize("held", [True, False])
def test_a_unit_is_asked_in_the_name_of_whoever_has_it_else_of_a_lead(app: Flask, held: bool) -> None:
    house = founded(ask=False)
    ladder_with_silo(house)
    house.news(post("@nordby Bommen ved Mølledam er væk."))
    hold(house, house.anna.id if held else None)
    climb(minutes(61))
    ticket = one(SiloTicket)
    asker = house.anna if held else house.lone
    assert ticket.agent_id == asker.id
    assert "24.11.2026 12:00" in ticket.question
    assert "Mølledam" not in ticket.question
    assert (house.conversation().assignee_id, house.conversation().status) == (asker.id, "on_hold")
    assert climbs()[-1] == (1, "ask_silo", "done")
    with reading(SYSTEM) as work:
        entry = work.session.scalars(select(LedgerEntry.body).where(LedgerEntry.type == "conversation.escalated")).one()
    assert '"ladder"' in entry
    # It is with the back office, so nobody takes it from whoever waits for the answer; and it is asked once.
    assert climb(minutes(500)) == 1
    assert climbs()[-1] == (2, "give_back", "with_back_office")
    assert count(SiloTicket) == 1


def ladder_with_silo(house: House) -> UUID:
    with uow(SYSTEM) as work:
        unit = units.save(work, units.Entry("Vej og Park", minutes=90))
    with deed(house.lone, NOON - timedelta(days=1)) as work:
        ladders.save(
            work,
            Ladder((rule(When.BREACH, step=Step.ASK_SILO, silo_id=unit), rule(When.AFTER, 60, Step.GIVE_BACK))),
            version=1,
        )
    return unit


def test_a_unit_that_has_the_question_already_is_not_asked_again_and_that_is_kept(app: Flask) -> None:
    house = founded(ask=False)
    unit = ladder_with_silo(house)
    house.news(post())
    seen = house.conversation()
    with deed(house.anna, minutes(5)) as work:
        silo.ask(work, seen.id, seen.version, silo.Question(unit, "Hvornår åbner den?"))
    climb(minutes(61))
    row = one(Escalation)
    assert (row.step, row.outcome) == ("ask_silo", "refused")
    assert row.data == {"sentence": "A question of this conversation is with %(silo)s already.", "silo": "Vej og Park"}
    assert count(SiloTicket) == 1
    assert lines() == []


def test_five_hundred_of_one_gathering_are_one_notice_to_the_lead(app: Flask) -> None:
    house = founded(ask=False)
    say(house)
    gather(house)
    with reading(SYSTEM) as work:
        assert None not in work.session.scalars(select(Conversation.gathering_id)).all()
    climb(minutes(70))
    assert [kind for kind, _ in told()] == ["lead_told"]
    assert climbs().count((2, "tell_lead", "done")) == len(ALIKE)


def test_what_may_be_acute_is_told_of_and_never_moved_by_itself(app: Flask) -> None:
    house = founded(
        *(rule(When.PERCENT, 10, step) for step in (Step.REMIND, Step.TELL_LEAD, Step.GIVE_BACK, Step.REASSIGN))
    )
    hold(house, house.anna.id)
    present(house.anna.id, house.jonas.id, at=minutes(6))
    with uow(SYSTEM) as work:
        work.session.execute(update(Conversation).values(acute_at=work.now))
    climb(minutes(6))
    assert [outcome for _place, _step, outcome in climbs()] == ["done", "done", "refused", "refused"]
    assert house.conversation().assignee_id == house.anna.id
