"""How a gathering is said: its name in the page's own marks, where it comes from, and when so many are a storm.

What it must not do: decide what stands together.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from inbox.domain.gathering import WINDOW
from inbox.queries.gathering_lines import Line
from inbox.web import formatting
from inbox.web.wording import quoted

STORM = 15
"""How many alike within the window make a strip over the list."""


def storms(found: Sequence[Line]) -> list[Line]:
    """Those that are worth a strip, the biggest first."""
    return sorted((one for one in found if one.recent >= STORM), key=lambda one: -one.recent)


def title(called: str) -> str:
    """The words that most of them have, as a quotation."""
    return quoted(called)


def since(began_at: datetime, last_at: datetime) -> str:
    """How long it has been going on: at most the window, since those who came earlier are not counted there."""
    return formatting.duration(max(min(last_at - began_at, WINDOW), timedelta(minutes=1)))
