"""The ladder tells nobody of a complaint about themselves."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from inbox.domain.actors import SYSTEM
from inbox.domain.ladder import Step, When
from inbox.models import Agent, Role
from inbox.uow import uow
from tests.house import post
from tests.services.answering import minutes
from tests.services.complaint_scene import WORDS, decide, told
from tests.services.ladder_scene import climb, climbs, founded, rule


def test_whom_it_is_about_is_not_told(app: Flask) -> None:
    house = founded(rule(When.BREACH, 0, Step.TELL_LEAD), ask=False)
    house.news(post(WORDS))
    decide(house, "staff", by=house.anna, about=house.lone)
    assert climb(minutes(61)) == 1
    assert climbs() == [(1, "tell_lead", "nobody")]
    assert told("lead_told") == []


def test_the_ladder_tells_the_other_leads(app: Flask) -> None:
    house = founded(rule(When.BREACH, 0, Step.TELL_LEAD), ask=False)
    with uow(SYSTEM) as work:
        jonas = work.session.get_one(Agent, house.jonas.id)
        jonas.roles.append(work.session.scalars(select(Role).where(Role.name == "lead")).one())
    house.news(post(WORDS))
    decide(house, "staff", by=house.anna, about=house.lone)
    climb(minutes(61))
    assert told("lead_told") == [house.jonas.id]
