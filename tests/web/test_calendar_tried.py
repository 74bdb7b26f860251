"""Opening hours tried out with a question, and filled in from a file: nothing of either is saved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine

from inbox.domain.opening_plan import OwnDay
from inbox.services import calendars
from inbox.uow import uow
from inbox.web.uploads import WIDE
from tests.house import House
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


def test_the_question_of_the_picture(lone: AtThePage) -> None:
    """Ten minutes on Friday until closing time, five on Saturday from ten o'clock."""
    lone.writes("try-day", "2026-12-04").writes("try-time", "15.50").writes("try-within", "15").presses("try")
    assert "the answer is due by Saturday 5 Dec 10:05" in lone.said
    assert "10 min from Friday 4 Dec 15:50 to 16:00" in lone.said
    assert "5 min from Saturday 5 Dec 10:00 to 10:05" in lone.said
    assert lone.form.fields["try-within"] == "15 min"


def test_the_hours_on_the_screen_are_asked_not_those_in_force(lone: AtThePage) -> None:
    assert "the answer is due by Tuesday 24 Nov 12:35" in lone.said  # The example: ten minutes before lunch.
    lone.writes("tue-from", "8", "14").presses("try")
    assert "the answer is due by Tuesday 24 Nov 14:05" in lone.said
    for field, value in (("try-day", "soon"), ("try-time", "25"), ("try-within", "0")):
        lone.opens(PAGE).writes(field, value).presses("try")
        assert set(lone.form.wrong) == {field}
    lone.opens(PAGE).writes("try-time", "24.00").writes("try-within", "2 h").presses("try")
    assert "the answer is due by Wednesday 25 Nov 10:00" in lone.said


def test_a_promise_over_more_days_than_one_reads(lone: AtThePage) -> None:
    lone.writes("try-day", "2026-12-01").writes("try-within", "20 days").presses("try")
    assert "and on other days" in lone.said


def test_a_promise_that_no_one_lives_to_see(lone: AtThePage) -> None:
    for day in WEEK:
        lone.writes(f"{day}-from").writes(f"{day}-to")
    lone.presses("add:mon").writes("mon-from", "8.00").writes("mon-to", "8.01")
    lone.writes("try-within", "90 days").presses("try")
    assert lone.form.wrong == {"try-within": "In these hours that takes over a hundred years."}


def ical(*days: str) -> bytes:
    lines = ["BEGIN:VCALENDAR"]
    for day in days:
        lines += ["BEGIN:VEVENT", f"DTSTART{day}", "SUMMARY:Lukket", "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def test_a_file_fills_in_the_form_and_saves_nothing(lone: AtThePage) -> None:
    lone.writes("sat-to", "15.00")
    file = ical(
        *(";VALUE=DATE:20261228", ";VALUE=DATE:20261127", ";VALUE=DATE:20200101", ":20261201T100000Z", ":gibberish")
    )
    lone.presses("import", file)
    assert lone.answer.status_code == 200
    assert (
        "1 closing day was filled in. 1 stood there already. 1 event with a time of day was left out. "
        "1 event could not be read. Nothing is saved yet." in lone.said
    )
    assert lone.form.fields.getlist("own-day") == ["2026-01-02", "2026-11-27", "2026-12-28"]
    assert lone.form.fields.getlist("own-hours") == ["", "12:00–16:00", ""]
    assert lone.openings("sat") == [("10:00", "15.00")]
    assert len(stored()) == 2
    lone.presses("save")
    assert "Version 3 is in force." in lone.said
    assert stored()[-1][2].own[-1] == OwnDay(date(2026, 12, 28), (), "Lukket")


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (None, "Choose a file first."),
        (b"PK\x03\x04", "This is no iCal file. Such a file ends in .ics and begins with BEGIN:VCALENDAR."),
        (
            ical(";VALUE=DATE:20261228") + b"X" * 10_000_000,
            "The file is larger than 1 MB. Export the closing days alone, or fewer years.",
        ),
    ],
    ids=["none", "zip", "10 MB"],
)
def test_a_file_that_can_not_be_used_gets_its_sentence_beside_its_field(
    lone: AtThePage, file: bytes | None, words: str
) -> None:
    lone.writes("sat-to", "15.00").presses("import", file)
    assert lone.answer.status_code == 422
    assert lone.form.wrong == {"ical": words}
    assert lone.openings("sat") == [("10:00", "15.00")]
    assert len(stored()) == 2


def test_there_is_an_end_to_what_the_wide_door_takes(lone: AtThePage) -> None:
    lone.presses("import", b"X" * WIDE["calendars.draft"])
    assert lone.answer.status_code == 413
