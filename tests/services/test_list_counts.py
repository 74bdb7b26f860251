"""How many stand behind the page that is shown, with filters too: as many as the list is long, and never past the cap.

The hardest case first: every filter in every view, two teams' arms and more rows than a page.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from inbox.domain.actors import Actor
from inbox.models import Conversation
from inbox.queries import inbox_list
from inbox.queries.inbox_list import COUNTED, View
from inbox.queries.narrowing import Narrow
from inbox.services import accounts
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import NOON, House
from tests.services.test_list_pages import change, citizens, every, pages, tagged
from tests.web.conftest import statements

PAGE = 3


@pytest.fixture
def house(app: Flask) -> House:
    return scene.found()


def total(actor: Actor, view: View, narrow: Narrow, after: str | None = None, limit: int = PAGE) -> int | None:
    """What a page of so many rows says of how many there are."""
    with reading(actor) as work:
        work.now = NOON
        return inbox_list.conversations(work, view, after, limit, narrow).total


def second(actor: Actor, view: View, narrow: Narrow) -> str:
    with reading(actor) as work:
        work.now = NOON
        key = inbox_list.conversations(work, view, None, PAGE, narrow).next
    assert key is not None
    return key


def test_every_filter_counts_as_many_as_its_list_is_long_in_every_view(house: House) -> None:
    citizens(house, 30)
    citizens(house, 6, visibility="private")
    ids = every()
    there = scene.second_team(house)
    with reading(house.lone) as work:
        other = accounts.get(work, there.account_id).team_id
    change(ids[::4], team_id=other)
    change(ids[:12:2], status="pending")
    change(ids[1:12:2], status="on_hold")
    change(ids[12:20], assignee_id=house.lone.id)
    change(ids[20:25], snoozed_until=NOON + timedelta(days=1))
    change(ids[::2], priority=1)
    change(ids[::3], language="nb")
    change(ids[::5], next_due_at=None)
    tag, rare = tagged(ids[1::2], "Vinter"), tagged(ids[-1:], "Sne")
    lone = replace(house.lone, teams=house.lone.teams | {other})

    longer = 0
    for narrow in (
        Narrow(priority=1),
        Narrow(language="nb"),
        Narrow(visibility="private"),
        Narrow(visibility="public"),
        Narrow(account_id=house.account_id),
        Narrow(assignee_id=house.lone.id),
        Narrow(tag_ids=(tag,)),
        Narrow(tag_ids=(tag, rare)),
        Narrow(tag_ids=(tag,), language="nb", visibility="public"),
    ):
        for actor in (lone, house.anna):
            for view in COUNTED:
                stands = len(pages(actor, view, 50, narrow))
                assert total(actor, view, narrow) == stands, (view, narrow)
                longer += stands > PAGE
    assert longer > 20, "most lists should be longer than a page, or nothing was counted"


def test_a_later_page_says_how_many_there_are_and_not_how_many_are_left(house: House) -> None:
    citizens(house, 2 * PAGE)
    narrow = Narrow(priority=0)
    key = second(house.anna, View.OPEN, narrow)
    assert total(house.anna, View.OPEN, narrow, key) == 2 * PAGE


def test_counting_stops_behind_the_cap(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inbox.queries.inbox_list.CAP", 7)
    citizens(house, 7)
    assert total(house.anna, View.OPEN, Narrow(priority=0)) == 7
    citizens(house, 5)
    assert total(house.anna, View.OPEN, Narrow(priority=0)) == 8


def test_nobody_counts_what_is_finished(house: House) -> None:
    citizens(house, 2 * PAGE)
    change(every(), status="solved")
    with statements() as sent:
        assert total(house.anna, View.SOLVED, Narrow(priority=0)) is None
    assert not any("count(" in sql for sql in sent)


def test_a_page_that_holds_all_of_them_has_counted_them(house: House) -> None:
    citizens(house, PAGE + 3)
    tag = tagged(every()[:PAGE], "Sne")
    assert total(house.anna, View.OPEN, Narrow(tag_ids=(tag,))) == PAGE


def test_whoever_has_no_team_counts_nothing(house: House) -> None:
    citizens(house, 2 * PAGE)
    assert total(replace(house.anna, teams=frozenset()), View.OPEN, Narrow(priority=0)) == 0


def test_what_came_meanwhile_is_counted(house: House) -> None:
    citizens(house, 2 * PAGE)
    assert total(house.anna, View.OPEN, Narrow(priority=0)) == 2 * PAGE
    citizens(house, 1)
    with uow(house.anna) as work:
        work.session.query(Conversation).limit(1).one().priority = 1
    assert total(house.anna, View.OPEN, Narrow(priority=0)) == 2 * PAGE
