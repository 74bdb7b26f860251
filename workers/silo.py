"""Asking units outside the house, and hearing what they say.

The claim is committed before the call, the outcome after it, and nothing of ours is open in between, as with answers to
citizens (`deliver.py`). One job makes a bounded number of calls, so that a slow target starves nobody. What this must
not do: decide what an outcome means (`inbox.services.silo_sending`, `inbox.services.silo_receiving`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from connectors.kit import target_registry
from connectors.kit.http import HttpClient
from connectors.kit.target import Target, TargetConfig
from inbox import log
from inbox.domain.actors import SYSTEM
from inbox.models import Silo
from inbox.queries.silo_parcel import Parcel, parcel
from inbox.services import silo_receiving, silo_sending, silo_targets
from inbox.services.accounts import AccountMemory
from inbox.services.silo_receiving import PAGE, Turn
from inbox.uow import UnitOfWork, reading, uow
from workers import boot

MOST = 10
"""Calls of each kind in one job; what is left has its turn at the next ring."""
_log = log.get(__name__)


@dataclass(frozen=True, slots=True)
class _Trip:
    """One claimed errand and the target to carry it to."""

    parcel: Parcel
    target: Target
    memory: AccountMemory

    @property
    def key(self) -> str:
        return str(self.parcel.errand_id)


def run() -> None:
    """Job: doubt the dead, look up the doubtful, ask what is due, look for answers, take them in."""
    with boot.app().app_context():
        for _ in range(MOST):
            if not _one_dead():
                break
        _each(silo_sending.claim_doubt, _look)
        _each(silo_sending.claim, _ask)
        for _ in range(MOST):
            if not _heard():
                break
        while _one_taken_in():
            pass


def _one_dead() -> bool:
    with uow(SYSTEM) as work:
        return silo_sending.doubt_the_dead(work)


def _one_taken_in() -> bool:
    with uow(SYSTEM) as work:
        return silo_receiving.take_in(work)


def _each(claim: Callable[..., UUID | None], go: Callable[[_Trip], None]) -> None:
    for _ in range(MOST):
        begun = time.monotonic()
        with uow(SYSTEM) as work:
            claimed = claim(work, _lease())
        if claimed is None:
            return
        trip = _trip(claimed)
        if _too_late(begun):
            # The machine slept. A call begun now could outlast the lease, and meet the one of whoever takes over.
            _log.warning("claimed_too_long_ago", errand=trip.key)
            continue
        go(trip)


def _ask(trip: _Trip) -> None:
    result = trip.target.deliver(trip.parcel.question, trip.key)
    with uow(SYSTEM) as work:
        _remember(work, trip)
        silo_sending.record(work, trip.parcel.errand_id, trip.parcel.attempt, result)
    _log.info("asked", errand=trip.key, attempt=trip.parcel.attempt, outcome=type(result).__name__)


def _look(trip: _Trip) -> None:
    result = trip.target.find_delivered(trip.parcel.question, trip.key)
    with uow(SYSTEM) as work:
        _remember(work, trip)
        silo_sending.record_look(work, trip.parcel.errand_id, trip.parcel.attempt, result)
    _log.info("looked_for_question", errand=trip.key, outcome=type(result).__name__)


def _heard() -> bool:
    begun = time.monotonic()
    with uow(SYSTEM) as work:
        turn = silo_receiving.claim(work, _lease())
    if turn is None:
        return False
    target, memory = _way(turn)
    if _too_late(begun):
        _log.warning("claimed_too_long_ago", silo=str(turn.silo_id))
        return True
    result = target.receive(turn.cursor, PAGE)
    with uow(SYSTEM) as work:
        silo_receiving.fetched(work, turn, result, memory)
    return True


def _remember(work: UnitOfWork, trip: _Trip) -> None:
    """Before anything else in the deed: locks are taken from the unit down (`inbox.services.silo_sending`)."""
    if trip.memory.changed:
        silo_targets.remember(work, silo_targets.locked(work, trip.parcel.silo_id), trip.memory)


def _trip(errand_id: UUID) -> _Trip:
    with reading(SYSTEM) as work:
        found = parcel(work, errand_id)
        config, memory = _config(work, found.silo_id)
    return _Trip(found, open_target(found.target, config), memory)


def _way(turn: Turn) -> tuple[Target, AccountMemory]:
    with reading(SYSTEM) as work:
        config, memory = _config(work, turn.silo_id)
    return open_target(turn.target, config), memory


def _config(work: UnitOfWork, silo_id: UUID) -> tuple[TargetConfig, AccountMemory]:
    settings = boot.settings()
    return silo_targets.config_of(work, work.session.get_one(Silo, silo_id), settings.base_url, settings.call_seconds)


def open_target(name: str, config: TargetConfig) -> Target:
    """A target with a real way out, bounded in time."""
    return target_registry.target(name)(config, HttpClient(boot.settings().call_seconds))


def _too_late(begun: float) -> bool:
    return time.monotonic() - begun > (_lease() - timedelta(seconds=boot.settings().call_seconds)).total_seconds()


def _lease() -> timedelta:
    return timedelta(seconds=boot.settings().lease_seconds)
