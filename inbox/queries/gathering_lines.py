"""The lines of the list that stand for many alike, read along in the statement that every page of the desk reads.

What it must not do: show a gathering of another team, or a national number unmasked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, and_, any_, func, or_, select, text
from sqlalchemy.orm import aliased

from inbox.domain.calendar import ALWAYS, Calendar
from inbox.domain.gathering import WINDOW
from inbox.domain.personal_data import mask
from inbox.models import Account, Clock, Conversation, Gathering, Identity, Message
from inbox.queries.due import Due
from inbox.queries.inbox_list import NOW, TEAMS
from inbox.queries.inbox_rows import Row
from inbox.queries.pages import decoded
from inbox.queries.terms import opening_hours
from inbox.uow import UnitOfWork

_WAITING = text("conversation.status IN ('new', 'open') AND conversation.klass = 'ours'")


@dataclass(frozen=True, slots=True)
class Line:
    """A gathering as the list shows it: how many wait, on which platforms, what one of them said, masked.

    `recent` counts those that came within the window; `due` is the first deadline among them.
    """

    id: UUID
    called: str
    count: int
    recent: int
    channels: tuple[tuple[str, int], ...]
    who: str
    said: str
    due: datetime | None
    promise: Due | None
    """The promise behind it, as a badge shows it."""
    began_at: datetime
    last_at: datetime

    @property
    def version(self) -> str:
        """Another one whenever the line would say something else."""
        return f"{self.count}-{int(self.last_at.timestamp())}-{int(self.due.timestamp()) if self.due else 0}"


@cache
def column() -> ScalarSelect[Any]:
    """The lines of all gatherings with somebody who waits, as JSON in another statement. Bound: `teams`, `now`."""
    one = aliased(Conversation)
    first, said, who, where = aliased(Conversation), aliased(Message), aliased(Identity), aliased(Account)
    folded = (
        one.gathering_id == Gathering.id,
        one.status.in_(("new", "open")),
        one.klass == "ours",
        one.assignee_id.is_(None),
        one.merged_into_id.is_(None),
        or_(one.snoozed_until.is_(None), one.snoozed_until <= NOW),
    )
    counted = (
        select(
            func.count().label("count"),
            func.min(one.next_due_at).label("due"),
            func.count().filter(one.waiting_since > Gathering.last_at - WINDOW).label("recent"),
        )
        .where(*folded)
        .lateral("counted")
    )
    channels = (
        select(func.jsonb_agg(func.jsonb_build_array(text("per.channel"), text("per.n"))))
        .select_from(
            select(where.channel.label("channel"), func.count().label("n"))
            .select_from(one)
            .join(where, where.id == one.account_id)
            .where(*folded)
            .group_by(where.channel)
            .order_by(func.count().desc(), where.channel)
            .correlate(Gathering)
            .subquery("per")
            .lateral("per")
        )
        .scalar_subquery()
    )
    newest = (
        select(
            who.name.label("who"),
            said.text,
            Clock.kind,
            Clock.minutes,
            Clock.business,
            Clock.calendar_id,
        )
        .select_from(first)
        .join(who, who.id == first.identity_id)
        .join(said, said.conversation_id == first.id)
        .outerjoin(Clock, and_(Clock.conversation_id == first.id, Clock.due_at == first.next_due_at))
        .where(
            first.gathering_id == Gathering.id,
            first.status.in_(("new", "open")),
            first.assignee_id.is_(None),
            said.direction == "in",
        )
        .order_by(first.next_due_at.asc().nulls_last(), first.id, said.said_at.desc(), said.id.desc())
        .limit(1)
        .lateral("newest")
    )
    shown = func.jsonb_build_object(
        "id", Gathering.id, "called", Gathering.called, "count", counted.c.count, "recent", counted.c.recent,
        "channels", channels, "who", newest.c.who, "said", newest.c.text, "due", counted.c.due,
        "promised", newest.c.kind, "minutes", newest.c.minutes, "business", newest.c.business,
        "calendar_id", newest.c.calendar_id,
        "began_at", Gathering.began_at, "last_at", Gathering.last_at,
    )  # fmt: skip
    return (
        select(func.jsonb_agg(shown))
        .select_from(Gathering)
        .join(counted, counted.c.count > 0)
        .join(newest, text("true"))
        .where(
            Gathering.team_id == any_(TEAMS),
            # Those that anybody stands in; the rest are history.
            Gathering.id.in_(select(Conversation.gathering_id).where(Conversation.gathering_id.is_not(None), _WAITING)),
        )
        .scalar_subquery()
    )


def lines(work: UnitOfWork, given: Any) -> tuple[Line, ...]:
    """What `column` read, the first deadline first. Reads nothing more, but for opening hours that nobody has met."""
    hours = opening_hours(work, {UUID(one["calendar_id"]) for one in given or () if one["business"]})
    found = [
        Line(
            UUID(one["id"]),
            one["called"],
            one["count"],
            one["recent"],
            tuple((channel, count) for channel, count in one["channels"] or ()),
            one["who"],
            mask(one["said"])[:400],
            datetime.fromisoformat(one["due"]) if one["due"] else None,
            _promise(one, hours),
            datetime.fromisoformat(one["began_at"]),
            datetime.fromisoformat(one["last_at"]),
        )
        for one in given or ()
    ]
    return tuple(sorted(found, key=lambda one: (one.due is None, one.due or one.began_at, one.id)))


def _promise(one: Mapping[str, Any], hours: Mapping[UUID, Calendar]) -> Due | None:
    if one["promised"] is None or one["due"] is None:
        return None
    runs_in = hours[UUID(one["calendar_id"])] if one["business"] else ALWAYS
    return Due(one["promised"], datetime.fromisoformat(one["due"]), one["minutes"], one["business"], runs_in)


def among(rows: Sequence[Row], found: Sequence[Line], *, after: str | None, more: bool) -> tuple[Row | Line, ...]:
    """The lines of gatherings where they belong among the rows of one page, by the list's own order of urgency.

    `after` is the key behind which the page begins, `more` whether another page follows: each line stands on exactly
    one page, as the rows do.
    """
    begin = _place(*decoded(after)) if after else None
    end = _place(rows[-1].at, rows[-1].id) if more and rows else None
    here = [
        one
        for one in found
        if (begin is None or _place(one.due, one.id) > begin) and (end is None or _place(one.due, one.id) <= end)
    ]
    placed: list[tuple[tuple[bool, float, UUID], Row | Line]] = [(_place(one.at, one.id), one) for one in rows]
    placed += [(_place(one.due, one.id), one) for one in here]
    placed.sort(key=lambda pair: pair[0])
    return tuple(one for _place_, one in placed)


def _place(at: datetime | None, id_: UUID) -> tuple[bool, float, UUID]:
    """Those without a deadline come last, as in the database."""
    return at is None, at.timestamp() if at else 0.0, id_
