"""What must hold for every platform in the registry, whatever it is; a new one is tested by being there."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.kit import registry
from connectors.kit.contract import (
    Accepted,
    AccountConfig,
    Answer,
    CannotTell,
    Connector,
    Doubtful,
    Forged,
    Gone,
    NotSent,
    OutboundPost,
    Picture,
    Poison,
    Ref,
    Rejected,
    Retry,
    Suspended,
    Unconfirmed,
    WebhookRequest,
)

PLATFORMS = sorted(registry.connectors())
JUNK: list[dict[str, object]] = [
    {},
    {"unreadable": "<html>Bad gateway</html>"},
    {"kind": "post"},
    {"kind": "post", "post": None},
    {"kind": "delete", "post": {"id": 7}},
    {"uri": 7, "cid": None, "record": [], "author": "", "reason": "mention"},
    {"id": "1", "text": None},
]


class Kept:
    """Remembers in the test's own memory."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def load(self, name: str) -> str | None:
        return self.values.get(name)

    def save(self, name: str, value: str) -> None:
        self.values[name] = value


class Network:
    """A way out on which every call ends the same way."""

    def __init__(self, end: Exception | Answer) -> None:
        self.end = end
        self.calls = 0

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        json: object | None = None,
        content: bytes | None = None,
    ) -> Answer:
        self.calls += 1
        if isinstance(self.end, Exception):
            raise self.end
        return self.end


def _made(name: str, end: Exception | Answer | None = None) -> Connector:
    """A connector of the platform on a network where every call ends so."""
    kind = registry.connector(name)
    values = {
        field.name: "https://torv.example" if field.kind == "url" else "invented" for field in kind.credentials_schema
    }
    account = AccountConfig("a", "Nordby", "nordby-id", "nordby.example", values, Kept())
    return kind(account, Network(end or AssertionError("a pure function called somebody")))


def _post() -> OutboundPost:
    return OutboundPost(
        text="Hej Mette.\n– Anna, Nordby Kommune",
        visibility="public",
        created_at=datetime(2026, 11, 24, 9, tzinfo=UTC),
        reply_to=Ref("at://did:plc:mette/app.bsky.feed.post/3l", "bafy"),
        root=Ref("at://did:plc:mette/app.bsky.feed.post/3l", "bafy"),
        recipient="mette.example",
    )


def test_the_registry_knows_the_square_and_names_are_keys() -> None:
    assert "square" in PLATFORMS
    assert all(kind.name == name for name, kind in registry.connectors().items())
    with pytest.raises(KeyError, match="square"):
        registry.connector("nothing")


def test_two_platforms_of_one_name_stop_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    twin = ModuleType("twin")
    twin.CONNECTOR = registry.connector("square")  # type: ignore[attr-defined] # A module's names are unknown to mypy.
    monkeypatch.setattr(registry, "_modules", lambda: iter([twin, twin]))
    with pytest.raises(ValueError, match="square"):
        registry.connectors.__wrapped__()


def test_a_module_without_a_connector_is_no_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_modules", lambda: iter([ModuleType("plain")]))
    assert registry.connectors.__wrapped__() == {}


@pytest.mark.parametrize("name", PLATFORMS)
def test_the_name_is_a_word(name: str) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]{1,30}", name)


@pytest.mark.parametrize("name", PLATFORMS)
def test_capabilities_agree_with_each_other(name: str) -> None:
    can = registry.connector(name).capabilities
    assert can.label == can.label.strip() != ""
    assert len(can.letters) == 2
    assert can.streams
    assert len(set(can.streams)) == len(can.streams)
    assert (can.limit > 0) == (can.replies_public or can.replies_private)
    assert timedelta(0) <= can.settle <= timedelta(minutes=5)
    assert can.poll_every >= timedelta(seconds=1)


@pytest.mark.parametrize("name", PLATFORMS)
def test_the_settings_form_can_be_drawn(name: str) -> None:
    schema = registry.connector(name).credentials_schema
    assert len({field.name for field in schema}) == len(schema)
    for field in schema:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", field.name)
        assert field.label
        assert field.help
        assert not (field.kind == "secret" and field.default), "a secret that everybody knows"
    secret_words = re.compile("token|secret|password|key")
    assert all(field.kind == "secret" for field in schema if secret_words.search(field.name))


@pytest.mark.parametrize("name", PLATFORMS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=80), st.text(alphabet="abcæøå ", min_size=1, max_size=40))
def test_more_text_never_measures_less(name: str, text: str, more: str) -> None:
    platform = _made(name)
    assert platform.measure("") == 0
    # A space between, since letters and marks of the two texts may otherwise join to one.
    assert 0 <= platform.measure(text) <= platform.measure(f"{text} {more}")


@pytest.mark.parametrize("name", PLATFORMS)
@pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
def test_what_can_not_be_understood_is_poison(name: str, junk: dict[str, object]) -> None:
    with pytest.raises(Poison) as told:
        _made(name).normalize(junk)
    assert str(told.value)


@pytest.mark.parametrize("name", PLATFORMS)
@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.sampled_from(["kind", "post", "at", "id", "uri", "cid", "author", "record", "reason", "indexedAt"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=8),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        ),
    )
)
def test_no_payload_raises_anything_but_poison(name: str, raw: dict[str, object]) -> None:
    with contextlib.suppress(Poison):
        _made(name).normalize(raw)


@pytest.mark.parametrize("name", PLATFORMS)
@pytest.mark.parametrize(
    "call",
    [
        WebhookRequest("POST", {}, {}, b"{}"),
        WebhookRequest("POST", {"content-type": "application/json"}, {}, b""),
        WebhookRequest("POST", {"square-signature": "sha256=00", "x-hub-signature-256": "sha256=00"}, {}, b"{}"),
        WebhookRequest("GET", {}, {}, b""),
    ],
    ids=["unsigned", "empty", "wrongly signed", "a look"],
)
def test_a_call_that_proves_nothing_is_forged(name: str, call: WebhookRequest) -> None:
    assert isinstance(_made(name).verify_webhook(call), Forged)


@pytest.mark.parametrize("name", PLATFORMS)
def test_a_platform_without_webhooks_accepts_none(name: str) -> None:
    platform = _made(name)
    result = platform.verify_webhook(WebhookRequest("POST", {"authorization": "Bearer invented"}, {}, b'{"items": []}'))
    assert not isinstance(result, Accepted)


@pytest.mark.parametrize("name", PLATFORMS)
def test_a_platform_that_is_not_there_certainly_took_nothing(name: str) -> None:
    platform = _made(name, NotSent("no connection"))
    assert isinstance(platform.deliver(_post(), "0198c0de-0000-7000-8000-000000000001"), Retry)
    assert isinstance(platform.fetch(platform.capabilities.streams[0], None, 10), Retry)
    assert isinstance(platform.find_delivered(_post(), "0198c0de-0000-7000-8000-000000000001"), CannotTell)
    assert not platform.probe().ok
    assert list(platform.recheck([Ref("at://did:plc:mette/app.bsky.feed.post/3l")])) == []


@pytest.mark.parametrize("name", PLATFORMS)
def test_a_platform_that_is_silent_is_never_believed_to_lack_the_post(name: str) -> None:
    platform = _made(name, Doubtful("no whole answer"))
    # A platform that has to sign in first may be silent before the post was ever sent.
    assert isinstance(platform.deliver(_post(), "0198c0de-0000-7000-8000-000000000001"), Unconfirmed | Retry)
    assert isinstance(platform.find_delivered(_post(), "0198c0de-0000-7000-8000-000000000001"), CannotTell)
    assert isinstance(platform.fetch(platform.capabilities.streams[0], None, 10), Retry)


@pytest.mark.parametrize("name", PLATFORMS)
@pytest.mark.parametrize("status", [200, 201, 204, 301, 400, 401, 403, 404, 408, 429, 500, 502, 503])
@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"error": 7}', b"null"], ids=range(5))
def test_no_answer_raises(name: str, status: int, body: bytes) -> None:
    platform = _made(name, Answer(status, {"retry-after": "soon"}, body))
    delivered = platform.deliver(_post(), "0198c0de-0000-7000-8000-000000000001")
    assert isinstance(delivered, Retry | Rejected | Unconfirmed | Suspended)
    fetched = platform.fetch(platform.capabilities.streams[0], None, 10)
    assert isinstance(fetched, Retry | Suspended), "nothing was learnt, so the cursor may not move"
    assert isinstance(platform.find_delivered(_post(), "0198c0de-0000-7000-8000-000000000001"), CannotTell)
    assert not platform.probe().ok


ILLUSTRATED = sorted(name for name in PLATFORMS if registry.connector(name).capabilities.pictures)


@pytest.mark.parametrize("name", ILLUSTRATED)
def test_what_a_platform_takes_of_pictures_can_be_kept_to(name: str) -> None:
    can = registry.connector(name).capabilities.pictures
    assert can is not None
    assert can.most >= 1
    assert can.bytes >= 100_000, "nothing that one can recognise fits into less"
    assert can.description >= 100


@pytest.mark.parametrize("name", ILLUSTRATED)
@pytest.mark.parametrize("end", [NotSent("no connection"), Doubtful("no whole answer")])
def test_pictures_that_do_not_come_through_are_no_doubt_about_the_post(name: str, end: Exception) -> None:
    picture = Picture(b"invented", "image/png", 3, 2, "Et kort")
    result = _made(name, end).deliver(replace(_post(), pictures=(picture,)), "0198c0de-0000-7000-8000-000000000001")
    assert isinstance(result, Retry)


@pytest.mark.parametrize("name", PLATFORMS)
@pytest.mark.parametrize(
    "source", ["", "..", "../account", "http://127.0.0.1:9/x", "//elsewhere.example/x", "a?b", "a\n"]
)
def test_what_names_no_picture_is_asked_of_nobody(name: str, source: str) -> None:
    assert isinstance(_made(name).fetch_picture(source), Gone)


@pytest.mark.parametrize("name", PLATFORMS)
def test_an_unknown_stream_is_a_bug(name: str) -> None:
    with pytest.raises(ValueError, match="stream"):
        _made(name).fetch("no such stream", None, 10)
