"""A house with a unit of the back office, for the tests of what goes there and comes back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from uuid import UUID

from sqlalchemy import select

from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.ids import new_id
from inbox.domain.policies import Policies
from inbox.models import (
    Conversation,
    ConversationEvent,
    SiloTicket,
)
from inbox.services import agents, conversations, silo, silo_answering
from inbox.services import silo_units as units
from inbox.uow import UnitOfWork, reading, uow
from tests import house as scene
from tests.house import post
from tests.services.answering import deed, minutes, one

ASKED = "Hvornår er bommen ved Mølledam repareret?"
ANSWERED = "Bommen er oppe igen fredag kl. 12."


class Scene:
    """A house with a unit of the back office, and Ida in it."""

    def __init__(self, policies: Policies | None = None) -> None:
        self.house = scene.found(policies=policies)
        self.house.news(post())
        with uow(SYSTEM) as work:
            ida = agents.add(
                work, email="ida@nordby.example", full_name="Ida Berg", roles=["back_office"], password_hash="invented"
            )
            self.roads = units.save(work, units.Entry("Vej og Park", topics="bom, vej", minutes=90, people=[ida]))
        self.ida = Actor(ida, "Ida Berg", frozenset({Role.BACK_OFFICE}), self.house.anna.teams)

    def ask(
        self,
        *,
        by: Actor | None = None,
        at: float = 5,
        mode: str = "public",
        line: str | None = None,
        silo_id: UUID | None = None,
        version: int | None = None,
    ) -> UUID:
        seen = self.house.conversation()
        asked = silo.Question(silo_id or self.roads, ASKED, "Den blev meldt i går.", None, mode, line=line)
        with deed(by or self.house.anna, minutes(at)) as work:
            return silo.ask(work, seen.id, seen.version if version is None else version, asked)

    def answer(
        self, ticket: UUID, text: str = ANSWERED, *, at: float = 30, key: UUID | None = None, public: bool = True
    ) -> UUID:
        with deed(self.ida, minutes(at)) as work:
            return silo_answering.answer(work, ticket, key or new_id(), text, may_be_public=public)

    def lines(self) -> list[str]:
        with reading(SYSTEM) as work:
            rows = select(ConversationEvent.kind).order_by(ConversationEvent.at, ConversationEvent.id)
            return list(work.session.scalars(rows))

    def ticket(self) -> SiloTicket:
        return one(SiloTicket)

    def do(self, verb: str, by: Actor | None = None, at: float = 20) -> None:
        seen = self.house.conversation()
        with deed(by or self.house.anna, minutes(at)) as work:
            getattr(conversations, verb)(work, seen.id, seen.version)

    def version(self, work: UnitOfWork) -> int:
        return work.session.scalars(select(Conversation.version)).one()

    def second_matter(self) -> tuple[UUID, UUID]:
        """The matter that there is, and another of the same citizen."""
        first = self.house.conversation().id
        self.house.news(post("@nordby Er broen ved åen åben?", at=minutes(40)))
        with reading(SYSTEM) as work:
            other = work.session.scalars(select(Conversation.id).where(Conversation.id != first)).one()
        return first, other


def run(*deeds: Callable[[], None]) -> None:
    threads = [threading.Thread(target=one_deed) for one_deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
