"""`python -m tests.recovery.crashing POINT ACCOUNT`: the real job, in a worker that dies at one point of it.

It exists so that the product holds no hook for tests: the named function is patched here, in the doomed process
alone. What it must not do: anything after its point; SIGKILL leaves no time to tidy up.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.kit import wire
from connectors.square.connector import Square
from inbox.services import (
    calling,
    claims,
    climbing,
    deliveries,
    enforcing,
    fetching,
    intake,
    silo_receiving,
    silo_sending,
    sla,
    snoozing,
    verdicts,
)
from workers import deliver, escalation, ingest, mailing, moderating, pictures, reaching, returning, silo, sla_timers


@dataclass(frozen=True, slots=True)
class Point:
    """Where to die: around which function of what. `sign` may stop the process instead, as a sleeping machine does."""

    owner: Any
    name: str
    after: bool
    job: str = "deliver"
    sign: signal.Signals = signal.SIGKILL


POINTS: Mapping[str, Point] = {
    "claimed, not committed": Point(deliveries, "claim", after=True),
    "claim committed": Point(deliver, "_trip", after=False),
    "request sent": Point(wire._Wire, "read", after=False),
    "answer in hand": Point(Square, "deliver", after=True),
    "outcome not committed": Point(deliveries, "record", after=True),
    "doubt claimed": Point(Square, "find_delivered", after=False),
    "found, not committed": Point(deliveries, "record_look", after=True),
    "asleep before the call": Point(deliver, "_trip", after=True, sign=signal.SIGSTOP),
    "page not stored": Point(intake, "take_in", after=False, job="ingest"),
    "page not committed": Point(intake, "take_in", after=True, job="ingest"),
    "clocks judged, not committed": Point(verdicts, "breach", after=True, job="timers"),
    "clocks read again, not committed": Point(sla, "follow", after=True, job="timers"),
    "picture claimed": Point(pictures, "_fetch", after=False, job="pictures"),
    "picture in hand": Point(Square, "fetch_picture", after=True, job="pictures"),
    "picture not committed": Point(fetching, "keep", after=True, job="pictures"),
    "picture sent": Point(Square, "_send", after=True),
    "deed claimed": Point(moderating, "_ask", after=False, job="deeds"),
    "deed sent": Point(wire._Wire, "read", after=False, job="deeds"),
    "deed done": Point(Square, "moderate", after=True, job="deeds"),
    "deed not committed": Point(enforcing, "record", after=True, job="deeds"),
    "lapsed deed not committed": Point(enforcing, "lapse", after=True, job="deeds"),
    "step not begun": Point(climbing, "_once", after=False, job="escalation"),
    "one step done, not committed": Point(climbing, "_once", after=True, job="escalation"),
    "every step done, not committed": Point(climbing, "climb", after=True, job="escalation"),
    "errand claim committed": Point(silo, "_trip", after=False, job="silo"),
    "question sent": Point(wire._Wire, "read", after=False, job="silo"),
    "errand not committed": Point(silo_sending, "record", after=True, job="silo"),
    "question found, not committed": Point(silo_sending, "record_look", after=True, job="silo"),
    "mail fetched, not committed": Point(silo_receiving, "fetched", after=True, job="silo"),
    "answer not committed": Point(silo_receiving, "take_in", after=True, job="silo"),
    "round not committed": Point(calling, "next_round", after=True, job="reaching"),
    "call claimed, not committed": Point(calling, "claim", after=True, job="reaching"),
    "call claimed": Point(reaching, "_letter", after=False, job="reaching"),
    "call taken": Point(mailing, "send", after=True, job="reaching"),
    "call not committed": Point(calling, "record", after=True, job="reaching"),
    "woken, not committed": Point(snoozing, "wake_due", after=True, job="returning"),
    "lapsed, not committed": Point(claims, "lapse", after=True, job="returning"),
}


def main() -> int:
    """Run the job; whatever is left of it when it did not die is its normal end."""
    point = POINTS[sys.argv[1]]
    setattr(point.owner, point.name, _dying(getattr(point.owner, point.name), point))
    if point.job == "ingest":
        ingest.pull(sys.argv[2])
    elif point.job == "timers":
        sla_timers.run()
    elif point.job == "pictures":
        pictures.run()
    elif point.job == "deeds":
        moderating.run()
    elif point.job == "escalation":
        escalation.run()
    elif point.job == "silo":
        silo.run()
    elif point.job == "reaching":
        reaching.call()
    elif point.job == "returning":
        returning.run()
    else:
        deliver.run()
    return 0


def _dying(real: Callable[..., Any], point: Point) -> Callable[..., Any]:
    def wrapped(*given: Any, **named: Any) -> Any:
        if not point.after:
            os.kill(os.getpid(), point.sign)
        result = real(*given, **named)
        # A claim that finds nothing is no claim, and the job goes on to its end.
        if point.after and not (point.name in ("claim", "lapse") and not result):
            os.kill(os.getpid(), point.sign)
        return result

    return wrapped


if __name__ == "__main__":
    sys.exit(main())
