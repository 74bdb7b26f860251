"""Conversations that come back: those whose hour has come, and those whose holder is gone.

What it must not do: decide which (`inbox.services.snoozing`, `inbox.services.claims`).
"""

from __future__ import annotations

from inbox.domain.actors import SYSTEM
from inbox.services import claims, snoozing
from inbox.uow import uow
from workers import boot


def run() -> None:
    """Job: wake what is due and give back what nobody is there for, batch by batch until nothing is left."""
    with boot.app().app_context():
        for step in (snoozing.wake_due, claims.lapse):
            found = 1
            while found:
                with uow(SYSTEM) as work:
                    found = step(work)
