"""The views of many alike and of a post of our own. What it must not do: judge."""

from __future__ import annotations

from tests.browser.day import Day
from tests.browser.gathering_states import answer, write, wrong_hour
from tests.browser.looks import View


def _there(day: Day) -> str:
    return day.gathering


VIEWS = (
    View("gathering", _there),
    View("gathering-answer", _there, answer),
    View("gathering-blocked", _there, write("Ring om 211062-5629", ".steps .late")),
    View("gathering-asks", _there, write("Hej. Ring til Pia på 55 00 00 00.", "#measure-many .asks")),
    View("storm-list", lambda _day: "/?view=unassigned"),
    View("post", lambda _day: "/post"),
    View("post-blocked", lambda _day: "/post", write("Nummeret er 211062-5629.", ".measure .guard")),
    View("post-wrong", lambda _day: "/post", wrong_hour),
)
