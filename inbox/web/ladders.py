"""The page of the ladder: its rules as sentences, one of them in fields, and who saved it when.

Every button that changes something saves the whole ladder as another version. What it must not do: decide who may, or
what a rule must be.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from inbox.domain.conversation import Priority
from inbox.domain.errors import Conflict, Invalid
from inbox.domain.ids import parse_id
from inbox.domain.ladder import Ladder, Step, Unfit, When
from inbox.domain.sla import ClockKind
from inbox.queries import ladders as reads
from inbox.queries.policies import accounts
from inbox.services import ladders as verbs
from inbox.uow import UnitOfWork, uow
from inbox.web import ladder_words, policy_words, reading
from inbox.web.ladder_form import Typed, put
from inbox.web.people import here
from inbox.web.refusals import said, translated

blueprint = Blueprint("ladders", __name__, url_prefix="/settings/ladder")
Answer = tuple[str, int]


@blueprint.get("")
def page() -> str:
    """The rules in force; for those who may change them, with one in fields if it is asked for."""
    with reading.page(here()) as work:
        found = reads.in_force(work)
        asked = request.args.get("rule", "")
        chosen = next((one for one in found.ladder.rules if str(one.id) == asked), None)
        typed = Typed.of(chosen) if chosen else Typed() if asked == "new" else None
        return _page(work, found, typed)


@blueprint.post("/draft")
def draft() -> Answer:
    """What the rule in the fields would say. Nothing is saved."""
    typed = Typed.read(request.form)
    with reading.page(here()) as work:
        found = reads.in_force(work)
        try:
            rule = typed.meant(work.now)
        except Unfit as unfit:
            return _page(work, found, typed, _complaints(unfit)), 422
        return _page(work, found, typed, says=_sentences(work, Ladder((rule,)))[0]), 200


@blueprint.post("")
def save() -> Answer | Response:
    """The ladder with the rule in the fields, as another version."""
    typed = Typed.read(request.form)
    version = request.form.get("version", 0, type=int)
    try:
        with uow(here()) as work:
            ladder = put(reads.in_force(work).ladder, typed.meant(work.now))
            saved = verbs.save(work, ladder, version=version)
    except Unfit as unfit:
        return _refused(typed, _complaints(unfit))
    except Invalid as invalid:
        return _refused(typed, {invalid.field.rpartition(".")[2]: said(invalid)})
    except Conflict as conflict:
        return _refused(typed, {}, overtaken=said(conflict))
    return redirect(url_for("ladders.page", saved=saved), 303)


@blueprint.post("/remove")
def remove() -> Answer | Response:
    """The ladder without one rule, as another version."""
    gone = parse_id(request.form.get("rule", ""))
    try:
        with uow(here()) as work:
            before = reads.in_force(work).ladder
            if gone not in {one.id for one in before.rules}:
                raise Invalid("There is no such rule.", field="rule")
            ladder = Ladder(tuple(one for one in before.rules if one.id != gone))
            saved = verbs.save(work, ladder, version=request.form.get("version", 0, type=int))
    except Conflict as conflict:
        return _refused(None, {}, overtaken=said(conflict))
    return redirect(url_for("ladders.page", saved=saved), 303)


def _refused(typed: Typed | None, wrong: Mapping[str, str], *, overtaken: str = "") -> Answer:
    with reading.page(here()) as work:
        shown = _page(work, reads.in_force(work), typed, wrong, overtaken=overtaken)
        return shown, 409 if overtaken else 422


def _complaints(unfit: Unfit) -> dict[str, str]:
    return {one.where: translated(one.sentence, dict(one.values)) for one in unfit.faults}


def _sentences(work: UnitOfWork, ladder: Ladder) -> list[str]:
    units = {one.id: one.name for one in reads.units(work)}
    names = {one.id: one.name for one in accounts(work)}
    return [ladder_words.sentence(one, units, names) for one in ladder.rules]


def _page(
    work: UnitOfWork,
    found: reads.InForce,
    typed: Typed | None,
    wrong: Mapping[str, str] | None = None,
    *,
    says: str = "",
    overtaken: str = "",
) -> str:
    may_edit = here().has(*verbs.EDITORS)
    return render_template(
        "settings/ladder.html",
        found=found,
        rules=list(zip(found.ladder.rules, _sentences(work, found.ladder), strict=True)),
        typed=typed if may_edit else None,
        wrong=wrong or {},
        says=says,
        overtaken=overtaken,
        may_edit=may_edit,
        whens=[(one.value, ladder_words.WHENS[one]) for one in When],
        steps=[(one.value, ladder_words.STEPS[one]) for one in Step],
        kinds=[(one.value, policy_words.PROMISES[one]) for one in ClockKind],
        priorities=[(str(int(one)), policy_words.PRIORITIES[one]) for one in Priority],
        units=reads.units(work) if may_edit else (),
        accounts=[(str(one.id), one.name) for one in accounts(work)] if may_edit else (),
        saved=request.args.get("saved", ""),
        now=work.now,
    )
