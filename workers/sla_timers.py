"""Verdicts for promises whose time is over, by batches. What it must not do: tell anybody (the unit of work does)."""

from __future__ import annotations

from inbox.domain.actors import SYSTEM
from inbox.services import sla
from inbox.uow import uow
from workers import boot


def run() -> None:
    """Job: every overdue promise gets its verdict."""
    with boot.app().app_context():
        while True:
            with uow(SYSTEM) as work:
                if sla.breach(work) < sla.BATCH:
                    return
