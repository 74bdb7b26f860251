"""Beside a list that stands already, only the conversation is made anew: the same words, for less."""

from __future__ import annotations

import re

from flask import Flask

from tests.house import ALI, METTE, House, post
from tests.web.conftest import Come, forget, statements
from tests.web.test_desk import the_one

ASKED_BY_THE_DESK = {"HX-Request": "true", "HX-Target": "talk"}


def part(page: str, tag: str, name: str) -> str:
    """The element with this id, without the form's token and the seconds left, which are others each time."""
    found = re.search(rf'<{tag}[^>]* id="{name}".*?</{tag}>', page, re.DOTALL)
    assert found, page
    return re.sub(r'name="csrf_token" value="[^"]*"|data-\w+="-?\d[\d. -]*"', "", found[0])


def test_the_desk_gets_the_conversation_alone_and_it_is_the_same(app: Flask, founded: House, come: Come) -> None:
    founded.news(post("@nordby Hvor er broen?", author=METTE), post("@nordby Hvor er åen?", author=ALI))
    anna = come(founded.anna)
    address = f"/c/{the_one().id}?view=open"
    with statements() as for_all:
        whole = anna.get(address).text
    forget()
    with statements() as for_one:
        alone = anna.browser.get(address, headers=ASKED_BY_THE_DESK).text
    assert "Hvor er åen?" in whole
    assert "Hvor er åen?" not in alone
    assert 'id="rows"' not in alone
    assert "<title>Mette Holm · Byline</title>" in alone
    for tag, name in (("main", "talk"), ("aside", "side")):
        assert part(alone, tag, name) == part(whole, tag, name)
    assert len(for_one) < len(for_all)


def test_a_refusal_beside_the_list_is_the_conversation_with_why(app: Flask, founded: House, come: Come) -> None:
    founded.news(post("@nordby Hvor er broen?", author=METTE))
    anna = come(founded.anna)
    one = the_one()
    forget()
    answer = anna.browser.post(
        f"/c/{one.id}/answer?view=open",
        data={"csrf_token": anna.token, "version": "0", "mode": "public", "body": "Ved åen."},
        headers=ASKED_BY_THE_DESK,
    )
    assert answer.status_code == 409
    assert 'id="rows"' not in answer.text
    assert "Ved åen." in part(answer.text, "main", "talk")
