"""Commitments: how the ledger binds a word without holding it.

Why it exists: the ledger is never rewritten, but a name or a sentence must be erasable. So an entry holds only
SHA-256 over the word and 32 random bytes (the salt); word and salt live elsewhere, together they are the *opening*.
When both are erased the commitment tells nothing and every proof still holds. What it must not do: use a salt
twice, or commit without one: a bare hash of a short name or a national number is found by trying them all.
Source: `reference/security-reliability.md`, sections 3.2 and 3.3.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from hashlib import sha256

from inbox.domain.ledger.canonical import canonical

SALT_BYTES = 32
_DOMAIN = b"byline/v1/commit\0"


def commit(field: str, value: str, salt: bytes) -> str:
    """Return the commitment to `value` as `field`, in lower-case hex (64 characters).

    The field's name is hashed in, so an opening of one field never opens another. Raises `ValueError` for a salt of
    another length than 32 bytes or a field name with NUL, `NotCanonical` for text with a lone surrogate.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    if not field or "\0" in field:
        # NUL ends the field's name in the hashed bytes; one inside it would let two fields share a hash.
        raise ValueError("a field has a name, without NUL")
    return sha256(_DOMAIN + field.encode() + b"\0" + salt + canonical(value)).hexdigest()


def fresh_salts(fields: Iterable[str]) -> dict[str, bytes]:
    """Return one new salt for each field, from the operating system's random source."""
    names = tuple(fields)
    # One call for all of them: the system call costs more than the bytes.
    drawn = secrets.token_bytes(SALT_BYTES * len(names))
    return {name: drawn[i * SALT_BYTES : (i + 1) * SALT_BYTES] for i, name in enumerate(names)}


def opens(digest: str, field: str, value: str, salt: bytes) -> bool:
    """Say whether `value` and `salt` are what `digest` (hex) was made of, under this field's name.

    A salt of a wrong length or a text that can't be written canonically opens nothing; it is no error, because both
    come from a store that somebody may have tampered with.
    """
    try:
        return hmac.compare_digest(commit(field, value, salt), digest)
    except (ValueError, TypeError):
        return False
