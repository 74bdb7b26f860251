"""Which promise a badge shows, and how much of it is left, in its own kind of minutes: at night and over lunch, too."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask_babel import force_locale

from inbox.domain import clock
from inbox.domain.calendar import ALWAYS, DAYS, Calendar
from inbox.domain.policies import Policies, Policy
from inbox.domain.sla import ClockKind
from inbox.queries import inbox_list, terms
from inbox.queries.due import Due
from inbox.queries.inbox_list import View
from inbox.queries.thread import thread
from inbox.services import conversations, verdicts
from inbox.uow import reading
from inbox.web.badges import STRETCHES, badge
from tests import house as scene
from tests.house import ALI, House, post
from tests.services.answering import answer, claim, deed, parts, record, taken
from tests.web.conftest import Come, statements

LUNCH = Calendar("Europe/Copenhagen", dict.fromkeys(DAYS[:5], (("08:00", "12:00"), ("12:30", "17:00"))))
ALL = {
    ClockKind.ACKNOWLEDGED: 15,
    ClockKind.FIRST_RESPONSE: 60,
    ClockKind.NEXT_RESPONSE: 30,
    ClockKind.RESOLUTION: 120,
}


def at(wall: str, day: int = 24) -> datetime:
    """A Danish time in November; the 24th is a Tuesday."""
    hour, minute = wall.split(":")
    return datetime(2026, 11, day, int(hour) - 1, int(minute), tzinfo=UTC)


@pytest.fixture
def house(app: Flask) -> House:
    """Open from eight to five with half an hour of lunch; all four are promised in opening time."""
    return scene.found(calendar=LUNCH, policies=Policies((Policy("Alt", ALL, True),)))


def answered(house: House, when: datetime) -> None:
    (part,) = parts(answer(house, now=when).message_id)
    assert claim(when + timedelta(seconds=6)) == part.id
    record(part.id, taken(when + timedelta(seconds=7), f"ours-{part.id}"), when + timedelta(seconds=7))


def shown(house: House) -> Due | None:
    """What the row shows, and the head of the thread alike."""
    id_ = house.conversation().id
    with reading(house.anna) as work:
        head = thread(work, id_).head.due
        rows = inbox_list.conversations(work, View.OPEN).rows
    assert [row.due for row in rows if row.id == id_] in ([head], [])
    return head


def test_the_earliest_deadline_that_is_owed_is_shown_and_then_the_next(house: House) -> None:
    house.news(post(own_id="1", at=at("09:00")))
    first = shown(house)
    assert first
    assert (first.kind, first.due_at, first.minutes, first.hours) == ("acknowledged", at("09:15"), 15, LUNCH)
    answered(house, at("09:05"))
    house.news(post("Og så?", parent="1", at=at("09:20")))
    following = shown(house)
    assert following
    assert (following.kind, following.due_at) == ("next_response", at("09:50"))


def test_while_the_citizen_has_the_word_it_is_paused(house: House) -> None:
    house.news(post(at=at("09:00")))
    answered(house, at("09:05"))
    paused = shown(house)
    assert paused
    assert (paused.kind, paused.due_at) == ("resolution", None)


def test_a_solution_that_was_missed_does_not_shout_while_the_citizen_has_the_word(house: House) -> None:
    house.news(post(own_id="1", at=at("09:00")))
    with deed(now=at("11:30")) as work:
        assert verdicts.breach(work) == 3
    late = shown(house)
    assert late
    assert (late.kind, late.due_at) == ("acknowledged", at("09:15"))
    answered(house, at("11:40"))
    assert shown(house) is None
    house.news(post("Nej, stadig ikke", parent="1", at=at("11:45")))
    again = shown(house)
    assert again
    assert (again.kind, again.due_at) == ("resolution", at("11:00"))


def test_missed_and_dismissed_nothing_is_shown(house: House) -> None:
    house.news(post(at=at("09:00")))
    with deed(now=at("11:30")) as work:
        verdicts.breach(work)
    seen = house.conversation()
    with deed(house.anna, at("11:40")) as work:
        conversations.dismiss(work, seen.id, seen.version, "thanks")
    assert shown(house) is None


def test_what_came_in_at_night_is_first_in_the_morning(house: House) -> None:
    house.news(post("Om natten", own_id="night", at=at("23:40")))
    house.news(post("Om morgenen", own_id="morning", author=ALI, at=at("08:01", 25)))
    with reading(house.anna) as work:
        rows = inbox_list.conversations(work, View.OPEN).rows
    assert [row.said for row in rows] == ["Om natten", "Om morgenen"]
    assert [row.due.due_at for row in rows if row.due] == [at("08:15", 25), at("08:16", 25)]


HOUR = Due("first_response", at("09:00", 25), 60, True, LUNCH)
"""An hour of opening time that was promised at five, when the office closed."""


@pytest.mark.parametrize(
    ("now", "text", "temper", "percent", "left"),
    [
        (at("17:00"), "1 t", "calm", 100, 3600),
        (at("23:59"), "1 t", "calm", 100, 3600),
        (at("08:00", 25), "1 t", "calm", 100, 3600),
        (at("08:15", 25), "45 min", "calm", 75, 2700),
        (at("08:46", 25), "14 min", "soon", 23, 840),
        (at("09:00", 25), "0 sek.", "soon", 0, 0),
        (at("09:07", 25), "7 min over", "late", 0, -420),
        (at("12:10", 25), "3 t over", "late", 0, -10800),
        (at("18:00", 25), "7 t 30 over", "late", 0, -27000),
    ],
)
def test_opening_time_stands_still_while_the_office_is_closed(
    app: Flask, now: datetime, text: str, temper: str, percent: int, left: float
) -> None:
    with app.test_request_context(), force_locale("da"):
        shown = badge(HOUR, now)
    assert (shown.text, shown.temper, shown.percent, shown.left) == (text, temper, percent, left)
    assert shown.due == HOUR.due_at.timestamp() if HOUR.due_at else False


def test_by_the_wall_it_does_not(app: Flask) -> None:
    with app.test_request_context(), force_locale("da"):
        shown = badge(Due("first_response", at("09:00", 25), 960, False, ALWAYS), at("17:00"))
        days = badge(Due("resolution", at("17:00", 27), 5000, False, ALWAYS), at("17:00"))
    assert (shown.text, shown.open, shown.business) == ("16 t", "", False)
    assert days.text == "3 d"


def test_a_badge_knows_the_stretches_ahead_and_not_more_than_it_needs(app: Flask) -> None:
    with app.test_request_context(), force_locale("da"):
        shown = badge(HOUR, at("17:00"))
    stretches = [tuple(map(float, one.split("-"))) for one in shown.open.split()]
    assert len(stretches) == STRETCHES
    assert stretches[:2] == [
        (at("08:00", 25).timestamp(), at("12:00", 25).timestamp()),
        (at("12:30", 25).timestamp(), at("17:00", 25).timestamp()),
    ]
    with app.test_request_context(), force_locale("da"):
        never_closed = badge(Due("first_response", at("18:00"), 60, True, Calendar("UTC", ALWAYS.hours)), at("17:00"))
    assert never_closed.open == f"{at('17:00').timestamp():.0f}-"


def test_paused_it_counts_nothing(app: Flask) -> None:
    with app.test_request_context(), force_locale("da"):
        shown = badge(Due("resolution", None, 60, True, LUNCH), at("17:00"))
    assert (shown.temper, shown.due, shown.left, shown.open) == ("paused", None, None, "")


def test_the_badge_in_the_pages_says_the_same(house: House, come: Come, monkeypatch: pytest.MonkeyPatch) -> None:
    house.news(post(at=at("16:30")))
    monkeypatch.setattr(clock, "now", lambda: at("16:50"))
    anna = come(house.anna)
    for address in ("/?view=open", f"/c/{house.conversation().id}?view=open"):
        html = anna.get(address).text
        assert re.search(r'<span class="due late" data-due="[\d.]+" data-left="-300.0" data-target="900"', html)
        assert '<span class="time">5 min over</span>' in html
        assert ("Vis, hvordan fristen er regnet ud" in html) == address.startswith("/c/")


def test_a_badge_that_stands_still_says_in_the_head_for_whom(
    house: House, come: Come, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.news(post(at=at("16:00")))
    answered(house, at("16:10"))
    monkeypatch.setattr(clock, "now", lambda: at("16:20"))
    anna = come(house.anna)
    for address, word in (("/?view=open", "På pause"), (f"/c/{house.conversation().id}?view=mine", "Venter på borger")):
        before, _, talk = anna.get(address).text.partition('id="talk-head"')
        badges = re.findall(r'<span class="due paused">.*?<span>(.*?)</span>', talk or before, re.DOTALL)
        assert badges == [word]


def test_a_process_asks_for_opening_hours_once(house: House, come: Come) -> None:
    house.news(post(at=at("16:30")))
    anna = come(house.anna)
    for address in ("/?view=open", f"/c/{house.conversation().id}?view=open"):
        terms._hours.clear()
        asked = []
        for _round in range(2):
            with statements() as sent:
                anna.get(address)
            asked.append(sum("calendar.rules" in sql for sql in sent))
        assert asked == [1, 0]
