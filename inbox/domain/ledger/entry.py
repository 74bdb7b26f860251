"""One line of the ledger: built, checked against its shape, and signed for an agent.

Why it exists: every writer and every reader of the ledger must agree on the last byte, and a wrong key must be refused
when it is written, since it can't be taken back. A body is a plain dictionary that `canonical.py` turns into bytes; it
holds no `seq`, which the sequencer gives later. What it must not do: know where entries are stored, or keep a key.

What an agent's signature proves: the server holds the key, so it says that *the system recorded this for that agent's
account*, and that nobody with the database alone can make it. It does not prove the person's own will.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, TypeAlias
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from inbox.domain.ledger.canonical import LARGEST, Json, NotCanonical, canonical, read
from inbox.domain.ledger.shapes import SHAPES, SYSTEM_BY, EntryType, Kind, Shape

Body: TypeAlias = dict[str, Json]
Clear: TypeAlias = "UUID | datetime | str | int | Mapping[str, bool]"

VERSION: Final = 1
LONGEST: Final = 65_535
"""Bytes of one entry: C2SP's tiles put a 16-bit length before each."""

_SIGNED = b"byline/v1/agent\0"
_FRAME = frozenset({"v", "t", "id", "ts", "ref", "c"})
_DIGEST = re.compile(r"[0-9a-f]{64}")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
_TEXTS: Final[Mapping[Kind, re.Pattern[str]]] = {
    "id": _ID,
    "by": re.compile(rf"{SYSTEM_BY}|{_ID.pattern}"),
    "time": _TIME,
    "code": re.compile(r"[a-z][a-z0-9_.-]{0,39}"),
    "kid": re.compile(r"[A-Za-z0-9/._-]{1,100}"),
    "public_key": re.compile(r"[A-Za-z0-9+/]{43}="),
}


class NotAnEntry(ValueError):
    """The body does not have the exact shape of its type. The message says which key, in words for a log."""


def build(
    kind: EntryType,
    *,
    entry_id: UUID,
    ts: datetime,
    ref: Mapping[str, UUID],
    commitments: Mapping[str, str],
    **clear: Clear,
) -> Body:
    """Return the unsigned body of one entry.

    `ts` is when we recorded it, `commitments` is field → hex. The entry's own id stands in the body, so that an entry
    copied under another id is found. Raises `NotAnEntry` for a missing, unknown or ill-written key.
    """
    body: Body = {
        "v": VERSION,
        "t": kind.value,
        "id": str(entry_id),
        "ts": written(ts),
        "ref": {key: str(value) for key, value in ref.items()},
        "c": dict(commitments),
    }
    for key, value in clear.items():
        if key in _FRAME or key == "sig":
            raise NotAnEntry(f"{key} is no clear key")
        body[key] = _plain(value)
    _check_keys(body, SHAPES[kind])
    return body


def sign(body: Body, kid: str, key: Ed25519PrivateKey) -> Body:
    """Return the body with the agent's signature over `byline/v1/agent`, NUL and the canonical body."""
    if "sig" in body:
        raise NotAnEntry("the entry is signed already")
    signature = key.sign(_SIGNED + canonical(body))
    return {**body, "sig": {"alg": "ed25519", "kid": kid, "s": base64.b64encode(signature).decode()}}


def verify_signature(body: Body, key: Ed25519PublicKey) -> bool:
    """Say whether the body's signature is this key's. False also without a signature, or with an ill-written one."""
    sig = body.get("sig")
    if not isinstance(sig, dict) or sig.get("alg") != "ed25519":
        return False
    try:
        signature = base64.b64decode(str(sig["s"]), validate=True)
        key.verify(signature, _SIGNED + canonical({name: item for name, item in body.items() if name != "sig"}))
    except (KeyError, binascii.Error, InvalidSignature, NotCanonical):
        return False
    return True


def check(body: Body) -> EntryType:
    """Return the type of a whole body, signature included. Raises `NotAnEntry` where it departs from its shape."""
    if body.get("v") != VERSION or body.get("v") is True:
        raise NotAnEntry("v is not 1")
    try:
        kind = EntryType(str(body.get("t")))
    except ValueError:
        raise NotAnEntry(f"t is no entry type: {body.get('t')!r}") from None
    _check_keys({key: value for key, value in body.items() if key != "sig"}, SHAPES[kind])
    _check_signed(body)
    return kind


def parse(text: str) -> Body:
    """Read a stored body. Raises `NotAnEntry` unless it is canonical, of a known type, and of its exact shape."""
    try:
        body = read(text)
    except NotCanonical as bad:
        raise NotAnEntry(str(bad)) from None
    if not isinstance(body, dict):
        raise NotAnEntry("the entry is no object")
    check(body)
    return body


def written(at: datetime) -> str:
    """Return an aware time as RFC 3339 in UTC, whole milliseconds (cut, not rounded), ending in Z."""
    if at.tzinfo is None:
        raise NotAnEntry("a time in an entry needs its zone")
    return at.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def must_be_signed(body: Body) -> bool:
    """Say whether an agent's signature belongs on a body of this type (and this `by`)."""
    signing = SHAPES[EntryType(str(body["t"]))].signing
    return signing == "agent" or (signing == "by" and body["by"] != SYSTEM_BY)


def _plain(value: Clear) -> Json:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return written(value)
    if isinstance(value, Mapping):
        return dict(value)
    return value


def _check_keys(body: Body, shape: Shape) -> None:
    _exact(body.keys(), _FRAME | shape.clear.keys(), "the entry")
    if not _matches(_ID, body["id"]):
        raise NotAnEntry("id is no lower-case UUID")
    if not _matches(_TIME, body["ts"]):
        raise NotAnEntry("ts is no time as 2026-11-24T12:00:00.000Z")
    _check_object(body["ref"], shape.ref, "ref", _ID)
    _check_object(body["c"], shape.commitments, "c", _DIGEST)
    for key, kind in shape.clear.items():
        if not _is(kind, body[key]):
            raise NotAnEntry(f"{key} is no {kind}: {body[key]!r}")


def _check_object(value: Json, keys: frozenset[str], where: str, pattern: re.Pattern[str]) -> None:
    if not isinstance(value, dict):
        raise NotAnEntry(f"{where} is no object")
    _exact(value.keys(), keys, where)
    for key, item in value.items():
        if not _matches(pattern, item):
            raise NotAnEntry(f"{where}.{key} is ill-written")


def _check_signed(body: Body) -> None:
    if not must_be_signed(body):
        if "sig" in body:
            raise NotAnEntry("the entry carries a signature that its type does not have")
        return
    sig = body.get("sig")
    if not isinstance(sig, dict):
        raise NotAnEntry("the agent's signature is missing")
    _exact(sig.keys(), frozenset({"alg", "kid", "s"}), "sig")
    if sig["alg"] != "ed25519" or not _is("kid", sig["kid"]) or not isinstance(sig["s"], str):
        raise NotAnEntry("the signature is ill-written")


def _is(kind: Kind, value: Json) -> bool:
    if kind == "count":
        return type(value) is int and 0 <= value <= LARGEST
    if kind == "fields":
        return isinstance(value, dict) and bool(value) and all(flag is True for flag in value.values())
    return _matches(_TEXTS[kind], value)


def _matches(pattern: re.Pattern[str], value: Json) -> bool:
    return type(value) is str and pattern.fullmatch(value) is not None


def _exact(keys: object, wanted: frozenset[str], where: str) -> None:
    if keys == wanted:
        return
    have = frozenset(keys)  # type: ignore[call-overload]  # always the keys of a dictionary
    missing, unknown = sorted(wanted - have), sorted(map(str, have - wanted))
    told = [f"lacks {', '.join(missing)}"] if missing else []
    told += [f"has the unknown {', '.join(unknown)}"] if unknown else []
    raise NotAnEntry(f"{where} {' and '.join(told)}")
