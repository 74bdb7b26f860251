"""Our answers to the SLA cases, in the form that their independent checker asks for.

Why it exists: the same cases are run by our own tests and by a brute-force checker that shares no code with
us (`check.py --module tests.domain.sla_cases:answer`). What it must not do: hold a rule of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from inbox.domain.calendar import Calendar
from inbox.domain.clocks import read
from inbox.domain.history import Happening, What
from inbox.domain.runs import Run
from inbox.domain.sla import ClockKind, ClockState
from inbox.domain.terms import Term

NOBODY = UUID(int=0)
KINDS = {ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE, ClockKind.RESOLUTION}
WHAT = {
    "created": What.BEGAN,
    "customer_message": What.ASKED,
    "agent_reply": What.ANSWERED,
    "private_note": What.NOTED,
    "pending": What.PENDED,
    "open": What.OPENED,
    "closed": What.SOLVED,
    "reopened": What.REOPENED,
}


def answer(kind: str, case: Mapping[str, Any]) -> datetime | timedelta | dict[str, Any]:
    """The due instant of a `destination`, the open time of an `elapsed`, the timers of an `escalation` case."""
    match kind:
        case "destination":
            return calendar(case).add(datetime.fromisoformat(case["start"]), case["business_minutes"])
        case "elapsed":
            return calendar(case).between(datetime.fromisoformat(case["start"]), datetime.fromisoformat(case["end"]))
        case "escalation":
            return _timers(case)
        case _:
            raise LookupError(f"no answer to cases of the kind {kind!r}")


def calendar(case: Mapping[str, Any]) -> Calendar:
    """The case's calendar under our own names."""
    return Calendar.from_json({"zone": case["tz"], "hours": case["hours"], "closed": case["holidays"]})


class Promised:
    """The case's policy: the same at all times."""

    changes: Sequence[datetime] = ()

    def __init__(self, policy: Mapping[str, Any], hours: Calendar) -> None:
        self._minutes = {kind: policy.get(f"{kind}_minutes") for kind in KINDS}
        self._hours = hours

    def of(self, kind: ClockKind, visibility: str, priority: int, at: datetime, group: str = "") -> Term | None:
        minutes = self._minutes.get(kind)
        return Term(minutes, True, self._hours, NOBODY, NOBODY, 1) if minutes else None


def _timers(case: Mapping[str, Any]) -> dict[str, Any]:
    hours = calendar(case["calendar"])
    now = datetime.fromisoformat(case["as_of"])
    reading = read(_history(case["events"]), Promised(case["policy"], hours))
    found: dict[str, Any] = {"breached": [], "steps": [], "paused": False}
    for run in reading.runs:
        if run.kind == ClockKind.RESOLUTION:
            found["paused"] = run.state == ClockState.PAUSED
        if run.owed:
            found[f"{run.kind}_due"] = run.due_at
            found["steps"] += _steps(run, case["policy"])
        run.lapse(now)
        if run.state == ClockState.BREACHED and run.kind not in found["breached"]:
            found["breached"].append(run.kind.value)
        if run.answered_at is not None:
            taken = Fraction(run.spent(run.answered_at) // timedelta(microseconds=1), 60_000_000)
            key = f"{run.kind}_in_minutes"
            found[key] = max(found.get(key, taken), taken)
    return found


def _history(events: Sequence[Mapping[str, Any]]) -> Iterator[Happening]:
    # A case without any message means by its "created" that the customer wrote then.
    spoken = any(event["type"] == "customer_message" for event in events)
    for number, event in enumerate(events, 1):
        what = What.ASKED if event["type"] == "created" and not spoken else WHAT[event["type"]]
        yield Happening(datetime.fromisoformat(event["at"]), what, UUID(int=number))


def _steps(run: Run, policy: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """When the steps of a ladder fall due."""
    for step in policy.get("steps", ()):
        if step["timer"] == run.kind and run.due_at is not None:
            at = run.reaches(run.term.minutes + step["offset_minutes"])
            yield {"timer": step["timer"], "offset_minutes": step["offset_minutes"], "at": at}
