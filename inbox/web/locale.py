"""In which language and zone a page is said: the person's own, else the browser's, else the organisation's.

What it must not do: translate.
"""

from __future__ import annotations

from flask import g, has_request_context, request
from flask_security import current_user

from inbox.web.formatting import LANGUAGES

NORWEGIAN = {"no": "nb", "nn": "nb"}


def choose() -> str:
    """da, nb or en, for Flask-Babel's `locale_selector`."""
    if not has_request_context():
        return "en"
    if current_user and current_user.is_authenticated and current_user.language in LANGUAGES:
        return str(current_user.language)
    for wanted, _quality in request.accept_languages:
        code = wanted.lower().partition("-")[0]
        code = NORWEGIAN.get(code, code)
        if code in LANGUAGES:
            return code
    house = g.get("house")
    return house.language if house is not None and house.language in LANGUAGES else "da"


def zone() -> str:
    """The organisation's time zone, for Flask-Babel's `timezone_selector`."""
    return str(g.get("zone", "Europe/Copenhagen"))
