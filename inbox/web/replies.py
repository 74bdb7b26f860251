"""Answering: counted while it is written, promised, undone, and decided when nobody else can tell.

Who signs is who is logged in; no name is read from the form. What it must not do: post anything.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from inbox.domain.errors import Conflict, Invalid, NotFound
from inbox.domain.ids import parse_id
from inbox.services import composing, deliveries, replies
from inbox.uow import UnitOfWork, uow
from inbox.web.conversations import Answer, asked_version, back, refuse, writing
from inbox.web.people import here
from inbox.web.sheets import asked_also, asked_because, asked_descriptions, shown

blueprint = Blueprint("replies", __name__)


@blueprint.post("/c/<uuid:conversation_id>/answer")
def reply(conversation_id: UUID) -> Answer:
    """Promise an answer, public or private, under the own name."""
    mode, text = request.form.get("mode", ""), request.form.get("body", "")
    holding = request.form.get("holding") == "yes"
    try:
        planned_for = _asked_hour()
        with uow(here()) as work:
            replies.reply(
                work,
                conversation_id,
                version=asked_version(),
                visibility=mode,
                body=text,
                holding=holding,
                planned_for=planned_for,
                also=asked_also().get(mode, ()),
                described=asked_descriptions(),
                because=asked_because(),
            )
    except (Conflict, Invalid) as error:
        return refuse(conversation_id, error, mode=mode, text=text)
    return back(conversation_id)


@blueprint.post("/c/<uuid:conversation_id>/measure")
def measure(conversation_id: UUID) -> str | tuple[str, int]:
    """Keep the draft and say how long it is, by the platform's own count.

    Where the conversation went out of sight meanwhile, that stands in the place of the count, beside what is typed.
    """
    mode, text = request.form.get("mode", ""), request.form.get("body", "")
    try:
        with uow(here()) as work:
            sheet = composing.look(work, conversation_id, mode, text, asked_descriptions())
    except NotFound:
        return render_template("conversations/gone.html", mode=mode), 404
    return render_template("conversations/measured.html", preview=shown(sheet), swap=True)


@blueprint.post("/messages/<uuid:message_id>/undo")
def undo(message_id: UUID) -> Answer:
    """Take an answer back before any part of it went out."""
    return _do(lambda work: back(replies.undo(work, message_id)))


@blueprint.post("/messages/<uuid:message_id>/again")
def write_again(message_id: UUID) -> Answer:
    """Put the words of a rejected answer back into the composer, and open it there."""
    return _do(lambda work: writing(*replies.write_again(work, message_id)))


@blueprint.post("/deliveries/<uuid:delivery_id>/decide")
def decide(delivery_id: UUID) -> Answer:
    """A person has looked on the platform: it stands there, or it is to be sent again."""
    given = request.form.get("stands", "")
    if given not in ("yes", "no"):
        raise Invalid("Choose whether the answer stands on the platform.", field="stands")
    return _do(lambda work: back(deliveries.decide(work, delivery_id, stands=given == "yes")))


def _asked_hour() -> datetime | None:
    """When the answer shall go out, as it stood on the button; None for at once."""
    given = request.form.get("planned_for", "")
    if not given:
        return None
    with suppress(ValueError):
        hour = datetime.fromisoformat(given)
        if hour.tzinfo is not None:
            return hour
    raise Invalid("That is no hour for an answer to go out. Open the conversation again.", field="planned_for")


def _do(deed: Callable[[UnitOfWork], Response]) -> Answer:
    """A deed that says where it leads. Who comes too late sees in the conversation what happened meanwhile."""
    try:
        with uow(here()) as work:
            answer = deed(work)
    except Conflict as error:
        shown_from = parse_id(request.args.get("conversation", ""))
        if shown_from is None:
            raise
        return refuse(shown_from, error)
    return answer
