"""Steps of a delivery, taken one by one at times of the test's choosing, without a platform or a worker.

It exists so that the tests of the verbs read as what happens to an answer. What it must not do: skip a step that
a worker takes, or write a table itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import func, select

from connectors.kit.contract import Delivered, DeliverResult, FindResult, Ref
from inbox.domain.actors import SYSTEM, Actor
from inbox.models import Delivery, Message
from inbox.services import deliveries, replies
from inbox.uow import UnitOfWork, reading, uow
from tests.house import NOON, House

LEASE = timedelta(seconds=45)
SETTLE = timedelta(seconds=3)
LONG = " ".join(f"Bassin {number} er åbent hver dag fra klokken syv til klokken tyve." for number in range(12))
"""Three parts on the square."""
Row = TypeVar("Row")


def minutes(number: float) -> datetime:
    """So many minutes past noon, when the citizen asked."""
    return NOON + timedelta(minutes=number)


DUE = minutes(11)
"""After the undo window of an answer given at ten past."""


@contextmanager
def deed(actor: Actor = SYSTEM, now: datetime = NOON) -> Iterator[UnitOfWork]:
    """A unit of work at a time of the test's choosing."""
    with uow(actor) as work:
        work.now = now
        yield work


def answer(
    house: House,
    body: str = "Den åbner klokken 7.",
    *,
    by: Actor | None = None,
    visibility: str = "public",
    now: datetime = NOON + timedelta(minutes=10),
) -> replies.Promised:
    """Answer the only conversation there is."""
    conversation = house.conversation()
    with deed(by or house.anna, now) as work:
        return replies.reply(work, conversation.id, version=conversation.version, visibility=visibility, body=body)


def parts(message_id: UUID) -> list[Delivery]:
    """The parts of an answer, in order."""
    with reading(SYSTEM) as work:
        found = work.session.scalars(
            select(Delivery).where(Delivery.message_id == message_id).order_by(Delivery.part)
        ).all()
        work.session.expunge_all()
        return list(found)


def claim(now: datetime, lease: timedelta = LEASE) -> UUID | None:
    with deed(now=now) as work:
        return deliveries.claim(work, lease)


def claim_doubt(now: datetime, lease: timedelta = LEASE) -> UUID | None:
    with deed(now=now) as work:
        return deliveries.claim_doubt(work, lease)


def record(delivery_id: UUID, result: DeliverResult, now: datetime, attempt: int = 1) -> None:
    with deed(now=now) as work:
        deliveries.record(work, delivery_id, attempt, result, SETTLE)


def look(delivery_id: UUID, result: FindResult, now: datetime, attempt: int = 1) -> None:
    with deed(now=now) as work:
        deliveries.record_look(work, delivery_id, attempt, result)


def taken(at: datetime, name: str = "ours-1") -> Delivered:
    """The platform's yes."""
    return Delivered(Ref(name), at, f"http://127.0.0.1:9/square/{name}")


def state(delivery_id: UUID) -> str:
    return delivery(delivery_id).state


def delivery(delivery_id: UUID) -> Delivery:
    with reading(SYSTEM) as work:
        found = work.session.get_one(Delivery, delivery_id)
        work.session.expunge(found)
        return found


def one(model: type[Row]) -> Row:
    """The only row of a table."""
    with reading(SYSTEM) as work:
        found = work.session.scalars(select(model)).one()
        work.session.expunge(found)
        return found


def count(model: type) -> int:
    with reading(SYSTEM) as work:
        return work.session.scalar(select(func.count()).select_from(model)) or 0


def sent() -> int:
    """How many answers are stored."""
    with reading(SYSTEM) as work:
        return len(work.session.scalars(select(Message.id).where(Message.direction == "out")).all())
