"""Other terms, at random: another version of the list of policies or of a calendar, saved as a lead saves them.

What it must not do: save what a page could not.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import func, select

from inbox.domain.calendar import DAYS
from inbox.domain.opening_plan import OwnDay, Plan
from inbox.domain.policies import Policies
from inbox.domain.policy import Policy
from inbox.domain.sla import ClockKind
from inbox.models import Calendar
from inbox.models import Policies as PoliciesRow
from inbox.services import calendars, policies
from inbox.uow import UnitOfWork
from tests.house import House
from tests.services.answering import deed

KINDS = tuple(ClockKind)
LENGTHS = (1, 15, 30, 60, 240, 480, 1440)
WEEKS: tuple[dict[str, tuple[tuple[str, str], ...]], ...] = (
    dict.fromkeys(DAYS, (("00:00", "24:00"),)),
    dict.fromkeys(DAYS[:5], (("08:00", "12:00"), ("12:30", "16:00"))),
    dict.fromkeys(DAYS[:5], (("10:00", "15:00"),)),
    {**dict.fromkeys(DAYS[:4], (("09:00", "17:00"),)), "sat": (("09:00", "12:00"),)},
)


def change(house: House, now: datetime, chance: Random) -> str:
    """Save a change; which kind it was."""
    with deed(house.lone, now) as work:
        if chance.random() < 0.5:
            version = work.session.scalar(select(func.max(PoliciesRow.version))) or 0
            policies.save(work, _policies(chance), version=version)
            return "policies"
        _calendar(work, house, chance)
        return "calendar"


def _calendar(work: UnitOfWork, house: House, chance: Random) -> None:
    """Other hours, for everybody or for the one account, which may also lose its own calendar."""
    own = (OwnDay(work.now.date() + timedelta(days=1)),) if chance.random() < 0.3 else ()
    plan = Plan(chance.choice(("Europe/Copenhagen", "Europe/Oslo", "UTC")), chance.choice(WEEKS), own=own)
    versions = select(Calendar.name, func.max(Calendar.version).label("version")).group_by(Calendar.name)
    newest = {row.name: row.version for row in work.session.execute(versions)}
    if "Bibliotek" not in newest and chance.random() < 0.3:
        calendars.add(work, "Bibliotek", plan, account_ids=[house.account_id])
        return
    name = chance.choice(sorted(newest))
    accounts = [house.account_id] if chance.random() < 0.5 else []
    calendars.save(work, name, plan, version=newest[name], account_ids=accounts)


def _policies(chance: Random) -> Policies:
    def one(name: str, **conditions: Any) -> Policy:
        return Policy(
            name,
            {kind: chance.choice(LENGTHS) for kind in chance.sample(KINDS, chance.randint(2, 4))},
            chance.random() < 0.7,
            holding_counts=chance.random() < 0.3,
            pauses_for_silo=chance.random() < 0.3,
            **conditions,
        )

    return Policies(
        (
            one("Privat", visibility="private"),
            one("Presse", groups=frozenset({"press", "politician"}), reason="Deres frist er trykt."),
            one("Haster", priorities=frozenset({1, 2})),
            one("Alt andet"),
        )
    )
