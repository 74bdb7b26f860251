"""What the clocks of one conversation say once its history has been read.

Why it exists: whoever stores, explains or compares a reading needs its form and none of the rules. What it must not
do: read a history (`clocks.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from inbox.domain.history import Happening
from inbox.domain.runs import Run
from inbox.domain.sla import ClockKind

CITIZEN, SILO = "citizen", "silo"


@dataclass(slots=True)
class Reading:
    """The clocks of one conversation. `runs` stand in the order in which they began."""

    runs: list[Run] = field(default_factory=list)
    unanswered: list[Happening] = field(default_factory=list)
    """What the citizen asked and nobody has answered, the longest wait first."""
    cycle: int = 0
    finished: bool = False
    waiting_for: str = ""
    """`citizen`, `silo`, or nobody: then it is our turn."""

    @property
    def next_due_at(self) -> datetime | None:
        """The earliest deadline somebody waits for, missed ones included, since they are the most urgent."""
        return min(
            (
                run.due_at
                for run in self.runs
                if run.due_at is not None
                and run.owed
                and not (run.kind == ClockKind.RESOLUTION and self.waiting_for == CITIZEN)
            ),
            default=None,
        )
