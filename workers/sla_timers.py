"""Verdicts for promises whose time is over, by batches; before them, clocks that don't know the newest terms.

What it must not do: tell anybody (the unit of work does).
"""

from __future__ import annotations

from inbox.domain.actors import SYSTEM
from inbox.services import sla, verdicts
from inbox.uow import uow
from workers import boot


def run() -> None:
    """Job: every clock knows the terms in force, and every overdue promise gets its verdict."""
    with boot.app().app_context():
        more = True
        while more:
            with uow(SYSTEM) as work:
                more = sla.reread(work) > 0
        more = True
        while more:
            with uow(SYSTEM) as work:
                more = verdicts.breach(work) == verdicts.BATCH
