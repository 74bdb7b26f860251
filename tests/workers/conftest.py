"""A founded house in which this process is the worker, and the wire's other end is the test's."""

from __future__ import annotations

import pytest
from flask import Flask

from tests import house as scene
from tests.house import House
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
