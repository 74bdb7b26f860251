"""What a unit sent as HTML becomes words, and nothing that runs or hides comes along."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.kit.plain_text import from_html


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("Hej", "Hej"),
        (
            "<p>Bommen er <b>oppe</b> igen.</p><p>Fredag &amp; l&oslash;rdag</p>",
            "Bommen er oppe igen.\n\nFredag & lørdag",
        ),
        ("en<br>to<br/>tre", "en\nto\ntre"),
        ("<ul><li>en</li><li>to</li></ul>", "- en\n\n- to"),
        ("<style>p{}</style><script>alert('x')</script>Ja", "Ja"),
        ("<p>Ja</p><blockquote>Hvornår?</blockquote>", "Ja"),
        ("linje\nbrudt   i kilden", "linje brudt i kilden"),
        ("<script>aldrig lukket", ""),
        ("2 < 3 &lt;b&gt;", "2 < 3 <b>"),
    ],
)
def test_words_come_out_as_they_are_read(html: str, words: str) -> None:
    assert from_html(html) == words


def test_a_quote_is_marked_where_it_is_wanted() -> None:
    assert from_html("<p>Ja</p><blockquote>en<br>to</blockquote>", quotes=True).splitlines()[-2:] == ["> en", "> to"]


@given(st.text(alphabet="<>/ab\"'=&;!-pqscriptblockquote \n", max_size=200))
def test_whatever_comes_it_ends_in_words(html: str) -> None:
    assert isinstance(from_html(html), str)
