"""Saving charters: versions that stay, two who save at once, and what the guard is told in one statement."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Thread
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import event, select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.charters import Charter, Reference, Ruling, Unfit, starting_rulings
from inbox.domain.errors import Conflict, Forbidden, NotFound
from inbox.domain.ids import new_id
from inbox.extensions import db
from inbox.models import Charter as CharterRow
from inbox.queries import charters as reads
from inbox.services import charters
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import House
from tests.services.test_policies import wait_until_somebody_waits

PLAIN = Charter(
    "regler og frister.",
    "sager: til Digital Post.",
    "partipolitik.",
    "varm og kort.",
    standard_line="Vejledende svar",
    rulings=(Ruling("I har ret til", "som udgangspunkt kan man få"),),
    references=(Reference("Pas", "Se reglen:", "https://nordby.example/pas"),),
)


@pytest.fixture
def house(app: Flask) -> House:
    """Without a charter."""
    return scene.found()


def saved(by: Actor, account_id: UUID, charter: Charter = PLAIN, version: int = 0) -> int:
    with uow(by) as work:
        return charters.save(work, account_id, charter, version=version)


def kept() -> list[int]:
    with reading(SYSTEM) as work:
        return list(work.session.scalars(select(CharterRow.version).order_by(CharterRow.version)))


@contextmanager
def counted() -> Iterator[list[str]]:
    sent: list[str] = []

    def keep(*arguments: object) -> None:
        sent.append(str(arguments[2]))

    engine = db.engines[None]
    event.listen(engine, "before_cursor_execute", keep)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", keep)


def test_of_two_who_save_at_the_same_moment_one_is_told(own_app: Flask) -> None:
    with own_app.app_context():
        made = scene.found()
        saved(made.lone, made.account_id)
    outcomes: list[str] = []

    def second() -> None:
        with own_app.app_context():
            try:
                saved(made.lone, made.account_id, replace(PLAIN, tone="frisk."), 1)
                outcomes.append("saved")
            except Conflict as conflict:
                outcomes.append(str(conflict))

    with own_app.app_context():
        with uow(made.lone) as work:
            charters.save(work, made.account_id, replace(PLAIN, tone="rolig."), version=1)
            thread = Thread(target=second)
            thread.start()
            wait_until_somebody_waits()
        thread.join(timeout=30)
        assert not thread.is_alive()
        assert kept() == [1, 2]
        with reading(made.lone) as work:
            now = reads.of_account(work, made.account_id).saved
            assert now
            assert now.charter.tone == "rolig."
    assert outcomes == ["Version 2 was saved meanwhile. Nothing of yours is saved yet."]


def test_a_version_that_was_on_no_screen_any_more_is_a_conflict(house: House) -> None:
    assert saved(house.lone, house.account_id) == 1
    assert saved(house.lone, house.account_id, replace(PLAIN, tone="rolig."), 1) == 2
    for stale in (0, 1, 3, -1):
        with pytest.raises(Conflict):
            saved(house.lone, house.account_id, replace(PLAIN, tone="frisk."), stale)
    assert saved(house.lone, house.account_id, replace(PLAIN, tone=" rolig. "), 2) == 2
    assert kept() == [1, 2]


def test_words_that_can_not_stand_are_not_saved(house: House) -> None:
    with pytest.raises(Unfit):
        saved(house.lone, house.account_id, replace(PLAIN, never=""))
    assert kept() == []


@pytest.mark.parametrize("change", ["UPDATE charter SET version = 9", "DELETE FROM charter"])
def test_a_saved_version_stays_as_it_is(house: House, change: str) -> None:
    saved(house.lone, house.account_id)
    with pytest.raises((ProgrammingError, IntegrityError)), uow(SYSTEM) as work:
        work.session.execute(text(change))
    assert kept() == [1]


def test_administrators_and_the_leads_of_the_team_may_and_nobody_else(house: House) -> None:
    anywhere = frozenset[UUID]()
    lead_elsewhere = replace(house.lone, teams=frozenset({new_id()}))
    auditor = Actor(house.lone.id, "Rikke Dahl", frozenset({Role.AUDITOR}), house.lone.teams)
    back_office = Actor(house.lone.id, "Ida Berg", frozenset({Role.BACK_OFFICE}), house.lone.teams)
    for who in (lead_elsewhere, auditor, back_office):
        with pytest.raises(NotFound):
            saved(who, house.account_id)
        with reading(who) as work, pytest.raises(NotFound):
            reads.of_account(work, house.account_id)
    with pytest.raises(Forbidden):
        saved(house.anna, house.account_id)
    with pytest.raises(NotFound):
        saved(house.lone, new_id())
    assert kept() == []
    assert saved(Actor(house.lone.id, "Per Skov", frozenset({Role.ADMINISTRATOR}), anywhere), house.account_id) == 1
    assert saved(house.lone, house.account_id, replace(PLAIN, tone="rolig."), 1) == 2


def test_the_guard_is_told_by_the_newest_version_in_one_statement(house: House) -> None:
    saved(house.lone, house.account_id)
    other = replace(PLAIN, rulings=(Ruling("du har krav på", "ofte kan man få"),), standard_line="", references=())
    with reading(SYSTEM) as work:
        first = reads.guidance(work, house.account_id)
    assert first == reads.Guidance(PLAIN.rulings, "Vejledende svar", PLAIN.references)
    saved(house.lone, house.account_id, other, 1)
    with reading(SYSTEM) as work:
        work.session.execute(text("SELECT 1"))
        with counted() as sent:
            assert reads.guidance(work, house.account_id) == reads.Guidance(other.rulings, None, ())
        assert len(sent) == 1


def test_before_there_is_a_charter_the_starting_list_of_the_language_is_asked_about(house: House) -> None:
    with reading(SYSTEM) as work:
        assert reads.guidance(work, house.account_id) == reads.Guidance(starting_rulings("da"), None, ())
        with pytest.raises(NotFound):
            reads.guidance(work, new_id())


def test_the_first_version_is_begun_once(house: House) -> None:
    for tone in ("varm.", "kold."):
        with uow(SYSTEM) as work:
            charters.begin(work, house.account_id, replace(PLAIN, tone=tone))
    with reading(house.anna) as work:
        found = reads.of_account(work, house.account_id).saved
    assert found
    assert (found.version, found.by, found.charter.tone) == (1, None, "varm.")


def test_versions_come_newest_first_with_who_saved_them(house: House) -> None:
    saved(house.lone, house.account_id)
    saved(house.lone, house.account_id, replace(PLAIN, tone="rolig."), 1)
    with reading(house.anna) as work:
        found = reads.versions(work, house.account_id)
    assert [(one.version, one.charter.tone, one.by) for one in found] == [
        (2, "rolig.", "Lone Vestergaard"),
        (1, "varm og kort.", "Lone Vestergaard"),
    ]
