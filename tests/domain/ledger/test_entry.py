"""Entries: exactly the keys of their type, and a signature that only the named key could have made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from inbox.domain.ledger.canonical import canonical
from inbox.domain.ledger.entry import (
    LONGEST,
    NotAnEntry,
    build,
    check,
    must_be_signed,
    parse,
    sign,
    verify_signature,
    written,
)
from inbox.domain.ledger.shapes import SHAPES, EntryType, Kind

ID = UUID("0193a5b0-7c1e-7000-8000-000000000001")
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HEX = "ab" * 32
CLEAR: dict[Kind, Any] = {
    "id": ID,
    "by": ID,
    "time": NOON,
    "count": 3,
    "code": "personal_data",
    "kid": f"{ID}/1",
    "public_key": "A" * 43 + "=",
    "fields": {"text": True},
}
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))


def body(kind: EntryType, **changed: Any) -> dict[str, Any]:
    shape = SHAPES[kind]
    made: dict[str, Any] = build(
        kind,
        entry_id=ID,
        ts=NOON,
        ref=dict.fromkeys(shape.ref, ID),
        commitments=dict.fromkeys(shape.commitments, HEX),
        **{key: CLEAR[what] for key, what in shape.clear.items()},
    )
    made.update(changed)
    return made


def whole(kind: EntryType) -> dict[str, Any]:
    made = body(kind)
    return sign(made, f"{ID}/1", KEY) if must_be_signed(made) else made


def test_the_types_are_those_of_the_architecture_page_and_of_its_amendments() -> None:
    assert {kind.value for kind in EntryType} == {
        *(f"post.{what}" for what in ("seen", "edited", "deleted", "hidden", "shown")),
        # docs/adr/0007
        *("picture.seen", "picture.approved"),
        # docs/adr/0008
        "reply.released",
        *(f"reply.{what}" for what in ("approved", "delivered", "rejected", "unconfirmed")),
        *(f"reply.{what}" for what in ("edited", "deleted", "corrected")),
        # docs/adr/0009
        *("author.muted", "author.unmuted", "comments.closed", "comments.opened"),
        *("author.blocked", "author.unblocked", "conversation.escalated", "field.redacted"),
        *("key.added", "key.revoked", "retention.run", "review.closed"),
    }
    assert set(SHAPES) == set(EntryType)


@pytest.mark.parametrize("kind", EntryType)
def test_every_type_is_built_and_read_back(kind: EntryType) -> None:
    made = whole(kind)
    text = canonical(made).decode()
    assert parse(text) == made
    assert check(made) is kind
    assert len(text.encode()) < min(1_000, LONGEST)


@pytest.mark.parametrize("kind", EntryType)
def test_a_key_too_many_or_too_few_is_refused_anywhere(kind: EntryType) -> None:
    made = whole(kind)
    for where in (made, made["ref"], made["c"]):
        for key in [*where]:
            kept = where.pop(key)
            with pytest.raises(NotAnEntry):
                check(made)
            where[key] = kept
        where["name"] = "Mette Holm"
        with pytest.raises(NotAnEntry, match="unknown name"):
            check(made)
        del where["name"]
    assert check(made) is kind


@pytest.mark.parametrize("kind", EntryType)
def test_a_signature_stands_where_it_must_and_nowhere_else(kind: EntryType) -> None:
    made = body(kind)
    if must_be_signed(made):
        with pytest.raises(NotAnEntry, match="signature is missing"):
            check(made)
    else:
        with pytest.raises(NotAnEntry, match="signature that its type does not have"):
            check(sign(made, "k", KEY))


@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        (EntryType.POST_SEEN, {"v": 2}),
        (EntryType.POST_SEEN, {"v": True}),
        (EntryType.POST_SEEN, {"t": "post.liked"}),
        (EntryType.POST_SEEN, {"t": "post.deleted"}),
        (EntryType.POST_SEEN, {"id": "x"}),
        (EntryType.POST_SEEN, {"id": str(ID).upper()}),
        (EntryType.POST_SEEN, {"ts": "2026-11-24T12:00:00Z"}),
        (EntryType.POST_SEEN, {"at": "2026-11-24T12:00:00.000+01:00"}),
        (EntryType.POST_SEEN, {"ref": {"account": str(ID), "conversation": str(ID), "message": "K-7F3Q"}}),
        (EntryType.POST_SEEN, {"c": {"text": "Hej", "author": HEX, "platform_id": HEX}}),
        (EntryType.POST_SEEN, {"c": "none"}),
        (EntryType.POST_HIDDEN, {"by": "Anna Krogh"}),
        (EntryType.POST_HIDDEN, {"cause": "Because he wrote his number"}),
        (EntryType.REPLY_REJECTED, {"part": True}),
        (EntryType.REPLY_REJECTED, {"part": -1}),
        (EntryType.REPLY_REJECTED, {"part": "1"}),
        (EntryType.FIELD_REDACTED, {"fields": {}}),
        (EntryType.FIELD_REDACTED, {"fields": {"text": False}}),
        (EntryType.KEY_ADDED, {"key": "AAAA"}),
    ],
)
def test_an_ill_written_value_is_refused(kind: EntryType, changed: dict[str, Any]) -> None:
    with pytest.raises(NotAnEntry):
        check({**whole(kind), **changed})


def test_what_the_system_did_by_a_rule_is_not_signed() -> None:
    made = body(EntryType.CONVERSATION_ESCALATED, by="system")
    assert not must_be_signed(made)
    assert check(made) is EntryType.CONVERSATION_ESCALATED


def test_building_refuses_at_once() -> None:
    with pytest.raises(NotAnEntry, match="lacks cause"):
        build(EntryType.RETENTION_RUN, entry_id=ID, ts=NOON, ref={}, commitments={}, before=NOON, erased=1)
    with pytest.raises(NotAnEntry, match="zone"):
        build(EntryType.KEY_REVOKED, entry_id=ID, ts=NOON.replace(tzinfo=None), ref={}, commitments={})
    with pytest.raises(NotAnEntry, match="no clear key"):
        build(EntryType.KEY_REVOKED, entry_id=ID, ts=NOON, ref={}, commitments={}, sig="x")
    with pytest.raises(NotAnEntry, match="ref lacks account, conversation, message"):
        build(EntryType.POST_DELETED, entry_id=ID, ts=NOON, ref={}, commitments={}, at=NOON)


def test_times_are_utc_with_whole_milliseconds() -> None:
    at = datetime(2026, 11, 24, 13, 0, 0, 123_999, tzinfo=timezone(timedelta(hours=1)))
    assert written(at) == "2026-11-24T12:00:00.123Z"


def test_a_signature_holds_for_one_body_and_one_key() -> None:
    signed = whole(EntryType.REPLY_APPROVED)
    other = Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\1")
    assert verify_signature(signed, KEY.public_key())
    assert not verify_signature(signed, other.public_key())
    assert not verify_signature({**signed, "ts": "2026-11-24T12:00:00.001Z"}, KEY.public_key())
    assert not verify_signature(body(EntryType.REPLY_APPROVED), KEY.public_key())
    with pytest.raises(NotAnEntry, match="signed already"):
        sign(signed, "k", KEY)


@pytest.mark.parametrize("spoilt", [{"s": "AAAA"}, {"s": "*"}, {"alg": "none"}, {"s": 1}])
def test_an_ill_written_signature_is_simply_false(spoilt: dict[str, Any]) -> None:
    signed = whole(EntryType.REPLY_APPROVED)
    assert not verify_signature({**signed, "sig": {**signed["sig"], **spoilt}}, KEY.public_key())
    assert not verify_signature({**signed, "sig": "x"}, KEY.public_key())


def test_only_canonical_text_is_read() -> None:
    text = canonical(whole(EntryType.POST_SEEN)).decode()
    for spoilt in (text.replace(",", ", ", 1), text[:-1], '"post.seen"', text.replace('"v":1', '"v":1,"v":1')):
        with pytest.raises(NotAnEntry):
            parse(spoilt)
