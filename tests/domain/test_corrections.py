"""First words for a correction, and for those who got the wrong answer."""

from __future__ import annotations

import pytest

from inbox.domain import corrections

URL = "https://torvet.example/post-1"


def test_the_wrong_answers_address_stands_under_it_once() -> None:
    linked = corrections.linked("Broen lukker kl. 22.", URL)
    assert linked == f"Broen lukker kl. 22.\n{URL}"
    assert corrections.linked(linked, URL) == linked
    assert corrections.linked("Broen lukker kl. 22.", None) == "Broen lukker kl. 22."
    assert corrections.plain(linked) == "Broen lukker kl. 22."


@pytest.mark.parametrize(
    "right",
    [
        "Broen lukker kl. 22.",
        f"Broen lukker kl. 22.\n{URL}",
        "Rettelse: Broen lukker kl. 22.",
        "Hej Mette. Broen lukker kl. 22.",
        f"{corrections.beginning('da')}Broen lukker kl. 22.\n{URL}",
    ],
)
def test_what_is_told_is_what_is_right(right: str) -> None:
    told = corrections.telling("da", right)
    assert told == "Hej {name}. Det svar, du fik af os, var forkert. Det rigtige er: Broen lukker kl. 22."


def test_a_language_that_we_have_no_words_in_is_answered_in_english() -> None:
    assert corrections.beginning("kl").startswith("Correction")
    assert corrections.telling("kl", "x").startswith("Hello {name}")
    assert corrections.telling("nb", "x").startswith("Hei {name}")
