"""The square as a process of its own, which keeps the truth while the house's processes are killed.

It exists so that "never twice, never lost" is asked of the platform, over its own door, and never of our own
tables. What it must not do: share a process, a database or a connection with the house.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, select

from connectors.kit.http import HttpClient
from connectors.square import citizens, faults, writing
from connectors.square.pictures import Brought
from connectors.square.schema import picture
from connectors.square.site import SITE

CHECKOUT = Path(__file__).parents[2]
ACCOUNT = "nordby"


@dataclass(frozen=True, slots=True)
class Called:
    """One call to post, as the square remembers it."""

    key: str
    outcome: str


@dataclass
class Town:
    """The running square, and the hand on its control panel."""

    engine: Engine
    url: str
    _opened: int = 0

    def open_account(self) -> tuple[str, dict[str, str]]:
        """A fresh account's handle and credentials, so that one square serves many tests."""
        self._opened += 1
        handle = f"{ACCOUNT}{self._opened}"
        return handle, dict(SITE.open_account(self.engine, handle=handle, name="Nordby Kommune", base_url=self.url))

    def misbehave(self, name: str, *, value: int | None = None, times: int | None = None) -> None:
        faults.switch_on(self.engine, name, value=value, times=times)

    def behave(self) -> None:
        faults.switch_off(self.engine)

    def say(
        self,
        name: str,
        words: str,
        *,
        to: str,
        visibility: str = "public",
        under: str = "",
        shows: Sequence[Brought] = (),
    ) -> str:
        """A citizen speaks to an account; the post's id."""
        citizen = citizens.be(self.engine, citizens.visitor_of(f"{name} to {to}"), name)
        text = f"@{to} {words}" if visibility == "public" else words
        return writing.say(self.engine, citizen, text, visibility=visibility, to=to, under=under, shows=shows).post.id

    def pictures(self, post_id: str) -> list[tuple[str, bytes]]:
        """What is seen under a post, with what is read to those who can't see it."""
        with self.engine.connect() as connection:
            found = connection.execute(
                select(picture.c.description, picture.c.bytes)
                .where(picture.c.post_id == post_id)
                .order_by(picture.c.place)
            )
            return [(description, bytes(data)) for description, data in found]

    def posts(self, credentials: Mapping[str, str]) -> dict[str, list[dict[str, Any]]]:
        """What was really posted by the account, by the key that came with it."""
        found: dict[str, list[dict[str, Any]]] = self._truth(credentials)["keys"]
        return found

    def calls(self, credentials: Mapping[str, str], key: str) -> list[Called]:
        """The calls that came with this key, oldest first, with what really became of each."""
        told = self._truth(credentials)["calls"]
        return [Called(one["key"], one["outcome"]) for one in told if one["key"] == key and one["what"] == "answer"]

    def called(self, credentials: Mapping[str, str]) -> int:
        """How often anybody asked to post."""
        return sum(one["what"] == "answer" for one in self._truth(credentials)["calls"])

    def deeds(self, credentials: Mapping[str, str], what: str, about: str) -> list[str]:
        """What became of each call to hide a post, block a person and the like, oldest first."""
        told = self._truth(credentials)["calls"]
        return [str(one["outcome"]) for one in told if (one["what"], one["post"]) == (what, about)]

    def _truth(self, credentials: Mapping[str, str]) -> dict[str, Any]:
        answer = HttpClient(10).request(
            "GET", f"{self.url}/square/api/truth", headers={"authorization": f"Bearer {credentials['token']}"}
        )
        assert answer.status == 200, answer
        told: dict[str, Any] = json.loads(answer.body)
        return told


@contextmanager
def running(database_url: str) -> Iterator[Town]:
    """A square on this database, ended afterwards."""
    command = [sys.executable, "-m", "connectors.square", "--port", "0", "--database", database_url]
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://", 1))
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            told = json.loads(process.stdout.readline())
            yield Town(engine, told["url"])
        finally:
            # Nothing of it must be kept, and whoever fails must not wait for it.
            process.kill()
            engine.dispose()
