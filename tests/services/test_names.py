"""A public name changes for what is said from now on, and never becomes anybody else's."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.errors import Forbidden, Invalid, NotFound
from inbox.domain.ids import new_id
from inbox.models import Agent, Message, NameChange
from inbox.queries import names as reads
from inbox.services import agents, names
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import House, post
from tests.services.answering import answer, deed, minutes
from tests.services.test_planned import running, wait_until_somebody_waits

OWN = "Team Borgerservice · AK"


@pytest.fixture
def house(app: Flask) -> House:
    found = scene.found()
    found.news(post(own_id="asked"))
    return found


def change(house: House, form: str, agreed: str = "", *, of: Actor | None = None, by: Actor | None = None) -> str:
    person = of or house.anna
    assert person.id is not None
    with deed(by or person, minutes(30)) as work:
        return names.change(work, person.id, form, agreed)


def per(house: House) -> Actor:
    return Actor(house.lone.id, "Per Skov", frozenset({Role.ADMINISTRATOR}), house.lone.teams)


def signatures() -> list[str | None]:
    with reading(SYSTEM) as work:
        return list(
            work.session.scalars(select(Message.signed_as).where(Message.direction == "out").order_by(Message.said_at))
        )


def test_two_who_choose_one_name_in_the_same_instant_one_gets_it(own_app: Flask) -> None:
    refused: list[Invalid] = []
    with own_app.app_context():
        house = scene.found()

        def second() -> None:
            try:
                change(house, "agreed", "team BORGERSERVICE", of=house.jonas)
            except Invalid as error:
                refused.append(error)

        other = running(own_app, second)
        assert house.anna.id is not None
        with uow(house.anna) as work:
            names.change(work, house.anna.id, "agreed", "Team Borgerservice")
            work.session.flush()
            other.start()
            wait_until_somebody_waits()
        other.join(timeout=30)
        assert not other.is_alive()
        assert [error.field for error in refused] == ["agreed"]
        with reading(SYSTEM) as work:
            called = {one.full_name: one.public_name for one in work.session.scalars(select(Agent))}
        assert (called["Anna Krogh"], called["Jonas Lind"]) == ("Team Borgerservice", "Jonas")


@pytest.mark.parametrize(
    ("form", "agreed", "name"),
    [
        ("full", "", "Anna Krogh"),
        ("first_initial", "", "Anna K."),
        ("agreed", f"  {OWN}  ", OWN),
        ("agreed", "Team\nBorgerservice", "Team Borgerservice"),
    ],
)
def test_what_is_said_from_now_on_is_signed_so_and_what_stands_is_not(
    house: House, form: str, agreed: str, name: str
) -> None:
    answer(house)
    assert change(house, form, agreed) == name
    answer(house, "Og igen klokken 8.", now=minutes(40))
    assert signatures() == ["– Anna, Nordby Kommune", f"– {name}, Nordby Kommune"]
    # Back to the old one: it is hers for good, and the same signature.
    assert change(house, "first") == "Anna"
    answer(house, "Og klokken 9.", now=minutes(50))
    assert signatures()[-1] == "– Anna, Nordby Kommune"


def test_nobody_ever_signs_with_anothers_name_not_even_one_that_was_changed(house: House) -> None:
    change(house, "first_initial")
    for taken in ("Anna", "ANNA", "anna k.", "Jonas"):
        with pytest.raises(Invalid, match="somebody else") as refusal:
            change(house, "agreed", taken, of=house.lone)
        assert refusal.value.field == "agreed"
    with pytest.raises(Invalid, match="for good"), uow(SYSTEM) as work:
        agents.add(work, email="anna2@nordby.example", full_name="Anna Berg", roles=["agent"], password_hash="invented")
    # Past every service: the database itself.
    for name in ("Anna", "aNNa k."):
        with pytest.raises(IntegrityError), uow(SYSTEM) as work:
            work.session.execute(
                text("UPDATE agent SET public_name = :name WHERE id = :id"), {"name": name, "id": house.lone.id}
            )


def test_the_app_cannot_make_a_name_free_again(own_app: Flask) -> None:
    with own_app.app_context():
        scene.found()
        for statement in ("DELETE FROM public_name", "UPDATE public_name SET key = 'x'", "DELETE FROM name_change"):
            with pytest.raises(DatabaseError, match="permission denied"), uow(SYSTEM) as work:
                work.session.execute(text(statement))


def test_it_is_the_persons_own_or_an_administrators_to_change_and_every_change_is_logged(house: House) -> None:
    assert house.anna.id is not None
    for other in (house.jonas, house.lone):
        with pytest.raises(Forbidden):
            change(house, "full", by=other)
        with pytest.raises(Forbidden), reading(other) as work:
            reads.one(work, house.anna.id)
    change(house, "full")
    change(house, "full")
    change(house, "agreed", OWN, by=per(house))
    with reading(house.anna) as work:
        shown = reads.one(work, house.anna.id)
        assert [(one.before, one.name, one.by) for one in shown.changes] == [
            ("Anna Krogh", OWN, "Lone Vestergaard"),
            ("Anna", "Anna Krogh", "Anna Krogh"),
        ]
        assert (shown.form, shown.forms) == (
            "agreed",
            {"full": "Anna Krogh", "first_initial": "Anna K.", "first": "Anna"},
        )
        assert len(work.session.scalars(select(NameChange.id)).all()) == 2
    with pytest.raises(NotFound), deed(per(house)) as work:
        names.change(work, new_id(), "full")


@pytest.mark.parametrize(
    ("form", "agreed", "field"),
    [
        ("initials", "", "form"),
        ("", "", "form"),
        ("agreed", "", "agreed"),
        ("agreed", " \n ", "agreed"),
        ("agreed", "– · 12", "agreed"),
        ("agreed", "x" * 61, "agreed"),
        ("agreed", "Anna\u202egorK", "agreed"),
        ("agreed", "Anna 211062-5629", "agreed"),
        ("agreed", "anna@nordby.example", "agreed"),
    ],
)
def test_what_is_no_name_is_refused_beside_its_field(house: House, form: str, agreed: str, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        change(house, form, agreed)
    assert refusal.value.field == field


def test_who_does_not_sign_has_no_public_name(house: House) -> None:
    with uow(SYSTEM) as work:
        rikke = agents.add(
            work, email="rikke@nordby.example", full_name="Rikke Dahl", roles=["auditor"], password_hash="invented"
        )
    with pytest.raises(Invalid, match="does not sign"), deed(per(house)) as work:
        names.change(work, rikke, "full")
