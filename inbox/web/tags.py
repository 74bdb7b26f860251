"""Putting tags on a conversation and taking them off. What it must not do: decide who may, or what a name may be."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, request

from inbox.domain.errors import Conflict, Invalid
from inbox.services import tagging
from inbox.uow import uow
from inbox.web.conversations import Answer, back, refuse
from inbox.web.desk import Refused, show
from inbox.web.people import here
from inbox.web.refusals import code_of, said

blueprint = Blueprint("tags", __name__, url_prefix="/c/<uuid:conversation_id>/tags")


@blueprint.post("")
def add(conversation_id: UUID) -> Answer:
    """Put a tag on, by its name."""
    name = request.form.get("tag", "")
    try:
        with uow(here()) as work:
            tagging.add(work, conversation_id, name)
    except (Conflict, Invalid) as error:
        return show(conversation_id, refused=Refused(said(error), False, text=name, field="tag")), code_of(error)
    return back(conversation_id)


@blueprint.post("/<uuid:tag_id>/off")
def take_off(conversation_id: UUID, tag_id: UUID) -> Answer:
    """Take one off."""
    try:
        with uow(here()) as work:
            tagging.take_off(work, conversation_id, tag_id)
    except Conflict as error:
        return refuse(conversation_id, error)
    return back(conversation_id)
