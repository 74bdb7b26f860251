"""The settings of complaints: for each kind its days, where it goes, and the receipt in each language.

What it must not do: decide who may change them, or what may stand there.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from inbox.domain.complaints import LANGUAGES, LONGEST_TEXT, PLACES, Route
from inbox.domain.errors import Conflict, Invalid
from inbox.domain.ids import parse_id
from inbox.queries import complaint_rules as reads
from inbox.queries import countries
from inbox.services import complaint_rules as verbs
from inbox.services.complaint_rules import Entry
from inbox.uow import uow
from inbox.web import reading
from inbox.web.complaint_words import KINDS, ROUTES
from inbox.web.people import here
from inbox.web.refusals import code_of, said

blueprint = Blueprint("complaint_settings", __name__, url_prefix="/settings/complaints")
TONGUES = {"da": "Dansk", "nb": "Norsk bokmål", "en": "English"}


@dataclass(frozen=True, slots=True)
class Fields:
    """One kind as its form shows it."""

    receipt_days: str
    answer_days: str
    goes: str
    texts: dict[str, str]
    version: int
    wrong: dict[str, str]
    refusal: str = ""


@blueprint.get("")
def page() -> str:
    """All kinds."""
    return _page({})


@blueprint.post("")
def save() -> Response | tuple[str, int]:
    """One kind; refused, its form comes back with every word."""
    given = request.form
    kind = given.get("kind", "")
    version, goes = _number(given.get("version", "")), given.get("goes", "")
    route, _, whom = goes.partition(":")
    texts = {language: given.get(f"text-{language}", "") for language in LANGUAGES}
    days = given.get("receipt_days", ""), given.get("answer_days", "")
    entry = Entry(
        _number(days[0]),
        _number(days[1]),
        route,
        silo_id=parse_id(whom) if route == Route.UNIT else None,
        agent_id=parse_id(whom) if route == Route.PERSON else None,
        texts=texts,
    )
    try:
        with uow(here()) as work:
            verbs.save(work, kind, entry, -1 if version is None else version)
    except (Conflict, Invalid) as error:
        beside = isinstance(error, Invalid)
        wrong = {error.field: said(error)} if isinstance(error, Invalid) else {}
        with reading.page(here()) as work:
            # On top of what somebody else saved meanwhile, the same words can be saved again.
            known = next((rule.version for name, rule in reads.rules(work).items() if name == kind), 0)
        shown = Fields(*days, goes, texts, known, wrong, "" if beside else said(error))
        return _page({kind: shown}), code_of(error)
    return redirect(url_for("complaint_settings.page", saved=kind, _anchor=kind), 303)


def _page(refused: dict[str, Fields]) -> str:
    with reading.page(here()) as work:
        rules = {
            kind.value: refused.get(kind.value)
            or Fields(
                str(rule.receipt_days),
                str(rule.answer_days),
                _goes(rule.route, rule.silo_id or rule.agent_id),
                {language: rule.text(language) for language in LANGUAGES},
                rule.version,
                {},
            )
            for kind, rule in reads.rules(work).items()
        }
        chosen = countries.chosen(work)
        return render_template(
            "complaints/settings.html",
            rules=rules,
            kinds=KINDS,
            routes=ROUTES,
            units=reads.units(work),
            people=reads.people(work),
            tongues=TONGUES,
            pack=chosen.pack,
            ways=countries.ready(chosen.pack, chosen.places, chosen.pack.language),
            places=PLACES,
            longest=LONGEST_TEXT,
            saved=request.args.get("saved", ""),
        )


def _goes(route: Route, whom: UUID | None) -> str:
    return f"{route.value}:{whom}" if whom else route.value


def _number(given: str) -> int | None:
    plain = given.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 7 else None
