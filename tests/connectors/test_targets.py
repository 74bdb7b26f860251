"""What must hold for every way to a unit, whatever it is; a new one is tested by being there."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.kit import target_registry
from connectors.kit.contract import (
    Accepted,
    Answer,
    CannotTell,
    Doubtful,
    Forged,
    NotSent,
    Page,
    Poison,
    Rejected,
    Retry,
    Suspended,
    Unconfirmed,
    WebhookRequest,
)
from connectors.kit.target import Errand, InboundAnswer, NotOurs, Quarantined, Question, Target, TargetConfig

TARGETS = sorted(target_registry.targets())
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
JUNK: list[dict[str, object]] = [
    {},
    {"unreadable": True},
    {"id": 7},
    {"id": "a", "text": None},
    {"headers": {}, "to": None},
    {"headers": {"auto-submitted": 7}, "to": [7, None]},
    {"key": None, "language": 7},
    {"ticket": None, "article": []},
    {"results": "no"},
]


class Kept:
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


def made(name: str, end: Exception | Answer | None = None) -> Target:
    kind = target_registry.target(name)
    fields = {field.name: field.default or _sample(field.name, field.kind) for field in kind.settings_schema}
    fields |= {name: "9" for name in fields if name.endswith("_port")}
    config = TargetConfig("1", "Vej og Park", "Nordby Kommune", fields, Kept(), "http://127.0.0.1:9/h", "ours", 0.5)
    return kind(config, Network(end or NotSent("nowhere")))


def _sample(name: str, kind: str) -> str:
    if kind == "url":
        return "http://127.0.0.1:9/x"
    return "127.0.0.1" if name.endswith("host") else "vej@nordby.example" if name in ("to", "from") else "7"


def question(errand: Errand = Errand.ASK) -> Question:
    return Question(1001, errand, "Bommen", "Hvornår?", "", None, NOW, "Anna Krogh", "da", external_id="7")


@pytest.mark.parametrize("name", TARGETS)
def test_it_says_what_it_is(name: str) -> None:
    kind = target_registry.target(name)
    assert re.fullmatch(r"[a-z_]{2,40}", name)
    assert name != "desk"
    assert kind.capabilities.label
    assert timedelta(seconds=5) <= kind.capabilities.poll_every <= timedelta(hours=1)
    assert len({field.name for field in kind.settings_schema}) == len(kind.settings_schema)
    for field in kind.settings_schema:
        assert all((field.name, field.label, field.help))
        # A secret that has a default is none.
        assert field.kind != "secret" or not field.default


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("errand", list(Errand))
def test_what_did_not_leave_is_tried_again_and_what_perhaps_did_is_not(name: str, errand: Errand) -> None:
    assert isinstance(made(name, NotSent("x")).deliver(question(errand), "k"), (Retry, Rejected))
    # Looking something up first may fail without anything having been said.
    assert isinstance(made(name, Doubtful("x")).deliver(question(errand), "k"), (Unconfirmed, Rejected, Retry))


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("end", [NotSent("x"), Doubtful("x"), Answer(500, {}, b"<html>")])
def test_a_look_that_fails_proves_nothing(name: str, end: Exception | Answer) -> None:
    assert isinstance(made(name, end).find_delivered(question(), "k"), CannotTell)


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("status", [200, 201, 204, 301, 400, 401, 403, 404, 409, 413, 422, 429, 500, 502, 503])
def test_no_answer_raises(name: str, status: int) -> None:
    for body in (b"", b"<html>", b"[]", b"{}", b'"x"', b'{"id": {}}', b"\xff"):
        target = made(name, Answer(status, {"retry-after": "soon"}, body))
        for errand in Errand:
            assert target.deliver(question(errand), "k") is not None
        assert target.find_delivered(question(), "k") is not None
        assert isinstance(target.receive(None, 5), (Page, Retry, Suspended))
        assert isinstance(target.probe().detail, str)


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("raw", JUNK)
def test_junk_is_poison_or_set_aside_and_never_an_answer(name: str, raw: dict[str, object]) -> None:
    with contextlib.suppress(Poison):
        assert not [one for one in made(name).normalize(raw) if not isinstance(one, Quarantined)]


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    raw=st.dictionaries(
        st.sampled_from(
            ["id", "text", "number", "question", "headers", "to", "key", "language", "article", "ticket", "html"]
        ),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=20),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
            max_leaves=6,
        ),
    )
)
def test_whatever_json_comes_it_is_read_or_poison(name: str, raw: dict[str, object]) -> None:
    with contextlib.suppress(Poison):
        for one in made(name).normalize(raw):
            assert isinstance(one, (InboundAnswer, NotOurs, Quarantined))
            assert one.key
            assert isinstance(one, Quarantined) or one.at.tzinfo is not None


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize(
    "headers", [{}, {"byline-timestamp": "²", "byline-signature": "sha256="}, {"x-hub-signature": "x"}]
)
def test_a_call_without_proof_is_forged(name: str, headers: dict[str, str]) -> None:
    for body in (b"", b"{}", b"\xff", json.dumps({"id": "a", "text": "b", "number": 1}).encode()):
        call = WebhookRequest("POST", headers, {}, body)
        assert not isinstance(made(name).verify_webhook(call, NOW), Accepted)
        if not made(name).capabilities.webhook:
            assert isinstance(made(name).verify_webhook(call, NOW), Forged)


@pytest.mark.parametrize("name", TARGETS)
def test_where_nothing_is_sent_the_answer_is_there_at_once(name: str) -> None:
    if made(name).capabilities.sends:
        return
    for language in ("da", "nb", "en", "se"):
        network = Network(NotSent("x"))
        target = made(name)
        (one,) = target.normalize({"key": "k", "number": 7, "language": language})
        assert isinstance(one, NotOurs)
        assert (bool(one.shown), one.number, one.external_id) == (True, None, None)
        assert network.calls == 0
