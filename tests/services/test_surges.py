"""A rise of like mentions tells each lead once for each gathering, with its link and without anybody's words."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from inbox.domain.actors import SYSTEM
from inbox.models import Gathering, Notice
from inbox.services import gathering
from inbox.services.surges import MANY
from inbox.uow import reading
from tests import house as scene
from tests.house import House, post
from tests.services.answering import deed, minutes


@pytest.fixture
def house(app: Flask) -> House:
    return scene.found()


def say(house: House, begin: int, end: int, words: str, minute: float) -> None:
    people = [{"id": f"citizen-{words[:9]}{n}", "handle": f"b{n}", "name": f"Borger {n}"} for n in range(begin, end)]
    house.news(*(post(words, author=one, at=minutes(minute)) for one in people))
    (team,) = house.anna.teams
    with deed(SYSTEM, minutes(minute)) as work:
        gathering.gather(work, team)


def told() -> list[Notice]:
    with reading(SYSTEM) as work:
        found = list(work.session.scalars(select(Notice).where(Notice.kind == "surge")))
        work.session.expunge_all()
        return found


def test_the_lead_is_told_once_however_far_it_rises(house: House) -> None:
    water = "@nordby Vandet er brunt i hanen, må det drikkes?"
    say(house, 0, MANY - 1, water, 1)
    assert told() == []
    say(house, MANY - 1, MANY, water, 2)
    for minute in range(3, 8):
        say(house, minute * 20, minute * 20 + 20, water, minute)

    (notice,) = told()
    assert notice.agent_id == house.lone.id
    with reading(SYSTEM) as work:
        (one,) = work.session.scalars(select(Gathering))
        assert notice.data == {"gathering": str(one.id)}
        assert one.surge_at == minutes(2)


def test_two_gatherings_are_two_notices(house: House) -> None:
    say(house, 0, MANY, "@nordby Vandet er brunt i hanen, må det drikkes?", 1)
    say(house, 0, MANY, "@nordby Skraldet bliver ikke hentet på Fjordvej", 2)
    assert len({notice.data["gathering"] for notice in told()}) == 2
    assert len(told()) == 2
