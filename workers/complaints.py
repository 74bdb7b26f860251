"""Deadlines of complaints that have passed: each is told to the leads.

What it must not do: decide which (`inbox.services.complaint_deadlines`).
"""

from __future__ import annotations

from inbox.domain.actors import SYSTEM
from inbox.services import complaint_deadlines
from inbox.uow import uow
from workers import boot


def run() -> None:
    """Job: batch by batch until nothing is left."""
    with boot.app().app_context():
        found = 1
        while found:
            with uow(SYSTEM) as work:
                found = complaint_deadlines.pass_due(work)
