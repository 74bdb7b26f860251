"""A house with a unit that is reached by a signed call, whose other end is a real server of the test's.

What it must not do: take a step that the running house does not take by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

import time_machine
from sqlalchemy import select

from inbox.domain import clock
from inbox.domain.actors import SYSTEM, Actor
from inbox.models import Draft, Silo, SiloAnswer, SiloErrand, SiloInbound, SiloTicket
from inbox.services import silo
from inbox.services import silo_units as units
from inbox.uow import reading, uow
from tests.house import House, post
from tests.workers.silo_receiver import KEY, KEY_ID, Receiver
from workers import silo as job

Row = TypeVar("Row")
ASKED = "Hvornår er bommen ved Mølledam repareret?"


class Outside:
    """The house, its unit, and the other end."""

    def __init__(self, house: House, receiver: Receiver, said: dict[str, object] | None = None) -> None:
        self.house = house
        self.receiver = receiver
        self.now = clock.now()
        house.news(said or post())
        with uow(SYSTEM) as work:
            self.unit = units.save(work, self.entry())

    def entry(self, **changed: object) -> units.Entry:
        fields: dict[str, object] = {
            "name": "Vej og Park",
            "minutes": 90,
            "target": "webhook",
            "settings": {"url": self.receiver.url, "key_id": KEY_ID, "key": KEY},
        }
        return units.Entry(**(fields | changed))  # type: ignore[arg-type] # Handed on as it came.

    def ask(self, *, by: Actor | None = None, shows_private: bool = False, mode: str = "public") -> UUID:
        seen = self.house.conversation()
        question = silo.Question(self.unit, ASKED, "Den blev meldt i går.", None, mode, shows_private)
        with uow(by or self.house.anna) as work:
            return silo.ask(work, seen.id, seen.version, question)

    def do(self, verb: Callable[..., None], ticket: UUID, **more: object) -> None:
        seen = self.house.conversation()
        with uow(self.house.anna) as work:
            verb(work, seen.id, seen.version, ticket, **more)

    def run(self, later: timedelta = timedelta()) -> None:
        """The job, so much later than the last time."""
        self.now = max(self.now, clock.now()) + later
        with time_machine.travel(self.now, tick=False):
            job.run()

    def ticket(self) -> SiloTicket:
        return self._one(SiloTicket)

    def silo(self) -> Silo:
        return self._one(Silo)

    def errands(self) -> list[tuple[str, str]]:
        with reading(SYSTEM) as work:
            rows = work.session.execute(
                select(SiloErrand.kind, SiloErrand.state).order_by(SiloErrand.created_at, SiloErrand.id)
            )
            return [(row.kind, row.state) for row in rows]

    def answers(self) -> list[SiloAnswer]:
        return self._all(SiloAnswer, SiloAnswer.at)

    def drafts(self) -> list[Draft]:
        return self._all(Draft, Draft.saved_at)

    def inbound(self) -> list[SiloInbound]:
        return self._all(SiloInbound, SiloInbound.received_at)

    def _one(self, kind: type[Row]) -> Row:
        (one,) = self._all(kind)
        return one

    def _all(self, kind: type[Row], order: Any = None) -> list[Row]:
        with reading(SYSTEM) as work:
            found = list(work.session.scalars(select(kind).order_by(order)))
            work.session.expunge_all()
            return found
