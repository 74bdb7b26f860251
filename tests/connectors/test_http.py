"""The one way out: an end in time, and honesty about what was sent."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from connectors.kit.contract import Doubtful, NotSent
from connectors.kit.http import HttpClient
from tests.connectors.hostile import Behaviour, answer, request_of, server

BUDGET = 2.0
"""Seconds: long enough that a busy machine has sent the request by then."""
SLACK = 3.0
"""How much later than its budget a call may end on a busy machine, in seconds; the servers go on for ten or more."""
PATIENCE = 20.0
"""The budget of a call that shall not run out of it, in seconds."""


def _polite(connection: socket.socket, over: threading.Event) -> None:
    request_of(connection)
    connection.sendall(answer(body=b'{"ok": true}', extra="X-Colour: Red\r\n"))


def _silent(connection: socket.socket, over: threading.Event) -> None:
    request_of(connection)
    over.wait(10)


def _drips_headers(connection: socket.socket, over: threading.Event) -> None:
    request_of(connection)
    for letter in answer(extra="X-Long: " + "a" * 2_000 + "\r\n"):
        connection.sendall(bytes([letter]))
        if over.wait(0.02):
            return


def _drips_body(connection: socket.socket, over: threading.Event) -> None:
    request_of(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n")
    while not over.wait(0.02):
        connection.sendall(b"x")


def _drops(connection: socket.socket, over: threading.Event) -> None:
    request_of(connection)


def _drops_halfway(connection: socket.socket, over: threading.Event) -> None:
    request_of(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\nhalf")


def _reads_nothing(connection: socket.socket, over: threading.Event) -> None:
    over.wait(10)


def _gibberish(connection: socket.socket, over: threading.Event) -> None:
    request_of(connection)
    connection.sendall(b"\x00\x01 this is not HTTP\r\n\r\n")


def _late(connection: socket.socket, over: threading.Event) -> None:
    request_of(connection)
    over.wait(BUDGET / 8)
    connection.sendall(answer(body=b"late, but in time"))


@pytest.fixture
def http() -> HttpClient:
    return HttpClient(BUDGET)


@pytest.fixture
def patient() -> HttpClient:
    return HttpClient(PATIENCE)


@pytest.fixture
def stopwatch() -> Iterator[None]:
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < BUDGET + SLACK


def test_an_answer_comes_whole_with_lower_case_headers(patient: HttpClient) -> None:
    with server(_polite) as url:
        got = patient.request("GET", url)
    assert (got.status, got.body, got.headers["x-colour"]) == (200, b'{"ok": true}', "Red")


def test_a_late_answer_inside_the_budget_counts(patient: HttpClient) -> None:
    with server(_late) as url:
        assert patient.request("POST", url, json={}).body == b"late, but in time"


@pytest.mark.parametrize(
    "behaviour",
    [_silent, _drips_headers, _drips_body, _drops, _drops_halfway, _gibberish],
    ids=lambda f: f.__name__[1:],
)
def test_no_whole_answer_is_doubt_and_ends_in_time(behaviour: Behaviour, http: HttpClient, stopwatch: None) -> None:
    with server(behaviour) as url, pytest.raises(Doubtful):
        http.request("POST", url, json={"text": "Hej"})


def test_a_server_that_does_not_read_is_doubt_in_time(http: HttpClient, stopwatch: None) -> None:
    with server(_reads_nothing) as url, pytest.raises(Doubtful):
        http.request("POST", url, content=b"x" * 20_000_000)


def test_a_closed_door_means_not_sent(http: HttpClient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(NotSent):
        http.request("POST", f"http://127.0.0.1:{port}/", json={})


@pytest.mark.parametrize("url", ["http://", "not an address", "ftp://127.0.0.1/x", "http://[::1", "http://a..b/"])
def test_an_address_that_is_none_means_not_sent(url: str, http: HttpClient) -> None:
    with pytest.raises(NotSent):
        http.request("GET", url)


def test_a_name_that_is_not_found_means_not_sent(http: HttpClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: object, **kwargs: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(NotSent):
        http.request("GET", "http://torv.example/")


def test_a_resolver_that_hangs_does_not_hold_the_call(
    http: HttpClient, monkeypatch: pytest.MonkeyPatch, stopwatch: None
) -> None:
    over = threading.Event()

    def hang(*args: object, **kwargs: object) -> list[object]:
        over.wait(10)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    with pytest.raises(NotSent):
        http.request("GET", "http://torv.example/")
    over.set()


def test_tls_that_does_not_come_about_means_not_sent(http: HttpClient, stopwatch: None) -> None:
    with server(_reads_nothing) as url, pytest.raises(NotSent):
        http.request("POST", url.replace("http://", "https://"), json={"text": "Hej"})


def test_a_redirect_is_an_answer_and_is_not_followed(patient: HttpClient) -> None:
    calls: list[bytes] = []

    def elsewhere(connection: socket.socket, over: threading.Event) -> None:
        calls.append(request_of(connection))
        connection.sendall(answer("302 Found", extra="Location: /elsewhere\r\n"))

    with server(elsewhere) as url:
        assert patient.request("GET", url).status == 302
    assert len(calls) == 1


def test_the_environment_sends_nobody_to_a_proxy(patient: HttpClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with server(_polite) as url:
        assert patient.request("GET", url).status == 200


def test_a_body_over_the_limit_is_no_whole_answer() -> None:
    def huge(connection: socket.socket, over: threading.Event) -> None:
        request_of(connection)
        connection.sendall(answer(body=b"x" * 101))

    with server(huge) as url:
        with pytest.raises(Doubtful, match="larger than 100"):
            HttpClient(PATIENCE, body_limit=100).request("GET", url)
        assert len(HttpClient(PATIENCE, body_limit=101).request("GET", url).body) == 101


def test_what_goes_wrong_is_told_without_path_or_key(patient: HttpClient) -> None:
    with server(_drops) as url, pytest.raises(Doubtful) as told:
        patient.request("GET", f"{url}/secret-path?key=hidden", headers={"authorization": "Bearer hidden"})
    assert "secret" not in str(told.value)
    assert "hidden" not in str(told.value)


def test_without_a_budget_there_is_no_client() -> None:
    with pytest.raises(ValueError, match="time"):
        HttpClient(0)
