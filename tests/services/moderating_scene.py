"""Deeds of moderation in the founded house, decided by its people and taken through their steps by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from connectors.kit.contract import DeedKind, DeedResult, Done
from inbox.domain.actors import SYSTEM, Actor
from inbox.models import LedgerEntry, Message, Moderation
from inbox.queries.errands import errand
from inbox.services import enforcing, moderating
from inbox.uow import reading
from tests.house import ALI, NOON, House, post
from tests.services.answering import LEASE, deed

THREATS = "Trusler"
RUDE = "@nordby Jeg kommer og finder jer."
NUMBER = "@nordby Mit nummer er 211062-5629, kan I se min ansøgning?"


def said(house: House, text: str = RUDE, *, author: dict[str, str] = ALI, visibility: str = "public") -> UUID:
    """Somebody says it; the message's id."""
    house.news(post(text, author=author, visibility=visibility))
    with reading(SYSTEM) as work:
        return work.session.scalars(select(Message.id).order_by(Message.id.desc()).limit(1)).one()


def decided(
    house: House,
    message_id: UUID,
    kind: str = "hide",
    *,
    by: Actor | None = None,
    reason: str = THREATS,
    days: int | None = None,
    telling: str = "",
    now: datetime = NOON,
) -> UUID:
    with deed(by or house.anna, now) as work:
        return moderating.decide(work, message_id, kind, reason=reason, days=days, telling=telling)


def claimed(now: datetime, lease: timedelta = LEASE) -> UUID | None:
    with deed(now=now) as work:
        return enforcing.claim(work, lease)


def recorded(moderation_id: UUID, result: DeedResult, now: datetime, attempt: int = 1) -> None:
    with deed(now=now) as work:
        enforcing.record(work, moderation_id, attempt, result)


def in_force(
    house: House, message_id: UUID, kind: str = "hide", *, now: datetime = NOON, days: int | None = None
) -> UUID:
    """Decided and done."""
    moderation_id = decided(house, message_id, kind, now=now, days=days)
    assert claimed(now) == moderation_id
    recorded(moderation_id, Done(), now)
    return moderation_id


def row(moderation_id: UUID) -> Moderation:
    with reading(SYSTEM) as work:
        found = work.session.get_one(Moderation, moderation_id)
        work.session.expunge(found)
        return found


def asked(moderation_id: UUID) -> list[DeedKind]:
    """What the platform is to be asked for."""
    with reading(SYSTEM) as work:
        return [one.kind for one in errand(work, moderation_id).deeds]


def entries() -> list[str]:
    """What stands in the ledger about moderation, in order."""
    with reading(SYSTEM) as work:
        kinds = work.session.scalars(select(LedgerEntry.type).order_by(LedgerEntry.arrival))
        shown = ("post.hidden", "post.shown", "author.", "comments.", "reply.deleted")
        return [kind for kind in kinds if kind.startswith(shown)]
