"""Signatures over the raw bytes of a call.

Why it exists: several platforms prove with HMAC-SHA256 that a webhook call is theirs, and a comparison
that stops at the first wrong byte would tell a forger how far he came. What it must not do: parse the
body, or accept an empty secret, with which anybody could sign.
"""

from __future__ import annotations

import hashlib
import hmac

_SCHEME = "sha256="


def sign(secret: str, body: bytes) -> str:
    """`sha256=` and the HMAC-SHA256 of `body` in lower-case hex. Raises `ValueError` for an empty secret."""
    if not secret:
        raise ValueError("An empty secret signs nothing.")
    return _SCHEME + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def matches(secret: str, body: bytes, header: str | None) -> bool:
    """Whether `header` is the signature of exactly these bytes. Takes equally long wherever they differ."""
    if not secret or not header:
        return False
    # Compared as bytes, because compare_digest refuses text with letters outside ASCII and a forger may send any.
    return hmac.compare_digest(sign(secret, body).encode(), header.encode("utf-8", "replace"))
