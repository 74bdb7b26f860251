"""The page of opening hours, used as a browser without a script uses it: the whole form is sent with every button."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from sqlalchemy import select

from inbox.domain.actors import SYSTEM, Actor
from inbox.domain.opening_plan import OwnDay, Plan
from inbox.domain.public_holidays import SWITCHES, holidays_of
from inbox.models import Agent, Calendar
from inbox.services import calendars, countries
from inbox.uow import reading, uow
from inbox.web.calendar_words import HOLIDAYS
from tests.house import House, post
from tests.web.calendar_page import NORDBY, PAGE, THEN, WEEK, AtThePage, stored
from tests.web.conftest import Come


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    """A Tuesday in November, since holidays are asked about."""
    with time_machine.travel(THEN, tick=True):
        yield


@pytest.fixture
def nordby(then: None, founded: House) -> House:
    """The hours of the picture, as version 2."""
    with uow(founded.lone) as work:
        calendars.save(work, "Nordby", NORDBY, version=1)
    return founded


@pytest.fixture
def lone(nordby: House, come: Come) -> AtThePage:
    """Lone, the lead, before them."""
    return AtThePage(come(nordby.lone))


def test_the_page_shows_what_is_in_force(nordby: House, lone: AtThePage) -> None:
    nordby.news(post())
    lone.opens(PAGE)
    assert lone.openings("mon") == [("08:00", "12:00"), ("12:30", "20:00")]
    assert lone.openings("sun") == []
    assert "58 hours a week" in lone.said
    assert "saved by Lone Vestergaard · used by 1 account" in lone.said
    assert lone.form.fields.getlist("switch") == ["constitution_day", "christmas_eve"]
    assert lone.form.fields.getlist("own-reason") == ["Overstået", "Personaledag"]
    assert lone.form.fields.getlist("own-hours") == ["", "12:00–16:00"]
    assert "1 day that is over" in lone.said
    assert "Works 1 running clock out anew. Verdicts stand." in lone.said
    assert "Not saved yet." not in lone.said
    assert lone.form.wrong == {}


def test_a_lunch_break_and_a_day_of_ones_own_are_saved_as_another_version(lone: AtThePage) -> None:
    lone.presses("add:fri")
    assert lone.form.focused == "fri-1-from"
    assert lone.openings("fri") == [("08:00", "16:00"), ("", "")]
    lone.writes("fri-from", "8", "12.30").writes("fri-to", "12.00", "1600")
    lone.presses("own-add")
    assert lone.form.focused == "own-2-day"
    lone.writes("own-day", "2026-01-02", "2026-11-27", "2026-12-28")
    lone.writes("own-reason", "Overstået", "Personaledag", "Mellem jul og nytår")
    lone.presses("try")
    assert lone.answer.status_code == 200
    assert "Not saved yet." in lone.said
    assert len(stored()) == 2

    lone.presses("save")
    assert lone.answer.status_code == 200
    assert "Version 3 is in force." in lone.said
    assert lone.openings("fri") == [("08:00", "12:00"), ("12:30", "16:00")]
    name, version, plan = stored()[-1]
    assert (name, version, plan.hours["fri"]) == ("Nordby", 3, (("08:00", "12:00"), ("12:30", "16:00")))
    assert plan.own[-1] == OwnDay(date(2026, 12, 28), (), "Mellem jul og nytår")
    assert (plan.country, plan.switches) == (NORDBY.country, NORDBY.switches)

    lone.presses("save")
    assert "Nothing was changed. Version 3 stays in force." in lone.said
    assert len(stored()) == 3


def test_a_reversed_opening_gets_its_sentence_beside_its_fields_and_nothing_is_saved(lone: AtThePage) -> None:
    lone.writes("sat-from", "14.00").writes("sat-to", "10.00").writes("zone", "Europe/Nordby").presses("save")
    assert lone.answer.status_code == 422
    reversed_ = "The end must come after the beginning. Over midnight is written as two, on two days."
    assert lone.form.wrong == {
        "sat-0-from": reversed_,
        "sat-0-to": reversed_,
        "zone": "There is no time zone called “Europe/Nordby”. Write it like Europe/Copenhagen.",
    }
    assert lone.openings("sat") == [("14.00", "10.00")]
    assert len(stored()) == 2


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"mon-from": ["8", "11"], "mon-to": ["12", "20"]}, {"mon-1-from", "mon-1-to"}),
        ({"mon-from": ["8", "12"], "mon-to": ["", "20"]}, {"mon-0-from", "mon-0-to"}),
        ({"own-day": ["2026-01-02", "27/11"]}, {"own-1-day"}),
        ({"own-hours": ["", "16-12"]}, {"own-1-hours"}),
        ({"own-reason": ["", "x" * 121]}, {"own-1-reason"}),
        ({"country": ["XX"]}, {"country"}),
        ({"zone": [""]}, {"zone"}),
    ],
)
def test_every_mistake_stands_beside_its_field(lone: AtThePage, fields: dict[str, list[str]], wrong: set[str]) -> None:
    for name, values in fields.items():
        lone.writes(name, *values)
    lone.presses("save")
    assert lone.answer.status_code == 422
    assert set(lone.form.wrong) == wrong
    assert all(lone.form.wrong.values())
    assert len(stored()) == 2


def test_a_calendar_that_is_never_open_is_refused(lone: AtThePage) -> None:
    for day in WEEK:
        lone.writes(f"{day}-from").writes(f"{day}-to")
    lone.presses("save")
    assert lone.answer.status_code == 422
    assert lone.said.count("Be open on one day of the week at least. Otherwise no answer would ever be due.") == 1
    assert len(stored()) == 2


def test_what_is_half_written_is_no_mistake_before_one_asks(lone: AtThePage) -> None:
    lone.writes("sat-to", "").presses("add:sun")
    assert (lone.answer.status_code, lone.form.wrong) == (200, {})
    lone.presses("try")
    assert (lone.answer.status_code, set(lone.form.wrong)) == (422, {"sat-0-from", "sat-0-to"})


def test_rows_come_and_go(lone: AtThePage) -> None:
    lone.presses("remove:mon:0")
    assert lone.openings("mon") == [("12:30", "20:00")]
    assert lone.form.focused == "add-mon"
    lone.presses("copy")
    assert [lone.openings(day) for day in ("tue", "wed", "thu", "fri")] == [[("12:30", "20:00")]] * 4
    assert lone.openings("sat") == [("10:00", "14:00")]
    lone.presses("own-remove:0")
    assert lone.form.fields.getlist("own-reason") == ["Personaledag"]

    def written() -> list[tuple[str, str]]:
        return sorted((name, value) for name, value in lone.form.fields.items(multi=True) if name != "csrf_token")

    before = written()
    for step in ("remove:mon:9", "remove:xyz:0", "own-remove:9", "add:xyz", "add", "remove", "x", "remove:mon:-1"):
        lone.presses(step)
        assert written() == before, step
    assert len(stored()) == 2


def test_another_country_brings_its_own_days(lone: AtThePage) -> None:
    lone.writes("country", "NO").presses("")
    assert lone.form.fields.getlist("switch") == ["christmas_eve"]
    assert "Wednesday before Easter" in lone.said
    assert "5 June, Constitution Day" not in lone.said
    lone.writes("country", "").presses("")
    assert "Switched on, we are closed" not in lone.said
    lone.presses("save")
    assert stored()[-1][2].switches == frozenset()


def test_who_saves_second_keeps_what_was_written(nordby: House, lone: AtThePage) -> None:
    with uow(nordby.lone) as work:
        calendars.save(work, "Nordby", Plan("Europe/Oslo", WEEK), version=2)
    lone.writes("sat-to", "15.00").presses("save")
    assert lone.answer.status_code == 409
    assert "Version 3 was saved meanwhile. Nothing of yours is saved yet." in lone.said
    assert lone.openings("sat") == [("10:00", "15.00")]
    lone.presses("save")
    assert "Version 4 is in force." in lone.said
    assert stored()[-1][2].zone == "Europe/Copenhagen"


def test_the_widest_plan_goes_through_the_form(lone: AtThePage) -> None:
    days = [date.fromordinal(date(2030, 1, 1).toordinal() + number).isoformat() for number in range(500)]
    lone.writes("own-day", *days).writes("own-hours", *[""] * 500).writes("own-reason", *["Lukket"] * 500)
    lone.presses("save")
    assert lone.answer.status_code == 200
    assert len(stored()[-1][2].own) == 500


def test_a_new_calendar_for_one_account(nordby: House, lone: AtThePage) -> None:
    lone.opens(f"{PAGE}/new")
    assert lone.form.focused == "name"
    assert lone.openings("fri") == [("08:00", "16:00")]
    lone.presses("save")
    assert lone.form.wrong == {"name": "Give the calendar a name."}
    assert len(stored()) == 2
    lone.writes("name", "Vagten").writes("account", str(nordby.account_id)).writes("fri-to", "15.00").presses("try")
    assert lone.form.fields["account"] == str(nordby.account_id)
    lone.presses("save")
    assert "Version 1 is in force." in lone.said
    assert stored()[-1][0] == "Vagten"
    lone.opens(PAGE)
    assert "used by 0 accounts" in lone.said
    assert "Vagten · 1 account" in lone.said


def test_a_new_calendar_begins_in_the_organisations_country_and_an_existing_one_keeps_its_own(
    nordby: House, lone: AtThePage
) -> None:
    with uow(nordby.lone) as work:
        countries.choose(work, "NO", {}, version=0)
    lone.opens(PAGE)
    assert (lone.form.fields["country"], lone.form.fields["zone"]) == ("DK", "Europe/Copenhagen")
    lone.opens(f"{PAGE}/new")
    assert (lone.form.fields["country"], lone.form.fields["zone"]) == ("NO", "Europe/Oslo")
    assert lone.form.fields.getlist("switch") == ["christmas_eve"]
    assert lone.openings("fri") == [("08:00", "16:00")]
    lone.writes("name", "Vagten").writes("account", str(nordby.account_id)).presses("save")
    name, version, plan = stored()[-1]
    assert (name, version, plan.country, plan.zone) == ("Vagten", 1, "NO", "Europe/Oslo")

    # What was chosen here stands, whatever the organisation chooses afterwards.
    with uow(nordby.lone) as work:
        countries.choose(work, "DK", {}, version=1)
    assert [(name, plan.country) for name, _version, plan in stored()][1:] == [("Nordby", "DK"), ("Vagten", "NO")]


def test_what_somebody_chose_for_a_new_calendar_is_not_overwritten_by_the_pack(nordby: House, lone: AtThePage) -> None:
    with uow(nordby.lone) as work:
        countries.choose(work, "NO", {}, version=0)
    lone.opens(f"{PAGE}/new").writes("country", "").presses("")
    assert lone.form.fields["country"] == ""
    lone.writes("name", "Vagten").writes("zone", "Europe/Copenhagen").presses("save")
    assert (stored()[-1][2].country, stored()[-1][2].zone) == (None, "Europe/Copenhagen")


def test_a_calendar_of_an_account_that_is_gone(nordby: House, lone: AtThePage) -> None:
    lone.opens(f"{PAGE}/new").writes("name", "Vagten").writes("account", "0" * 32).presses("save")
    assert lone.answer.status_code == 422
    assert "This account does not exist any more." in lone.said
    assert len(stored()) == 2


def test_an_older_version_leads_to_the_newest_and_an_unknown_one_nowhere(nordby: House, lone: AtThePage) -> None:
    with reading(SYSTEM) as work:
        first = work.session.scalars(select(Calendar.id).where(Calendar.version == 1)).one()
    assert lone.opens(f"{PAGE}/{first}").form.fields["version"] == "2"
    assert lone.opens(f"{PAGE}/{nordby.account_id}").answer.status_code == 404


def test_a_form_that_nobody_saw_is_refused(lone: AtThePage) -> None:
    for version in ("", "x", "-1", "9" * 30, "٣"):
        lone.opens(PAGE).writes("version", version).presses("save")
        assert lone.answer.status_code == 422
    assert len(stored()) == 2


def test_an_agent_looks_and_has_no_fields(nordby: House, come: Come) -> None:
    anna = AtThePage(come(nordby.anna))
    assert anna.answer.status_code == 200
    assert not anna.form.fields
    assert "08:00–12:00 12:30–20:00" in anna.said
    assert "leads and administrators change them" in anna.said
    assert "Personaledag" in anna.said
    assert "Overstået" not in anna.said


def test_the_overview_shows_a_year_of_closed_days_and_leads_here(nordby: House, come: Come, per: Actor) -> None:
    overview = come(per).get("/settings").text
    assert f'href="{PAGE}"' in overview
    assert "24 Dec 2026" in overview
    assert "24 Dec 2027" not in overview


@pytest.mark.parametrize("country", SWITCHES)
def test_every_holiday_has_its_word(country: str) -> None:
    days = holidays_of(country, [switch.key for switch in SWITCHES[country]], 2025, 2060)
    assert {name for day in days for name in day.names} <= set(HOLIDAYS)


@pytest.mark.parametrize(("language", "words"), [("da", "5. juni, grundlovsdag"), ("nb", "5. juni, grunnlovsdag")])
def test_times_and_holidays_are_said_in_the_persons_language(
    nordby: House, come: Come, language: str, words: str
) -> None:
    with uow(SYSTEM) as work:
        work.session.get_one(Agent, nordby.lone.id).language = language
    page = AtThePage(come(nordby.lone))
    assert page.openings("mon") == [("08.00", "12.00"), ("12.30", "20.00")]
    assert words in page.said
