"""What must hold of moderation for every platform in the registry; a new one is tested by saying what it can do."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.kit import registry
from connectors.kit.contract import (
    Answer,
    Deed,
    DeedKind,
    Doubtful,
    NotSent,
    Ref,
    Rejected,
    Retry,
    Suspended,
    Unconfirmed,
)
from tests.connectors.test_contract import PLATFORMS, _made

OPPOSITES = {
    DeedKind.HIDE: DeedKind.SHOW,
    DeedKind.BLOCK: DeedKind.UNBLOCK,
    DeedKind.MUTE: DeedKind.UNMUTE,
    DeedKind.CLOSE: DeedKind.OPEN,
}


def _deed(kind: DeedKind) -> Deed:
    post = Ref("at://nordby-id/app.bsky.feed.post/3kqaaaaaaaaaa", "bafy")
    return Deed(kind, datetime(2026, 11, 24, 9, tzinfo=UTC), post=post, root=post, author="did:plc:mette")


@pytest.mark.parametrize("name", PLATFORMS)
def test_what_can_be_done_can_be_undone_and_is_said_of_what_can_be_done(name: str) -> None:
    can = registry.connector(name).capabilities
    assert can.deeds_under_own <= can.deeds
    for kind, back in OPPOSITES.items():
        assert (kind in can.deeds) == (back in can.deeds)
        assert (kind in can.deeds_under_own) == (back in can.deeds_under_own)


@pytest.mark.parametrize("name", PLATFORMS)
@pytest.mark.parametrize("kind", DeedKind)
def test_a_deed_that_a_platform_has_not_is_rejected_without_a_call(name: str, kind: DeedKind) -> None:
    if kind in registry.connector(name).capabilities.deeds:
        assert isinstance(_made(name, NotSent("no connection")).moderate(_deed(kind)), Retry)
        # A platform that has to sign in first may be silent before anything was asked for.
        assert isinstance(_made(name, Doubtful("no whole answer")).moderate(_deed(kind)), Unconfirmed | Retry)
    else:
        assert isinstance(_made(name).moderate(_deed(kind)), Rejected)


@pytest.mark.parametrize("name", PLATFORMS)
@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 408, 429, 500, 502])
@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"error": 7}'], ids=range(4))
def test_no_answer_to_a_deed_raises_or_is_taken_for_done(name: str, status: int, body: bytes) -> None:
    platform = _made(name, Answer(status, {"retry-after": "soon"}, body))
    for kind in platform.capabilities.deeds:
        assert isinstance(platform.moderate(_deed(kind)), Retry | Rejected | Unconfirmed | Suspended)
