"""The agents' public keys as the log itself names them, and whether a signature is one of theirs.

Why it exists: a list of keys beside the log could be exchanged with the words; the log's own `key.added` can't. What it
must not do: believe a signature because it is good: it must be by a key of the very agent whom the entry names,
and stand before that key's revocation.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from inbox.domain.ledger.entry import Body, verify_signature
from inbox.domain.ledger.evidence import StoredKey


@dataclass(slots=True)
class _Key:
    agent: str
    raw: bytes
    public: Ed25519PublicKey
    revoked: bool = False


class Keyring:
    """Grows while the entries are read in their order."""

    def __init__(self) -> None:
        self._keys: dict[str, _Key] = {}

    def add(self, body: Body) -> str | None:
        """Take in a `key.added`. Returns what is wrong with it, if anything."""
        kid, raw = str(body["kid"]), base64.b64decode(str(body["key"]))
        if kid in self._keys:
            return f"the key {kid} is added a second time"
        self._keys[kid] = _Key(str(body["agent"]), raw, Ed25519PublicKey.from_public_bytes(raw))
        return None

    def revoke(self, body: Body) -> str | None:
        """Take in a `key.revoked`. Returns what is wrong with it, if anything."""
        key = self._keys.get(str(body["kid"]))
        if key is None or key.agent != body["agent"]:
            return f"the key {body['kid']} is revoked, but was never added for that agent"
        key.revoked = True
        return None

    def refuse(self, body: Body, author: str | None) -> str | None:
        """Return what is wrong with a signed body's signature, or None.

        `author` is the agent's id that the entry commits to, where its opening exists; `by` stands in the body.
        """
        sig = body["sig"]
        kid = str(sig["kid"]) if isinstance(sig, dict) else ""
        key = self._keys.get(kid)
        if key is None:
            return f"it is signed with the key {kid}, which the log never added"
        if key.revoked:
            return f"it is signed with the key {kid} after that was revoked"
        for named in (author, body.get("by")):
            if named is not None and named != key.agent:
                return f"it names the agent {named}, but is signed with a key of {key.agent}"
        if not verify_signature(body, key.public):
            return f"its signature is not by the key {kid}"
        return None

    def compare(self, stored: Iterable[StoredKey]) -> Iterator[str]:
        """Say where the table of keys departs from the log."""
        unseen = dict(self._keys)
        for row in stored:
            key = unseen.pop(row.kid, None)
            if key is None:
                yield f"the table holds the key {row.kid}, which the log never added"
            elif (key.agent, key.raw) != (row.agent_id, row.public_key):
                yield f"the key {row.kid} in the table is not the one that the log added"
        for kid in unseen:
            yield f"the log added the key {kid}, which the table lacks"
