"""Commitments: only the very word, salt and field open one, and a known value gives the known digest."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.ledger.canonical import NotCanonical
from inbox.domain.ledger.commitment import commit, fresh_salts, opens

SALT = bytes(range(32))
words = st.text(st.characters(exclude_categories=["Cs"]))


def test_the_digest_is_over_domain_field_salt_and_the_word_as_json() -> None:
    spelled_out = b"byline/v1/commit" + b"\x00" + b"author" + b"\x00" + SALT + '"Mette Holm, Ærø"'.encode()
    assert commit("author", "Mette Holm, Ærø", SALT) == sha256(spelled_out).hexdigest()


@given(words, words, st.binary(min_size=32, max_size=32))
def test_only_the_same_word_opens(word: str, other: str, salt: bytes) -> None:
    digest = commit("text", word, salt)
    assert opens(digest, "text", word, salt)
    assert opens(digest, "text", other, salt) == (word == other)


def test_another_field_another_salt_or_half_a_digest_open_nothing() -> None:
    digest = commit("text", "Anna", SALT)
    assert not opens(digest, "author", "Anna", SALT)
    assert not opens(digest, "text", "Anna", SALT[::-1])
    assert not opens(digest[:32], "text", "Anna", SALT)
    assert not opens(digest, "text", "Anna", SALT[:31])
    assert not opens(digest, "text", "\ud83d", SALT)
    assert not opens("Ærø", "text", "Anna", SALT)


def test_a_bad_salt_or_field_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes, not 31"):
        commit("text", "Anna", SALT[1:])
    with pytest.raises(ValueError, match="without NUL"):
        commit("te\0xt", "Anna", SALT)
    with pytest.raises(NotCanonical, match="surrogate"):
        commit("text", "\ud83d", SALT)


def test_salts_are_fresh_for_each_field_and_each_time() -> None:
    salts = [*fresh_salts(["text", "author"]).values(), *fresh_salts(["text", "author"]).values()]
    assert len(set(salts)) == 4
    assert {len(salt) for salt in salts} == {32}
