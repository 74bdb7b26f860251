"""What templates share: one map of words, into which none of them writes."""

from __future__ import annotations

from flask import Flask


def test_templates_share_the_words_of_the_house_itself(app: Flask) -> None:
    known = app.jinja_env.get_template("layout/_icons.html").globals
    assert known is app.jinja_env.globals


def test_a_template_with_words_of_its_own_keeps_them_to_itself(app: Flask) -> None:
    own = app.jinja_env.from_string("{{ colour }} {{ language() }}", globals={"colour": "red"})
    assert "colour" in own.globals
    assert "language" in own.globals
    assert "colour" not in app.jinja_env.globals
