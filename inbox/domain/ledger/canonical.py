"""The one way in which an entry becomes bytes: RFC 8785 (JSON Canonicalization Scheme), for the values we allow.

Why it exists: a hash or a signature is over bytes, so the same entry must give the same bytes on every machine and in
every later version. The writer knows only text, whole numbers, booleans and objects, and keys of plain ASCII; that is
a fifth of the work of a general writer, and a test holds it equal to the package `rfc8785`. What it must not do:
guess. A value that readers could understand differently (a fraction, a number over 2^53, half a surrogate pair) is
refused.
"""

from __future__ import annotations

import json
from typing import TypeAlias

Json: TypeAlias = "str | int | bool | dict[str, Json]"
"""What may stand in an entry. No lists, no null, no fractions: each has a reading that differs between programs."""

LARGEST = 2**53 - 1
"""The largest whole number that every JSON reader holds exactly (RFC 8785, section 3.2.2.3, after IEEE 754)."""

# For values that `_check` let through this writes exactly RFC 8785: its escapes are those of JSON.stringify, and
# ASCII keys sort alike by code point (Python) and by UTF-16 code unit (the RFC).
_write = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False
).encode


class NotCanonical(ValueError):
    """The value, or the text, has no canonical form here. The message says where, in words for a log."""


def canonical(value: Json) -> bytes:
    """Return the RFC 8785 bytes of `value`, UTF-8. Raises `NotCanonical` for anything outside `Json`."""
    _check(value, "the value")
    try:
        return _write(value).encode()
    except UnicodeEncodeError as bad:
        raise NotCanonical(f"a text holds a lone surrogate (U+{ord(bad.object[bad.start]):04X})") from None


def read(text: str) -> Json:
    """Read canonical text back. Raises `NotCanonical` unless writing the result gives exactly `text` again.

    That one comparison also refuses doubled keys, spaces, and other spellings of the same value.
    """
    try:
        value: Json = json.loads(text)
    except RecursionError:
        raise NotCanonical("the text is nested too deeply") from None
    except ValueError as bad:  # Not JSON, or a number of more digits than Python reads.
        raise NotCanonical(f"the text is not JSON: {bad}") from None
    _check(value, "the value")
    if _write(value) != text:
        raise NotCanonical("the text is JSON, but not in its canonical form")
    return value


def _check(value: Json, where: str) -> None:
    # Exact types: a subclass of text or number (an enum, say) may print as something else than what it equals.
    kind = type(value)
    if kind is str or kind is bool:
        return
    if kind is int:
        if not -LARGEST <= value <= LARGEST:  # type: ignore[operator]  # mypy does not narrow by `kind is int`
            raise NotCanonical(f"{where} is a number beyond ±(2^53 - 1)")
        return
    if kind is not dict:
        raise NotCanonical(f"{where} is {kind.__name__}; an entry holds text, whole numbers, booleans and objects only")
    for key, item in value.items():  # type: ignore[union-attr]  # nor by `kind is not dict`
        if type(key) is not str or not key.isascii():
            raise NotCanonical(f"{where} has the key {key!r}; keys are text in plain ASCII")
        if type(item) is not str:  # Text needs no further look and is by far the commonest: skip the call.
            _check(item, key)
