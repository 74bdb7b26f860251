"""The ladder of one conversation in its clock's panel: what was done, and what is still to come and when.

What it must not do: hold a sentence (`ladder_words.py`), or know a rule about time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from inbox.queries.explaining import Explanation
from inbox.queries.ladders import climbed, units
from inbox.uow import UnitOfWork
from inbox.web import formatting, ladder_words


@dataclass(frozen=True, slots=True)
class Rung:
    """One line. `day` is empty on a line of today; `look` is the class of its mark."""

    at: datetime
    day: str
    text: str
    look: str


def rungs(work: UnitOfWork, explained: Explanation) -> tuple[Rung, ...]:
    """In order: what was done stands first, since it is past."""
    done = climbed(work, explained.conversation_id)
    had_their_turn = {(one.kind, one.number, one.rule_id) for one in done}
    coming = sorted(
        (one.at, one.number, one.rule)
        for promise in explained.promises
        for one in promise.climbs
        if one.at > work.now and (promise.kind.value, promise.number, one.rule.id) not in had_their_turn
    )
    names = {one.id: one.name for one in units(work)} if coming else {}
    return tuple(
        [_rung(one.at, ladder_words.climbed(one), "verdict" if one.outcome == "done" else "", work.now) for one in done]
        + [_rung(at, ladder_words.comes(rule, names), "", work.now) for at, _number, rule in coming]
    )


def _rung(at: datetime, text: str, look: str, now: datetime) -> Rung:
    day = formatting.moment(at, now).removesuffix(formatting.clock_time(at)).strip()
    return Rung(at, day, text, look)
