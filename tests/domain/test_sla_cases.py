"""The sequences of other systems' tests, in the keys that hold under our own rules (`data/escalation.jsonl`)."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.domain.sla_cases import answer

TURNED = {"pending-stops-first-response", "pending-stops-next-response", "reopening-goes-on"}
"""Rules of other systems that we turned round."""
CASES = [
    case
    for case in map(json.loads, (Path(__file__).parent / "data" / "escalation.jsonl").read_text("utf-8").splitlines())
    if not TURNED & set(case["needs"])
]
LISTS = ("breached", "steps")
THEIRS = ("expect", "portable", "needs", "derived", "semantics")


def test_there_are_cases() -> None:
    assert len(CASES) == 39
    assert sum(len(case["portable"]) for case in CASES) == 87


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_sequence(case: dict[str, Any]) -> None:
    shown = answer("escalation", {key: value for key, value in case.items() if key not in THEIRS})
    assert isinstance(shown, dict)
    for key in case["portable"]:
        ours: Any = shown.get(key, [] if key in LISTS else None)
        theirs = case["expect"][key]
        if key in LISTS:
            assert sorted(map(step, ours)) == sorted(map(step, theirs)), key
        elif key.endswith("_due"):
            assert ours == (theirs and datetime.fromisoformat(theirs)), key
        elif key.endswith("_minutes"):
            assert float(ours) == pytest.approx(float(theirs), rel=0, abs=1e-6), key
        else:
            assert ours == theirs, key


def step(one: Any) -> Any:
    """A step of a ladder with its instant; a timer's name as it is."""
    if isinstance(one, str):
        return one
    at = one["at"] if isinstance(one["at"], datetime) else datetime.fromisoformat(one["at"])
    return one["timer"], one["offset_minutes"], at
