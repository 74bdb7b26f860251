"""Identities, made in Python so that they are the same in the database, the address, the job and the nudge.

UUID version 7 (RFC 9562 §5.7) sorts by time, which keeps index pages warm. What it must not do: carry
meaning. People get a short reference instead, in an alphabet without letters that are misread aloud.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

import uuid_utils.compat

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, I and O: a reference is read out over the phone."""


def new_id() -> UUID:
    """A fresh UUIDv7."""
    return uuid_utils.compat.uuid7()


def earliest_id(at: datetime) -> UUID:
    """No id that was made at that instant or later sorts before it."""
    milliseconds = (at - _EPOCH) // timedelta(milliseconds=1)
    return UUID(int=milliseconds << 80 | 7 << 76 | 2 << 62)


def new_reference() -> str:
    """A short reference for people, `K-` and six signs, drawn anew each time: it tells nobody how many there are.

    There are 32^6, a thousand times a busy decade's conversations, so that it may well be taken: whoever stores it
    looks first. A byte is eight times the alphabet, so no sign is more likely than another.
    """
    return "K-" + "".join(ALPHABET[byte % 32] for byte in secrets.token_bytes(6))


def parse_id(text: str) -> UUID | None:
    """The id in an address, or None when it is no id at all (which is simply "not found")."""
    try:
        return UUID(text)
    except ValueError:
        return None
