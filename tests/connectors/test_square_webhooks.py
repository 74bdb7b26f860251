"""The square tells of what happens, signed; what is not signed by it is not believed."""

from __future__ import annotations

import json
import queue
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from sqlalchemy import Engine

from connectors.kit.contract import Accepted, Forged, InboundPost, Page, WebhookRequest
from connectors.kit.signing import sign
from connectors.square.faults import switch_on
from tests.connectors.hostile import answer, request_of, server
from tests.connectors.squares import PATIENCE, Running, square, wait_until
from tests.connectors.visitor import Visitor


@contextmanager
def _inbox(engine: Engine) -> Iterator[tuple[Running, queue.Queue[WebhookRequest]]]:
    """A square that calls us, and the calls as the inbox's door would hand them on."""
    calls: queue.Queue[WebhookRequest] = queue.Queue()

    def receive(connection: socket.socket, over: threading.Event) -> None:
        head, _, body = request_of(connection).partition(b"\r\n\r\n")
        lines = [line.decode().split(": ", 1) for line in head.split(b"\r\n")[1:]]
        calls.put(WebhookRequest("POST", {name.lower(): value for name, value in lines}, {}, body))
        connection.sendall(answer("204 No Content"))

    with server(receive) as url, square(engine, webhook_url=f"{url}/hooks/1") as running:
        yield running, calls


def test_what_a_citizen_does_is_told_at_once_in_the_words_of_the_stream(engine: Engine) -> None:
    with _inbox(engine) as (on, calls):
        mette = Visitor(on)
        mette.write("@nordby Hvornår åbner skøjtebanen?")
        heard = on.connect().verify_webhook(calls.get(timeout=PATIENCE))
        assert isinstance(heard, Accepted)
        page = on.connect().fetch("news", None, 10)
        assert isinstance(page, Page)
        assert list(heard.items) == list(page.items)
        (post,) = on.connect().normalize(heard.items[0])
        assert isinstance(post, InboundPost)

        mette.post(f"/square/posts/{post.ref.external_id}/delete")
        heard = on.connect().verify_webhook(calls.get(timeout=PATIENCE))
        assert isinstance(heard, Accepted)
        assert heard.items[0]["kind"] == "delete"
        wait_until(lambda: str(on.truth()["calls"]).count("answered 204") == 2)


def test_a_forged_call_is_refused_and_the_stream_still_has_it(engine: Engine) -> None:
    with _inbox(engine) as (on, calls):
        switch_on(engine, "forge_webhook", times=1)
        Visitor(on).write("@nordby Hvornår åbner skøjtebanen?")
        assert isinstance(on.connect().verify_webhook(calls.get(timeout=PATIENCE)), Forged)
        page = on.connect().fetch("news", None, 10)
        assert isinstance(page, Page)
        assert len(page.items) == 1


def test_a_receiver_that_is_gone_holds_nobody_up(engine: Engine) -> None:
    with square(engine, webhook_url="http://127.0.0.1:9/hooks/1") as on:
        assert Visitor(on).write("@nordby Er I der?").status_code == 200
        wait_until(lambda: "not answered" in str(on.truth()["calls"]))


def test_a_lost_call_is_noted(engine: Engine) -> None:
    with _inbox(engine) as (on, calls):
        switch_on(engine, "lose_webhook", times=1)
        Visitor(on).write("@nordby Er I der?")
        wait_until(lambda: "lost" in str(on.truth()["calls"]))
        assert calls.empty()


@pytest.mark.parametrize("change", ["header", "body", "secret", "method", "none"])
def test_only_the_right_signature_over_these_bytes_counts(on: Running, change: str) -> None:
    body = json.dumps({"account": "nordby", "items": [{"event": 1}]}).encode()
    headers = {"square-signature": sign(on.credentials["webhook_secret"], body)}
    connector = on.connect()
    assert connector.verify_webhook(WebhookRequest("POST", headers, {}, body)) == Accepted(items=[{"event": 1}])
    changed = {
        "header": WebhookRequest("POST", {"square-signature": headers["square-signature"][:-1]}, {}, body),
        "body": WebhookRequest("POST", headers, {}, body.replace(b"1", b"2")),
        "secret": WebhookRequest("POST", {"square-signature": sign("another", body)}, {}, body),
        "method": WebhookRequest("GET", headers, {}, body),
        "none": WebhookRequest("POST", {}, {}, body),
    }[change]
    assert isinstance(connector.verify_webhook(changed), Forged)


def test_an_account_without_a_secret_believes_nobody(on: Running) -> None:
    call = WebhookRequest("POST", {"square-signature": "sha256=b613679a"}, {}, b"")
    assert isinstance(on.connect(webhook_secret="").verify_webhook(call), Forged)


@pytest.mark.parametrize("body", [b"not JSON", b"[]", b'{"items": 7}'])
def test_a_genuine_call_that_can_not_be_read_asks_for_a_fetch(on: Running, body: bytes) -> None:
    headers = {"square-signature": sign(on.credentials["webhook_secret"], body)}
    assert on.connect().verify_webhook(WebhookRequest("POST", headers, {}, body)) == Accepted(nudge=True)


def test_the_api_takes_no_call_without_a_token(on: Running) -> None:
    for method, path in (("GET", "stream"), ("GET", "truth"), ("POST", "posts"), ("DELETE", "posts/x")):
        told = httpx.request(method, f"{on.credentials['url']}/square/api/{path}", trust_env=False)
        assert (told.status_code, told.json()) == (401, {"error": "no_access"})
