"""Checkpoints: the note that was made is read, and no other; a known note of another program is read too."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from inbox.domain.ledger.checkpoint import BadCheckpoint, Checkpoint, make, read, verifier_key

ORIGIN = "dialogue.nordby.example/log1"
ROOT = bytes(range(32))
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\1")
VKEY = verifier_key(ORIGIN, KEY.public_key())
NOTE = make(ORIGIN, 1041, ROOT, KEY)


def test_what_is_made_is_read() -> None:
    assert read(NOTE, VKEY) == Checkpoint(ORIGIN, 1041, ROOT)
    assert read(make(ORIGIN, 0, ROOT, KEY), VKEY).size == 0


def test_the_note_has_the_form_of_c2sp() -> None:
    lines = NOTE.split("\n")
    assert lines[:4] == [ORIGIN, "1041", base64.b64encode(ROOT).decode(), ""]
    assert lines[4].startswith(f"— {ORIGIN} ")
    assert lines[5:] == [""]
    assert len(base64.b64decode(lines[4].split(" ")[2])) == 4 + 64


def test_the_example_of_the_signed_note_page_verifies() -> None:
    """Go's sumdb and C2SP use this pair of key and note as their first example."""
    vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    note = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
        "\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    # Its signature is good; that its text is no checkpoint is the first thing to be wrong with it.
    with pytest.raises(BadCheckpoint, match="three lines"):
        read(note, vkey)
    with pytest.raises(BadCheckpoint, match="does not fit"):
        read(note.replace("answer", "answers"), vkey)


def test_lines_of_other_keys_are_ignored() -> None:
    witness = make(ORIGIN, 1041, ROOT, OTHER).split("\n")[4]
    odd = "— witness.example/w1 " + base64.b64encode(b"\x04" * 80).decode()
    assert read(f"{NOTE}{odd}\n{witness}\n", VKEY) == read(NOTE, VKEY)


def test_extension_lines_pass() -> None:
    text = NOTE.split("\n\n")[0] + "\nextension\n"
    signed = base64.b64decode(NOTE.split(" ")[2])[:4] + KEY.sign(text.encode())
    note = f"{text}\n— {ORIGIN} {base64.b64encode(signed).decode()}\n"
    assert read(note, VKEY).size == 1041


@pytest.mark.parametrize(
    "note",
    [
        make(ORIGIN, 1041, ROOT, OTHER),
        make("dialogue.nordby.example/log2", 1041, ROOT, KEY),
        NOTE.replace("1041", "1040"),
        NOTE.replace("1041", "01041"),
        NOTE.replace("\n\n", "\n"),
        NOTE[:-1],
        NOTE + "\n",
        NOTE.replace("— ", "- "),
        NOTE.replace(f"— {ORIGIN} ", f"— {ORIGIN} x"),
        NOTE.split("\n\n")[0] + "\n\n",
        NOTE.split("\n\n")[0] + f"\n\n— {ORIGIN} AAAA\n",
        "",
        "\n\n",
        NOTE.replace("1041", "\ud83d"),
        NOTE.split("\n\n")[0] + "\n\n" + NOTE.split("\n\n")[1] + make(ORIGIN, 7, ROOT, KEY).split("\n\n")[1],
    ],
)
def test_a_foreign_or_changed_note_is_refused(note: str) -> None:
    with pytest.raises(BadCheckpoint):
        read(note, VKEY)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        ORIGIN,
        VKEY.replace("+", " "),
        verifier_key("other", KEY.public_key()).replace("other", ORIGIN),
        f"{ORIGIN}+00000000+{base64.b64encode(b'' + bytes([2]) + bytes(32)).decode()}",
        f"{ORIGIN}+zzzzzzzz+AAAA",
        VKEY[:-4],
    ],
)
def test_an_ill_written_key_is_refused(vkey: str) -> None:
    with pytest.raises(BadCheckpoint):
        read(NOTE, vkey)


@pytest.mark.parametrize("origin", ["", "two words", "a+b", "a\nb"])
def test_an_origin_that_would_break_the_form_is_refused(origin: str) -> None:
    with pytest.raises(BadCheckpoint):
        make(origin, 1, ROOT, KEY)
