"""Posting what was promised, and looking up what is in doubt.

The claim is committed before the call, the outcome after it, and nothing of ours is open in between.
RQ's own retry is never used here: a killed job would post again. What this must not do: decide what an
outcome means (`inbox.services.deliveries`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from connectors.kit import registry
from connectors.kit.contract import AccountConfig, Connector, OutboundPost
from connectors.kit.http import HttpClient
from inbox import log
from inbox.domain.actors import SYSTEM
from inbox.queries.outbox import Parcel, parcel
from inbox.services import accounts, deliveries
from inbox.services.accounts import AccountMemory
from inbox.uow import UnitOfWork, reading, uow
from workers import boot

_log = log.get(__name__)


@dataclass(frozen=True, slots=True)
class _Trip:
    """One claimed part and the connector to carry it."""

    parcel: Parcel
    connector: Connector
    memory: AccountMemory

    @property
    def post(self) -> OutboundPost:
        return self.parcel.post

    @property
    def key(self) -> str:
        return str(self.parcel.delivery_id)


def run() -> None:
    """Job: doubt the dead, look up the doubtful, post the due; until nothing is left."""
    with boot.app().app_context():
        while _one_dead():
            pass
        _each(deliveries.claim_doubt, _look)
        _each(deliveries.claim, _post)


def _one_dead() -> bool:
    with uow(SYSTEM) as work:
        return deliveries.doubt_the_dead(work)


def _each(claim: Callable[..., UUID | None], go: Callable[[_Trip], None]) -> None:
    lease = timedelta(seconds=boot.settings().lease_seconds)
    while True:
        begun = time.monotonic()
        with uow(SYSTEM) as work:
            claimed = claim(work, lease)
        if claimed is None:
            return
        trip = _trip(claimed)
        if time.monotonic() - begun > (lease - timedelta(seconds=boot.settings().call_seconds)).total_seconds():
            # The machine slept. A call begun now could outlast the lease, and meet the one of whoever takes over.
            _log.warning("claimed_too_long_ago", delivery=trip.key)
            continue
        go(trip)


def _post(trip: _Trip) -> None:
    if trip.parcel.stopped:
        with uow(SYSTEM) as work:
            deliveries.refuse_before_posting(work, trip.parcel.delivery_id, trip.parcel.attempt, trip.parcel.stopped)
        return
    result = trip.connector.deliver(trip.post, trip.key)
    with uow(SYSTEM) as work:
        _remember(work, trip)
        deliveries.record(
            work, trip.parcel.delivery_id, trip.parcel.attempt, result, trip.connector.capabilities.settle
        )
    _log.info("posted", delivery=trip.key, attempt=trip.parcel.attempt, outcome=type(result).__name__)


def _look(trip: _Trip) -> None:
    result = trip.connector.find_delivered(trip.post, trip.key)
    with uow(SYSTEM) as work:
        _remember(work, trip)
        deliveries.record_look(work, trip.parcel.delivery_id, trip.parcel.attempt, result)
    _log.info("looked", delivery=trip.key, outcome=type(result).__name__)


def _remember(work: UnitOfWork, trip: _Trip) -> None:
    """Before anything else in the deed: locks are taken from the account down (`inbox.services.deliveries`)."""
    if trip.memory.changed:
        accounts.get(work, trip.parcel.account_id, lock=True)
        accounts.remember(work, trip.parcel.account_id, trip.memory)


def _trip(delivery_id: UUID) -> _Trip:
    with reading(SYSTEM) as work:
        found = parcel(work, delivery_id)
        config, memory = accounts.config_of(work, accounts.get(work, found.account_id), boot.settings().base_url)
    return _Trip(found, open_connector(found.channel, config), memory)


def open_connector(channel: str, config: AccountConfig) -> Connector:
    """A connector with a real way out, bounded in time."""
    return registry.connector(channel)(config, HttpClient(boot.settings().call_seconds))
