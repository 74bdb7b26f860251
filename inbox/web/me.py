"""A person's own page: away or there, in which language the house speaks, in which they answer, mails about notices.

Its own switch for one-letter keys stays in the browser (`keys.js`). What it must not do: show anybody else's.
"""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from inbox.domain.errors import Invalid
from inbox.queries import digests as digest_reads
from inbox.queries import reach as reach_reads
from inbox.queries import staffing as reads
from inbox.services import digests, staffing
from inbox.services.conversations import ANSWERERS
from inbox.uow import uow
from inbox.web import reach_words, reading
from inbox.web.people import here
from inbox.web.refusals import said
from inbox.web.tongues import OWN_NAMES, tongues

blueprint = Blueprint("me", __name__, url_prefix="/me")
Answer = Response | tuple[str, int]


@blueprint.get("")
def page() -> str:
    """Everything that a person can say of themselves."""
    return _page()


@blueprint.post("")
def save() -> Answer:
    """The languages."""
    pages_in, languages = request.form.get("pages_in", ""), request.form.getlist("languages")
    try:
        with uow(here()) as work:
            staffing.say(work, pages_in=pages_in, languages=languages)
    except Invalid as invalid:
        return _page(wrong={invalid.field: said(invalid)}), 422
    return redirect(url_for("me.page", saved="yes"), 303)


@blueprint.post("/away")
def away() -> Answer:
    """Away, or there again."""
    with uow(here()) as work:
        (staffing.go_away if request.form.get("away") == "yes" else staffing.come_back)(work)
    return redirect(url_for("me.page"), 303)


@blueprint.post("/digest")
def digest() -> Answer:
    """How often a mail may say what they have not read."""
    try:
        with uow(here()) as work:
            digests.choose(work, request.form.get("digest", ""))
    except Invalid as invalid:
        return _page(wrong={invalid.field: said(invalid)}), 422
    return redirect(url_for("me.page", saved="digest"), 303)


def _page(wrong: dict[str, str] | None = None) -> str:
    with reading.page(here()) as work:
        return render_template(
            "me/me.html",
            me=reads.me(work),
            answers=work.actor.has(*ANSWERERS),
            pages_in=OWN_NAMES,
            tongues=tongues(),
            wrong=wrong or {},
            saved=request.args.get("saved", ""),
            digest=digest_reads.choice(work),
            mail_at_once=reach_reads.mail_choice(work),
            mail_kinds=reach_words.MAIL,
            sends_mail=bool(current_app.extensions["settings"].smtp_url),
            now=work.now,
        )
