"""Who stands at the door, and whether the permission map lets them pass: asked here, once for each request.

What it must not do: look at what stands behind the door; services and queries ask again by what they touch.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_security import current_user

from inbox.domain import clock, permissions
from inbox.domain.actors import Actor
from inbox.domain.attendance import to_be_written
from inbox.extensions import security
from inbox.queries.people import actor_of
from inbox.services import attendance
from inbox.uow import uow


def actor() -> Actor | None:
    """The signed-in person as an actor, or None. Read once for each request."""
    if "actor" not in g:
        signed_in = bool(current_user and current_user.is_authenticated)
        g.actor = actor_of(current_user) if signed_in else None
        g.seen_at = current_user.seen_at if signed_in else None
    found: Actor | None = g.actor
    return found


def here() -> Actor:
    """The signed-in person. Only behind a door that demands one."""
    found = actor()
    if found is None:
        raise RuntimeError("a door that needs a person was opened without one")
    return found


def to_the_login() -> ResponseReturnValue:
    """The door, with the way back. Whoever sent a form goes back to the page it stood on: its words are kept there."""
    if request.method in ("GET", "HEAD"):
        answer: ResponseReturnValue = security._unauthn_handler(["session"])  # noqa: SLF001 -- the library's one way to its own login page
        return answer
    page = urlsplit(request.referrer or "")
    inside = page.netloc == request.host and page.path.startswith("/")
    back = page._replace(scheme="", netloc="", fragment="").geturl() if inside else url_for("start.start")
    return redirect(url_for("security.login", next=back))


def register(app: Flask, brought_along: frozenset[str] = frozenset()) -> None:
    """Ask at every door. `brought_along` are the blueprints of platforms, which are strangers' houses."""

    @app.before_request
    def ask() -> ResponseReturnValue | None:
        if request.endpoint is None:
            return None
        rule = permissions.at(request.endpoint, platforms_page=request.blueprint in brought_along)
        if rule.strangers:
            return None
        who = actor()
        if who is None:
            return to_the_login()
        # The language is read now, together with the person: a unit of work forgets what was loaded before it.
        get_locale()
        if not rule.admits(who):
            abort(403)
        _seen(who)
        return None


def _seen(who: Actor) -> None:
    """Remember that they are here. What a page fetches by itself is no act of theirs: it may stand in an empty room."""
    by_itself = request.method == "GET" and "HX-Request" in request.headers and "HX-Boosted" not in request.headers
    if not by_itself and to_be_written(g.get("seen_at"), clock.now()):
        with uow(who) as work:
            attendance.seen(work)
            g.seen_at = work.now
