"""The page of the country: which pack, and the organisation's own places in its safe ways.

What it must not do: decide what a place is, or who may change one.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from inbox.domain.countries import PACKS, Unfilled, pack
from inbox.domain.countries.calling import CHOICES, called
from inbox.domain.errors import Conflict, Invalid
from inbox.queries import countries as reads
from inbox.services import countries as verbs
from inbox.uow import uow
from inbox.web import reading
from inbox.web.formatting import language
from inbox.web.people import here
from inbox.web.refusals import said

blueprint = Blueprint("countries", __name__, url_prefix="/settings/country")
NUMBERS = {
    "cpr": _l("Danish CPR numbers"),
    "fnr": _l("Norwegian fødselsnummer and D-nummer"),
}
Answer = Response | tuple[str, int]


@blueprint.get("")
def page() -> str:
    """The pack in force, or another one to look at, with the places that are filled."""
    with reading.page(here()) as work:
        found = reads.chosen(work)
        asked = request.args.get("country", found.pack.code)
        return _page(found, asked, found.places, found.version, found.calling)


@blueprint.post("")
def save() -> Answer:
    """Country and places in force; or everything that is in the way of it, and nothing is saved."""
    code, given = request.form.get("country", ""), request.form.get("version", "")
    version = int(given) if given.isascii() and given.isdigit() and len(given) < 9 else -1
    places = {name.removeprefix("way-"): text for name, text in request.form.items() if name.startswith("way-")}
    calling = request.form.get("calling")
    try:
        with uow(here()) as work:
            verbs.choose(work, code, places, version=version, calling=calling)
    except Unfilled as unfilled:
        faults, overtaken, status = {one.field: said(one) for one in unfilled.faults}, "", 422
    except Invalid as invalid:
        faults, overtaken, status = {invalid.field: said(invalid)}, "", 422
    except Conflict as conflict:
        faults, overtaken, status = {}, said(conflict), 409
    else:
        return redirect(url_for("countries.page", saved="yes"), 303)
    with reading.page(here()) as work:
        found = reads.chosen(work)
        shown = code if code in PACKS else found.pack.code
        # Somebody else saved meanwhile: the same form on top of theirs.
        on_top = found.version if overtaken else version
        return _page(found, shown, places, on_top, calling or "", faults, overtaken), status


def _page(
    found: reads.Chosen,
    code: str,
    places: Mapping[str, str],
    version: int,
    calling: str,
    faults: Mapping[str, str] | None = None,
    overtaken: str = "",
) -> str:
    shown = pack(code)
    return render_template(
        "settings/country.html",
        found=found,
        shown=shown,
        packs=PACKS.values(),
        places=places,
        version=version,
        faults=faults or {},
        overtaken=overtaken,
        may_edit=here().has(*verbs.EDITORS),
        numbers=[NUMBERS[kind] for kind in shown.numbers],
        foreign=[NUMBERS[kind] for kind in NUMBERS if kind not in shown.numbers],
        calling=calling,
        callings={key: called(shown, key, language()) for key in ("", *CHOICES)},
        tongue=language(),
    )
