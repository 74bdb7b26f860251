"""What the tests of the ticket systems ask, and with what."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from connectors.kit.http import HttpClient
from connectors.kit.target import Errand, Line, Question, Target, TargetConfig

KEY = "0198c1f2-7d1a-7000-8000-00000000000a"
DUE = datetime(2026, 11, 28, 11, 0, tzinfo=UTC)


class Kept(dict[str, str]):
    """Remembers in the test's own memory."""

    def load(self, name: str) -> str | None:
        return self.get(name)

    def save(self, name: str, value: str) -> None:
        self[name] = value


def connect(
    kind: type[Target], settings: dict[str, str], id_: str = "unit-1", seconds: float = 15.0, **how: Any
) -> Target:
    """The target as the inbox makes it, with the house's own way out."""
    config = TargetConfig(id_, "Borgerservice", "Nordby Kommune", settings, Kept(), seconds=seconds)
    return kind(config, HttpClient(5, **how))


def question(number: int = 12, **more: Any) -> Question:
    """What Anna asks about Mette Holm's message."""
    asked: dict[str, Any] = {
        "number": number,
        "errand": Errand.ASK,
        "subject": "Hvornår åbner skøjtebanen?",
        "text": "Hvornår åbner skøjtebanen, og må man have egne skøjter med?",
        "known": "Sidste år åbnede den 1. december.",
        "promised_until": datetime(2026, 11, 28, 15, 0, tzinfo=UTC),
        "answer_due_at": DUE,
        "asked_by": "Anna",
        "language": "da",
        "lines": (Line("Mette Holm", datetime(2026, 11, 27, 18, 0, tzinfo=UTC), "Hvornår åbner den?", False, False),),
    }
    return Question(**(asked | more))
