"""The lead's page of this moment, its wall, and the lists behind its numbers. What it must not do: reckon."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from inbox.queries import lead, lead_now, silo_ways, staffing
from inbox.services import standing
from inbox.uow import UnitOfWork
from inbox.web import formatting, reading
from inbox.web.people import here
from inbox.web.standing_words import standing_words

blueprint = Blueprint("lead", __name__, url_prefix="/lead")
LISTS = {"promises": lead.promises, "answers": lead.answers}
ROWS = {"pressing": lambda work: lead_now.pressing(work, lead_now.LONGEST_LIST).rows, "on_hold": lead_now.on_hold}
"""Lists of conversations as the desk shows them."""
STUCK = "stuck"


@blueprint.get("")
def now() -> str:
    """How it is going right now."""
    return _now("lead/now.html")


@blueprint.get("/numbers")
def numbers() -> str:
    """The same again without the page around it: what a nudge fetches."""
    return _now("lead/_now.html")


@blueprint.get("/wall")
def wall() -> str:
    """Four numbers to be read from five metres."""
    return _wall("lead/wall.html")


@blueprint.get("/wall/numbers")
def wall_numbers() -> str:
    """The same again without the page around it."""
    return _wall("lead/_wall.html")


@blueprint.get("/list/<figure>")
def behind(figure: str) -> str:
    """The conversations behind a number: as many as it says."""
    if figure not in (*LISTS, *ROWS, STUCK):
        abort(404)
    with reading.page(here()) as work:
        if figure in LISTS:
            lines = LISTS[figure](work, formatting.zone())
            return render_template("lead/list.html", figure=figure, lines=lines, now=work.now)
        if figure in ROWS:
            return render_template("lead/rows.html", figure=figure, rows=ROWS[figure](work), now=work.now)
        return render_template("lead/stuck.html", lines=lead_now.stuck(work), now=work.now)


def _now(template: str) -> str:
    with reading.page(here()) as work:
        return render_template(
            template,
            **_figures(work),
            teams=staffing.teams(work),
            places=lead_now.places(work),
            units=silo_ways.troubled(work),
            shown=silo_ways.shown_lately(work),
        )


def _wall(template: str) -> str:
    with reading.page(here()) as work:
        hours = standing_words(standing.of_ones_accounts(work), work.now)
        return render_template(template, **_figures(work), hours=hours)


def _figures(work: UnitOfWork) -> dict[str, object]:
    zone = formatting.zone()
    return {
        "numbers": lead.now(work, zone),
        "pressing": lead_now.pressing(work),
        "others": lead_now.with_others(work),
        "before": lead_now.before(work, zone),
        "now": work.now,
    }
