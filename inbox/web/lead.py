"""The lead's page of this moment, and the lists behind its numbers. What it must not do: reckon."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from inbox.queries import lead
from inbox.web import formatting, reading
from inbox.web.people import here

blueprint = Blueprint("lead", __name__, url_prefix="/lead")
LISTS = {"promises": lead.promises, "answers": lead.answers}


@blueprint.get("")
def now() -> str:
    """Four numbers."""
    return _numbers("lead/now.html")


@blueprint.get("/numbers")
def numbers() -> str:
    """The numbers again: what a nudge fetches."""
    return _numbers("lead/_numbers.html")


@blueprint.get("/list/<figure>")
def behind(figure: str) -> str:
    """The conversations behind a number: as many as it says."""
    if figure not in LISTS:
        abort(404)
    with reading.page(here()) as work:
        lines = LISTS[figure](work, formatting.zone())
        return render_template("lead/list.html", figure=figure, lines=lines, now=work.now)


def _numbers(template: str) -> str:
    with reading.page(here()) as work:
        return render_template(template, numbers=lead.now(work, formatting.zone()), now=work.now)
