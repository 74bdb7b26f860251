"""The invented organisation's first day: a charter beside its first answer, and safe ways that lead nowhere real."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

import config
from inbox import founding
from inbox.app import create_app
from inbox.domain.actors import SYSTEM
from inbox.domain.charters.starters import starter
from inbox.domain.opening_plan import Plan
from inbox.extensions import db
from inbox.models import Account, Calendar
from inbox.queries import charters, countries
from inbox.uow import reading

Open = Callable[..., Flask]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """A founding is a process of its own, which ends; here its connections are closed by hand."""
    made: list[Flask] = []

    def create(settings: config.Settings, *, people: bool = True) -> Flask:
        made.append(create_app(settings, people=people))
        return made[-1]

    monkeypatch.setattr(founding, "create_app", create)
    yield create
    for app in made:
        with app.app_context():
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()


def test_nordby_begins_with_a_charter_and_with_safe_ways(own_database: config.Settings, opened: Open) -> None:
    demo = replace(own_database, demo=True)
    assert founding.seed(demo)
    with opened(demo, people=False).app_context(), reading(SYSTEM) as work:
        square = work.session.query(Account).one()
        found = charters.of_account(work, square.id)
        ways = countries.safe_ways(work, "da")
        chosen = countries.chosen(work)
    municipality = starter("municipality", "da")
    assert municipality
    assert found.saved
    assert (found.saved.version, found.saved.by) == (1, None)
    assert found.saved.charter == replace(municipality, references=founding.REFERENCES)
    assert found.saved.charter.fit() == found.saved.charter
    assert chosen.pack.code == "DK"
    assert [way.key for way in ways] == ["self_service", "digital_post", "secure_form", "phone"]
    assert all("https://nordby.example/" in way.text for way in ways if way.key != "phone")
    assert not founding.seed(demo)


def test_an_organisation_of_ones_own_begins_with_its_country_and_no_words_of_others(
    own_database: config.Settings, opened: Open
) -> None:
    assert founding.found(own_database, "Fjellvik kommune", "nb", "Europe/Oslo")
    with opened(own_database, people=False).app_context(), reading(SYSTEM) as work:
        assert countries.chosen(work).pack.code == "NO"
        assert countries.safe_ways(work, "nb") == ()
        ours = Plan.from_json(work.session.query(Calendar).one().plan)
        assert (ours.country, ours.zone) == ("NO", "Europe/Oslo")
        assert set(ours.switches) == {"christmas_eve", "new_years_eve"}
        assert date(2027, 5, 17) in ours.calendar(2027, 2027).closed
        assert charters.of_account(work, work.session.query(Account).one().id).saved is None
