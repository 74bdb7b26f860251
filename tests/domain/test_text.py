"""One spelling for every word, and nothing that the database refuses."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.domain import text as module
from inbox.domain.text import Cleaned, clean, nfc


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("Gade\u030a", Cleaned("Gad\u0065\u030a", False)),
        ("A\u030arhus", Cleaned("Århus", False)),
        ("et\r\nto\nter", Cleaned("et\nto\nter", False)),
        ("nul\x00", Cleaned("nul\ufffd", True)),
        ("\ud83d alene", Cleaned("\ufffd alene", True)),
        ("", Cleaned("", False)),
        ("\ufffd stod der allerede", Cleaned("\ufffd stod der allerede", False)),
    ],
)
def test_clean(raw: str, cleaned: Cleaned) -> None:
    assert clean(raw) == cleaned


@given(st.text(st.characters(exclude_categories=())))
def test_clean_text_can_be_stored_and_stays_as_it_is(raw: str) -> None:
    cleaned = clean(raw).text
    cleaned.encode()
    assert "\x00" not in cleaned
    assert clean(cleaned) == Cleaned(cleaned, False) or "\r" in raw


MARKS = "\u0301\u0316\u0344\u0f71\u0f72\u0f73\u0f75\u0f81\u0345\u3099a\u00e5\u1100\u1161"


@given(st.text(MARKS, max_size=200))
def test_long_runs_of_marks_come_out_as_the_standard_has_it(raw: str) -> None:
    assert nfc(raw) == unicodedata.normalize("NFC", raw)


def test_the_marks_in_disguise_are_all_there_are() -> None:
    found = set()
    for character in map(chr, range(sys.maxunicode + 1)):
        first = unicodedata.normalize("NFD", character)[0]
        if unicodedata.combining(first) and not unicodedata.combining(character):
            found.add(character)
    assert found == module._MARKS_IN_DISGUISE


@pytest.mark.parametrize("marks", ["\u0301\u0316", "\u0f73", "\u0344\u0316"])
def test_python_never_gets_a_long_run_to_put_in_order(marks: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A megabyte of marks in the wrong order takes Python an hour; so it must arrive in order."""
    seen: list[str] = []
    real = unicodedata.normalize

    def watched(form: str, text: str) -> str:
        seen.append(text)
        return real(form, text)  # type: ignore[arg-type]  # the form is passed on

    monkeypatch.setattr(unicodedata, "normalize", watched)
    clean("a" + marks * 300_000)
    classes = [unicodedata.combining(mark) for mark in real("NFD", seen[-1][:1]) + seen[-1][1:]]
    assert len(classes) > 300_000
    assert classes == sorted(classes)
