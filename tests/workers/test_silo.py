"""Asking a unit by a signed call: claimed before it, once whatever the other end does, and nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from connectors.kit.contract import CannotTell
from connectors.kit.http import HttpClient
from connectors.targets.webhook import Webhook
from inbox.domain.actors import SYSTEM
from inbox.models import Notice, SiloErrand
from inbox.queries.owed import owed
from inbox.services import conversations, silo
from inbox.services import silo_units as units
from inbox.uow import glancing, reading, uow
from tests.house import House, post
from tests.workers.silo_receiver import receiving
from tests.workers.silo_scene import ASKED, Outside
from workers import silo as job

SOON = timedelta(seconds=3)
LATER = timedelta(minutes=11)


@pytest.fixture
def outside(house: House) -> Iterator[Outside]:
    with receiving() as receiver:
        yield Outside(house, receiver)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call may take a second."""
    monkeypatch.setattr(job, "HttpClient", lambda _seconds: HttpClient(1.0))


def test_a_question_goes_out_once_and_says_what_the_unit_may_know(outside: Outside) -> None:
    outside.ask()
    assert outside.errands() == [("ask", "queued")]
    assert outside.ticket().delivery == "queued"
    outside.run()
    outside.run(LATER)
    ((asked,),) = outside.receiver.taken.values()
    assert (asked["text"], asked["known"], asked["asked_by"]) == (ASKED, "Den blev meldt i går.", "Anna Krogh")
    assert asked["thread"][0]["by"] == "Borgeren"
    assert "Mette" not in str(asked["thread"])
    assert asked["number"] == outside.ticket().number
    assert (outside.ticket().delivery, outside.ticket().external_id) == ("delivered", f"Q-{asked['number']}")
    assert outside.receiver.calls == ["ask"]


def test_a_clock_that_jumps_back_and_forth_asks_once(outside: Outside) -> None:
    outside.ask()
    for jump in (timedelta(hours=-3), timedelta(hours=5), timedelta(hours=-4), timedelta(days=2), timedelta(days=-2)):
        outside.run(jump)
    outside.run(LATER)
    assert outside.receiver.calls == ["ask"]
    assert outside.ticket().delivery == "delivered"


def test_what_is_said_privately_and_national_numbers_stay_here_unless_they_are_given_along(house: House) -> None:
    with receiving() as receiver:
        outside = Outside(house, receiver, post("Mit nummer er 070761-4285.", visibility="private"))
        _said_privately(outside)


def _said_privately(outside: Outside) -> None:
    seen = outside.house.conversation()
    with uow(outside.house.anna) as work:
        conversations.note(work, seen.id, "Ring til hende først.")
    first = outside.ask(mode="private")
    outside.run()
    ((asked,),) = outside.receiver.taken.values()
    assert asked["thread"] == []
    outside.do(silo.recall, first)
    outside.ask(mode="private", shows_private=True)
    outside.run(LATER)
    told = next(many[0] for many in outside.receiver.taken.values() if many[0].get("thread"))
    assert told["thread"][0]["private"]
    assert "4285" not in str(told)
    assert "Ring til hende" not in str(outside.receiver.taken)


def test_the_question_alone_leaves_where_the_setting_says_so(outside: Outside) -> None:
    with uow(SYSTEM) as work:
        units.save(work, outside.entry(sees="question"), outside.unit)
    outside.ask()
    outside.run()
    ((asked,),) = outside.receiver.taken.values()
    assert asked["thread"] == []


@pytest.mark.parametrize("does", ["fail", "fail_after"])
def test_after_a_failure_it_is_looked_for_before_it_is_put_again(outside: Outside, does: str) -> None:
    outside.receiver.does, outside.receiver.forgets = [does], True
    outside.ask()
    outside.run()
    assert outside.errands() == [("ask", "unconfirmed")]
    outside.run(SOON)
    outside.run(LATER)
    assert outside.errands() == [("ask", "delivered")]
    assert outside.receiver.errands() == ["ask"]


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("does", ["silent_after", "drop"])
def test_silence_is_a_doubt_and_never_a_second_question(outside: Outside, does: str) -> None:
    outside.receiver.does, outside.receiver.forgets = [does], True
    outside.ask()
    outside.run()
    assert outside.errands() == [("ask", "unconfirmed")]
    outside.run(SOON)
    outside.run(LATER)
    assert outside.receiver.errands() == ["ask"]
    assert outside.ticket().delivery == "delivered"


def test_one_that_has_no_time_is_left_alone_as_long_as_it_says(outside: Outside) -> None:
    outside.receiver.does = ["busy"]
    outside.ask()
    outside.run()
    assert outside.silo().health
    outside.run(timedelta(seconds=29))
    assert outside.receiver.calls == ["ask busy"]
    outside.run(timedelta(seconds=2))
    assert outside.receiver.calls == ["ask busy", "ask"]
    assert (outside.silo().health, outside.silo().failures) == (None, 0)


def test_an_unreachable_unit_is_given_more_time_each_time_and_loses_nothing(outside: Outside) -> None:
    outside.receiver.always = "busy"
    outside.ask()
    for _ in range(30):
        outside.run(LATER)
    assert outside.errands() == [("ask", "queued")]
    assert outside.silo().failures == 30
    outside.receiver.always = ""
    outside.run(LATER)
    assert outside.receiver.errands() == ["ask"]


def test_a_refused_key_stops_the_unit_tells_the_leads_once_and_mending_it_goes_on(outside: Outside) -> None:
    outside.receiver.always = "refuse"
    outside.ask()
    outside.run()
    outside.run(LATER)
    assert outside.silo().state == "suspended"
    assert outside.receiver.calls == ["ask refuse"]
    with reading(SYSTEM) as work:
        told = work.session.scalars(select(Notice).where(Notice.kind == "silo_suspended")).all()
    assert [one.agent_id for one in told] == [outside.house.lone.id]
    outside.receiver.always = ""
    with uow(SYSTEM) as work:
        units.save(work, outside.entry(settings={"url": outside.receiver.url, "key_id": "byline-1"}), outside.unit)
    outside.run(LATER)
    assert outside.receiver.errands() == ["ask"]


def test_what_it_never_takes_comes_back_to_the_agent(outside: Outside) -> None:
    outside.receiver.does = ["reject"]
    outside.ask()
    assert outside.house.conversation().status == "on_hold"
    outside.run()
    assert (outside.ticket().state, outside.ticket().delivery) == ("recalled", "rejected")
    assert outside.house.conversation().status == "open"
    with reading(SYSTEM) as work:
        told = work.session.scalars(select(Notice).where(Notice.kind == "silo_undelivered")).one()
    assert told.agent_id == outside.house.anna.id
    outside.ask()
    outside.run(LATER)
    assert outside.receiver.errands() == ["ask"]


def test_a_reminder_and_a_recall_go_there_once_each_in_their_order(outside: Outside) -> None:
    ticket = outside.ask()
    outside.run()
    outside.do(silo.remind, ticket)
    outside.do(silo.remind, ticket)
    outside.do(silo.recall, ticket)
    outside.run(SOON)
    outside.run(LATER)
    # The reminder had not left when the question was recalled: nobody needs it any more.
    assert outside.errands() == [("ask", "delivered"), ("remind", "withdrawn"), ("recall", "delivered")]
    assert outside.receiver.errands() == ["ask", "recall"]


def test_a_reminder_waits_for_a_question_in_doubt(outside: Outside) -> None:
    ticket = outside.ask()
    outside.receiver.does = ["fail"]
    outside.run()
    outside.do(silo.remind, ticket)
    outside.run()
    assert outside.receiver.errands() == []
    outside.run(SOON)
    outside.run(LATER)
    assert outside.receiver.errands() == ["ask", "remind"]


def test_what_has_not_left_is_recalled_without_a_word(outside: Outside) -> None:
    ticket = outside.ask()
    outside.do(silo.recall, ticket)
    outside.run()
    assert outside.receiver.calls == []
    assert outside.errands() == [("ask", "withdrawn")]


def test_a_question_recalled_while_in_doubt_is_not_put_again(outside: Outside) -> None:
    ticket = outside.ask()
    outside.receiver.does = ["fail"]
    outside.run()
    outside.do(silo.recall, ticket)
    outside.run(SOON)
    outside.run(LATER)
    assert outside.receiver.errands() == []
    assert outside.errands() == [("ask", "withdrawn"), ("recall", "withdrawn")]


@pytest.mark.parametrize("come", [True, False])
def test_a_person_decides_where_nobody_can_tell(outside: Outside, monkeypatch: pytest.MonkeyPatch, come: bool) -> None:
    ticket = outside.ask()
    outside.receiver.does = ["fail_after"]
    with monkeypatch.context() as mute:
        mute.setattr(Webhook, "find_delivered", lambda *_: CannotTell("It does not say."))
        for _ in range(7):
            outside.run(LATER)
    assert outside.ticket().delivery == "needs_human"
    outside.do(silo.decide, ticket, come=come)
    outside.run(LATER)
    assert outside.ticket().delivery == "delivered"
    assert outside.receiver.errands() == ["ask"]


def test_a_reminder_in_doubt_is_a_persons_to_decide_and_holds_up_nothing_for_ever(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = outside.ask()
    outside.run()
    outside.do(silo.remind, ticket)
    outside.receiver.does = ["fail"]
    with monkeypatch.context() as mute:
        mute.setattr(Webhook, "find_delivered", lambda *_: CannotTell("It does not say."))
        for _ in range(7):
            outside.run(LATER)
    assert outside.errands() == [("ask", "delivered"), ("remind", "needs_human")]
    outside.do(silo.decide, ticket, come=False)
    outside.do(silo.recall, ticket)
    outside.run(LATER)
    assert outside.receiver.errands() == ["ask", "recall"]


def test_a_unit_that_sits_at_the_desk_from_now_on_has_got_everything(outside: Outside) -> None:
    outside.receiver.always = "busy"
    outside.ask()
    outside.run()
    with uow(SYSTEM) as work:
        units.save(work, outside.entry(target="desk", settings={}), outside.unit)
    outside.run(LATER)
    assert outside.ticket().delivery == "delivered"
    assert outside.receiver.calls == ["ask busy"]


def test_a_bell_rings_for_what_is_due_and_for_nothing_else(outside: Outside) -> None:
    def due() -> bool:
        with glancing(SYSTEM) as view:
            view.now = outside.now
            return owed(view).silos

    assert not due()
    outside.ask()
    outside.now += SOON
    assert due()
    outside.run()
    assert not due()


def test_a_dead_worker_leaves_a_doubt(outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    outside.ask()
    with monkeypatch.context() as dying:
        dying.setattr(job, "_ask", lambda trip: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            outside.run()
    assert outside.errands() == [("ask", "sending")]
    with uow(SYSTEM) as work:
        work.session.execute(update(SiloErrand).values(lease_until=work.now - LATER))
    outside.run()
    assert outside.errands() == [("ask", "unconfirmed")]
    outside.run(SOON)
    outside.run(LATER)
    assert outside.receiver.errands() == ["ask"]
