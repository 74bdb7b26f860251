"""The back office's own page: the questions put to a person's units, one opened, and its answer.

What it must not do: show anything else of the house, or send anything to a citizen.
"""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from inbox.domain.errors import Conflict, Invalid
from inbox.domain.ids import new_id, parse_id
from inbox.queries import silo_desk as reads
from inbox.queries.silo_desk import Which
from inbox.services import silo_answering, silo_remarks
from inbox.uow import uow
from inbox.web import reading
from inbox.web.people import here
from inbox.web.refusals import code_of, said

blueprint = Blueprint("silo_desk", __name__, url_prefix="/silo")


@blueprint.get("")
def page() -> str:
    """The list, nothing open."""
    with reading.page(here()) as work:
        return render_template(
            "silo/desk.html", found=reads.questions(work, _which()), opened=None, now=work.now, which=_which().value
        )


@blueprint.get("/rows")
def rows() -> str:
    """The list again: what a nudge fetches."""
    with reading.page(here()) as work:
        return render_template(
            "silo/_rows.html",
            found=reads.questions(work, _which()),
            current=parse_id(request.args.get("current", "")),
            now=work.now,
            which=_which().value,
        )


@blueprint.get("/<uuid:ticket_id>")
def question(ticket_id: UUID) -> str:
    """One question. Whoever asked is told that it was seen."""
    with uow(here()) as work:
        silo_answering.see(work, ticket_id)
    return _opened(ticket_id)


@blueprint.post("/<uuid:ticket_id>")
def answer(ticket_id: UUID) -> Response | tuple[str, int]:
    """Answer it. What is sent twice is one answer."""
    text, public = request.form.get("text", ""), request.form.get("public") == "yes"
    try:
        with uow(here()) as work:
            silo_answering.answer(work, ticket_id, parse_id(request.form.get("key", "")), text, may_be_public=public)
    except Invalid as error:
        return _opened(ticket_id, text=text, wrong=said(error), public=public), 422
    return redirect(url_for("silo_desk.question", ticket_id=ticket_id, sent="yes"), 303)


@blueprint.get("/<uuid:ticket_id>/again")
def again(ticket_id: UUID) -> str:
    """What is said of it, again: what a nudge fetches."""
    with reading.page(here()) as work:
        return render_template("silo/question_again.html", opened=reads.opened(work, ticket_id), now=work.now)


@blueprint.post("/<uuid:ticket_id>/back")
def ask_back(ticket_id: UUID) -> Response | tuple[str, int]:
    """Ask something back first. The question stays open."""
    text = request.form.get("text", "")
    try:
        with uow(here()) as work:
            silo_remarks.ask_back(work, ticket_id, parse_id(request.form.get("key", "")), text)
    except (Conflict, Invalid) as error:
        return _opened(ticket_id, text=text, wrong=said(error)), code_of(error)
    return redirect(url_for("silo_desk.question", ticket_id=ticket_id, sent="yes"), 303)


def _which() -> Which:
    return Which.ANSWERED if request.args.get("which") == Which.ANSWERED else Which.OPEN


def _opened(ticket_id: UUID, *, text: str = "", wrong: str = "", public: bool = True) -> str:
    with reading.page(here()) as work:
        found = reads.opened(work, ticket_id)
        which = Which.OPEN if found.row.due else Which.ANSWERED
        return render_template(
            "silo/desk.html",
            found=reads.questions(work, which),
            opened=found,
            current=ticket_id,
            which=which.value,
            key=new_id(),
            text=text,
            wrong=wrong,
            public=public,
            me=work.actor.id,
            sent=request.args.get("sent") == "yes",
            now=work.now,
        )
