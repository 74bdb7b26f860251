"""The real servers, started once for the run; a machine that can't is told why in one line, and the run fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from inbox.embedded import CannotStart
from tests.peers.cache import Missing
from tests.peers.citizen import Citizen, join
from tests.peers.network import NotReady, network


@dataclass(frozen=True, slots=True)
class BlueskyPeer:
    """A running network with the organisation's account, its app password, and one citizen."""

    service: str
    appview: str
    desk: Citizen
    desk_password: str
    citizen: Citizen

    def newcomer(self, name: str) -> Citizen:
        """One more person, for a test that needs an account nobody else has touched."""
        return join(self.service, name)


@pytest.fixture(scope="session")
def bluesky() -> Iterator[BlueskyPeer]:
    try:
        with network() as running:
            desk, citizen = join(running.pds, "nordby"), join(running.pds, "mette-holm")
            yield BlueskyPeer(running.pds, running.appview, desk, desk.app_password("byline"), citizen)
    except (Missing, NotReady, CannotStart) as reason:
        pytest.fail(str(reason), pytrace=False)
