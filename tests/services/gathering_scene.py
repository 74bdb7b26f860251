"""A storm in a test's own house: people who ask the same, one after the other, and the look that gathers them.

What it must not do: store by another way than the intake.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from inbox.domain.actors import SYSTEM
from inbox.models import Conversation, Gathering, GatheringMember, Identity, Message
from inbox.services import gathering
from inbox.services.gathering import Gathered
from inbox.uow import reading, uow
from tests import house as scene
from tests.domain.storm import Spoken
from tests.house import NOON, House

ALIKE = (
    "Skal vi koge vandet på Bakkevej?",
    "Er det rigtigt, at vandet skal koges?",
    "Må vi drikke vandet, eller skal det koges?",
    "Skal vandet koges på Havnevej?",
    "Hvor længe skal vi koge vandet?",
    "Naboen siger, at vandet skal koges. Passer det?",
    "Kan vi koge vandet og så drikke det?",
    "Gælder det også Strandvej, skal vandet koges?",
)
NAMES = ("Lise Friis", "Oskar Brandt", "Nadia Karim", "Ali R.", "Kirsten Vang", "Bo Lund", "Signe Toft", "Ib Holst")
STRANGER = "Hvornår åbner svømmehallen på lørdag?"


def citizen(number: int, name: str = "") -> dict[str, str]:
    called = name or NAMES[number % len(NAMES)]
    return {"id": f"citizen-{number}-{called}", "handle": f"c{number}", "name": called}


def say(house: House, texts: Sequence[str] = ALIKE, *, at: datetime = NOON, first: int = 0) -> None:
    """Each by somebody else, half a minute after the other, on one page."""
    house.news(
        *(
            scene.post(f"@nordby {one}", author=citizen(first + number), at=at + timedelta(seconds=30 * number))
            for number, one in enumerate(texts)
        )
    )


def hear(house: House, said: Iterable[Spoken], at_once: int) -> None:
    """A whole storm by pages, with a look after each."""
    everybody = list(said)
    for start in range(0, len(everybody), at_once):
        page = everybody[start : start + at_once]
        house.news(
            *(
                scene.post(one.text, author={"id": one.person, "handle": one.person, "name": one.person}, at=one.at)
                for one in page
            )
        )
        gather(house, page[-1].at)


def gather(house: House, now: datetime = NOON + timedelta(minutes=5)) -> Gathered:
    with uow(SYSTEM) as work:
        work.now = now
        return gathering.gather(work, next(iter(house.anna.teams)))


def one_gathering() -> Gathering:
    """The only one with a window that was ever open."""
    with reading(SYSTEM) as work:
        found = work.session.scalars(select(Gathering).where(Gathering.last_at >= Gathering.began_at)).one()
        work.session.expunge(found)
        return found


def inside(gathering_id: UUID) -> dict[UUID, str]:
    """Who stands in it, and what they said first."""
    with reading(SYSTEM) as work:
        rows = work.session.execute(
            select(GatheringMember.conversation_id, Conversation.gathering_id)
            .join(Conversation, Conversation.id == GatheringMember.conversation_id)
            .where(GatheringMember.gathering_id == gathering_id, GatheringMember.state == "in")
        ).all()
        assert all(row.gathering_id in (gathering_id, None) for row in rows)
        return {row.conversation_id: words(work.session, row.conversation_id) for row in rows}


def words(session: object, conversation_id: UUID) -> str:
    return str(
        session.scalars(  # type: ignore[attr-defined] # the unit of work's own session
            select(Message.text)
            .where(Message.conversation_id == conversation_id, Message.direction == "in")
            .order_by(Message.said_at)
        ).first()
    )


def conversation_of(name: str) -> Conversation:
    """The conversation with somebody of that name."""
    with reading(SYSTEM) as work:
        found = work.session.scalars(
            select(Conversation)
            .join(Identity, Identity.id == Conversation.identity_id)
            .where(Identity.name == name, Conversation.klass == "ours")
        ).one()
        work.session.expunge(found)
        return found


def root_of(number: int) -> str:
    """The platform's id of what that citizen said first."""
    with reading(SYSTEM) as work:
        return str(
            work.session.scalars(
                select(Message.external_id)
                .join(Identity, Identity.id == Message.identity_id)
                .where(Identity.external_id == citizen(number)["id"])
                .order_by(Message.said_at)
            ).first()
        )
