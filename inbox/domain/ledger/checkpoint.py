"""Signed heads of the log: C2SP `tlog-checkpoint` in a C2SP `signed-note`, with Ed25519 (type 0x01).

Why it exists: a root is worth something when somebody else keeps it, and this form of 150 bytes is read by other
programs too. It holds no personal data. What it must not do: decide whether a head may be signed (the sequencer asks
whether it extends the last one), or accept a note because *some* signature on it is good: it must be the log's.
Sources: C2SP signed-note v1.0.0, tlog-checkpoint v1.0.0.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519 = b"\x01"
_DASH = "\N{EM DASH} "
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")
_NAME = re.compile(r"[^\s+]+")


class BadCheckpoint(ValueError):
    """The note can't be read, or the log's key did not sign it. The message says which."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A head that the log's key signed: its first `size` entries have this root."""

    origin: str
    size: int
    root: bytes


def make(origin: str, size: int, root: bytes, key: Ed25519PrivateKey) -> str:
    """Return the signed note. The log's origin is also the key's name, as C2SP recommends."""
    _check_name(origin)
    text = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"
    signed = _key_id(origin, key.public_key()) + key.sign(text.encode())
    return f"{text}\n{_DASH}{origin} {base64.b64encode(signed).decode()}\n"


def verifier_key(origin: str, key: Ed25519PublicKey) -> str:
    """Return the public key in C2SP's form: name, key id in hex and key in base64, joined by `+`."""
    _check_name(origin)
    return f"{origin}+{_key_id(origin, key).hex()}+{base64.b64encode(_ED25519 + key.public_bytes_raw()).decode()}"


def read(note: str, vkey: str) -> Checkpoint:
    """Return what the log's key signed. Raises `BadCheckpoint`.

    Signature lines of other keys, witnesses' among them, are ignored; a line that names the log's key and does
    not verify refuses the whole note, as C2SP demands.
    """
    name, key_id, key = _parse_key(vkey)
    text, found, signatures = note.rpartition("\n\n")
    if not found or not signatures.endswith("\n"):
        raise BadCheckpoint("the note has no signatures")
    text += "\n"
    good = False
    for line in signatures[:-1].split("\n"):
        signer, signed = _signature(line)
        if signer != name or signed[:4] != key_id:
            continue
        try:
            key.verify(signed[4:], text.encode())
        except (InvalidSignature, UnicodeEncodeError):
            raise BadCheckpoint("the log's signature does not fit the text") from None
        good = True
    if not good:
        raise BadCheckpoint("the log's key did not sign the note")
    return _checkpoint(text, name)


def _checkpoint(text: str, name: str) -> Checkpoint:
    lines = text[:-1].split("\n")
    # Lines after the third are extensions, which a reader must let pass (tlog-checkpoint).
    if len(lines) < 3 or not all(lines):
        raise BadCheckpoint("the checkpoint has not its three lines")
    origin, size, root = lines[:3]
    if origin != name:
        raise BadCheckpoint("the checkpoint is of another log")
    if not _SIZE.fullmatch(size):
        raise BadCheckpoint("the checkpoint's size is no number")
    return Checkpoint(origin, int(size), _base64(root, 32))


def _signature(line: str) -> tuple[str, bytes]:
    parts = line.removeprefix(_DASH).split(" ")
    if not line.startswith(_DASH) or len(parts) != 2:
        raise BadCheckpoint("a signature line is ill-written")
    signed = _base64(parts[1])
    if len(signed) < 5:
        raise BadCheckpoint("a signature line is too short")
    return parts[0], signed


def _parse_key(vkey: str) -> tuple[str, bytes, Ed25519PublicKey]:
    parts = vkey.strip().split("+", 2)  # The last part is base64 and may hold a plus of its own.
    if len(parts) != 3 or not re.fullmatch(r"[0-9a-f]{8}", parts[1]):
        raise BadCheckpoint("the verifier key is ill-written")
    material = _base64(parts[2], 33)
    if material[:1] != _ED25519:
        raise BadCheckpoint("the verifier key is no Ed25519 key")
    key = Ed25519PublicKey.from_public_bytes(material[1:])
    key_id = bytes.fromhex(parts[1])
    if _key_id(parts[0], key) != key_id:
        raise BadCheckpoint("the verifier key's id does not fit the key")
    return parts[0], key_id, key


def _key_id(name: str, key: Ed25519PublicKey) -> bytes:
    return sha256(name.encode() + b"\n" + _ED25519 + key.public_bytes_raw()).digest()[:4]


def _check_name(origin: str) -> None:
    if not _NAME.fullmatch(origin):
        raise BadCheckpoint("an origin has no spaces and no plus sign")


def _base64(text: str, length: int | None = None) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadCheckpoint("ill-written base64") from None
    # Only one spelling of the same bytes: base64 leaves spare bits, which a forger may set.
    if base64.b64encode(raw).decode() != text or (length is not None and len(raw) != length):
        raise BadCheckpoint("ill-written base64")
    return raw
