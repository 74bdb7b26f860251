"""The second key: releasing a colleague's answer, giving it back with a note, and which tags ask for it.

What it must not do: decide who may, or change a word of what is released.
"""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from inbox.domain.errors import Conflict, Invalid
from inbox.domain.ids import parse_id
from inbox.services import releasing
from inbox.uow import uow
from inbox.web.conversations import Answer, asked_version, back, refuse
from inbox.web.desk import Refused, show
from inbox.web.people import here
from inbox.web.refusals import code_of, said

blueprint = Blueprint("releasing", __name__)
FIELD = "release-note"
"""Where the desk shows why a note was refused."""


@blueprint.post("/messages/<uuid:message_id>/release")
def release(message_id: UUID) -> Answer:
    """It may go out, under its author's name."""
    try:
        with uow(here()) as work:
            answer = back(releasing.release(work, message_id, asked_version()))
    except Conflict as error:
        return _too_late(error)
    return answer


@blueprint.post("/messages/<uuid:message_id>/give-back")
def give_back(message_id: UUID) -> Answer:
    """Not like this, and why."""
    note = request.form.get("note", "")
    try:
        with uow(here()) as work:
            answer = back(releasing.give_back(work, message_id, asked_version(), note))
    except Conflict as error:
        return _too_late(error, note)
    except Invalid as error:
        return _again(error, note)
    return answer


@blueprint.post("/settings/people/tags")
def tags() -> Response:
    """Which tags need a second key: those that are ticked, and no others."""
    ticked = [parse_id(one) for one in request.form.getlist("tags")]
    with uow(here()) as work:
        releasing.mark_tags(work, [one for one in ticked if one is not None])
    return redirect(url_for("staff.page", saved="tags", _anchor="of-tags"), 303)


def _too_late(error: Conflict, note: str = "") -> Answer:
    """The conversation as it stands now; a note that was begun is kept as one's draft."""
    conversation_id = parse_id(request.args.get("conversation", ""))
    if conversation_id is None:
        raise error
    return refuse(conversation_id, error, mode="note" if note.strip() else "", text=note)


def _again(error: Invalid, note: str) -> Answer:
    conversation_id = parse_id(request.args.get("conversation", ""))
    if conversation_id is None:
        raise error
    refused = Refused(said(error), False, text=note, field=FIELD)
    return show(conversation_id, refused=refused), code_of(error)
