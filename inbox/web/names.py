"""How a person signs: on a page of their own, for themselves and the administrator.

What it must not do: decide who may, or whose a name is.
"""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from inbox.domain.errors import Invalid
from inbox.domain.names import LONGEST
from inbox.queries import names as reads
from inbox.services import names
from inbox.uow import uow
from inbox.web import reading
from inbox.web.people import here
from inbox.web.refusals import code_of, said

blueprint = Blueprint("names", __name__)
OF_SOMEBODY = "/settings/people/<uuid:agent_id>/name"
Answer = Response | tuple[str, int]
FORMS = {
    "full": _l("Full name"),
    "first_initial": _l("First name and initial"),
    "first": _l("First name"),
}


@blueprint.get(OF_SOMEBODY)
def page(agent_id: UUID) -> str:
    """Somebody's name as it is, what it could be, and how it changed."""
    return _page(agent_id)


@blueprint.post(OF_SOMEBODY)
def save(agent_id: UUID) -> Answer:
    """Another one for them from now on."""
    return _save(agent_id, url_for("names.page", agent_id=agent_id, saved="yes"))


@blueprint.get("/me/name")
def mine() -> str:
    """The same of one's own."""
    return _page(_me())


@blueprint.post("/me/name")
def save_mine() -> Answer:
    """Another one for oneself from now on."""
    return _save(_me(), url_for("names.mine", saved="yes"))


def _me() -> UUID:
    me = here().id
    assert me is not None
    return me


def _save(agent_id: UUID, afterwards: str) -> Answer:
    form, agreed = request.form.get("form", ""), request.form.get("agreed", "")
    try:
        with uow(here()) as work:
            names.change(work, agent_id, form, agreed)
    except Invalid as invalid:
        return _page(agent_id, form, agreed, {invalid.field: said(invalid)}), code_of(invalid)
    return redirect(afterwards, 303)


def _page(agent_id: UUID, form: str = "", agreed: str = "", wrong: dict[str, str] | None = None) -> str:
    with reading.page(here()) as work:
        named = reads.one(work, agent_id)
        own = named.form == "agreed" and not form
        return render_template(
            "settings/name.html",
            named=named,
            forms=FORMS,
            chosen=form or named.form,
            agreed=(named.public_name or "") if own else agreed,
            longest=LONGEST,
            wrong=wrong or {},
            saved=request.args.get("saved") == "yes",
            now=work.now,
        )
