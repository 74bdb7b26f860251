"""Zammad calls us: what is not signed by it over these very bytes, a moment ago, is not believed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors.kit.outcomes import Accepted, Forged, WebhookRequest
from tests.connectors.zammads import SECRET, asked, target
from tests.contracts.zammad import BEGAN, Zammad, running


@pytest.fixture
def there() -> Iterator[Zammad]:
    with running() as zammad:
        yield zammad


def _independent(secret: bytes, body: bytes) -> str:
    """HMAC-SHA1 by the letter of RFC 2104, without the library that the target uses."""
    padded = secret.ljust(64, b"\0")
    inner = hashlib.sha1(bytes(byte ^ 0x36 for byte in padded) + body).digest()
    return "sha1=" + hashlib.sha1(bytes(byte ^ 0x5C for byte in padded) + inner).hexdigest()


def test_a_signed_call_asks_us_to_look_and_is_computed_over_the_very_bytes(there: Zammad) -> None:
    ticket = asked(there)
    there.write(ticket, "Svaret – med æøå")
    headers, body = there.webhook(ticket, SECRET)
    now = BEGAN + timedelta(minutes=1)

    assert headers["x-hub-signature"] == _independent(SECRET.encode(), body)
    call = WebhookRequest("POST", headers, {}, body)
    assert target(there).verify_webhook(call, now) == Accepted(nudge=True)

    forged = [
        replace(call, body=body[:-1]),
        replace(call, body=body + b" "),
        replace(call, method="GET"),
        replace(call, headers={}),
        replace(call, headers={"x-hub-signature": "sha1="}),
        replace(call, headers={"x-hub-signature": headers["x-hub-signature"][5:]}),
        replace(call, headers={"x-hub-signature": headers["x-hub-signature"][:-1]}),
        replace(call, headers={"x-hub-signature": _independent(b"another", body)}),
        replace(call, headers={"x-hub-signature": "sha1=æ"}),
    ]
    assert [type(target(there).verify_webhook(one, now)) for one in forged] == [Forged] * len(forged)
    assert isinstance(target(there, webhook_secret="").verify_webhook(call, now), Forged)
    unsigned = replace(call, headers={"x-hub-signature": _independent(b"", body)})
    assert isinstance(target(there, webhook_secret="").verify_webhook(unsigned, now), Forged)


def test_a_call_that_somebody_kept_is_refused(there: Zammad) -> None:
    ticket = asked(there)
    headers, body = there.webhook(ticket, SECRET)
    call = WebhookRequest("POST", headers, {}, body)
    assert isinstance(target(there).verify_webhook(call, BEGAN + timedelta(minutes=20)), Forged)
    assert isinstance(target(there).verify_webhook(call, BEGAN - timedelta(minutes=20)), Forged)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff", b'{"ticket": 7}', b'{"ticket": {"updated_at": null}}'])
def test_a_signed_call_of_another_shape_is_refused_and_breaks_nothing(there: Zammad, body: bytes) -> None:
    call = WebhookRequest("POST", {"x-hub-signature": _independent(SECRET.encode(), body)}, {}, body)
    assert isinstance(target(there).verify_webhook(call, datetime(2026, 11, 27, tzinfo=UTC)), Forged)


def test_the_contract_refuses_what_is_not_documented(there: Zammad) -> None:
    """Else a wrong call of ours would pass here and fail there."""
    with pytest.raises(Exception, match="unknown"):
        there.answer("POST", "/api/v1/tickets", {}, {"title": "x", "external_id": "1"})
    with pytest.raises(Exception, match="doesn't exist"):
        there.answer("GET", "/api/v1/ticket", {}, None)
