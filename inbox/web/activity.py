"""Time spent: the page's beats, and each person's own list of it. Nobody else's is to be had anywhere.

What it must not do: take an agent's id from the address.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for

from inbox.domain.errors import Invalid
from inbox.domain.ids import parse_id
from inbox.queries import activity as spent
from inbox.services import activity
from inbox.uow import uow
from inbox.web import reading
from inbox.web.conversations import Answer
from inbox.web.people import here
from inbox.web.refusals import said

blueprint = Blueprint("activity", __name__)


@blueprint.post("/c/<uuid:conversation_id>/attention")
def beat(conversation_id: UUID) -> Answer:
    """The page is in front and worked in."""
    with uow(here()) as work:
        activity.beat(work, conversation_id)
    return "", 204


@blueprint.get("/me/time")
def mine() -> str:
    """What this person spent, day by day."""
    return _page()


@blueprint.post("/me/time")
def correct() -> Answer:
    """Put one line right; an empty field takes the correction back."""
    given = request.form.get("minutes", "").strip()
    try:
        with uow(here()) as work:
            activity.correct(work, _conversation(), _day(), _minutes(given))
    except Invalid as error:
        return _page(error, given), 422
    return redirect(url_for("activity.mine"), 303)


def _page(error: Invalid | None = None, given: str = "") -> str:
    asked = (request.form.get("day", ""), request.form.get("conversation", ""))
    with reading.page(here()) as work:
        lines = spent.mine(work)
        known = any((one.day.isoformat(), str(one.conversation_id)) == asked for one in lines)
        return render_template(
            "me/time.html",
            spent=lines,
            refused=said(error) if error else "",
            refused_line=asked if error and known else None,
            given=given,
            no_time=timedelta(),
        )


def _minutes(given: str) -> int | None:
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) < 6):
        raise Invalid("Write whole minutes, such as 12.", field="minutes")
    return int(given)


def _conversation() -> UUID:
    found = parse_id(request.form.get("conversation", ""))
    if found is None:
        raise Invalid("There is no such conversation.", field="minutes")
    return found


def _day() -> date:
    try:
        return date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        raise Invalid("There is no such day.", field="minutes") from None
