"""Opening hours are saved as another version or not at all; clocks follow them, verdicts do not."""

from __future__ import annotations

import threading
from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from connectors.kit.contract import Author, Health
from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.calendar import Calendar as OpeningHours
from inbox.domain.errors import Conflict, Forbidden, Invalid, NotFound
from inbox.domain.ids import new_id
from inbox.domain.opening_plan import OwnDay, Plan
from inbox.extensions import db
from inbox.models import Calendar, Clock, ConversationEvent
from inbox.queries import calendars as reads
from inbox.queries.terms import all_terms
from inbox.services import accounts, calendars, sla, verdicts
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import NOON, House, post
from tests.services.answering import count, deed, minutes, one

OFFICE = Plan(
    "Europe/Copenhagen",
    dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), (("08:00", "12:00"), ("12:30", "16:00"))),
    "DK",
    frozenset({"christmas_eve"}),
    (OwnDay(date(2026, 11, 27), (("12:00", "16:00"),), "Personaledag"),),
)
LATER = Plan("Europe/Copenhagen", {"wed": (("10:00", "14:00"),)})
NOW = minutes(30)


@pytest.fixture
def house(app: Flask) -> House:
    """Open day and night for a year, sixty minutes to the first answer."""
    made = scene.found()
    with deed() as work:
        work.session.execute(update(Calendar).values(created_at=NOON - timedelta(days=365)))
    return made


def account(name: str) -> UUID:
    with uow(SYSTEM) as work:
        return accounts.add(
            work,
            channel=scene.CHANNEL,
            name=name,
            credentials={"url": "http://127.0.0.1:9", "token": "invented", "webhook_secret": "invented"},
            health=Health(ok=True, detail="", identity=Author(name, name, name)),
            practice=False,
        )


def saved(
    actor: Actor,
    plan: Plan,
    version: int = 1,
    account_ids: Collection[UUID] = (),
    name: str = "Nordby",
    now: datetime = NOW,
) -> UUID:
    with deed(actor, now) as work:
        return calendars.save(work, name, plan, version=version, account_ids=account_ids)


def added(actor: Actor, name: str, plan: Plan, *account_ids: UUID, now: datetime = NOW) -> UUID:
    with deed(actor, now) as work:
        return calendars.add(work, name, plan, account_ids=account_ids)


def seen(actor: Actor) -> reads.Calendars:
    with reading(actor) as work:
        return reads.calendars(work)


def in_force(account_id: UUID, at: datetime = NOW) -> OpeningHours:
    """What a clock of the account runs by at that time."""
    with reading(SYSTEM) as work:
        return all_terms(work).of(account_id).calendar(at).hours


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


def test_running_clocks_are_worked_out_anew_and_it_is_said_in_their_history(house: House) -> None:
    house.news(post())
    assert one(Clock).due_at == minutes(60)
    with reading(house.lone) as work:
        assert reads.running_clocks(work, {house.account_id}) == 1
        assert reads.running_clocks(work, set()) == 0
    # By these hours nobody was there when it was asked, nor is before Wednesday at ten: the hour runs from then.
    saved(house.lone, LATER)
    with deed(now=NOW) as work:
        assert sla.reread(work) == 1
        assert sla.reread(work) == 0
    due = datetime.fromisoformat("2026-11-25T11:00+01:00")
    clock = one(Clock)
    assert (clock.due_at, clock.state) == (due, "running")
    with reading(SYSTEM) as work:
        line = work.session.scalars(select(ConversationEvent).where(ConversationEvent.kind == "terms_changed")).one()
        assert (line.at, line.agent_id) == (NOW, None)
        assert datetime.fromisoformat(line.data["from"]) == minutes(60)
        assert datetime.fromisoformat(line.data["to"]) == due


def test_a_verdict_of_the_past_is_never_touched(house: House) -> None:
    house.news(post())
    with deed(now=minutes(61)) as work:
        assert verdicts.breach(work) == 1
    before = one(Clock)
    # Closed since long before the promise ran out, had these hours been in force then.
    saved(house.lone, LATER, now=minutes(62))
    with reading(house.lone) as work:
        assert reads.running_clocks(work, {house.account_id}) == 0
    with deed(now=minutes(63)) as work:
        sla.reread(work)
    after = one(Clock)
    assert (after.state, after.due_at, after.breached_at) == (before.state, before.due_at, before.breached_at)
    assert after.state == "breached"
    assert after.calendar_id == before.calendar_id


def test_clocks_of_another_account_are_none_of_a_calendars(house: House) -> None:
    house.news(post())
    with reading(house.lone) as work:
        assert reads.running_clocks(work, {new_id()}) == 0


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
