"""Every refusal as a page: what happened, what is safe, what one can do.

What it must not do: say more than the person may know; an unknown thing and a hidden one look the same.
"""

from __future__ import annotations

import secrets
from typing import Any

from flask import Flask, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from inbox import log
from inbox.domain import permissions
from inbox.domain.actors import Role
from inbox.domain.errors import Conflict, Forbidden, Invalid, NotFound, Refused, Unavailable
from inbox.domain.ids import ALPHABET
from inbox.extensions import db
from inbox.web import people, wording

_log = log.get(__name__)
Answer = tuple[str, int]
CODES: dict[type[Refused], int] = {NotFound: 404, Forbidden: 403, Conflict: 409, Invalid: 422, Unavailable: 503}


def said(error: Refused) -> str:
    """The refusal's sentence in the page's language. The source text is known to the catalogues by extraction."""
    return translated(error.sentence, error.values)


def translated(sentence: str, values: dict[str, Any]) -> str:
    """A sentence that a service wrote, translated first and filled in afterwards."""
    words = str(_(sentence))
    return words % values if values else words


def code_of(error: Refused) -> int:
    """The status that goes with a refusal."""
    return next(code for kind, code in CODES.items() if isinstance(error, kind))


def register(app: Flask) -> None:
    """Give every error its page."""

    @app.errorhandler(Refused)
    def refused(error: Refused) -> Answer:
        code = code_of(error) if type(error) is not Refused else 400
        heading = {
            403: _("This page belongs to another role"),
            404: _("There is nothing here"),
            409: _("Somebody was first"),
            422: _("That can’t be used as it is"),
            503: _("A part of the house is resting"),
        }.get(code, _("That can’t be done"))
        # Whoever was writing has the words before them still, to be copied: nobody else has them all.
        return page(code, heading, said(error), words=request.form.get("body", "").strip())

    @app.errorhandler(CSRFError)
    def stale(_error: CSRFError) -> ResponseReturnValue:
        # A session that ended took the form's token with it: then it is the door that is asked for.
        if people.actor() is None and not permissions.at(request.endpoint or "").strangers:
            return people.to_the_login()
        return page(
            400, _("The page is too old"), _("Nothing was sent. Open the page again and repeat; your drafts are saved.")
        )

    @app.errorhandler(HTTPException)
    def known(error: HTTPException) -> Any:
        code = error.code or 500
        if code < 400:
            return error
        words = _heading_and_sentence(code)
        answer = page(code, *words)
        after = error.response.headers.get("Retry-After") if error.response is not None else None
        return (*answer, {"Retry-After": after}) if after else answer

    @app.errorhandler(Exception)
    def ours(error: Exception) -> Answer:
        reference = "-".join("".join(secrets.choice(ALPHABET) for _n in range(3)) for _m in range(2))
        _log.error("request_failed", reference=reference, path=request.path, exc_info=error)
        db.session.rollback()
        # The page must come even when PostgreSQL is what went wrong: it is rendered without the person.
        g.actor = None
        return page(
            500,
            _("Something went wrong with us"),
            _("It is our mistake, not yours. Drafts are saved, and nothing was sent without your knowing."),
            reference=reference,
        )


def page(code: int, heading: str, sentence: str, reference: str = "", words: str = "") -> Answer:
    """One refusal in the shape that all have. Trying again is offered where it can help. `words` were being sent."""
    again = request.url if request.method == "GET" and code in (429, 500, 503) else None
    return (
        render_template(
            "errors/error.html",
            code=code,
            heading=heading,
            sentence=sentence,
            reference=reference,
            words=words,
            again=again,
            home=url_for("start.start"),
        ),
        code,
    )


def _heading_and_sentence(code: int) -> tuple[str, str]:
    match code:
        case 403:
            return _("This page belongs to another role"), _who_may()
        case 404:
            return (
                _("There is nothing here"),
                _("The address does not exist, or the conversation was deleted by the rules of retention."),
            )
        case 405:
            return _("Not that way"), _("This address answers another kind of request. Nothing was changed.")
        case 413:
            return (
                _("Too much at once"),
                _("What you sent is larger than we take. Nothing was stored; make it smaller."),
            )
        case 429:
            return (
                _("A little slower"),
                _("You have tried too many times. Wait a minute, then try again. Your drafts are saved."),
            )
        case _other:
            return _("That can’t be done"), _("The request could not be understood. Nothing was changed.")


def _who_may() -> str:
    """As what one has signed in, and as what one would have to."""
    who, rule = people.actor(), permissions.at(request.endpoint or "")
    if who is None or not who.roles or not rule.roles:
        return str(_("You are signed in, but not for this page. Ask an administrator."))
    return str(
        _(
            "You are signed in as %(mine)s. The page is for: %(others)s. Ask an administrator if you need it.",
            mine=_roles(who.roles),
            others=_roles(rule.roles),
        )
    )


def _roles(which: frozenset[Role]) -> str:
    return ", ".join(str(word).lower() for role, word in wording.ROLES.items() if Role(role) in which)
