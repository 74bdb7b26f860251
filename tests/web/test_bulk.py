"""Rows that are ticked: done with one form, told in the list, taken back with one button."""

from __future__ import annotations

import re

import pytest

from tests.house import ALI, METTE, House, post
from tests.web.conftest import Come, Person


@pytest.fixture
def anna(founded: House, come: Come) -> Person:
    founded.news(post("@nordby Hvor er isen?", author=METTE), post("@nordby Hvor er solen?", author=ALI))
    return come(founded.anna)


def ticked(page: str) -> list[str]:
    return re.findall(r'name="picked" value="([0-9a-f-]{36}:\d+)"', page)


def test_two_are_solved_told_and_taken_back(anna: Person) -> None:
    rows = ticked(anna.get("/?view=open&visibility=public").text)
    assert len(rows) == 2
    answer = anna.browser.post(
        "/bulk?view=open&visibility=public", data={"picked": rows, "deed": "solve", "csrf_token": anna.token}
    )
    assert answer.status_code == 303
    assert answer.location.endswith("/?view=open&visibility=public")
    page = anna.get("/?view=open").text
    assert "2 conversations are solved." in page
    assert ticked(page) == []
    assert anna.post("/bulk/undo?view=open").status_code == 303
    page = anna.get("/?view=open").text
    assert "2 conversations are as they were." in page
    assert 'action="/bulk/undo' not in page
    assert len(ticked(page)) == 2
    # Pressed twice, it does nothing more.
    anna.post("/bulk/undo?view=open")
    assert len(ticked(anna.get("/?view=open").text)) == 2


def test_what_was_changed_meanwhile_is_said(anna: Person) -> None:
    rows = ticked(anna.get("/?view=open").text)
    id_, _, version = rows[0].partition(":")
    anna.post(f"/c/{id_}/take", version=version)
    anna.browser.post("/bulk?view=open", data={"picked": rows, "deed": "take", "csrf_token": anna.token})
    page = anna.get("/?view=open").text
    assert "1 conversation is yours." in page
    assert "1 was left as it is" in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"deed": "solve"}, "Choose at least one conversation first."),
        ({"deed": "solve", "picked": "x:1"}, "Open the list again"),
        ({"deed": "burn"}, "Choose what to do with them."),
    ],
)
def test_junk_is_a_sentence_in_the_list(anna: Person, fields: dict[str, str], sentence: str) -> None:
    answer = anna.post("/bulk?view=open", **fields)
    assert answer.status_code == 422
    assert sentence.replace("'", "&#39;") in answer.text
    assert 'role="alert"' in answer.text
    assert "Nothing was changed." in answer.text
