"""What surrounds every page: headers, files, refusals, sign-in, health, settings, and platforms' calls."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask_security.utils import hash_password
from redis import Redis
from sqlalchemy import select

from connectors.kit.signing import sign
from inbox import jobs
from inbox.domain import permissions
from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.models import Account, Agent, Beat, RawEvent
from inbox.services import heartbeat
from inbox.uow import reading, uow
from inbox.web import assets, health
from tests.house import House, post
from tests.web.conftest import Come

PASSWORD = "an invented word of length"


def test_every_answer_forbids_what_we_do_not_need(founded: House, come: Come) -> None:
    anna = come(founded.anna)
    for address in ("/", "/nope", "/login", "/health"):
        answer = anna.get(address)
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in anna.get("/").headers


def test_files_are_kept_by_their_release_and_nothing_else_is_served(app: Flask) -> None:
    browser = app.test_client()
    with browser.get(f"/assets/{assets.version()}/css/tokens.css") as present:
        assert present.status_code == 200
        assert "immutable" in present.headers["Cache-Control"]
    with browser.get("/assets/000000000000/css/tokens.css") as past:
        assert past.status_code == 200
        assert "immutable" not in past.headers["Cache-Control"]

    for name in ("../app.py", "css/../../app.py", "nope.css", "%2e%2e/app.py"):
        assert browser.get(f"/assets/{assets.version()}/{name}").status_code == 404
    for sheet in assets.SHEETS:
        assert (assets.STATIC / sheet).is_file()


def test_a_wrong_word_and_an_unknown_name_get_the_same_page(founded: House, app: Flask) -> None:
    with uow(SYSTEM) as work:
        work.session.get_one(Agent, founded.anna.id).password = hash_password(PASSWORD)
    stranger = app.test_client()
    pages = []
    for email, word in (("anna@nordby.example", "wrong"), ("nobody@nordby.example", "wrong")):
        _forget()
        token = _token(stranger.get("/login").text)
        _forget()
        answer = stranger.post("/login", data={"email": email, "password": word, "csrf_token": token})
        assert answer.status_code == 200
        pages.append(answer.text.replace(email, "…").replace(_token(answer.text), "…"))
    assert "passer ikke sammen" in pages[0] or "do not match" in pages[0]
    assert pages[0] == pages[1]
    _forget()
    token = _token(stranger.get("/login").text)
    _forget()
    answer = stranger.post("/login", data={"email": "anna@nordby.example", "password": PASSWORD, "csrf_token": token})
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith("/start")


def test_guessing_is_slowed_down(founded: House, app: Flask) -> None:
    with uow(SYSTEM) as work:
        work.session.get_one(Agent, founded.anna.id).password = hash_password(PASSWORD)
    stranger = app.test_client()
    codes = []
    for _ in range(7):
        _forget()
        token = _token(stranger.get("/login").text)
        _forget()
        answer = stranger.post(
            "/login", data={"email": "anna@nordby.example", "password": "guess", "csrf_token": token}
        )
        codes.append(answer.status_code)
    assert codes[:5] == [200] * 5
    assert codes[5:] == [429, 429]


@pytest.mark.usefixtures("noon")
def test_health_names_each_part(founded: House, app: Flask, valkey_url: str) -> None:
    browser = app.test_client()
    answer = browser.get("/health", headers={"Accept": "application/json"})
    assert answer.status_code == 503
    parts = json.loads(answer.text)["parts"]
    assert parts["database"] == parts["redis"] == "ready"
    assert parts["clock"] == parts["sequencer"] == "has not started"
    assert parts["worker deliver"] == "is missing"

    _beat("clock", "sequencer")
    with Redis.from_url(valkey_url) as client:
        for queue in health.QUEUES:
            _pretend_worker(client, queue)
    plain = browser.get("/health")
    assert plain.text.splitlines()[0] == "database: ready"
    assert plain.status_code == 200, plain.text

    _beat("clock", "sequencer", ago=timedelta(minutes=1))
    assert "clock: is silent\nsequencer: is silent" in browser.get("/health").text


def test_an_entry_that_waits_too_long_for_its_number_is_told_though_the_sequencer_beats(
    founded: House, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    _beat("sequencer")
    browser = app.test_client()
    assert "sequencer: ready" in browser.get("/health").text
    # The founding's own entries wait for their number.
    monkeypatch.setattr(health, "NUMBERED_WITHIN", timedelta())
    assert "sequencer: is behind" in browser.get("/health").text


def test_signs_of_life_of_the_run_before_do_not_count(founded: House, app: Flask, valkey_url: str) -> None:
    """All of them are young enough: the house was killed and started again a moment later."""
    _beat("clock", "sequencer")
    with Redis.from_url(valkey_url) as client:
        for queue in health.QUEUES:
            _pretend_worker(client, queue)
    browser = app.test_client()
    assert browser.get("/health").status_code == 200
    for _start in range(2):
        with uow(SYSTEM) as work:
            heartbeat.begin(work)
        told = browser.get("/health")
        assert told.status_code == 503
        assert "clock: has not started\nsequencer: has not started" in told.text
        assert all(f"worker {queue}: is missing" in told.text for queue in health.QUEUES)

    _beat("clock", "sequencer")
    with Redis.from_url(valkey_url) as client:
        for queue in health.QUEUES:
            _pretend_worker(client, queue, "second")
    assert browser.get("/health").status_code == 200


def test_health_knows_every_queue_that_is_rung() -> None:
    assert set(health.QUEUES) == set(jobs.QUEUES.values())


def test_the_settings_show_what_is_in_force(founded: House, come: Come, per: Actor) -> None:
    page = come(per).get("/settings").text
    for words in ("Town square", "Replies to us are ours to answer.", "Hurtig kanal", "Anna Krogh"):
        assert words in page
    assert "invented" not in page


@pytest.mark.parametrize("health_text", ["Broken at 100% of calls %(name)s", "The square could not be reached."])
def test_a_platforms_own_words_are_only_words(founded: House, come: Come, per: Actor, health_text: str) -> None:
    with uow(SYSTEM) as work:
        work.session.scalars(select(Account)).one().health = health_text
    page = come(per).get("/settings")
    assert page.status_code == 200
    assert health_text in page.text


def test_a_genuine_call_is_kept_and_a_forged_one_is_not(founded: House, app: Flask) -> None:
    browser = app.test_client()
    body = json.dumps({"items": [post("@nordby Hej")]}).encode()

    def call(signature: str, account: object = None) -> int:
        return browser.post(
            f"/hooks/{account or founded.account_id}", data=body, headers={"Square-Signature": signature}
        ).status_code

    assert call("sha256=" + "0" * 64) == 401
    assert call("") == 401
    assert call(sign("invented", body), uuid4()) == 404
    assert call(sign("invented", body)) == 204
    with reading(SYSTEM) as work:
        assert len(work.session.scalars(select(RawEvent)).all()) == 1


def test_the_menu_names_a_part_when_the_map_opens_its_door(
    founded: House, come: Come, per: Actor, rikke: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ">Settings</a>" not in come(rikke).get("/audit").text
    moved = {**permissions.ENDPOINTS, "settings.overview": permissions.only(Role.AUDITOR)}
    monkeypatch.setattr(permissions, "ENDPOINTS", moved)

    assert ">Settings</a>" in come(rikke).get("/audit").text
    assert ">Settings</a>" not in come(per).get("/audit").text


def test_a_mistake_of_ours_says_so_with_a_number_and_no_details(
    founded: House, come: Come, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("inbox.web.rail.inbox_list.conversations", broken)
    answer = come(founded.anna).get("/")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "<code>" in answer.text


def _token(page: str) -> str:
    marker = 'name="csrf_token" type="hidden" value="'
    start = page.index(marker) + len(marker)
    return page[start : page.index('"', start)]


def _forget() -> None:
    from flask import g

    for name in list(g):
        g.pop(name)


def _beat(*names: str, ago: timedelta = timedelta()) -> None:
    """These were seen alive so long ago."""
    with uow(SYSTEM) as work:
        for name in names:
            work.session.merge(Beat(name=name, holder="test", seen_at=work.now - ago))


def _pretend_worker(client: Redis, queue: str, run: str = "first") -> None:
    """A worker as RQ registers one."""
    from rq import Queue, Worker

    worker = Worker([Queue(queue, connection=client)], connection=client, name=f"{run}-{queue}")
    worker.register_birth()  # type: ignore[no-untyped-call] # RQ has left this one out
