"""A session that ended while somebody wrote: the door, and after it the page where the words are kept."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from tests.architecture.scene import Visitor
from tests.house import House, post
from tests.web.conftest import forget


@pytest.mark.parametrize(
    ("referrer", "back"),
    [
        ("http://localhost/c/one/reply?mode=public&view=open", "/c/one/reply?mode=public&view=open"),
        ("http://elsewhere.example/c/one", "/start"),
        ("//elsewhere.example/c/one", "/start"),
        ("", "/start"),
    ],
)
@pytest.mark.parametrize("with_token", [True, False])
def test_an_answer_without_a_session_leads_to_the_door_and_back_to_its_page(
    app: Flask, founded: House, referrer: str, back: str, with_token: bool
) -> None:
    founded.news(post())
    stranger = Visitor(app, None)
    forget()
    answer = stranger.browser.post(
        f"/c/{founded.conversation().id}/answer",
        data={"mode": "public", "body": "Klokken 7."} | ({"csrf_token": stranger.token} if with_token else {}),
        headers={"Referer": referrer},
    )
    where = urlsplit(answer.headers["Location"])
    assert (answer.status_code, where.path, parse_qs(where.query)["next"]) == (302, "/login", [back])
