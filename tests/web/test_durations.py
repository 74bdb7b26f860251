"""Promised times as people type them, and as they read them: what is said can be typed again."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_babel import force_locale

from inbox.domain.policy import LONGEST_PROMISE
from inbox.web.durations import Unreadable, read, say


@pytest.mark.parametrize(
    ("text", "opening", "wall"),
    [
        ("15", 15, 15),
        (" 15 min ", 15, 15),
        ("15min.", 15, 15),
        ("15\N{NO-BREAK SPACE}minutter", 15, 15),
        ("4 t", 240, 240),
        ("4 h", 240, 240),
        ("4 TIMER", 240, 240),
        ("1,5 t", 90, 90),
        ("1.5 hours", 90, 90),
        ("1 t 30", 90, 90),
        ("1 t 30 min", 90, 90),
        # A day is 8 open hours, or 24 hours of the clock.
        ("1 dag", 480, 1440),
        ("2 dage", 960, 2880),
        ("2 dager", 960, 2880),
        ("2 days 4 h", 1200, 3120),
        ("0,5 d", 240, 720),
        ("0", 0, 0),
    ],
)
def test_what_people_type(text: str, opening: int, wall: int) -> None:
    assert (read(text, business=True), read(text, business=False)) == (opening, wall)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "snart", "min", "-5", "1:30", "15 uger", "1 t 2 t", "30 min 1 t", "2 dage 4", "1,5", "0,01 t", "1e3",
        "٣", "½ t", "4 t!", "9" * 41,
    ],
)  # fmt: skip
def test_what_nobody_can_tell(text: str) -> None:
    with pytest.raises(Unreadable):
        read(text, business=True)


def test_how_it_is_said(app: Flask) -> None:
    def said(language: str, business: bool) -> list[str]:
        with app.test_request_context(), force_locale(language):
            return [say(minutes, business) for minutes in (1, 15, 60, 90, 240, 420, 480, 960, 1440, 2880)]

    assert said("da", True) == ["1 min", "15 min", "1 t", "1 t 30", "4 t", "7 t", "8 t", "2 dage", "3 dage", "6 dage"]
    assert said("nb", False)[-3:] == ["16 t", "24 t", "2 dager"]
    assert said("en", False)[-3:] == ["16 h", "24 h", "2 days"]


@pytest.mark.parametrize("language", ["da", "nb", "en"])
@pytest.mark.parametrize("business", [True, False])
def test_what_is_said_means_the_same_when_it_is_typed_again(app: Flask, language: str, business: bool) -> None:
    asked = [*range(1, 6000), 43_200, 480 * 365, 1440 * 365 - 1, LONGEST_PROMISE]
    with app.test_request_context(), force_locale(language):
        assert [read(say(minutes, business), business) for minutes in asked] == asked
