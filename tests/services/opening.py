"""Opening hours to save, and what one does with them: save, add, look, ask which ones hold.

What it must not do: write a table itself, but for the age of the founding.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import update

from connectors.kit.contract import Author, Health
from inbox.domain.actors import SYSTEM, Actor
from inbox.domain.calendar import Calendar as OpeningHours
from inbox.domain.opening_plan import OwnDay, Plan
from inbox.models import Calendar
from inbox.queries import calendars as reads
from inbox.queries.terms import all_terms
from inbox.services import accounts, calendars
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import NOON, House
from tests.services.answering import deed, minutes

OFFICE = Plan(
    "Europe/Copenhagen",
    dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), (("08:00", "12:00"), ("12:30", "16:00"))),
    "DK",
    frozenset({"christmas_eve"}),
    (OwnDay(date(2026, 11, 27), (("12:00", "16:00"),), "Personaledag"),),
)
LATER = Plan("Europe/Copenhagen", {"wed": (("10:00", "14:00"),)})
NOW = minutes(30)


def founded() -> House:
    """Open day and night for a year, sixty minutes to the first answer."""
    made = scene.found()
    with deed() as work:
        work.session.execute(update(Calendar).values(created_at=NOON - timedelta(days=365)))
    return made


def account(name: str) -> UUID:
    with uow(SYSTEM) as work:
        return accounts.add(
            work,
            channel=scene.CHANNEL,
            name=name,
            credentials={"url": "http://127.0.0.1:9", "token": "invented", "webhook_secret": "invented"},
            health=Health(ok=True, detail="", identity=Author(name, name, name)),
            practice=False,
        )


def saved(
    actor: Actor,
    plan: Plan,
    version: int = 1,
    account_ids: Collection[UUID] = (),
    name: str = "Nordby",
    now: datetime = NOW,
) -> UUID:
    with deed(actor, now) as work:
        return calendars.save(work, name, plan, version=version, account_ids=account_ids)


def added(actor: Actor, name: str, plan: Plan, *account_ids: UUID, now: datetime = NOW) -> UUID:
    with deed(actor, now) as work:
        return calendars.add(work, name, plan, account_ids=account_ids)


def seen(actor: Actor) -> reads.Calendars:
    with reading(actor) as work:
        return reads.calendars(work)


def in_force(account_id: UUID, at: datetime = NOW) -> OpeningHours:
    """What a clock of the account runs by at that time."""
    with reading(SYSTEM) as work:
        return all_terms(work).of(account_id).calendar(at).hours
