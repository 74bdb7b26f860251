"""The rail says until when we are open, or when we open: of one's own accounts, and in one's own language."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from inbox.domain.actors import SYSTEM, Actor
from inbox.domain.calendar import ALWAYS, DAYS, Calendar, Intervals
from inbox.models import Agent
from inbox.uow import uow
from tests import house
from tests.web.conftest import Come, statements

pytestmark = pytest.mark.usefixtures("app", "noon")

ZONE = "Europe/Copenhagen"
WORKDAYS = DAYS[:5]


def anna(calendar: Calendar, language: str = "en") -> Actor:
    """Anna, at a Tuesday's 13.00, in a house with these hours."""
    made = house.found(calendar=calendar)
    with uow(SYSTEM) as work:
        work.session.get_one(Agent, made.anna.id).language = language
    return made.anna


def week(days: tuple[str, ...], *hours: tuple[str, str]) -> Calendar:
    return Calendar(ZONE, dict.fromkeys(days, tuple(hours)))


def line(come: Come, actor: Actor) -> str:
    page = come(actor).get("/presence").text
    assert ('data-into="rail"' in page) == ('class="faint"' in page)
    return page.partition('<li data-into="rail"><span class="faint">')[2].partition("</span></li>")[0]


@pytest.mark.parametrize(
    ("language", "opened", "shut", "on_monday"),
    [
        ("da", "Åbent til kl. 16.00", "Åbner i morgen kl. 09.00", "Åbner mandag kl. 09.00"),
        ("nb", "Åpent til kl. 16.00", "Åpner i morgen kl. 09.00", "Åpner mandag kl. 09.00"),
        ("en", "Open until 16:00", "Opens tomorrow at 09:00", "Opens Monday at 09:00"),
    ],
)
@pytest.mark.parametrize("which", ["opened", "shut", "on_monday"])
def test_in_three_languages(come: Come, language: str, which: str, opened: str, shut: str, on_monday: str) -> None:
    days, hours = {
        "opened": (WORKDAYS, ("08:00", "16:00")),
        "shut": (WORKDAYS, ("09:00", "12:00")),
        "on_monday": (("mon",), ("09:00", "12:00")),
    }[which]
    said = {"opened": opened, "shut": shut, "on_monday": on_monday}[which]
    assert line(come, anna(week(days, hours), language)) == said


@pytest.mark.parametrize(
    ("days", "hours", "said"),
    [
        (WORKDAYS, (("08:00", "12:00"), ("13:30", "16:00")), "Opens at 13:30"),
        (DAYS, (("00:00", "24:00"),), ""),
        (DAYS, (("00:00", "02:00"), ("10:00", "24:00")), "Open until tomorrow at 02:00"),
        (("tue",), (("10:00", "24:00"),), "Open until midnight"),
        # In a week the same weekday comes again, which its name alone would not say.
        (("tue",), (("09:00", "12:00"),), "Opens 1 Dec at 09:00"),
    ],
)
def test_the_day_is_said_as_far_as_it_is_needed(come: Come, days: tuple[str, ...], hours: Intervals, said: str) -> None:
    assert line(come, anna(Calendar(ZONE, dict.fromkeys(days, hours)))) == said


def test_nothing_is_said_that_would_never_change(come: Come) -> None:
    assert line(come, anna(ALWAYS)) == ""


def test_who_has_no_team_has_no_hours(come: Come) -> None:
    somebody = anna(week(WORKDAYS, ("08:00", "16:00")))
    assert line(come, somebody) == "Open until 16:00"
    with uow(SYSTEM) as work:
        work.session.get_one(Agent, somebody.id).teams = []
    assert line(come, replace(somebody, teams=frozenset())) == ""


def test_it_costs_the_opened_page_nothing_and_this_one_a_statement(app: Flask, come: Come) -> None:
    person = come(anna(week(WORKDAYS, ("08:00", "16:00"))))
    person.get("/presence")
    with statements() as sent:
        assert "Open until" in person.get("/presence").text
    assert sum("calendar" in one for one in sent) == 1, sent
    with statements() as sent:
        assert "Open until" not in person.get("/").text
    assert not [one for one in sent if "FROM calendar" in one], sent
