"""Secrets at rest: AES-256-GCM with the row they belong to as associated data.

A sealed value moved to another row can't be opened there. The key's id stands in front, so that keys
can be changed one by one. What it must not do: know where keys are kept (`config.keys`).
"""

from __future__ import annotations

import secrets
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12
KEY_ID = 4


class CannotOpen(Exception):
    """Another key, another row, or a changed byte."""


class Sealer:
    """Seals and opens with one 32-byte key."""

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise ValueError("the sealing key must be 32 bytes")
        self._box = AESGCM(key)
        self._key_id = sha256(b"byline/v1/sealing-key\0" + key).digest()[:KEY_ID]

    def seal(self, plain: bytes, row: str) -> bytes:
        """Key id, nonce and ciphertext. `row` names the place the value belongs to, such as `account:ID`."""
        nonce = secrets.token_bytes(NONCE)
        return self._key_id + nonce + self._box.encrypt(nonce, plain, row.encode())

    def open(self, sealed: bytes, row: str) -> bytes:
        """The plain value; raises CannotOpen."""
        if sealed[:KEY_ID] != self._key_id:
            raise CannotOpen("the value was sealed under another key")
        try:
            return self._box.decrypt(sealed[KEY_ID : KEY_ID + NONCE], sealed[KEY_ID + NONCE :], row.encode())
        except InvalidTag as error:
            raise CannotOpen("the value does not belong here, or was changed") from error
