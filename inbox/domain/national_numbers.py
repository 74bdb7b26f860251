"""Whether ten or eleven digits can be a person's number: the arithmetic of the Danish and the Norwegian one.

Why it exists: finding a number in a text and judging one are two things, and the authorities' rules change.
What it must not do: look into texts (`personal_data.py`).

Sources: CPR-kontoret, "Opbygning af CPR-nummeret" and "Personnumre uden kontrolciffer (modulus 11 kontrol)";
Skatteetaten, documentation of Folkeregisteret, "Nytt fødselsnummer fra 2032".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

_CPR_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_K1_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_K2_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)

NEW_FNR_FROM = date(2032, 1, 1)
"""From this day Norwegian numbers are issued whose first control digit may leave a remainder of 0 to 3, and whose
individual number no longer tells the century."""


def is_cpr(digits: str, today: date) -> bool:
    """Whether the ten digits begin with a date up to today, in the century that the seventh digit gives.

    There is more to ask of digits that nobody wrote as a number: `has_cpr_control`.
    """
    day, month, year, seventh = _parts(digits)
    if seventh <= 3:
        century = 1900
    elif seventh in (4, 9):
        century = 2000 if year <= 36 else 1900
    else:
        century = 2000 if year <= 57 else 1800
    return _is_past(day, month, century + year, today)


def has_cpr_control(digits: str) -> bool:
    """Whether modulus 11 holds, or the date is one of those for which numbers without it were issued (1 January)."""
    return digits.startswith("0101") or _remainder(digits, _CPR_WEIGHTS) == 0


def is_fnr(digits: str, today: date) -> bool:
    """Whether the eleven digits are a fødselsnummer or D-nummer (day + 40) under the rules in force until 2032."""
    if _remainder(digits, _K1_WEIGHTS) != 0 or _remainder(digits, _K2_WEIGHTS) != 0:
        return False
    day, month, year, _ = _parts(digits)
    individual = int(digits[6:9])
    if individual < 500:
        century = 1900
    elif year < 40:
        century = 2000
    elif individual < 750 and year >= 54:
        century = 1800
    elif individual >= 900:
        century = 1900
    else:
        return False
    return _is_past(_without_d(day), month, century + year, today)


def is_new_fnr(digits: str, today: date) -> bool:
    """Whether the eleven digits are a number as issued from 2032 on, for somebody born since 1900 and by today."""
    if _remainder(digits, _K1_WEIGHTS) > 3 or _remainder(digits, _K2_WEIGHTS) != 0:
        return False
    day, month, year, _ = _parts(digits)
    return any(_is_past(_without_d(day), month, century + year, today) for century in (1900, 2000))


def _parts(digits: str) -> tuple[int, int, int, int]:
    return int(digits[:2]), int(digits[2:4]), int(digits[4:6]), int(digits[6])


def _without_d(day: int) -> int:
    return day - 40 if day > 40 else day


def _remainder(digits: Iterable[str], weights: Sequence[int]) -> int:
    return sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=False)) % 11


def _is_past(day: int, month: int, year: int, today: date) -> bool:
    try:
        return date(year, month, day) <= today
    except ValueError:
        return False
