"""A page that is only looked at changes nothing: nothing would take it back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from inbox.domain import permissions
from inbox.domain.actors import Actor, Role
from inbox.uow import UnitOfWork, glancing
from inbox.web import reading
from tests.architecture import scene
from tests.architecture.scene import Visitor
from tests.architecture.test_doors import brought_along, doors, methods
from tests.web.conftest import forget

WRITES = re.compile(r"\b(?:INSERT INTO|UPDATE \w+ SET|DELETE FROM|FOR (?:NO KEY )?UPDATE)\b", re.IGNORECASE)


@pytest.mark.parametrize("role", list(Role))
def test_no_page_writes_while_it_looks(app: Flask, role: Role, monkeypatch: pytest.MonkeyPatch) -> None:
    made = scene.made_for(role)
    looked: list[str] = []
    wrote: list[str] = []

    def keep(*arguments: object) -> None:
        (looked if WRITES.search(str(arguments[2])) is None else wrote).append(str(arguments[2]))

    @contextmanager
    def watched(actor: Actor, by: str) -> Iterator[UnitOfWork]:
        with glancing(actor, by) as work:
            connection = work.session.connection()
            event.listen(connection, "before_cursor_execute", keep)
            try:
                yield work
            finally:
                event.remove(connection, "before_cursor_execute", keep)

    monkeypatch.setattr(reading, "glancing", watched)
    for rule in doors(app):
        if (
            brought_along(rule)
            or "GET" not in methods(rule)
            or not permissions.at(rule.endpoint).admits(made.actors[role])
        ):
            continue
        forget()
        Visitor(app, made.actors[role]).browser.get(made.address(app, rule)).close()
    assert looked
    assert wrote == []
