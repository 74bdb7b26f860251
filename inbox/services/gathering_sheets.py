"""An answer to many while it is written: filled in, counted and guarded for each, and when the last would go out.

What it must not do: promise anything (`gathering_answers.py`), or have rules of its own: each is measured as an answer
to that one alone would be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from inbox.domain import gathering_answers as words_of
from inbox.queries.gatherings import Member, Whole, links
from inbox.services import accounts, composing, post_sheets
from inbox.services.composing import Refusal, Sheet
from inbox.services.gathering_answers import AT_ONCE
from inbox.services.gathering_pacing import Pacing
from inbox.services.speaking import Speaking, speaking
from inbox.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class One:
    """What one of them would get. `own`: in words of their own; `nameless`: called by name, and we know none."""

    member: Member
    sheet: Sheet
    own: bool
    nameless: bool


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a platform takes them, and when the last of those on it would go out."""

    channel: str
    posts: int
    each: timedelta
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Preview:
    """All of them. `paces` only where one would have to wait."""

    each: tuple[One, ...]
    paces: tuple[Pace, ...]
    closed: Refusal | None

    @property
    def blocked(self) -> tuple[One, ...]:
        return tuple(one for one in self.each if one.sheet.blocked)

    @property
    def asked(self) -> tuple[One, ...]:
        return tuple(one for one in self.each if one.sheet.asked and not one.sheet.blocked)

    @property
    def nameless(self) -> tuple[One, ...]:
        return tuple(one for one in self.each if one.nameless)

    @property
    def longest(self) -> Sheet | None:
        """The one that is nearest to its limit."""
        return max((one.sheet for one in self.each), key=lambda sheet: sheet.used / max(sheet.limit, 1), default=None)

    @property
    def samples(self) -> tuple[One, ...]:
        """At most three that differ: stopped, ordinary, in words of its own, without a name."""
        kinds = (
            next((one for one in self.each if one.sheet.blocked), None),
            next((one for one in self.each if not one.own and not one.nameless and not one.sheet.blocked), None),
            next((one for one in self.each if one.own), None),
            next((one for one in self.each if one.nameless), None),
        )
        return tuple({one.member.id: one for one in kinds if one is not None}.values())[:3]


def look(work: UnitOfWork, whole: Whole, body: str, otherwise: Mapping[UUID, str]) -> Preview:
    """How these words would go out to everybody whom nobody has, in the order in which they would be answered."""
    members = whole.free[:AT_ONCE]
    said = {id_: speaking(work, id_) for id_ in dict.fromkeys(one.account_id for one in members)}
    linked = links(work, whole.id)
    each = [_one(work, said[one.account_id], one, body, otherwise, linked) for one in members]
    return Preview(tuple(each), _paces(work, said, each), _closed(work, list(said.values())))


def _one(
    work: UnitOfWork,
    said: Speaking,
    member: Member,
    body: str,
    otherwise: Mapping[UUID, str],
    linked: Mapping[UUID, str],
) -> One:
    own = otherwise.get(member.id, "")
    name = words_of.first_name(member.who)
    link = linked.get(member.account_id) or next(iter(linked.values()), "")
    words = words_of.filled(own or body, name, link)
    connector = accounts.silent_connector(work, said.account)
    sheet = composing.measured(work, connector, post_sheets.MODE, post_sheets.at_hand(said), words)
    return One(member, sheet, bool(own), not name and words_of.speaks_to(own or body))


def _paces(work: UnitOfWork, said: Mapping[UUID, Speaking], each: Sequence[One]) -> tuple[Pace, ...]:
    pacing = Pacing(work)
    last: dict[UUID, datetime] = {}
    first: dict[UUID, datetime] = {}
    for one in each:
        account = said[one.member.account_id].account
        hours = pacing.of(account)
        at = hours.next()
        hours.take(at, max(1, len(one.sheet.parts)))
        first.setdefault(account.id, at)
        last[account.id] = at
    found = []
    for id_, at in last.items():
        account = said[id_].account
        pace = accounts.silent_connector(work, account).capabilities.pace
        if pace is not None and at > first[id_]:
            found.append(Pace(account.channel, pace.posts, pace.each, at))
    return tuple(found)


def _closed(work: UnitOfWork, said: Sequence[Speaking]) -> Refusal | None:
    """Why this person can answer none of them."""
    refusals = [post_sheets.closed(work, one) for one in said]
    return refusals[0] if refusals and all(refusals) else None
