"""Opening hours are saved as another version or not at all, and no account has two calendars."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.calendar import Calendar as OpeningHours
from inbox.domain.errors import Conflict, Forbidden, Invalid, NotFound
from inbox.domain.ids import new_id
from inbox.extensions import db
from inbox.models import Calendar
from inbox.queries import calendars as reads
from inbox.services import calendars
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import NOON, House
from tests.services.answering import count, minutes
from tests.services.opening import LATER, NOW, OFFICE, account, added, founded, in_force, saved, seen


@pytest.fixture
def house(app: Flask) -> House:
    """Open day and night for a year, sixty minutes to the first answer."""
    return founded()


def test_a_save_is_another_version_with_its_days_its_time_and_its_author(house: House) -> None:
    id_ = saved(house.lone, OFFICE)
    own = seen(house.anna).own
    assert (own.id, own.name, own.version, own.plan, own.everywhere) == (id_, "Nordby", 2, OFFICE, True)
    assert (own.since, own.by, own.account_ids) == (NOW, "Lone Vestergaard", frozenset({house.account_id}))
    with reading(SYSTEM) as work:
        first, second = work.session.scalars(select(Calendar).order_by(Calendar.version))
        # What clocks run by is never written over.
        assert OpeningHours.from_json(first.rules).is_open(NOON)
        assert OpeningHours.from_json(second.rules) == OFFICE.saved_in(2026)
    assert date(2041, 12, 24) in in_force(house.account_id).closed
    assert in_force(house.account_id, NOON).is_open(NOON - timedelta(days=2))


def test_the_same_hours_again_are_no_new_version(house: House) -> None:
    id_ = saved(house.lone, OFFICE)
    assert saved(house.lone, OFFICE, version=2) == id_
    assert count(Calendar) == 2


@pytest.mark.parametrize("role", [Role.AGENT, Role.AUDITOR, Role.BACK_OFFICE])
def test_only_leads_and_administrators_change_hours(house: House, role: Role) -> None:
    somebody = Actor(house.anna.id, "Anna Krogh", frozenset({role}), house.anna.teams)
    with pytest.raises(Forbidden):
        saved(somebody, OFFICE)
    with pytest.raises(Forbidden):
        added(somebody, "Vagten", OFFICE)
    assert count(Calendar) == 1
    saved(Actor(house.anna.id, "Anna Krogh", frozenset({Role.ADMINISTRATOR})), OFFICE)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.BACK_OFFICE])
def test_hours_are_shown_to_those_who_work_with_them(house: House, role: Role) -> None:
    with pytest.raises(Forbidden):
        seen(Actor(house.anna.id, "Anna Krogh", frozenset({role})))


@pytest.mark.parametrize("version", [0, 1, 3])
def test_who_did_not_see_the_newest_version_saves_nothing(house: House, version: int) -> None:
    saved(house.lone, OFFICE)
    with pytest.raises(Conflict, match="Version 2 was saved meanwhile"):
        saved(house.lone, LATER, version)
    assert count(Calendar) == 2


def test_what_is_not_there_can_not_be_saved(house: House) -> None:
    with pytest.raises(NotFound):
        saved(house.lone, OFFICE, name="Vagten")
    with pytest.raises(NotFound), reading(house.lone) as work:
        reads.name_of(work, new_id())


def test_a_calendar_for_one_account_holds_for_it_alone(house: House) -> None:
    other = account("Svømmehallen")
    id_ = added(house.lone, "  Vagten \n i hallen ", LATER, other)
    found = seen(house.lone)
    assert [(one.name, one.version, one.everywhere) for one in found.all] == [
        ("Nordby", 1, True),
        ("Vagten i hallen", 1, False),
    ]
    assert found.own.account_ids == {house.account_id}
    assert found.named("Vagten i hallen").account_ids == {other}
    assert {one.name: one.calendar for one in found.accounts} == {
        "Nordby Kommune": "Nordby",
        "Svømmehallen": "Vagten i hallen",
    }
    assert in_force(other) == LATER.saved_in(2026)
    assert in_force(house.account_id).is_open(NOON)
    with reading(house.lone) as work:
        assert reads.name_of(work, id_) == "Vagten i hallen"


def test_an_account_that_is_given_to_one_calendar_is_taken_from_the_other_by_a_version_of_that(house: House) -> None:
    hall, library = account("Svømmehallen"), account("Biblioteket")
    added(house.lone, "Haller", LATER, hall, library)
    added(house.lone, "Bøger", OFFICE, library)
    found = seen(house.lone)
    assert found.named("Haller").account_ids == {hall}
    assert (found.named("Haller").version, found.named("Haller").plan) == (2, LATER)
    assert in_force(library) == OFFICE.saved_in(2026)

    # And back, by a save, at another time: whose it is at each instant can be found again.
    saved(house.lone, LATER, 2, (hall, library), name="Haller", now=minutes(60))
    found = seen(house.lone)
    assert found.named("Haller").account_ids == {hall, library}
    assert (found.named("Bøger").account_ids, found.named("Bøger").version) == (frozenset(), 2)
    assert in_force(library, minutes(59)) == OFFICE.saved_in(2026)
    assert in_force(library, minutes(60)) == LATER.saved_in(2026)


def test_an_account_that_no_calendar_names_any_more_has_the_organisations_own(house: House) -> None:
    hall = account("Svømmehallen")
    added(house.lone, "Haller", LATER, hall)
    saved(house.lone, LATER, 1, (), name="Haller", now=minutes(60))
    assert seen(house.lone).own.account_ids == {house.account_id, hall}
    assert in_force(hall, minutes(60)).is_open(NOON)


def test_the_organisations_own_calendar_names_no_account(house: House) -> None:
    saved(house.lone, OFFICE, account_ids=(house.account_id,))
    with reading(SYSTEM) as work:
        assert work.session.scalars(select(Calendar.account_ids)).all() == [[], []]


def test_an_account_that_does_not_exist_is_named_and_nothing_is_saved(house: House) -> None:
    hall = account("Svømmehallen")
    added(house.lone, "Haller", LATER, hall)
    before = count(Calendar)
    with pytest.raises(Invalid) as raised:
        added(house.lone, "Bøger", OFFICE, hall, new_id())
    assert raised.value.field == "accounts"
    with pytest.raises(Invalid) as raised:
        saved(house.lone, OFFICE, 1, (new_id(),), name="Haller")
    assert raised.value.field == "accounts"
    assert count(Calendar) == before


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (" \n", "a name."),
        ("x" * 61, "at most 60 characters"),
        ("NORDBY", "has this name"),
        (" Nordby ", "has this name"),
    ],
)
def test_a_calendar_has_a_name_of_its_own(house: House, name: str, words: str) -> None:
    with pytest.raises(Invalid, match=words) as raised:
        added(house.lone, name, OFFICE)
    assert raised.value.field == "name"
    assert count(Calendar) == 1


def test_of_two_who_save_at_the_same_moment_one_is_told(own_app: Flask) -> None:
    with own_app.app_context():
        lone = scene.found().lone
    outcomes: list[str] = []

    def second() -> None:
        with own_app.app_context():
            try:
                with uow(lone) as work:
                    calendars.save(work, "Nordby", LATER, version=1)
                outcomes.append("saved")
            except Conflict as conflict:
                outcomes.append(str(conflict.values["newest"]))

    with own_app.app_context():
        with uow(lone) as work:
            calendars.save(work, "Nordby", OFFICE, version=1)
            thread = threading.Thread(target=second)
            thread.start()
            wait_until_somebody_waits()
        thread.join(timeout=30)
        assert not thread.is_alive()
        assert seen(lone).own.plan == OFFICE
    assert outcomes == ["2"]


def wait_until_somebody_waits() -> None:
    """Until another transaction stands behind ours."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    tries = threading.Event()
    with db.engine.connect() as outside:
        for _ in range(600):
            if outside.scalar(waiting):
                return
            tries.wait(0.05)
    raise AssertionError("the second one never came to the first")
