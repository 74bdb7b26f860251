"""The administrator's pages of the back office: which units there are, what they know, who sits in them, how they are
reached.

What it must not do: decide who may, or what a unit must say of itself; show a secret again; or call a target with
anything open.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from connectors.kit import target_registry
from connectors.kit.contract import Health
from connectors.kit.http import HttpClient
from inbox.domain.errors import Invalid
from inbox.domain.ids import parse_id
from inbox.queries import silo_directory as reads
from inbox.queries import silo_ways
from inbox.services import silo_targets
from inbox.services import silo_units as verbs
from inbox.services.silo_targets import DESK
from inbox.services.silo_units import Entry
from inbox.uow import uow
from inbox.web import reading
from inbox.web.people import here
from inbox.web.refusals import said
from inbox.web.wording import platform_says

blueprint = Blueprint("silo_units", __name__, url_prefix="/settings/back-office")
USUAL_MINUTES = "120"
TRY_SECONDS = 10.0
"""How long whoever presses "try it" waits at most for one call."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of trying a way."""

    well: bool
    sentence: str


@blueprint.get("")
def page() -> str:
    """All units."""
    with reading.page(here()) as work:
        return render_template(
            "silo/units.html",
            units=reads.all_units(work),
            ways=silo_ways.ways(work),
            labels=_labels(),
            saved=request.args.get("saved", ""),
        )


@blueprint.get("/new")
def new() -> str:
    """A new one, in fields."""
    return _form(Entry(""), USUAL_MINUTES)


@blueprint.get("/<uuid:silo_id>")
def change(silo_id: UUID) -> str:
    """One of them, in fields."""
    with reading.page(here()) as work:
        one = reads.one_unit(work, silo_id)
        settings, _kept = silo_targets.shown(work, silo_id)
    entry = Entry(
        one.name,
        one.knows,
        ", ".join(one.topics),
        ", ".join(one.tags),
        one.minutes,
        one.calendar or "",
        one.active,
        tuple(one.people_ids),
        one.target,
        settings,
        one.sees,
    )
    return _form(entry, str(one.minutes), silo_id)


@blueprint.post("")
def save() -> Response | tuple[str, int]:
    """Keep a new one, or what is to be said of one."""
    entry, minutes, silo_id = _given()
    try:
        with uow(here()) as work:
            kept = verbs.save(work, entry, silo_id)
    except Invalid as error:
        return _form(entry, minutes, silo_id, error), 422
    return redirect(url_for("silo_units.page", saved=str(kept)), 303)


@blueprint.post("/try")
def probe() -> str | tuple[str, int]:
    """Whether the unit can be reached as the form says; nothing is kept, and nobody is asked anything."""
    entry, minutes, silo_id = _given()
    try:
        with reading.page(here()) as work:
            config = silo_targets.offered(work, silo_id, entry.target, entry.settings, TRY_SECONDS)
    except Invalid as error:
        return _form(entry, minutes, silo_id, error, Tried(False, _("Mend what is marked, then it can be tried."))), 422
    health: Health = target_registry.target(entry.target)(config, HttpClient(TRY_SECONDS)).probe()
    return _form(entry, minutes, silo_id, tried=Tried(health.ok, platform_says(health.detail)))


def _given() -> tuple[Entry, str, UUID | None]:
    given = request.form
    minutes = given.get("minutes", "").strip()
    people = (parse_id(one) for one in given.getlist("people"))
    target = given.get("target", DESK)
    begins = f"{target}-"
    entry = Entry(
        given.get("name", ""),
        given.get("knows", ""),
        given.get("topics", ""),
        given.get("tags", ""),
        int(minutes) if minutes.isascii() and minutes.isdigit() and len(minutes) < 7 else None,
        given.get("calendar", ""),
        given.get("active") == "yes",
        tuple(one for one in people if one is not None),
        target,
        {name.removeprefix(begins): value for name, value in given.items() if name.startswith(begins)},
        given.get("sees", "thread"),
    )
    return entry, minutes, parse_id(given.get("unit", ""))


def _form(
    entry: Entry,
    minutes: str,
    silo_id: UUID | None = None,
    error: Invalid | None = None,
    tried: Tried | None = None,
) -> str:
    with reading.page(here()) as work:
        kept = silo_targets.shown(work, silo_id)[1] if silo_id else frozenset()
        return render_template(
            "silo/unit.html",
            entry=entry,
            minutes=minutes,
            silo_id=silo_id,
            people=reads.back_office(work),
            calendars=reads.calendar_names(work),
            wrong={error.field: said(error)} if error else {},
            targets=target_registry.targets(),
            labels=_labels(),
            kept=kept,
            tried=tried,
            aside=silo_ways.set_aside(work, silo_id) if silo_id else (),
            hook=url_for("hooks.silo", silo_id=silo_id, _external=True) if silo_id else "",
            now=work.now,
        )


def _labels() -> dict[str, str]:
    """What the ways are called."""
    return {DESK: _("At the desk of this house")} | {
        name: platform_says(kind.capabilities.label) for name, kind in target_registry.targets().items()
    }
