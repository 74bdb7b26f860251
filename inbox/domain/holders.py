"""Who held a conversation, second by second: the queue, an agent, the back office, the citizen, a platform, an outage.

Why it exists: a wait is one wait for the citizen, but fairness asks where it was spent; and a figure that blames an
agent for a platform's delay is no figure. Every second of a cycle has exactly one holder, so the parts sum to the
whole. What it must not do: judge, or name anybody (an agent is "an agent" here: docs/metrics.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple

from inbox.domain.history import Happening, What, waits_since


class Holder(StrEnum):
    """Who had it. `citizen`: we had answered. `platform`: a message on its way to us, or an answer on its way out."""

    QUEUE = "queue"
    AGENT = "agent"
    SILO = "silo"
    CITIZEN = "citizen"
    PLATFORM = "platform"
    OUTAGE = "outage"


class Stretch(NamedTuple):
    """A span of time with one holder, [began, ended)."""

    began: datetime
    ended: datetime
    holder: Holder


def stretches(
    history: Iterable[Happening], outages: Sequence[tuple[datetime, datetime]], until: datetime
) -> list[Stretch]:
    """Split the cycles of a conversation up to `until`, oldest first. `outages` are our own, in any order.

    An outage of ours takes over what the queue, an agent or a platform would have held: nobody could act. The
    citizen's and the back office's time goes on through it.
    """
    state = _State()
    found: list[Stretch] = []
    for one in sorted(history, key=attrgetter("at")):
        if one.at > until:
            break
        found += state.pass_time(one.at)
        found += state.happen(one)
    found += state.pass_time(until)
    return _joined(part for stretch in found for part in _with_outages(stretch, outages))


def shares(parts: Iterable[Stretch]) -> dict[Holder, timedelta]:
    """How long each held it. They sum to the length of all cycles."""
    held = dict.fromkeys(Holder, timedelta())
    for part in parts:
        held[part.holder] += part.ended - part.began
    return held


class _State:
    """Where the conversation is while its history is read."""

    def __init__(self) -> None:
        self._since: datetime | None = None
        """Where the last stretch ended; None outside every cycle."""
        self._ended: datetime | None = None
        """Where the last cycle ended."""
        self._open: dict[object, datetime] = {}
        """What nobody has answered, and when it reached us."""
        self._shelved: dict[object, datetime] = {}
        self._is = dict.fromkeys((Holder.AGENT, Holder.SILO, Holder.PLATFORM), False)

    def pass_time(self, at: datetime) -> Iterable[Stretch]:
        """The stretch up to here."""
        if self._since is None or at <= self._since:
            return
        yield Stretch(self._since, at, self._holder())
        self._since = at

    def happen(self, one: Happening) -> Iterable[Stretch]:
        """What changes hands; and the time before it reached us, where a cycle begins."""
        for holder, holds in _HANDS.get(one.what, ()):
            self._is[holder] = holds
        if one.what == What.ASKED:
            yield from self._asked(one)
        elif one.what in (What.BEGAN, What.REOPENED) and self._since is None:
            self._since, self._open = one.at, self._shelved
        elif one.what == What.ANSWERED and not one.holding:
            sent = one.since or one.at
            self._open = {ref: at for ref, at in self._open.items() if at > sent}
        elif one.what == What.WITHDRAWN:
            self._open.pop(one.ref, None)
        elif one.what in (What.SOLVED, What.DISMISSED, What.MERGED_AWAY):
            self._since, self._ended = None, one.at
            self._shelved, self._open = self._open, {}

    def _asked(self, one: Happening) -> Iterable[Stretch]:
        self._open[one.ref] = one.at
        if self._since is None:
            # On the platform it began before it reached us; never inside a cycle that has ended.
            began = max(waits_since(one), self._ended or waits_since(one))
            if began < one.at:
                yield Stretch(began, one.at, Holder.PLATFORM)
            self._since = one.at

    def _holder(self) -> Holder:
        if self._is[Holder.SILO]:
            return Holder.SILO
        if self._is[Holder.PLATFORM]:
            return Holder.PLATFORM
        if not self._open:
            return Holder.CITIZEN
        return Holder.AGENT if self._is[Holder.AGENT] else Holder.QUEUE


_DONE = ((Holder.SILO, False), (Holder.PLATFORM, False))
_HANDS: Mapping[What, Sequence[tuple[Holder, bool]]] = {
    What.TAKEN: ((Holder.AGENT, True),),
    What.RELEASED: ((Holder.AGENT, False),),
    # Who answers holds it from then on.
    What.PROMISED: ((Holder.AGENT, True), (Holder.PLATFORM, True)),
    What.ANSWERED: ((Holder.PLATFORM, False),),
    What.FAILED: ((Holder.PLATFORM, False),),
    What.HANDED: ((Holder.SILO, True),),
    What.RETURNED: ((Holder.SILO, False),),
    What.SOLVED: _DONE,
    What.DISMISSED: _DONE,
    What.MERGED_AWAY: _DONE,
}
"""Who has it, and who has it no more, when something happens."""


def _with_outages(stretch: Stretch, outages: Sequence[tuple[datetime, datetime]]) -> Iterable[Stretch]:
    if stretch.holder in (Holder.CITIZEN, Holder.SILO):
        yield stretch
        return
    at = stretch.began
    for down, up in sorted(outages):
        began, ended = max(down, at), min(up, stretch.ended)
        if began >= ended:
            continue
        if at < began:
            yield Stretch(at, began, stretch.holder)
        yield Stretch(began, ended, Holder.OUTAGE)
        at = ended
    if at < stretch.ended:
        yield Stretch(at, stretch.ended, stretch.holder)


def _joined(parts: Iterable[Stretch]) -> list[Stretch]:
    joined: list[Stretch] = []
    for part in parts:
        if joined and joined[-1].holder == part.holder and joined[-1].ended == part.began:
            joined[-1] = joined[-1]._replace(ended=part.ended)
        else:
            joined.append(part)
    return joined
