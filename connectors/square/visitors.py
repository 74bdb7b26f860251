"""Who is at the other end of a page of the square, and whether a form is really theirs.

Why it exists: a random word in a cookie names the visitor, and a token made of it stands in each form, so
that another site can't send one in their name. What it must not do: use the house's sessions; here nobody
is logged in, and whoever is logged in next door is a visitor like everybody else.
"""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, current_app, g, request

from connectors.square.citizens import form_token, new_word, visitor_of
from connectors.square.refusing import Refused

_COOKIE = "square_visitor"
_DAYS_30 = 30 * 24 * 3600
_WORD_LENGTH = range(20, 65)


def register(blueprint: Blueprint) -> None:
    """Give every visitor a word, refuse forms without its token, and offer the token to the templates."""

    @blueprint.before_request
    def meet() -> None:
        if _is_program():
            return
        word = request.cookies.get(_COOKIE, "")
        g.square_word = word if len(word) in _WORD_LENGTH else new_word()
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            given = request.form.get("form_token", "")
            if not hmac.compare_digest(form_token(g.square_word).encode(), given.encode("utf-8", "replace")):
                raise Refused("foreign_form", 400)

    @blueprint.after_request
    def remember(answer: Response) -> Response:
        word = g.get("square_word")
        if word and request.cookies.get(_COOKIE) != word:
            answer.set_cookie(
                _COOKIE,
                word,
                max_age=_DAYS_30,
                path=blueprint.url_prefix or "/",
                # Behind a proxy the request looks plain; the application knows better how people reach it.
                secure=request.is_secure or bool(current_app.config["SESSION_COOKIE_SECURE"]),
                httponly=True,
                samesite="Lax",
            )
        return answer

    @blueprint.context_processor
    def token() -> dict[str, object]:
        return {"form_token": form_token(g.square_word)} if "square_word" in g else {}


def visitor() -> str:
    """The visitor of this request."""
    return visitor_of(g.square_word)


def _is_program() -> bool:
    return request.path.startswith("/square/api/")
