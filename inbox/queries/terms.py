"""All terms that were ever in force: the versions of the calendars and of the list of policies; and the ladder.

What it must not do: decide which of them hold (`inbox.domain.terms`).
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import literal, select, union_all

from inbox.domain.calendar import Calendar as OpeningHours
from inbox.domain.ladder import NONE
from inbox.domain.ladder import Ladder as LadderRules
from inbox.domain.policies import Policies as PolicyList
from inbox.domain.terms import CalendarVersion, PoliciesVersion, TermsHistory
from inbox.models import Calendar, Ladder, Policies
from inbox.models.arrays import among
from inbox.uow import UnitOfWork

_MOST_KEPT = 1000
_hours: dict[UUID, OpeningHours] = {}
_lists: dict[UUID, PolicyList] = {}
_ladders: dict[UUID, LadderRules] = {}
"""Saved versions never change, so what was read of one once holds for the life of the process."""


@dataclass(frozen=True, slots=True)
class AllTerms:
    """Every version, and each account's view of them."""

    calendars: tuple[CalendarVersion, ...]
    policies: tuple[PoliciesVersion, ...]
    ladder: LadderRules = NONE
    """The ladder in force: none before its first version."""
    ladders: tuple[datetime, ...] = ()
    """When each version of it was saved."""
    _views: dict[UUID, TermsHistory] = field(default_factory=dict)

    @property
    def founded(self) -> bool:
        """Whether anything is promised at all."""
        return bool(self.calendars and self.policies)

    def known(self, at: datetime) -> int:
        """How many versions there were at that instant: it grows with every change.

        One that was saved while our clock was ahead counts from its own time on.
        """
        saved = sum(one.at <= at for versions in (self.calendars, self.policies) for one in versions)
        return saved + sum(one <= at for one in self.ladders)

    def of(self, account_id: UUID) -> TermsHistory:
        """What holds, and held, for one account. Raises ValueError before the organisation was founded."""
        if account_id not in self._views:
            self._views[account_id] = TermsHistory(account_id, self.calendars, self.policies)
        return self._views[account_id]


def all_terms(work: UnitOfWork) -> AllTerms:
    """Read every version; the rules themselves only of those that this process has not met."""
    calendars = work.session.execute(
        select(Calendar.id, Calendar.name, Calendar.created_at, Calendar.everywhere, Calendar.account_ids)
    ).all()
    # One statement for both: whoever takes in a page asks for the terms each time.
    lists = work.session.execute(
        union_all(
            select(Policies.id, Policies.created_at, literal(0).label("ladder")),
            select(Ladder.id, Ladder.created_at, Ladder.version),
        )
    ).all()
    policies = [row for row in lists if not row.ladder]
    ladders = sorted((row for row in lists if row.ladder), key=lambda row: row.ladder)
    if len(_hours) + len(_lists) + len(_ladders) > _MOST_KEPT:
        _hours.clear()
        _lists.clear()
        _ladders.clear()
    _learn(work, {row.id for row in calendars} - set(_hours), {row.id for row in policies} - set(_lists))
    in_force = [row.id for row in ladders if row.created_at <= work.now]
    return AllTerms(
        tuple(
            CalendarVersion(
                row.id, row.name, row.created_at, _hours[row.id], row.everywhere, frozenset(row.account_ids)
            )
            for row in calendars
        ),
        tuple(PoliciesVersion(row.id, row.created_at, _lists[row.id]) for row in policies),
        _ladder(work, in_force[-1]) if in_force else NONE,
        tuple(row.created_at for row in ladders),
    )


def opening_hours(work: UnitOfWork, calendar_ids: AbstractSet[UUID]) -> dict[UUID, OpeningHours]:
    """The hours of these versions of calendars: a statement only for those that this process has not met."""
    found = {id_: hours for id_ in calendar_ids if (hours := _hours.get(id_)) is not None}
    if missing := calendar_ids - set(found):
        rows = work.session.execute(select(Calendar.id, Calendar.rules).where(among(Calendar.id, missing)))
        read = {row.id: OpeningHours.from_json(row.rules) for row in rows}
        _hours.update(read)
        found.update(read)
    return found


def _learn(work: UnitOfWork, calendars: set[UUID], policies: set[UUID]) -> None:
    if calendars:
        rows = work.session.execute(select(Calendar.id, Calendar.rules).where(among(Calendar.id, calendars)))
        _hours.update({row.id: OpeningHours.from_json(row.rules) for row in rows})
    if policies:
        rows = work.session.execute(select(Policies.id, Policies.rules).where(among(Policies.id, policies)))
        _lists.update({row.id: PolicyList.from_json(row.rules) for row in rows})


def _ladder(work: UnitOfWork, id_: UUID) -> LadderRules:
    if id_ not in _ladders:
        rules = work.session.scalars(select(Ladder.rules).where(Ladder.id == id_)).one()
        _ladders[id_] = LadderRules.from_json(rules)
    return _ladders[id_]
