"""The unit of work: one door, one deed, one commit, and the bells ring afterwards.

It is the only place that commits. A clean exit flushes, has the deferred constraints checked at once
(under a test's savepoint a deferred trigger would otherwise never fire), commits and rings; an exception
rolls everything back and rings nothing. What it must not do: nest. A service is given the unit of work,
it never opens one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from flask import current_app
from sqlalchemy import text
from sqlalchemy.orm import Session

from inbox import nudges
from inbox.domain import clock
from inbox.domain.actors import Actor
from inbox.domain.events import Event
from inbox.domain.sealing import Sealer
from inbox.extensions import GLANCE, db

_open: ContextVar[bool] = ContextVar("unit_of_work_open", default=False)


@dataclass(slots=True)
class UnitOfWork:
    """What a service needs to do one deed. `now` is the deed's one time."""

    session: Session
    actor: Actor
    now: datetime
    sealer: Sealer
    events: list[Event] = field(default_factory=list)

    def say(self, event: Event) -> None:
        """Remember what happened, to be told after the commit."""
        self.events.append(event)


class Nested(RuntimeError):
    """A unit of work was opened inside another: a bug, since the inner one would commit half a deed."""


@contextmanager
def uow(actor: Actor) -> Iterator[UnitOfWork]:
    """Do one deed. Commits and rings on a clean exit, rolls back on an exception."""
    with _alone(actor) as work:
        yield work
        work.session.flush()
        work.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        work.session.commit()
    nudges.ring(work.events)


@contextmanager
def reading(actor: Actor) -> Iterator[UnitOfWork]:
    """Look without touching: whatever happens is rolled back, and no bell rings."""
    with _alone(actor) as work:
        try:
            yield work
        finally:
            work.session.rollback()


@contextmanager
def glancing(actor: Actor, by: str = GLANCE) -> Iterator[UnitOfWork]:
    """Look by statements that each stand alone, without a transaction around them. `by` is the engine's name.

    For what is asked every second, and for pages: beginning and rolling back cost as much as a look, and a rollback
    makes psycopg forget the plans that were prepared. Nothing is taken back: a test sees that no page writes.
    """
    if _open.get():
        raise Nested("a unit of work is already open")
    token = _open.set(True)
    try:
        with Session(db.engines[by]) as session:
            yield UnitOfWork(session, actor, clock.now(), current_app.extensions["sealer"])
    finally:
        _open.reset(token)


def commit_for_login() -> None:
    """Flask-Security's own commit: it changes a person's login row and nothing that anybody is told of."""
    session = db.session()
    session.flush()
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    session.commit()


@contextmanager
def _alone(actor: Actor) -> Iterator[UnitOfWork]:
    if _open.get():
        raise Nested("a unit of work is already open")
    session = db.session()
    token = _open.set(True)
    # Whatever a library read before (the login) must not lend its snapshot or its objects to this deed.
    session.rollback()
    try:
        yield UnitOfWork(session, actor, clock.now(), current_app.extensions["sealer"])
    except BaseException:
        session.rollback()
        raise
    finally:
        _open.reset(token)
