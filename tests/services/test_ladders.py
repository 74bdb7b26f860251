"""Another ladder: from when it holds, who may save it, and what is refused."""

from __future__ import annotations

import pytest
from flask import Flask

from inbox.domain.actors import SYSTEM
from inbox.domain.errors import Conflict, Forbidden, Invalid
from inbox.domain.ids import new_id
from inbox.domain.ladder import Ladder, Step, When
from inbox.models import Ladder as Row
from inbox.queries.owed import owed
from inbox.services import ladders, sla
from inbox.uow import reading
from tests.house import House
from tests.services.answering import count, deed, minutes, one
from tests.services.ladder_scene import climb, climbs, founded, hold, next_climb, rule


@pytest.fixture
def house(app: Flask) -> House:
    """The usual ladder; Mette asked at noon, and Anna has it."""
    made = founded()
    hold(made, made.anna.id)
    return made


def test_another_ladder_holds_for_running_promises_from_now_on(house: House) -> None:
    climb(minutes(50))
    usual = one(Row)
    with deed(house.lone, minutes(52)) as work:
        first = Ladder.from_json(usual.rules).rules[0]
        earlier = rule(When.PERCENT, 80, Step.TELL_LEAD)
        later = rule(When.PERCENT, 90, Step.TELL_LEAD)
        assert ladders.save(work, Ladder((first, earlier, later)), version=1) == 2
    with reading(SYSTEM) as work:
        work.now = minutes(52)
        assert owed(work).timers
    with deed(now=minutes(52)) as work:
        assert sla.reread(work) == 1
    # 80 percent were passed at 48, before the rule was there: nobody is woken for it.
    assert next_climb() == minutes(54)
    climb(minutes(500))
    assert climbs() == [(1, "remind", "done"), (3, "tell_lead", "done")]


def test_a_missed_promise_learns_of_another_ladder_too(house: House) -> None:
    climb(minutes(500))
    rules = Ladder.from_json(one(Row).rules).rules
    with deed(house.lone, minutes(501)) as work:
        ladders.save(work, Ladder((*rules, rule(When.AFTER, 600, Step.TELL_LEAD))), version=1)
    assert climb(minutes(502)) == 0
    assert next_climb() == minutes(660)
    assert climb(minutes(661)) == 1


def test_who_may_save_and_what_is_refused(house: House) -> None:
    rules = Ladder.from_json(one(Row).rules).rules
    for actor, version, ladder, refusal, field in (
        (house.anna, 1, Ladder(), Forbidden, ""),
        (house.lone, 0, Ladder(), Conflict, ""),
        (house.lone, 1, Ladder((rule(When.BREACH, accounts=frozenset({new_id()})),)), Invalid, "1.accounts"),
        (house.lone, 1, Ladder((rules[0], rule(When.BREACH, step=Step.ASK_SILO, silo_id=new_id()))), Invalid, "2.silo"),
    ):
        with pytest.raises(refusal) as refused, deed(actor) as work:
            ladders.save(work, ladder, version=version)
        assert getattr(refused.value, "field", "") == field
    with deed(house.lone) as work:
        assert ladders.save(work, Ladder(rules), version=1) == 1
    assert count(Row) == 1
