"""Where a complaint goes by its kind, and who decides that."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask

from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.errors import Conflict, Forbidden, Invalid, Refused
from inbox.domain.ids import new_id
from inbox.models import (
    SiloTicket,
)
from inbox.queries import silo_desk
from inbox.services import (
    agents,
    complaint_rules,
    conversations,
    silo_answering,
)
from inbox.services import silo_units as units
from inbox.services.complaint_rules import Entry
from inbox.uow import reading, uow
from tests.house import House
from tests.services.answering import count, deed, minutes, one
from tests.services.complaint_scene import (
    complained,
    decide,
    do,
    here,
    lines,
    rule,
    told,
)


@pytest.fixture
def house(app: Flask) -> House:
    return complained()


def test_by_its_kind_it_goes_to_the_person_who_is_chosen(house: House) -> None:
    rule("decision", house.lone, route="person", agent_id=house.jonas.id)
    decide(house, "decision")
    assert house.conversation().assignee_id == house.jonas.id
    assert told("complaint") == [house.jonas.id]


def test_about_that_person_it_goes_to_a_lead(house: House) -> None:
    here(house.lone)
    rule("staff", house.lone, route="person", agent_id=house.jonas.id)
    decide(house, "staff", about=house.jonas)
    assert house.conversation().assignee_id == house.lone.id


@pytest.fixture
def ida(house: House) -> Actor:
    with uow(SYSTEM) as work:
        id_ = agents.add(
            work, email="ida@nordby.example", full_name="Ida Berg", roles=["back_office"], password_hash="invented"
        )
    return Actor(id_, "Ida Berg", frozenset({Role.BACK_OFFICE}), house.anna.teams)


def unit(ida: Actor) -> UUID:
    with uow(SYSTEM) as work:
        return units.save(work, units.Entry("Jura", minutes=90, people=[ida.id or UUID(int=0)]))


def test_to_a_unit_it_goes_as_a_question_in_the_name_of_who_decided(house: House, ida: Actor) -> None:
    rule("decision", house.lone, route="unit", silo_id=unit(ida))
    decide(house, "decision")
    asked = one(SiloTicket)
    assert (asked.agent_id, asked.mode, house.conversation().status) == (house.anna.id, "public", "on_hold")
    assert house.conversation().assignee_id == house.anna.id
    with deed(ida, minutes(20)) as work:
        silo_answering.answer(work, asked.id, new_id(), "Klagen skal til Ankestyrelsen.")
    assert house.conversation().status == "open"


def test_about_a_colleague_who_reads_along_no_question_names_who_decided(house: House, ida: Actor) -> None:
    here(house.lone)
    rule("staff", house.lone, route="unit", silo_id=unit(ida))
    decide(house, "staff", about=house.jonas)
    assert count(SiloTicket) == 0
    assert house.conversation().assignee_id == house.lone.id
    assert "silo_asked" not in lines()


def test_about_somebody_elsewhere_the_unit_is_asked(house: House, ida: Actor) -> None:
    rule("staff", house.lone, route="unit", silo_id=unit(ida))
    decide(house, "staff", elsewhere=True)
    assert count(SiloTicket) == 1


def test_about_somebody_of_the_unit_they_neither_see_nor_answer_it(house: House, ida: Actor) -> None:
    rule("staff", house.lone, route="unit", silo_id=unit(ida))
    decide(house, "staff", about=ida)
    asked = one(SiloTicket)
    with reading(ida) as work:
        assert silo_desk.questions(work, silo_desk.Which.OPEN).rows == ()
        with pytest.raises(Refused):
            silo_desk.opened(work, asked.id)
    for verb in (
        lambda w: silo_answering.see(w, asked.id),
        lambda w: silo_answering.answer(w, asked.id, new_id(), "Det passer ikke."),
    ):
        with pytest.raises(Refused), deed(ida, minutes(20)) as work:
            verb(work)
    assert ida.id not in told("silo_asked")


def test_who_reports_on_themselves_keeps_nothing_of_it(house: House, ida: Actor) -> None:
    rule("staff", house.lone, route="unit", silo_id=unit(ida))
    do(house, house.jonas, conversations.take, at=5)
    decide(house, "staff", by=house.jonas, about=house.jonas)
    assert house.conversation().assignee_id is None
    assert count(SiloTicket) == 0


def test_rules_are_changed_by_leads_and_administrators_and_by_the_second_of_two_never(house: House) -> None:
    with pytest.raises(Forbidden):
        rule("service", house.anna)
    rule("service", house.lone)
    with pytest.raises(Conflict):
        rule("service", house.lone)
    for field, entry in {
        "receipt_days": Entry(None, 10, "stays"),
        "answer_days": Entry(5, 4, "stays"),
        "route": Entry(1, 2, "unit"),
        "text-nb": Entry(1, 2, "stays", texts={"nb": "Hei {sak}"}),
        "text-da": Entry(1, 2, "stays", texts={"da": "Dit nummer 211062-5629"}),
    }.items():
        with pytest.raises(Invalid) as refused, deed(house.lone, minutes(2)) as work:
            complaint_rules.save(work, "staff", entry, 0)
        assert refused.value.field == field
