"""The citizen's clock stands still while a unit outside the house has the question, and for no moment longer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from connectors.kit.contract import Delivered, DeliverResult, Ref, Rejected, Retry, Suspended, Unconfirmed
from inbox.domain.actors import SYSTEM
from inbox.domain.policies import Policies
from inbox.domain.policy import Policy
from inbox.domain.sla import ClockKind
from inbox.models import Clock, Silo, SiloErrand, SiloTicket
from inbox.services import silo_answering, silo_sending
from inbox.services import silo_tickets as tickets
from inbox.services import silo_units as units
from inbox.uow import UnitOfWork, uow
from tests.house import NOON
from tests.services.answering import deed, minutes, one
from tests.services.silo_scene import Scene

LEASE = timedelta(seconds=45)
WEBHOOK = {"url": "http://127.0.0.1:9/", "key_id": "k", "key": "a key that nobody guesses"}


@pytest.fixture
def there(app: Flask) -> Scene:
    solved = Policy("Løst", {ClockKind.RESOLUTION: 600}, True, pauses_for_silo=True)
    return Scene(Policies((solved,)))


def outside(there: Scene, target: str, **settings: str) -> None:
    with uow(SYSTEM) as work:
        units.save(work, units.Entry("Vej og Park", minutes=90, target=target, settings=settings), there.roads)


def clock() -> str:
    return one(Clock).state


def come(work: UnitOfWork, said: silo_answering.Said) -> None:
    ticket_id = work.session.scalars(select(SiloTicket.id)).one()
    conversation, ticket = tickets.held(work, ticket_id)
    silo_answering.keep(work, conversation, ticket, work.session.get_one(Silo, ticket.silo_id), said)


def test_another_authority_stops_no_clock(there: Scene) -> None:
    outside(there, "authority", called="Regionen")
    there.ask()
    assert (there.house.conversation().status, clock()) == ("open", "running")


def test_in_pieces_the_clock_stands_until_the_last(there: Scene) -> None:
    outside(there, "webhook", **WEBHOOK)
    ticket = there.ask()
    assert clock() == "paused"
    with deed(SYSTEM, minutes(20)) as work:
        come(work, silo_answering.Said(ticket, "Vej og Park", "Vi ser på det.", final=False))
    assert (there.house.conversation().status, clock()) == ("on_hold", "paused")
    with deed(SYSTEM, minutes(30)) as work:
        come(work, silo_answering.Said(there.roads, "Vej og Park", "Det er regionens.", not_ours=True))
    assert (there.house.conversation().status, clock()) == ("open", "running")
    assert there.lines() == ["silo_asked", "silo_said", "silo_not_ours"]


@pytest.mark.parametrize("result", [Rejected("It does not take it."), Delivered(Ref("Q-1"), NOON)])
def test_what_never_came_stops_no_clock_any_more(there: Scene, result: Rejected | Delivered) -> None:
    outside(there, "webhook", **WEBHOOK)
    there.ask()
    with deed(SYSTEM, minutes(6)) as work:
        errand = silo_sending.claim(work, LEASE)
    assert errand is not None
    with deed(SYSTEM, minutes(7)) as work:
        silo_sending.record(work, errand, 1, result)
    rejected = isinstance(result, Rejected)
    assert clock() == ("running" if rejected else "paused")
    assert (one(SiloErrand).state, there.house.conversation().status) == (
        ("rejected", "open") if rejected else ("delivered", "on_hold")
    )


@pytest.mark.parametrize("result", [Retry("It has no time."), Unconfirmed("It fell silent."), Suspended("It refuses.")])
def test_given_a_seat_here_during_the_call_they_have_the_question(there: Scene, result: DeliverResult) -> None:
    outside(there, "webhook", **WEBHOOK)
    there.ask()
    with deed(SYSTEM, minutes(6)) as work:
        errand = silo_sending.claim(work, LEASE)
    assert errand is not None
    outside(there, "desk")
    with deed(SYSTEM, minutes(7)) as work:
        silo_sending.record(work, errand, 1, result)
    assert (one(SiloErrand).state, one(SiloTicket).delivery) == ("delivered", "delivered")
    assert (one(Silo).state, one(Silo).health) == ("active", None)
