"""One answer of a test's own house, at each step of its way."""

from __future__ import annotations

from uuid import UUID

import pytest

from connectors.kit.contract import Unconfirmed
from tests.house import House
from tests.services.answering import DUE, answer, claim, parts, record


@pytest.fixture
def promised(house: House) -> UUID:
    """The one part of a short answer."""
    return parts(answer(house).message_id)[0].id


@pytest.fixture
def sending(promised: UUID) -> UUID:
    """The same, claimed for its first try."""
    assert claim(DUE) == promised
    return promised


@pytest.fixture
def doubtful(sending: UUID) -> UUID:
    """The same, perhaps taken by the platform."""
    record(sending, Unconfirmed("no answer"), DUE)
    return sending
