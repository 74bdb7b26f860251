"""A founded house in which this process is the worker, and the wire's other end is the test's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests import house as scene
from tests.house import House
from tests.workers.digest_scene import listening_at
from tests.workers.post_office import PostOffice, opened
from tests.workers.wire import Wire
from workers import boot, deliver


@pytest.fixture
def house(app: Flask, monkeypatch: pytest.MonkeyPatch) -> House:
    """Founded, without an undo window."""
    monkeypatch.setattr(boot, "app", lambda: app)
    return scene.found(undo_seconds=0)


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    """What a connector of a job calls out on."""
    line = Wire()
    monkeypatch.setattr(deliver, "HttpClient", lambda budget: line)
    return line


@pytest.fixture
def office() -> PostOffice:
    return PostOffice()


@pytest.fixture
def port(office: PostOffice, app: Flask, house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The house, with a mail server that takes everything unless told otherwise."""
    with opened(office) as number:
        listening_at(app, monkeypatch, number)
        yield number
