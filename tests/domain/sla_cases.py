"""Our answers to the SLA cases, in the form that their independent checker asks for.

Why it exists: the same cases are run by our own tests and by a brute-force checker that shares no code with
us (`check.py --module tests.domain.sla_cases:answer`). What it must not do: hold a rule of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from inbox.domain.calendar import Calendar


def answer(kind: str, case: Mapping[str, Any]) -> datetime | timedelta:
    """The due instant of a `destination` case, the open time of an `elapsed` case.

    Raises LookupError for a kind that the house doesn't answer: `escalation` needs clocks that are only
    states so far.
    """
    match kind:
        case "destination":
            return calendar(case).add(datetime.fromisoformat(case["start"]), case["business_minutes"])
        case "elapsed":
            return calendar(case).between(datetime.fromisoformat(case["start"]), datetime.fromisoformat(case["end"]))
        case _:
            raise LookupError(f"no answer to cases of the kind {kind!r}")


def calendar(case: Mapping[str, Any]) -> Calendar:
    """The case's calendar under our own names."""
    return Calendar.from_json({"zone": case["tz"], "hours": case["hours"], "closed": case["holidays"]})
