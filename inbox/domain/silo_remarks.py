"""How long a unit of the back office waited for us, because it had asked something back.

Its own clock runs on meanwhile: what it promised, it promised to the citizen's answer. But the time is shown, so that
nobody blames a unit for what we took. What it must not do: move a deadline.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta


def waited(remarks: Iterable[tuple[datetime, bool]], until: datetime) -> timedelta:
    """The time between what a unit asked (True) and what it was then told (False), by the wall, up to `until`.

    In order of time. A second question before an answer waits no second time.
    """
    sum_, since = timedelta(), None
    for at, from_unit in remarks:
        if from_unit and since is None:
            since = at
        elif not from_unit and since is not None:
            sum_, since = sum_ + (at - since), None
    return sum_ if since is None else sum_ + max(until - since, timedelta())
