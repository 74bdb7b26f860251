"""A house with a complaint in it, for the tests of what becomes of complaints. What it must not do: judge."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update

from inbox.domain.actors import SYSTEM, Actor
from inbox.models import (
    Agent,
    ConversationEvent,
    Notice,
)
from inbox.queries import complaints as reads
from inbox.queries.thread import thread
from inbox.services import (
    complaint_rules,
    complaints,
)
from inbox.services.complaint_rules import Entry
from inbox.uow import UnitOfWork, reading, uow
from tests import house as scene
from tests.house import House, post
from tests.services.answering import deed, minutes

WORDS = "@nordby Jeg vil klage over, hvordan jeg blev behandlet."
DAY = timedelta(days=1)
RECEIPT = "Hej Mette. Vi har taget imod din klage, og du hører fra os."


def complained() -> House:
    """A house in which a citizen complains in public."""
    found = scene.found()
    found.news(post(WORDS, own_id="complaint"))
    return found


def decide(
    house: House,
    kind: str = "service",
    *,
    by: Actor | None = None,
    about: Actor | None = None,
    elsewhere: bool = False,
    at: float = 10,
) -> UUID:
    seen = house.conversation()
    with deed(by or house.anna, minutes(at)) as work:
        return complaints.decide(
            work, seen.id, seen.version, kind, about_id=about.id if about else None, elsewhere=elsewhere
        )


def rule(kind: str, by: Actor, **changed: object) -> None:
    entry = Entry(**{"receipt_days": 2, "answer_days": 10, "route": "stays", **changed})  # type: ignore[arg-type] # the test's own words
    with deed(by, minutes(1)) as work:
        complaint_rules.save(work, kind, entry, 0)


def do(house: House, by: Actor, verb: Callable[[UnitOfWork, UUID, int], object], at: float = 20) -> object:
    seen = house.conversation()
    with deed(by, minutes(at)) as work:
        return verb(work, seen.id, seen.version)


def give_receipt(house: House, *, by: Actor | None = None, at: float = 20, mode: str = "public") -> UUID:
    seen = house.conversation()
    with deed(by or house.anna, minutes(at)) as work:
        return complaints.receipt(work, seen.id, seen.version, visibility=mode, body=RECEIPT).message_id


def beside(house: House, by: Actor | None = None) -> reads.Overview:
    with reading(by or house.lone) as work:
        return reads.overview(work)


def lines() -> list[str]:
    with reading(SYSTEM) as work:
        return list(work.session.scalars(select(ConversationEvent.kind).order_by(ConversationEvent.at)))


def told(kind: str) -> list[UUID]:
    with reading(SYSTEM) as work:
        return list(work.session.scalars(select(Notice.agent_id).where(Notice.kind == kind).order_by(Notice.at)))


def proposed(house: House) -> tuple[str, ...]:
    seen = house.conversation()
    with reading(house.anna) as work:
        return thread(work, seen.id).complaint_words


def here(*people: Actor) -> None:
    with uow(SYSTEM) as work:
        for person in people:
            work.session.execute(update(Agent).where(Agent.id == person.id).values(seen_at=minutes(9)))
