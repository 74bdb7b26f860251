"""The fragment that tells who is here: by name, by right, and without oneself."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import update

from inbox.domain.actors import SYSTEM, Actor
from inbox.domain.ids import new_id
from inbox.models import Agent
from inbox.realtime.company import Company
from inbox.realtime.presence import Presence
from inbox.services import staffing
from inbox.uow import uow
from tests.house import House, post
from tests.web.conftest import Come, forget, statements


@pytest.fixture
def company(app: Flask) -> Company:
    found: Company = app.extensions["company"]
    return found


def matter(founded: House) -> UUID:
    founded.news(post())
    return founded.conversation().id


def looks(company: Company, actor: Actor, id_: UUID, *, writes: bool = False) -> None:
    company.looks(str(actor.id), f"page of {actor.name}", str(id_))
    if writes:
        company.writes(str(actor.id), f"page of {actor.name}", str(id_), on=True)


def test_a_colleague_who_looks_and_one_who_writes(founded: House, come: Come, company: Company) -> None:
    id_ = matter(founded)
    looks(company, founded.jonas, id_)
    page = come(founded.anna).get(f"/presence?ids={id_}").text
    assert f'<li data-beside="{id_}"><span class="here">Jonas is here</span></li>' in page
    assert "data-into" not in page
    looks(company, founded.jonas, id_, writes=True)
    page = come(founded.anna).get(f"/presence?ids={id_}&open={id_}").text
    assert f'<li data-beside="{id_}"><span class="writes">Jonas is writing</span></li>' in page
    assert '<li data-into="head"><span class="writes">Jonas is writing</span></li>' in page
    assert "Jonas is writing an answer as well." in page
    assert 'data-asks="Jonas"' in page


def test_two_who_write_are_both_named(founded: House, come: Come, company: Company) -> None:
    id_ = matter(founded)
    for actor in (founded.lone, founded.jonas):
        looks(company, actor, id_, writes=True)
    page = come(founded.anna).get(f"/presence?ids={id_}&open={id_}").text
    assert "Jonas, Lone are writing" in page
    assert "Jonas, Lone are writing answers as well." in page


def test_nobody_sees_themselves(founded: House, come: Come, company: Company) -> None:
    id_ = matter(founded)
    looks(company, founded.anna, id_, writes=True)
    assert "<li" not in come(founded.anna).get(f"/presence?ids={id_}&open={id_}").text


def test_a_conversation_of_another_team_says_nothing_of_who_is_in_it(
    founded: House, come: Come, company: Company
) -> None:
    id_ = matter(founded)
    looks(company, founded.jonas, id_)
    with uow(SYSTEM) as work:
        work.session.get_one(Agent, founded.anna.id).teams = []
    stranger = replace(founded.anna, teams=frozenset())
    assert "<li" not in come(stranger).get(f"/presence?ids={id_}&open={id_}").text


@pytest.mark.parametrize("ids", ["", "jonas", ",,,", "00000000-0000-0000-0000-000000000000"])
def test_what_is_no_conversation_is_left_out(founded: House, come: Come, ids: str) -> None:
    answer = come(founded.anna).get(f"/presence?ids={ids}")
    assert (answer.status_code, "<li" in answer.text) == (200, False)


def test_how_many_of_ones_own_team_are_here(founded: House, come: Come, app: Flask) -> None:
    presence: Presence = app.extensions["presence"]
    presence.arrived(str(founded.jonas.id), "p1")
    presence.arrived(str(founded.jonas.id), "p2")
    presence.arrived(str(founded.anna.id), "p3")
    presence.arrived(str(new_id()), "p4")
    page = come(founded.anna).get("/presence").text
    assert '<li data-into="rail"><span class="here">1 colleague is here</span></li>' in page


def test_who_forgot_that_they_are_away_is_told(founded: House, come: Come) -> None:
    anna = come(founded.anna)
    assert "marked as away" not in anna.get("/presence").text
    with uow(founded.anna) as work:
        staffing.go_away(work)
    assert '<a href="/me">You are marked as away</a>' in anna.get("/presence").text


def test_a_list_of_fifty_costs_as_much_as_one_row(founded: House, come: Come, company: Company) -> None:
    people = [post(f"Nummer {n}?", author={"id": f"c{n}", "handle": f"c{n}", "name": f"Borger {n}"}) for n in range(50)]
    founded.news(*people)
    anna = come(founded.anna)
    anna.get("/presence")
    ids = ",".join(str(new_id()) for _ in range(300))
    with statements() as sent:
        assert anna.get(f"/presence?ids={ids}").status_code == 200
    assert len(sent) <= 6, sent


def test_asking_is_no_act_of_the_person(founded: House, come: Come) -> None:
    anna = come(founded.anna)
    anna.browser.get("/presence", headers={"HX-Request": "true"})
    assert seen_at(founded.anna) is None
    anna.get("/?view=open")
    assert seen_at(founded.anna) is not None


def test_a_page_that_is_opened_is_one_and_is_written_once_a_minute(founded: House, come: Come) -> None:
    anna = come(founded.anna)
    anna.get("/")
    first = seen_at(founded.anna)
    anna.get("/?view=open")
    assert first is not None
    assert seen_at(founded.anna) == first
    with uow(SYSTEM) as work:
        work.session.execute(update(Agent).values(seen_at=None))
    forget()
    anna.browser.get("/", headers={"HX-Request": "true", "HX-Boosted": "true"})
    assert seen_at(founded.anna) is not None


def seen_at(actor: Actor) -> object:
    with uow(SYSTEM) as work:
        return work.session.get_one(Agent, actor.id).seen_at
