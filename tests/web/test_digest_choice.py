"""The choice of a mail at one's own page: never unless chosen, kept, and honest where the house sends none."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask

from inbox.domain.actors import SYSTEM, Actor
from inbox.models import Agent
from inbox.uow import reading
from tests.house import House
from tests.web.conftest import Come

NO_MAIL = "This house sends no e-mail yet"


def chosen(actor: Actor) -> str:
    with reading(SYSTEM) as work:
        return work.session.get_one(Agent, actor.id).digest


def ticked(page: str) -> list[str]:
    return re.findall(r'name="digest" value="(\w+)" checked', page)


def test_never_until_chosen_and_then_as_chosen(founded: House, come: Come) -> None:
    anna = come(founded.anna)
    assert ticked(anna.get("/me").text) == ["never"]
    for often in ("daily", "hourly", "never"):
        answer = anna.post("/me/digest", digest=often)
        assert (answer.status_code, answer.location) == (303, "/me?saved=digest")
        assert ticked(anna.get("/me").text) == [often] == [chosen(founded.anna)]
    assert anna.get("/me?saved=digest").text.count("Saved.") == 1
    assert chosen(founded.jonas) == "never"


def test_whoever_has_a_login_may_choose(founded: House, come: Come, rikke: Actor) -> None:
    assert come(rikke).post("/me/digest", digest="daily").status_code == 303
    assert chosen(rikke) == "daily"


def test_what_there_is_not_stands_beside_its_field(founded: House, come: Come) -> None:
    answer = come(founded.anna).post("/me/digest", digest="weekly")
    assert answer.status_code == 422
    assert "Choose how often a mail may come." in answer.text
    assert 'aria-describedby="wrong-digest"' in answer.text
    assert chosen(founded.anna) == "never"


def test_a_house_without_a_mail_server_says_so(
    app: Flask, founded: House, come: Come, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = come(founded.anna)
    assert NO_MAIL in anna.get("/me").text
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], smtp_url="smtp://mail"))
    assert NO_MAIL not in anna.get("/me").text
