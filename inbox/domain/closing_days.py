"""Closing days out of an iCal file, such as a municipality's own calendar or a school's holidays.

Why it exists: nobody copies thirty dates by hand. Only what lasts whole days is a closing day; a meeting from ten to
eleven closes nothing, so it is left out and counted. The file is a stranger's: it has a limit, its repetitions end,
and whatever is wrong with one event leaves the others alone. What it must not do: save anything; people look at the
days first.

The form is RFC 5545: an end is the first day that is open again, `RECURRENCE-ID` moves one day of a series, and
`STATUS:CANCELLED` takes an event away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

from inbox.domain.errors import Invalid
from inbox.domain.opening_plan import LONGEST_REASON, MOST_OWN_DAYS, OwnDay
from inbox.domain.repetition import Repetition
from inbox.domain.text import clean

MOST_BYTES: Final = 1_000_000
MOST_SERIES: Final = 100
"""Events that repeat. More of them are a diary, and each costs a walk through its years."""
LONGEST_SERIES: Final = timedelta(days=366 * 60)
FIELD: Final = "ical"

Properties: TypeAlias = Mapping[str, Any]
"""An event's lines by name. Each may be of any of the standard's types, so that everything about it is tried."""

_DAY = timedelta(days=1)
_MIDNIGHT = time()
_WRONG = (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, OSError)
"""What the parsers raise for an event that is none."""


@dataclass(frozen=True, slots=True)
class ClosingDays:
    """What was found: closed days in order, and how many events were left out.

    `timed` are those with a time of day, `unread` those that make no sense.
    """

    days: tuple[OwnDay, ...]
    timed: int
    unread: int


@dataclass(frozen=True, slots=True)
class _Event:
    """An event of whole local days. `moved` is the day of the series that it stands in for."""

    uid: str
    first: date
    length: int
    summary: str
    cancelled: bool
    moved: date | None


def closing_days_from(data: bytes | str, zone: str, first: date, last: date) -> ClosingDays:
    """The closed days from `first` to `last` (both counted) in a file; of two events on one day the earlier counts.

    `zone` says when a day begins, for events that are written from midnight to midnight. Raises Invalid, with a
    sentence for the field `ical`, for a file that is none, is over a megabyte or has more days than a plan takes.
    """
    if len(data) > MOST_BYTES:
        raise Invalid("The file is larger than 1 MB. Export the closing days alone, or fewer years.", field=FIELD)
    zoned = ZoneInfo(zone)
    events, timed, unread = _read(_components(_text(data)), zoned)
    moved = {(event.uid, event.moved) for event, _component in events if event.moved}
    days: dict[date, str] = {}
    series = 0
    for event, component in events:
        if event.cancelled:
            continue
        starts: Iterable[date] = [event.first]
        if "RRULE" in component or "RDATE" in component:
            series += 1
            if series > MOST_SERIES:
                raise Invalid("Too many events in the file repeat. Export the closing days alone.", field=FIELD)
            try:
                since = first - timedelta(days=event.length)
                without = set(_listed(component.get("EXDATE"), zoned))
                starts = set(_series(event, component, since, last, zoned)) - without
            except _WRONG:
                unread += 1
                continue
        for start in sorted(starts):
            if event.moved or (event.uid, start) not in moved:
                _close(days, start, event, first, last)
    return ClosingDays(tuple(OwnDay(day, (), days[day]) for day in sorted(days)), timed, unread)


def _close(days: dict[date, str], start: date, event: _Event, first: date, last: date) -> None:
    until = min(last, start + timedelta(days=min(event.length, (date.max - start).days) - 1))
    day = max(start, first)
    while day <= until:
        days.setdefault(day, event.summary)
        if len(days) > MOST_OWN_DAYS:
            raise Invalid(
                "The file closes over %(most)s days. Export the closing days alone.", field=FIELD, most=MOST_OWN_DAYS
            )
        day += _DAY


def _read(components: Iterable[Properties], zone: ZoneInfo) -> tuple[list[tuple[_Event, Properties]], int, int]:
    """The events of whole days in the file's order, the number of timed ones and of unreadable ones."""
    events: list[tuple[_Event, Properties]] = []
    timed = unread = 0
    for component in components:
        try:
            event = _event(component, zone)
        except _WRONG:
            unread += 1
            continue
        if event is None:
            timed += 1
        else:
            events.append((event, component))
    return events, timed, unread


def _event(component: Properties, zone: ZoneInfo) -> _Event | None:
    """The event; None for one with a time of day."""
    start = component["DTSTART"].dt
    if "DTEND" in component:
        end = component["DTEND"].dt
    elif "DURATION" in component:
        end = start + component["DURATION"].dt
    else:
        end = start if isinstance(start, datetime) else start + _DAY
    first, after = _whole_day(start, zone), _whole_day(end, zone)
    if first is None or after is None or (isinstance(start, datetime) and after <= first):
        return None
    moved = component.get("RECURRENCE-ID")
    return _Event(
        uid=str(component.get("UID", "")),
        first=first,
        length=max(1, (after - first).days),
        summary=_summary(str(component.get("SUMMARY", ""))),
        cancelled=str(component.get("STATUS", "")).upper() == "CANCELLED",
        moved=_local_date(moved.dt, zone) if moved is not None else None,
    )


def _text(data: bytes | str) -> str:
    if isinstance(data, str):
        return data
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What older programs of the region write; it has a character for almost every byte.
        return data.decode("cp1252", "replace")


def _components(text: str) -> list[Properties]:
    """The events of a file, none of them looked at yet."""
    # A fifth of a second, so that only those pay for it who import a file.
    from icalendar import Calendar

    if not text.lstrip().upper().startswith("BEGIN:VCALENDAR"):
        raise _no_ical()
    try:
        # The parser would keep a file's own time zones for all later files.
        files = Calendar.from_ical("".join(_without_zones(text)), multiple=True)
    except _WRONG:
        raise _no_ical() from None
    return [one for file in files for one in file.subcomponents if one.name == "VEVENT"]


def _without_zones(text: str) -> Iterator[str]:
    inside = False
    for line in text.splitlines(keepends=True):
        inside = inside or line.upper().startswith("BEGIN:VTIMEZONE")
        if not inside:
            yield line
        inside = inside and not line.upper().startswith("END:VTIMEZONE")


def _no_ical() -> Invalid:
    return Invalid("This is no iCal file. Such a file ends in .ics and begins with BEGIN:VCALENDAR.", field=FIELD)


def _whole_day(at: object, zone: ZoneInfo) -> date | None:
    """The date, if it is one or the midnight that begins one."""
    local = _local_date(at, zone)
    if isinstance(at, datetime) and (at.astimezone(zone) if at.tzinfo else at).time() != _MIDNIGHT:
        return None
    return local


def _local_date(at: object, zone: ZoneInfo) -> date:
    match at:
        case datetime():
            return (at.astimezone(zone) if at.tzinfo else at).date()
        case date():
            return at
        case _:
            # A time of day or a duration, where the standard has a date.
            raise ValueError(f"{at!r} is no date")


def _summary(text: str) -> str:
    words = " ".join(clean(text).text.split())
    return words if len(words) <= LONGEST_REASON else words[: LONGEST_REASON - 1].rstrip() + "…"


def _series(event: _Event, component: Properties, since: date, last: date, zone: ZoneInfo) -> Iterator[date]:
    """Every day on which the event begins, from `since` to `last`, and at most a few before."""
    yield event.first
    yield from _listed(component.get("RDATE"), zone)
    rule = component.get("RRULE")
    if rule is not None:
        if last - event.first > LONGEST_SERIES:
            raise ValueError("the series is too long")
        ends = [_local_date(end, zone) for end in rule.get("UNTIL", ())]
        yield from Repetition.read(rule, min(ends, default=None)).days(event.first, since, last)


def _listed(lists: Any, zone: ZoneInfo) -> Iterator[date]:
    """The dates of an EXDATE or RDATE, of which an event may have several."""
    for one in () if lists is None else lists if isinstance(lists, list) else [lists]:
        for entry in one.dts:
            at = entry.dt
            yield _local_date(at[0] if isinstance(at, tuple) else at, zone)
