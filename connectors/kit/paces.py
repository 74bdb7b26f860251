"""How fast a platform lets one account post, and what it says of the same words said many times.

Part of the contract (`contract.py`), which hands these on. What it must not do: wait; who promises many answers at once
spreads their hours (`inbox.domain.gathering_answers`), and a platform's own refusal is still the truth.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Pace:
    """At most `posts` in any stretch of time as long as `each`. Both are above nought."""

    posts: int
    each: timedelta
