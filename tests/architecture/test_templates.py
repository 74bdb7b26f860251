"""Every template is rendered: one that nobody reaches is either dead or untested.

The environment itself is asked, so that what a page extends, includes and imports counts only when it was really
reached. What it must not do: look at what a page says; the tests of each room do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import Template

import config
from inbox.domain.actors import SYSTEM
from inbox.domain.ids import new_id
from inbox.models import Conversation
from inbox.queries.calls import Call
from inbox.queries.digests import Digest, Reader
from inbox.queries.reach import Errand
from inbox.uow import reading
from tests.architecture import scene
from tests.architecture.scene import EVERYBODY, STRANGER, Scene, Visitor
from tests.architecture.sources import ROOT, files
from tests.house import NOON
from workers import letters

TEMPLATES = ROOT / "templates"
EVERY = {path.relative_to(TEMPLATES).as_posix() for path in files(".html", ".txt") if path.is_relative_to(TEMPLATES)}


@pytest.fixture
def demo_app(own_database: config.Settings) -> Iterator[Flask]:
    """The application as the demonstration has it: the square with its panel."""
    from inbox.app import create_app
    from inbox.extensions import db

    app = create_app(replace(own_database, demo=True))
    app.testing = True
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_every_template_is_rendered(demo_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[str] = set()
    find: Callable[..., Template] = demo_app.jinja_env.get_template

    def remember(name: str | Template, *more: object) -> Template:
        found = find(name, *more)
        seen.add(str(found.name))
        return found

    monkeypatch.setattr(demo_app.jinja_env, "get_template", remember)
    seen |= _write_a_letter()
    with demo_app.app_context():
        made = scene.made_for(STRANGER)
    visitors = {visitor: _visitor(demo_app, made, visitor) for visitor in EVERYBODY}
    _look_everywhere(demo_app, made, visitors)
    _be_refused_and_measured(made, visitors["agent"])
    _write_in_what_a_colleague_has(made, visitors["lead"])
    _say_a_last_word(demo_app, made, visitors["agent"])
    _walk_the_square(demo_app.test_client())

    assert EVERY
    assert EVERY - seen == set()


def _write_a_letter() -> set[str]:
    """Letters have an environment of their own, without an application."""
    nobody = Reader(SYSTEM, "anna@nordby.example", "da")
    letter = letters.digest(nobody, Digest((), 0), sender="b@nordby.example", base_url="http://127.0.0.1", now=NOON)
    assert letter["Subject"]
    call = Call("anna@nordby.example", "da", "K-7F3QXN", "Nordby Kommune", "square")
    letters.call(call, round_=2, address="http://127.0.0.1/c/1/acute", sender="b@nordby.example", now=NOON)
    told = Errand("threat", "", "anna@nordby.example", "", "da", "Nordby Kommune", "K-7F3QXN", "/c/1", NOON)
    assert letters.notice(told, base_url="http://127.0.0.1", sender="b@nordby.example", now=NOON)["Subject"]
    assert letters.open_word(told)
    cache = letters.environment("da").cache
    assert cache is not None
    return {str(template.name) for template in cache.values()}


def _visitor(app: Flask, made: Scene, visitor: str) -> Visitor:
    with app.app_context():
        return Visitor(app, None if visitor == STRANGER else made.actors[visitor])


def _look_everywhere(app: Flask, made: Scene, visitors: dict[str, Visitor]) -> None:
    """Every address that is only looked at, as everybody: pages, fragments, refusals."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.endpoint.startswith("square."):
            for come in visitors.values():
                come.browser.get(made.address(app, rule)).close()
    for view in ("open", "dismissed"):
        assert visitors["agent"].browser.get(f"/?view={view}").status_code == 200
    for figure in ("pressing", "stuck"):
        assert visitors["lead"].browser.get(f"/lead/list/{figure}").status_code == 200


def _be_refused_and_measured(made: Scene, agent: Visitor) -> None:
    token = {"X-CSRFToken": agent.token}
    words = {"mode": "public", "body": "Det ser jeg på.", "version": "0"}
    late = agent.browser.post(f"/c/{made.conversation_id}/answer", data=words, headers=token)
    measured = agent.browser.post(f"/c/{made.conversation_id}/measure", data=words, headers=token)
    assert agent.browser.post(f"/c/{new_id()}/measure", data=words, headers=token).status_code == 404
    wrong = {**words, "body": "Broen er åben hele natten."}
    warned = agent.browser.post(f"/c/{made.conversation_id}/measure", data=wrong, headers=token)
    pictured = agent.browser.post(
        f"/c/{made.conversation_id}/pictures", data=words, headers={**token, "HX-Request": "true"}
    )
    listed = agent.browser.get(f"/c/{made.conversation_id}/canned", headers={"HX-Request": "true"})
    many = f"/gatherings/{made.crowd['gathering_id']}/measure"
    agent.browser.post(many, data={"body": "Hej {fornavn}."}, headers=token)
    opened = agent.browser.get(f"/c/{made.conversation_id}", headers={"HX-Target": "talk"})
    person = agent.browser.get(f"/c/{made.conversation_id}/contact", headers={"HX-Request": "true"})

    assert (late.status_code, measured.status_code, listed.status_code, opened.status_code) == (409, 200, 200, 200)
    beside = agent.browser.get(f"/c/{made.conversation_id}/answered", headers={"HX-Request": "true"})

    assert (warned.status_code, beside.status_code) == (200, 200)
    looked = agent.browser.post(f"/messages/{made.message_id}/number", headers=token)

    called = agent.browser.get(f"/c/{made.conversation_id}/acute", headers={"HX-Request": "true"})

    assert called.status_code == 200
    assert (person.status_code, pictured.status_code, looked.status_code) == (200, 422, 200)


def _write_in_what_a_colleague_has(made: Scene, lead: Visitor) -> None:
    words = {"mode": "public", "body": "Det svarer jeg på.", "version": "0"}
    lead.browser.post(f"/c/{made.conversation_id}/measure", data=words, headers={"X-CSRFToken": lead.token})

    assert lead.browser.get(f"/c/{made.conversation_id}").status_code == 200


def _say_a_last_word(app: Flask, made: Scene, agent: Visitor) -> None:
    with app.app_context(), reading(SYSTEM) as view:
        version = str(view.session.get_one(Conversation, made.conversation_id).version)
    words = {"version": version, "why": "abuse", "body": "Jeg stopper her."}
    said = agent.browser.post(f"/c/{made.conversation_id}/stop", data=words, headers={"X-CSRFToken": agent.token})
    told = agent.browser.get(f"/c/{made.conversation_id}")

    assert (said.status_code, told.status_code) == (303, 200)


def _walk_the_square(citizen: FlaskClient) -> None:
    board = citizen.get("/square").text
    token = _found(r'name="form_token" value="([^"]+)"', board)
    told = {"form_token": token, "name": "Mette Holm", "text": "Er der nogen?", "audience": "public"}
    assert citizen.post("/square/posts", data=told).status_code == 303
    edit = _found(r'href="(/square/posts/[^"]+/edit)"', citizen.get("/square").text)
    pages = [citizen.get(page).status_code for page in (edit, "/square/threads", "/square/controls")]
    refused = citizen.post("/square/posts", data={**told, "form_token": "invented"})

    assert (pages, refused.status_code) == ([200, 200, 200], 400)


def _found(pattern: str, text: str) -> str:
    hit = re.search(pattern, text)
    assert hit is not None, pattern
    return hit.group(1)
