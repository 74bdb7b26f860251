"""The administrator's pages of the back office: which units there are, what they know, who sits in them.

What it must not do: decide who may, or what a unit must say of itself.
"""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from inbox.domain.errors import Invalid
from inbox.domain.ids import parse_id
from inbox.queries import silo_directory as reads
from inbox.services import silo_units as verbs
from inbox.services.silo_units import Entry
from inbox.uow import uow
from inbox.web import reading
from inbox.web.people import here
from inbox.web.refusals import said

blueprint = Blueprint("silo_units", __name__, url_prefix="/settings/back-office")
USUAL_MINUTES = "120"


@blueprint.get("")
def page() -> str:
    """All units."""
    with reading.page(here()) as work:
        return render_template("silo/units.html", units=reads.all_units(work), saved=request.args.get("saved", ""))


@blueprint.get("/new")
def new() -> str:
    """A new one, in fields."""
    return _form(Entry(""), USUAL_MINUTES)


@blueprint.get("/<uuid:silo_id>")
def change(silo_id: UUID) -> str:
    """One of them, in fields."""
    with reading.page(here()) as work:
        one = reads.one_unit(work, silo_id)
    entry = Entry(
        one.name,
        one.knows,
        ", ".join(one.topics),
        ", ".join(one.tags),
        one.minutes,
        one.calendar or "",
        one.active,
        tuple(one.people_ids),
    )
    return _form(entry, str(one.minutes), silo_id)


@blueprint.post("")
def save() -> Response | tuple[str, int]:
    """Keep a new one, or what is to be said of one."""
    given, silo_id = request.form, parse_id(request.form.get("unit", ""))
    minutes = given.get("minutes", "").strip()
    people = (parse_id(one) for one in given.getlist("people"))
    entry = Entry(
        given.get("name", ""),
        given.get("knows", ""),
        given.get("topics", ""),
        given.get("tags", ""),
        int(minutes) if minutes.isascii() and minutes.isdigit() and len(minutes) < 7 else None,
        given.get("calendar", ""),
        given.get("active") == "yes",
        tuple(one for one in people if one is not None),
    )
    try:
        with uow(here()) as work:
            kept = verbs.save(work, entry, silo_id)
    except Invalid as error:
        return _form(entry, minutes, silo_id, error), 422
    return redirect(url_for("silo_units.page", saved=str(kept)), 303)


def _form(entry: Entry, minutes: str, silo_id: UUID | None = None, error: Invalid | None = None) -> str:
    with reading.page(here()) as work:
        return render_template(
            "silo/unit.html",
            entry=entry,
            minutes=minutes,
            silo_id=silo_id,
            people=reads.back_office(work),
            calendars=reads.calendar_names(work),
            wrong={error.field: said(error)} if error else {},
        )
