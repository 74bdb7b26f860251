"""Where notices go outside the page: the organisation's webhooks, and what one has mailed at once.

What it must not do: send, or show an address or a secret again.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from inbox.domain.errors import Invalid
from inbox.domain.ids import parse_id
from inbox.domain.reach import own_machine
from inbox.queries import reach as reads
from inbox.services import reaching
from inbox.uow import uow
from inbox.web import reach_words, reading
from inbox.web.people import here
from inbox.web.refusals import said

blueprint = Blueprint("reach", __name__)
Answer = Response | str | tuple[str, int]


@blueprint.get("/settings/reach")
def page() -> str:
    """The webhooks, how they are, and a form for another."""
    return _page()


@blueprint.post("/settings/reach")
def save() -> Answer:
    """Another webhook. Its secret is shown in the answer and never again."""
    given, settings = request.form, current_app.extensions["settings"]
    try:
        with uow(here()) as work:
            _id, secret = reaching.save(
                work,
                given.get("name", ""),
                given.get("shape", ""),
                given.get("address", ""),
                given.getlist("kinds"),
                own_machine=own_machine(demo=settings.demo, secure=settings.secure),
            )
    except Invalid as invalid:
        return _page({invalid.field: said(invalid)}), 422
    return _page(secret=secret if given.get("shape") == "generic" else "", saved=True)


@blueprint.post("/settings/reach/try")
def attempt() -> Response:
    """Send a try."""
    hook = parse_id(request.form.get("hook", ""))
    if hook is not None:
        with uow(here()) as work:
            reaching.try_it(work, hook)
    return redirect(url_for("reach.page", tried=request.form.get("hook", "")), 303)


@blueprint.post("/settings/reach/off")
def switch_off() -> Response:
    """Tell it nothing more."""
    hook = parse_id(request.form.get("hook", ""))
    if hook is not None:
        with uow(here()) as work:
            reaching.switch_off(work, hook)
    return redirect(url_for("reach.page"), 303)


@blueprint.post("/me/mail")
def mail() -> Response:
    """What the person wants mailed at once."""
    with uow(here()) as work:
        reaching.choose_mail(work, request.form.getlist("mail"))
    return redirect(url_for("me.page", saved="mail"), 303)


def _page(wrong: Mapping[str, str] | None = None, *, secret: str = "", saved: bool = False) -> str:
    with reading.page(here()) as work:
        return render_template(
            "settings/acute_reach.html",
            hooks=reads.hooks(work),
            shapes=reach_words.SHAPES,
            kinds=reach_words.HOOKS,
            trouble=reach_words.trouble,
            wrong=wrong or {},
            typed=request.form if wrong else {},
            ticked=request.form.getlist("kinds") if wrong else list(reach_words.HOOKS),
            secret=secret,
            saved=saved,
            tried=request.args.get("tried", ""),
            now=work.now,
        )
