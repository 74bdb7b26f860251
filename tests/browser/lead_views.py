"""The views of the lead's numbers, the lists behind them, and the wall. What it must not do: judge."""

from __future__ import annotations

from collections.abc import Callable

from tests.browser.day import Day
from tests.browser.looks import View


def _at(path: str) -> Callable[[Day], str]:
    return lambda _day: path


VIEWS = (
    View("lead", _at("/lead")),
    View("lead-promises", _at("/lead/list/promises")),
    View("lead-answers", _at("/lead/list/answers")),
    View("lead-pressing", _at("/lead/list/pressing")),
    View("lead-with-silo", _at("/lead/list/on_hold")),
    View("lead-stuck", _at("/lead/list/stuck")),
    View("lead-wall", _at("/lead/wall")),
)
