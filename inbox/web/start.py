"""The first step after signing in, and the brake on guessing before it.

What it must not do: check a password; Flask-Security does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response

from inbox.web import page, reading
from inbox.web.people import here

blueprint = Blueprint("start", __name__)
PER_ADDRESS = "20 per minute"
PER_PERSON = "5 per minute"


@blueprint.get("/start")
def start() -> Response | str:
    """Everybody lands in the first part of the house that is theirs."""
    own = page.areas()
    if own:
        return redirect(own[0].url, 303)
    with reading.page(here()):
        return render_template("auth/nothing.html")


def slow_down_guessing(app: Flask) -> None:
    """Few tries a minute for one account from one place, some more for one place; nobody else is locked out."""
    doors: dict[str, Callable[..., Any]] = app.view_functions
    login = doors["security.login"]

    # Each application has its own: a shared one would count a try once for every application of the process.
    limiter = Limiter(key_func=get_remote_address)
    limiter.init_app(app)

    def who() -> str:
        return f"{request.remote_addr}:{request.form.get('email', '').strip().lower()[:200]}"

    slowed = limiter.limit(PER_PERSON, key_func=who, methods=["POST"])(login)
    doors["security.login"] = limiter.limit(PER_ADDRESS, methods=["POST"])(slowed)

    @app.before_request
    def learn() -> None:
        if request.endpoint == "security.login":
            reading.learn()
