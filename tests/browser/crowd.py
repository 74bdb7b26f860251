"""Many citizens at once, each with a browser's cookie but none with a browser: a storm of mentions on the square.

It exists because nobody can type five hundred posts a minute by hand. What it must not do: speak to the square in
another way than its own form does, or faster than the square lets one visitor speak.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Self
from urllib.parse import urlencode, urlsplit

from inbox.domain import clock

EACH = 20
"""Posts by one visitor; the square takes thirty a minute."""
AT_ONCE = 5
"""Visitors who speak at the same time: one after the other they could not say ten things a second to a busy house."""


@dataclass(frozen=True, slots=True)
class _Visitor:
    cookie: str
    token: str


@dataclass
class Crowd:
    """`count` mentions of @nordby, evenly over so many seconds, by as many visitors as that takes."""

    url: str
    count: int
    seconds: float
    said: list[float] = field(default_factory=list)
    """When each was taken by the square, in seconds since the epoch."""
    refused: list[str] = field(default_factory=list)
    words: Callable[[int], str] = "Skal vandet koges i nummer {}?".format
    """What each of them says; the usual makes them say the same."""

    def __post_init__(self) -> None:
        self._visitors = [self._come() for _ in range(-(-self.count // EACH))]
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._speak, args=(first,)) for first in range(AT_ONCE)]

    def __enter__(self) -> Self:
        self._begun = time.monotonic()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def has_spoken(self, within: float) -> None:
        """Wait until everybody has said what they had to say, so many seconds at most for each who speaks."""
        for thread in self._threads:
            thread.join(within)
        assert (len(self.said), self.refused) == (self.count, [])

    def _speak(self, first: int) -> None:
        for number in range(first, self.count, AT_ONCE):
            # By the hour and not by the pause: a square that is slow for a moment does not make the storm a breeze.
            if self._stopped.wait(max(0.0, self._begun + number * self.seconds / self.count - time.monotonic())):
                return
            self._say(self._visitors[number % len(self._visitors)], number)

    def _say(self, visitor: _Visitor, number: int) -> None:
        words = {"name": f"Nabo {number}", "text": f"@nordby {self.words(number)}"}
        line = self._line()
        line.request(
            "POST",
            "/square/posts",
            urlencode({**words, "audience": "public", "form_token": visitor.token}),
            {"Cookie": visitor.cookie, "Content-Type": "application/x-www-form-urlencoded"},
        )
        answer = line.getresponse()
        line.close()
        if answer.status == 303:
            self.said.append(clock.now().timestamp())
        else:
            self.refused.append(f"{number}: {answer.status}")

    def _come(self) -> _Visitor:
        line = self._line()
        line.request("GET", "/square")
        answer = line.getresponse()
        token = re.search(r'name="form_token" value="([^"]+)"', answer.read().decode())
        line.close()
        assert token, answer.status
        return _Visitor((answer.getheader("Set-Cookie") or "").partition(";")[0], token[1])

    def _line(self) -> HTTPConnection:
        return HTTPConnection(urlsplit(self.url).netloc, timeout=30)
