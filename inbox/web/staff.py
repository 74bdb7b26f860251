"""The lead's page of who is given what: how each team deals out, how much each person carries, and whom it asks.

What it must not do: decide who may, or what fits whom.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from inbox.domain.assigning import Assignment
from inbox.domain.errors import Invalid
from inbox.queries import staffing as reads
from inbox.services import staffing
from inbox.uow import uow
from inbox.web import reading
from inbox.web.people import here
from inbox.web.policy_words import GROUPS
from inbox.web.refusals import said
from inbox.web.tongues import tongues

blueprint = Blueprint("staff", __name__, url_prefix="/settings/people")
Answer = Response | tuple[str, int]
MODES = {
    Assignment.BY_HAND: (_l("By hand"), _l("Everybody takes from the queue.")),
    Assignment.IN_TURN: (_l("In turn"), _l("Each in turn gets the next one.")),
    Assignment.BY_LOAD: (_l("By load"), _l("Whoever has fewest open ones gets the next one.")),
}


@dataclass(frozen=True, slots=True)
class Typed:
    """A form that was refused: whose it is, what stood in its fields, and what is wrong with them."""

    of: str = ""
    number: str = ""
    chosen: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    two_keys: bool = False
    wrong: dict[str, str] = field(default_factory=dict)


@blueprint.get("")
def page() -> str:
    """Every team of one's own with its people."""
    return _page(Typed())


@blueprint.post("/team/<uuid:team_id>")
def team(team_id: UUID) -> Answer:
    """How it deals out, and when a claim lapses."""
    mode, minutes = request.form.get("assignment", ""), request.form.get("claim_minutes", "").strip()
    try:
        with uow(here()) as work:
            staffing.deal_out(work, team_id, assignment=mode, claim_minutes=_number(minutes))
    except Invalid as invalid:
        return _page(Typed(str(team_id), minutes, (mode,), wrong={invalid.field: said(invalid)})), 422
    return _back(str(team_id))


@blueprint.post("/team/<uuid:team_id>/person/<uuid:agent_id>")
def person(team_id: UUID, agent_id: UUID) -> Answer:
    """How much they carry, in which languages they answer, and which groups this team asks them to answer."""
    capacity, languages = request.form.get("capacity", "").strip(), request.form.getlist("languages")
    groups = request.form.getlist("groups")
    # Who is of two teams stands on the page twice.
    of = f"{team_id}-{agent_id}"
    try:
        with uow(here()) as work:
            staffing.arrange(
                work,
                team_id,
                agent_id,
                capacity=_number(capacity),
                languages=languages,
                groups=groups,
                two_keys=request.form.get("two_keys") == "yes",
            )
    except Invalid as invalid:
        wrong = {invalid.field: said(invalid)}
        two_keys = request.form.get("two_keys") == "yes"
        return _page(Typed(of, capacity, tuple(languages), tuple(groups), two_keys, wrong)), 422
    return _back(of)


def _number(given: str) -> int | None:
    """Nothing is no limit; what is no number is one that no service takes, and so is refused in its own words."""
    if not given:
        return None
    return int(given) if given.isascii() and given.isdigit() and len(given) < 7 else -1


def _back(saved: str) -> Response:
    return redirect(url_for("staff.page", saved=saved, _anchor=f"of-{saved}"), 303)


def _page(typed: Typed) -> str:
    with reading.page(here()) as work:
        return render_template(
            "settings/people.html",
            teams=reads.teams(work),
            tags=reads.tags(work),
            modes=MODES,
            tongues=tongues(),
            groups={code: word for code, word in GROUPS.items() if code},
            typed=typed,
            saved=request.args.get("saved", ""),
            now=work.now,
        )
