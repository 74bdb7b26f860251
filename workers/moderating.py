"""Asking platforms to hide, delete, block, mute and close, and lifting what has had its time.

The claim is committed before the call and the outcome after it, with nothing of ours open in between. Every deed may
be asked for again, so a claim whose worker died is asked for again when its lease is over. What it must not do: decide
what an outcome means (`inbox.services.enforcing`).
"""

from __future__ import annotations

import time
from datetime import timedelta
from uuid import UUID

from connectors.kit.contract import Connector, DeedResult, Done
from inbox import log
from inbox.domain.actors import SYSTEM
from inbox.queries.errands import Errand, errand
from inbox.services import accounts, enforcing
from inbox.uow import reading, uow
from workers import boot
from workers.deliver import open_connector

_log = log.get(__name__)
TURN = 5.0
"""Seconds after which nothing more is begun: news and digests wait on the same queue. The sweep rings again."""


def run() -> None:
    """Job: lift what has had its time, then ask for what is owed, one after the other."""
    begun = time.monotonic()
    with boot.app().app_context():
        while _one_lapsed():
            pass
        while time.monotonic() - begun < TURN and _one_asked():
            pass


def _one_lapsed() -> bool:
    with uow(SYSTEM) as work:
        return enforcing.lapse(work)


def _one_asked() -> bool:
    lease = timedelta(seconds=boot.settings().lease_seconds)
    begun = time.monotonic()
    with uow(SYSTEM) as work:
        claimed = enforcing.claim(work, lease)
    if claimed is None:
        return False
    _ask(claimed, begun + (lease - timedelta(seconds=boot.settings().call_seconds)).total_seconds())
    return True


def _ask(claimed: UUID, latest: float) -> None:
    """`latest`: when the last call may begin, by the monotonic clock; a later one would outlast the lease."""
    with reading(SYSTEM) as work:
        found = errand(work, claimed)
        config, memory = accounts.config_of(work, accounts.get(work, found.account_id), boot.settings().base_url)
    result = _each(open_connector(found.channel, config), found, latest)
    if result is None:
        _log.warning("claimed_too_long_ago", moderation=str(claimed))
        return
    with uow(SYSTEM) as work:
        if memory.changed:
            accounts.get(work, found.account_id, lock=True)
            accounts.remember(work, found.account_id, memory)
        enforcing.record(work, claimed, found.attempt, result)
    _log.info("moderated", moderation=str(claimed), attempt=found.attempt, outcome=type(result).__name__)


def _each(connector: Connector, found: Errand, latest: float) -> DeedResult | None:
    """What came of it; None when there was no time to ask for all of it, which the next who claims it does."""
    for deed in found.deeds:
        if time.monotonic() > latest:
            return None
        result = connector.moderate(deed)
        if not isinstance(result, Done):
            return result
    return Done()
