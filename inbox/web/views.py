"""Keeping the present view and its filters under a name, and taking such a view away.

It also hangs the filters into every address of the desk. What it must not do: decide who may share.
"""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from inbox.domain.errors import Invalid
from inbox.domain.ids import parse_id
from inbox.services import saved_views
from inbox.uow import uow
from inbox.web import filtering
from inbox.web.desk import asked_view, listed
from inbox.web.people import here
from inbox.web.rail import Saving
from inbox.web.refusals import code_of, said

blueprint = Blueprint("views", __name__, url_prefix="/views")
blueprint.app_url_defaults(filtering.carry)


@blueprint.post("")
def save() -> Response | tuple[str, int]:
    """Keep it. The view and its filters stand in the address, as everywhere."""
    view, pairs, name = asked_view(), filtering.asked(), request.form.get("name", "")
    try:
        with uow(here()) as work:
            team_id = parse_id(request.form.get("team", ""))
            saved_views.save(work, name=name, view=view.value, filters=pairs, team_id=team_id)
    except Invalid as error:
        return listed(Saving(name, said(error))), code_of(error)
    return redirect(filtering.address(view, pairs), 303)


@blueprint.post("/<uuid:view_id>/drop")
def drop(view_id: UUID) -> Response:
    """Take it away. What it showed stays on the screen."""
    with uow(here()) as work:
        saved_views.delete(work, view_id)
    return redirect(filtering.address(asked_view(), filtering.asked()), 303)
