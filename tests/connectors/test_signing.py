"""Signatures are over raw bytes, need a secret, and are compared whole."""

from __future__ import annotations

import pytest

from connectors.kit.signing import matches, sign

BODY = '{"text": "Hvornår åbner skøjtebanen?"}'.encode()


def test_the_known_answer() -> None:
    # RFC 4231, test case 2.
    assert sign("Jefe", b"what do ya want for nothing?") == (
        "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )


def test_own_signature_matches() -> None:
    assert matches("hemmelig", BODY, sign("hemmelig", BODY))


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256=",
        sign("another", BODY),
        sign("hemmelig", BODY + b" "),
        sign("hemmelig", BODY)[:-1],
        sign("hemmelig", BODY).upper(),
        sign("hemmelig", BODY).removeprefix("sha256="),
        sign("hemmelig", BODY).replace("sha256", "sha1"),
        sign("hemmelig", BODY) + ", " + sign("hemmelig", BODY),
        "sha256=åæø",
        "\ud800",
    ],
)
def test_anything_else_does_not(header: str | None) -> None:
    assert not matches("hemmelig", BODY, header)


def test_an_empty_secret_neither_signs_nor_matches() -> None:
    with pytest.raises(ValueError, match="empty"):
        sign("", BODY)
    assert not matches("", BODY, "sha256=b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
