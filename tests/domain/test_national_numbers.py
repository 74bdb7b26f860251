"""The arithmetic of national numbers, with an independent library as second opinion."""

from __future__ import annotations

from datetime import date

import pytest
import stdnum.dk.cpr
import stdnum.no.fodselsnummer
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.domain.national_numbers import has_cpr_control, is_cpr, is_fnr, is_new_fnr

TODAY = date(2026, 11, 24)


@st.composite
def digits(draw: st.DrawFn, length: int) -> str:
    """Often a date in front: digits at random are hardly ever one."""
    front = draw(st.one_of(st.dates().map(lambda day: f"{day:%d%m%y}"), st.from_regex(r"[0-9]{6}", fullmatch=True)))
    return front + draw(st.from_regex(rf"[0-9]{{{length - 6}}}", fullmatch=True))


@time_machine.travel(TODAY, tick=False)
@given(digits(10))
def test_cpr_as_another_library_has_it(number: str) -> None:
    assert is_cpr(number, TODAY) == stdnum.dk.cpr.is_valid(number)
    assert has_cpr_control(number) == (number[:4] == "0101" or stdnum.dk.cpr.checksum(number) == 0)


def controlled(nine: str, remainder: int = 0) -> str | None:
    """The eleven digits with controls that leave this remainder in the first; None where one would be 10."""
    k1 = (remainder - sum(w * int(d) for w, d in zip((3, 7, 6, 1, 8, 9, 4, 5, 2), nine, strict=True))) % 11
    k2 = -sum(w * int(d) for w, d in zip((5, 4, 3, 2, 7, 6, 5, 4, 3), nine, strict=True)) - 2 * k1
    return None if k1 == 10 or k2 % 11 == 10 else f"{nine}{k1}{k2 % 11}"


@time_machine.travel(TODAY, tick=False)
@settings(max_examples=400)
@given(digits(9), st.booleans())
def test_fnr_as_another_library_has_it(nine: str, d_number: bool) -> None:
    if d_number:
        nine = f"{(int(nine[0]) + 4) % 10}{nine[1:]}"
    number = controlled(nine)
    # The other library also knows help numbers of hospitals (month + 40), which identify nobody outside.
    if number is None or number[2:4] > "40":
        return
    assert is_fnr(number, TODAY) == stdnum.no.fodselsnummer.is_valid(number)
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert not is_fnr(wrong, TODAY)
    assert not is_new_fnr(wrong, TODAY)


@pytest.mark.parametrize("number", ["02013299997", "30108299920"])
def test_the_authority_s_examples_with_remainder_0(number: str) -> None:
    assert is_fnr(number, date(2032, 1, 3))
    assert is_new_fnr(number, date(2032, 1, 3))


def test_the_authority_s_example_with_remainder_1() -> None:
    assert not is_fnr("30108299939", date(2032, 1, 3))
    assert is_new_fnr("30108299939", date(2032, 1, 3))


@given(st.integers(0, 10))
def test_the_first_control_digit_may_leave_up_to_3(remainder: int) -> None:
    number = controlled("301082997", remainder)
    if number is not None:
        assert is_new_fnr(number, TODAY) == (remainder <= 3)
        assert is_fnr(number, TODAY) == (remainder == 0)


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("2902000000", False),  # 1900 had no 29 February …
        ("2902004000", True),  # … and 2000 had one.
        ("2411264000", True),  # Born today.
        ("2511264000", False),  # Born tomorrow.
        ("0101589000", True),  # 1958
        ("0101585000", True),  # 1858
        ("3211580000", False),
        ("0013580000", False),
    ],
)
def test_cpr_dates(number: str, valid: bool) -> None:
    assert is_cpr(number, TODAY) == valid
