"""Opening a page: one unit of work that only looks, with the organisation's name, zone and language at hand.

What it must not do: outlive the request or change anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import g

from inbox.domain.actors import SYSTEM, Actor
from inbox.extensions import LOOK
from inbox.queries.organisation import House, house
from inbox.uow import UnitOfWork, glancing, reading
from inbox.web import called


@contextmanager
def page(actor: Actor) -> Iterator[UnitOfWork]:
    """Look on the actor's behalf; also learns how this organisation tells the time."""
    with glancing(actor, LOOK) as work:
        remember(house(work))
        yield work


@contextmanager
def tuned(actor: Actor) -> Iterator[UnitOfWork]:
    """The same in a transaction, for a page whose statements need settings of their own (`SET LOCAL`)."""
    with reading(actor) as work:
        remember(house(work))
        yield work


def remember(found: House | None) -> None:
    """Keep what was read for the rest of the request."""
    g.house = found
    if found is not None:
        g.zone = found.zone
        called.remember(found)


def learn() -> None:
    """The same for pages without a person (the door, a refusal)."""
    with glancing(SYSTEM, LOOK) as work:
        remember(house(work))
