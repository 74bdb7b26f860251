"""A threat against somebody of ours: reported where it stands, and what leads see and do of it.

What it must not do: decide who may, or show what was said to anybody but the leads of its team.
"""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answered

from inbox.domain.errors import Conflict, Invalid
from inbox.domain.ids import parse_id
from inbox.queries import harm as reads
from inbox.services import harm
from inbox.uow import uow
from inbox.web import reading
from inbox.web.conversations import Answer, back, refuse
from inbox.web.harm_words import KINDS, STATES
from inbox.web.people import here
from inbox.web.refusals import code_of, said

blueprint = Blueprint("harm", __name__)


@blueprint.post("/messages/<uuid:message_id>/threat")
def report(message_id: UUID) -> Answer:
    """Against the person who is signed in."""
    conversation_id = parse_id(request.args.get("conversation", ""))
    try:
        with uow(here()) as work:
            harm.report(work, message_id, request.form.get("kind", ""), request.form.get("words", ""))
    except (Conflict, Invalid) as error:
        if conversation_id is None:
            raise
        return refuse(conversation_id, error)
    return redirect(url_for("desk.desk"), 303) if conversation_id is None else back(conversation_id)


@blueprint.get("/lead/incidents")
def page() -> str:
    """Every incident of the lead's teams."""
    with reading.page(here()) as work:
        return render_template(
            "lead/incidents.html", incidents=reads.listing(work), kinds=KINDS, states=STATES, now=work.now
        )


@blueprint.get("/lead/incidents/<uuid:incident_id>")
def incident(incident_id: UUID) -> str:
    """One of them, with what is kept of it."""
    return _shown(incident_id)


@blueprint.post("/lead/incidents/<uuid:incident_id>/close")
def close(incident_id: UUID) -> Answer:
    """With what was done about it."""
    note = request.form.get("note", "")
    try:
        with uow(here()) as work:
            harm.close(work, incident_id, note)
    except Invalid as error:
        return _shown(incident_id, note, said(error)), code_of(error)
    return redirect(url_for("harm.incident", incident_id=incident_id), 303)


@blueprint.post("/lead/incidents/<uuid:incident_id>/evidence")
def evidence(incident_id: UUID) -> Answered:
    """The evidence as a file, byte for byte; a form and no link, since it is a kept act."""
    with uow(here()) as work:
        kept = harm.take_out(work, incident_id)
        name, body = f"{kept.at:%Y-%m-%d}-{kept.digest[:12]}.json", kept.evidence.encode()
    return Response(
        body,
        mimetype="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _shown(incident_id: UUID, note: str = "", wrong: str = "") -> str:
    with reading.page(here()) as work:
        return render_template(
            "lead/incident.html",
            kept=reads.one(work, incident_id),
            kinds=KINDS,
            states=STATES,
            note=note,
            wrong=wrong,
            now=work.now,
        )
