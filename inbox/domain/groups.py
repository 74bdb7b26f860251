"""The kinds of stakeholders whom we tell apart, and what may be written down about a person.

A group changes who is asked to answer. It never changes how long somebody waits, unless a policy says so with a reason
(`policy.py`), and nothing is ever sorted by it. What it must not do: know how many followers somebody has.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

LONGEST_PURPOSE: Final = 200
LONGEST_NOTE: Final = 2000
"""Characters. What must be known of a person next time is no file on them."""


class Group(StrEnum):
    """Whoever is in none is a citizen like any other."""

    COMPANY = "company"
    PRESS = "press"
    POLITICIAN = "politician"
    AUTHORITY = "authority"
