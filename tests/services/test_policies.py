"""The list of policies is saved whole or not at all, and what it would do is known beforehand, to the clock."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from sqlalchemy import select, text

from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.calendar import Calendar
from inbox.domain.errors import Conflict, Forbidden, Invalid
from inbox.domain.ids import new_id
from inbox.domain.policies import Policies, Policy
from inbox.domain.sla import ClockKind
from inbox.extensions import db
from inbox.models import Policies as Row
from inbox.queries import policies as reads
from inbox.queries.policy_preview import preview
from inbox.services import policies
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import House
from tests.services.answering import count
from tests.services.promising import FIRST, NOW, OTHER, PRIVATE, REST, asked_before, founded, saved


@pytest.fixture
def house(app: Flask) -> House:
    """Sixty minutes for a public word, a hundred and twenty for a private one, and both for a year."""
    return founded()


def test_a_save_is_another_version_with_its_time_and_its_author(house: House) -> None:
    assert saved(house.lone, OTHER) == 2
    with reading(house.anna) as work:
        found = reads.in_force(work)
    assert (found.version, found.policies, found.since, found.by) == (2, OTHER, NOW, "Lone Vestergaard")
    with reading(SYSTEM) as work:
        # What clocks run by is never written over.
        assert work.session.scalars(select(Row.version).order_by(Row.version)).all() == [1, 2]
        assert work.session.scalars(select(Row.rules).where(Row.version == 1)).one() == scene.promised(60).to_json()


def test_the_list_of_the_founding_was_saved_by_nobody(house: House) -> None:
    with reading(house.anna) as work:
        found = reads.in_force(work)
    assert (found.version, found.policies, found.by) == (1, scene.promised(60), None)


def test_the_same_list_again_is_no_new_version(house: House) -> None:
    assert saved(house.lone, scene.promised(60)) == 1
    assert count(Row) == 1


@pytest.mark.parametrize("role", [Role.AGENT, Role.AUDITOR, Role.BACK_OFFICE])
def test_only_leads_and_administrators_change_promises_or_try_others_out(house: House, role: Role) -> None:
    somebody = Actor(house.anna.id, "Anna Krogh", frozenset({role}), house.anna.teams)
    with pytest.raises(Forbidden):
        saved(somebody, OTHER)
    with pytest.raises(Forbidden):
        asked_before(somebody, OTHER)
    assert count(Row) == 1
    administrator = Actor(house.anna.id, "Anna Krogh", frozenset({Role.ADMINISTRATOR}), house.anna.teams)
    assert saved(administrator, OTHER) == 2


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.BACK_OFFICE])
def test_the_list_is_for_those_who_work_with_it(house: House, role: Role) -> None:
    with pytest.raises(Forbidden), reading(Actor(house.anna.id, "Anna Krogh", frozenset({role}))) as work:
        reads.in_force(work)


@pytest.mark.parametrize("version", [0, 1, 3])
def test_who_did_not_see_the_newest_list_saves_nothing(house: House, version: int) -> None:
    saved(house.lone, OTHER)
    with pytest.raises(Conflict):
        saved(house.lone, Policies((PRIVATE, REST)), version)
    assert count(Row) == 2


def test_an_account_that_does_not_exist_is_named_and_nothing_is_saved(house: House) -> None:
    gone = Policy("Nedlagt", {FIRST: 15}, business=True, accounts=frozenset({house.account_id, new_id()}))
    with pytest.raises(Invalid) as raised:
        saved(house.lone, Policies((PRIVATE, gone, REST)))
    assert raised.value.field == "2.accounts"
    assert count(Row) == 1


def test_what_would_never_fall_due_in_the_opening_hours_is_no_promise(app: Flask) -> None:
    lone = scene.found(calendar=Calendar("Europe/Copenhagen", {"mon": (("09:00", "09:30"),)})).lone
    for version, (business, minutes) in enumerate(((True, 30 * 52 * 90), (False, 30 * 52 * 110)), 1):
        within = Policies((Policy("Alt", {FIRST: 60, ClockKind.RESOLUTION: minutes}, business),))
        with uow(lone) as work:
            assert policies.save(work, within, version=version) == version + 1
    endless = Policies((PRIVATE, Policy("Alt", {FIRST: 60, ClockKind.RESOLUTION: 30 * 52 * 110}, business=True)))
    with pytest.raises(Invalid) as raised, uow(lone) as work:
        policies.save(work, endless, version=3)
    assert raised.value.field == "2.targets.resolution"
    with pytest.raises(Invalid), reading(lone) as work:
        preview(work, endless)
    assert count(Row) == 3


def test_of_two_who_save_at_the_same_moment_one_is_told(own_app: Flask) -> None:
    with own_app.app_context():
        lone = scene.found().lone
    outcomes: list[str] = []

    def second() -> None:
        with own_app.app_context():
            try:
                with uow(lone) as work:
                    policies.save(work, Policies((PRIVATE, REST)), version=1)
                outcomes.append("saved")
            except Conflict as conflict:
                outcomes.append(str(conflict.values["newest"]))

    with own_app.app_context():
        with uow(lone) as work:
            policies.save(work, OTHER, version=1)
            thread = threading.Thread(target=second)
            thread.start()
            wait_until_somebody_waits()
        thread.join(timeout=30)
        assert not thread.is_alive()
        with reading(lone) as work:
            assert reads.in_force(work).policies == OTHER
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
