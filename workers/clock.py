"""The clock: once a second it sweeps, and says that it is alive.

A leased row decides which of several clocks beats; two that beat by mistake are harmless, since a bell
rung twice finds nothing to claim. What it must not do: die because PostgreSQL or Redis is away for a while.
"""

from __future__ import annotations

import os
import signal
import socket
from datetime import timedelta
from threading import Event

from redis import RedisError
from sqlalchemy.exc import OperationalError

from inbox import log
from inbox.domain.actors import SYSTEM
from inbox.services import heartbeat, outages
from inbox.uow import uow
from workers import boot, sweep

_log = log.get(__name__)
BEAT = timedelta(seconds=1)
LEASE = timedelta(seconds=5)


def run() -> None:
    """Beat until told to stop."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    holder = f"{socket.gethostname()}:{os.getpid()}"
    beat(holder)
    while not stop.wait(BEAT.total_seconds()):
        beat(holder)


def beat(holder: str) -> bool:
    """One beat. False when another clock holds the lease, or a part of the house is away."""
    try:
        with boot.app().app_context(), uow(SYSTEM) as work:
            since = outages.last_beat(work)
            mine = heartbeat.hold(work, "clock", holder, LEASE)
            if mine and outages.slept(work, since):
                _log.warning("house_was_down", since=since)
        if mine:
            sweep.sweep()
    except (OperationalError, RedisError, OSError) as error:
        _log.warning("beat_missed", error=type(error).__name__)
        return False
    return mine
