"""A founded house and people in front of it, for the tests of doors and of what they read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from flask import Flask, g
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.extensions import db
from inbox.models import Agent
from inbox.services import agents
from inbox.uow import uow
from tests import house
from tests.architecture.scene import Visitor
from tests.house import House


class Person(Visitor):
    """Somebody at the doors."""

    def get(self, address: str) -> TestResponse:
        """Open a page."""
        forget()
        return self.browser.get(address)

    def post(self, address: str, **fields: str) -> TestResponse:
        """Send a form, with its token."""
        forget()
        return self.browser.post(address, data={**fields, "csrf_token": self.token})


def forget() -> None:
    """The test's pushed context serves every request of it; in the house each request has its own."""
    for name in list(g):
        g.pop(name)


Come = Callable[[Actor], Person]


@pytest.fixture
def founded(app: Flask) -> House:
    """Nordby Kommune, open day and night. Everybody reads English here, so that tests see the source sentences."""
    made = house.found()
    with uow(SYSTEM) as work:
        for agent in work.session.scalars(select(Agent)):
            agent.language = "en"
    return made


@pytest.fixture
def come(app: Flask) -> Come:
    """Somebody opens the house in a browser."""
    return lambda actor: Person(app, actor)


@pytest.fixture
def rikke(founded: House) -> Actor:
    """Rikke Dahl, the auditor."""
    return _joined(founded, "Rikke Dahl", Role.AUDITOR)


@pytest.fixture
def per(founded: House) -> Actor:
    """Per Skov, the administrator."""
    return _joined(founded, "Per Skov", Role.ADMINISTRATOR)


def _joined(made: House, name: str, role: Role) -> Actor:
    with uow(SYSTEM) as work:
        id_: UUID = agents.add(
            work,
            email=f"{name.split(maxsplit=1)[0].lower()}@nordby.example",
            full_name=name,
            roles=[role],
            password_hash="invented",
            language="en",
        )
    return Actor(id_, name, frozenset({role}), made.anna.teams)


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL that is sent meanwhile, without savepoints."""
    sent: list[str] = []

    def keep(*arguments: object) -> None:
        sql = str(arguments[2])
        if sql.startswith("SELECT"):
            sent.append(sql)

    engine = db.engines[None]
    event.listen(engine, "before_cursor_execute", keep)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", keep)
