"""The country and the organisation's own places: what is filled is offered, and nobody's change is lost unseen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from inbox.domain.actors import SYSTEM, Actor
from inbox.domain.countries import Unfilled
from inbox.domain.errors import Conflict, Forbidden, Invalid
from inbox.models import Calendar
from inbox.queries import countries as reads
from inbox.services import countries
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import House

FILLED = {"digital_post": "https://post.nordby.example", "phone": "70 10 20 30"}


@pytest.fixture
def house(app: Flask) -> House:
    """In Denmark, without any place."""
    return scene.found()


def choose(by: Actor, code: str, places: dict[str, str], version: int) -> None:
    with uow(by) as work:
        countries.choose(work, code, places, version=version)


def offered(language: str) -> list[tuple[str, str]]:
    with reading(SYSTEM) as work:
        return [(one.name, one.text) for one in reads.safe_ways(work, language)]


def test_what_is_not_filled_is_not_offered(house: House) -> None:
    assert offered("da") == []
    choose(house.lone, "DK", FILLED, 0)
    assert offered("da") == [
        ("Digital Post", "Skriv til os i Digital Post, så er det kun os, der læser det: https://post.nordby.example"),
        ("Telefon", "Ring til os på 70 10 20 30, så hjælper vi dig videre."),
    ]
    assert offered("nb")[1] == ("Telefon", "Ring oss på 70 10 20 30, så hjelper vi deg videre.")
    assert [name for name, _text in offered("kl")] == ["Digital Post", "Phone"]


def test_another_country_has_other_ways_and_the_way_back_loses_nothing(house: House) -> None:
    choose(house.lone, "DK", FILLED, 0)
    choose(house.lone, "NO", {"digipost": "https://digipost.nordby.example", "phone": "70 10 20 30"}, 1)
    assert [name for name, _text in offered("nb")] == ["Digipost", "Telefon"]
    choose(house.lone, "DK", FILLED, 2)
    assert [name for name, _text in offered("da")] == ["Digital Post", "Telefon"]


def test_who_saves_second_is_told_and_nothing_is_lost(house: House) -> None:
    choose(house.lone, "DK", FILLED, 0)
    for version in (0, 2, -1):
        with pytest.raises(Conflict):
            choose(house.lone, "DK", {"phone": "12 34 56 78"}, version)
    assert offered("da")[1][1].startswith("Ring til os på 70 10 20 30")
    # The same again is no change, so that nobody else is told of one.
    choose(house.lone, "DK", FILLED, 1)
    choose(house.lone, "DK", {}, 1)
    assert offered("da") == []


def test_what_is_no_place_or_no_country_is_refused(house: House) -> None:
    with pytest.raises(Unfilled):
        choose(house.lone, "DK", {"phone": "ring", "digital_post": "http://nordby.example"}, 0)
    with pytest.raises(Invalid):
        choose(house.lone, "SE", {}, 0)
    assert offered("da") == []


def test_whoever_only_answers_changes_nothing(house: House) -> None:
    for who in (house.anna, replace(house.lone, roles=frozenset())):
        with pytest.raises(Forbidden):
            choose(who, "DK", FILLED, 0)
    assert offered("da") == []


def test_another_country_changes_no_calendar_that_stands(house: House) -> None:
    def stored() -> list[dict[str, object]]:
        with reading(SYSTEM) as work:
            return list(work.session.scalars(select(Calendar.plan)))

    before = stored()
    choose(house.lone, "NO", {}, 0)
    assert stored() == before
