"""How a promise looks on a badge: its words, its temper, its pie, and what the page's one timer needs to go on with.

The badge and the timer (`inbox/static/js/clock.js`) count the same kind of minutes: opening time stands still while the
office is closed. What it must not do: decide what is soon or late (`inbox.domain.sla`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox.domain import sla
from inbox.domain.calendar import ALWAYS
from inbox.queries.due import Due
from inbox.web import formatting

STRETCHES = 8
"""Open stretches that a page knows ahead: four days with a lunch break. After the last one it asks again."""


@dataclass(frozen=True, slots=True)
class Badge:
    """One badge. `due` and `left` are seconds, `left` less than nothing when late; both None while it is paused.

    `open` are the stretches ahead in which time passes, `from-to` in seconds since 1970, an open end left out; it is
    empty where time passes always.
    """

    temper: str
    text: str
    percent: int
    business: bool
    target: int
    due: float | None = None
    left: float | None = None
    open: str = ""


def badge(promise: Due, now: datetime) -> Badge:
    """The promise as it stands at `now`."""
    target = timedelta(minutes=promise.minutes)
    seconds = promise.minutes * 60
    if promise.due_at is None:
        return Badge("paused", "", 0, promise.business, seconds)
    remains = sla.left(promise.due_at, now, promise.hours)
    return Badge(
        temper=sla.temper(remains, target),
        text=formatting.time_left(remains, business=promise.business),
        percent=sla.left_percent(remains, target),
        business=promise.business,
        target=seconds,
        due=round(promise.due_at.timestamp(), 3),
        left=round(remains.time.total_seconds() * (-1 if remains.late else 1), 3),
        open="" if promise.hours is ALWAYS else " ".join(_stretches(promise, now)),
    )


def _stretches(promise: Due, now: datetime) -> list[str]:
    return [
        f"{_seconds(opens)}-{_seconds(closes) if closes else ''}"
        for opens, closes in sla.stretches(promise.hours, now, STRETCHES)
    ]


def _seconds(at: datetime) -> str:
    return f"{at.timestamp():.3f}".rstrip("0").rstrip(".")
