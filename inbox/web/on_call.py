"""The page of who is on call: the usual people, shifts with a beginning and an end, and who would be called now.

What it must not do: decide who may be on call, or who plans it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from inbox.domain.errors import Conflict, Invalid
from inbox.domain.ids import parse_id
from inbox.queries import on_call as reads
from inbox.services import on_call as verbs
from inbox.uow import UnitOfWork, uow
from inbox.web import formatting, reading
from inbox.web.people import here
from inbox.web.refusals import said

blueprint = Blueprint("on_call", __name__, url_prefix="/settings/on-call")
Answer = Response | tuple[str, int]


@blueprint.get("")
def page() -> str:
    """Who is called now, and the plan."""
    return _page()


@blueprint.post("")
def usual() -> Answer:
    """The usual people, and how often they are called."""
    every, version = request.form.get("every", "").strip(), request.form.get("version", "")
    return _done(
        lambda work: verbs.usual(
            work,
            int(version) if version.isascii() and version.isdigit() and len(version) < 9 else -1,
            _person("first"),
            _person("second"),
            int(every) if every.isascii() and every.isdigit() and len(every) < 4 else None,
        )
    )


@blueprint.post("/shifts")
def plan() -> Answer:
    """One more shift."""
    # The wall clock is the organisation's, which a page learns by opening one.
    with reading.page(here()):
        starts, ends = _at("starts"), _at("ends")
    return _done(lambda work: verbs.plan(work, _person("shift_first"), _person("shift_second"), starts, ends))


@blueprint.post("/shifts/drop")
def drop() -> Answer:
    """One fewer."""
    shift = parse_id(request.form.get("shift", ""))
    return redirect(url_for("on_call.page"), 303) if shift is None else _done(lambda work: verbs.drop(work, shift))


def _done(deed: Callable[[UnitOfWork], object]) -> Answer:
    try:
        with uow(here()) as work:
            deed(work)
    except Invalid as invalid:
        return _page({invalid.field: said(invalid)}), 422
    except Conflict as conflict:
        return _page({}, said(conflict)), 409
    return redirect(url_for("on_call.page", saved="yes"), 303)


def _page(wrong: Mapping[str, str] | None = None, overtaken: str = "") -> str:
    with reading.page(here()) as work:
        found = reads.plan(work)
        return render_template(
            "settings/acute_on_call.html",
            plan=found,
            wrong=wrong or {},
            overtaken=overtaken,
            typed=request.form if wrong else {},
            may_edit=work.actor.has(*verbs.EDITORS),
            sends_mail=bool(current_app.extensions["settings"].smtp_url),
            saved=request.args.get("saved", ""),
            now=work.now,
        )


def _person(name: str) -> UUID | None:
    return parse_id(request.form.get(name, ""))


def _at(name: str) -> datetime | None:
    """An instant from the two fields of a day and an hour, by the organisation's wall clock; None for none."""
    try:
        given = datetime.fromisoformat(f"{request.form.get(f'{name}_day', '')}T{request.form.get(f'{name}_hour', '')}")
    except ValueError:
        return None
    return given.replace(tzinfo=formatting.zone()).astimezone(UTC)
