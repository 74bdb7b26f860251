"""Pictures: put beside what is being written, taken away again, and shown to whoever may read the words beside them.

What it must not do: keep or show a byte as it was given (`inbox.domain.pictures`).
"""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request

from inbox.domain.errors import Conflict, Invalid
from inbox.domain.pictures import LARGEST_FILE, made_anew
from inbox.queries import pictures as reads
from inbox.services import composing, pictures
from inbox.uow import reading, uow
from inbox.web.conversations import Answer, is_fragment, refuse, writing
from inbox.web.people import here
from inbox.web.refusals import code_of, said
from inbox.web.sheets import asked_descriptions, shown

blueprint = Blueprint("pictures", __name__)
_AT_ONCE = 10
"""Files of one form that are looked at; no platform takes as many."""


@blueprint.get("/pictures/<uuid:picture_id>")
def picture(picture_id: UUID) -> Response:
    """The points, for an `<img>`. Opened by itself it is a file to keep, and runs nothing."""
    with reading(here()) as work:
        found = reads.points(work, picture_id)
    answer = Response(found.data, mimetype=found.media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="picture.{found.media_type.partition("/")[2]}"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@blueprint.post("/c/<uuid:conversation_id>/pictures")
def attach(conversation_id: UUID) -> Answer:
    """Put one or several beside what is being written."""
    mode = request.form.get("mode", "")
    files = [one for one in request.files.getlist("picture") if one.filename][:_AT_ONCE]
    try:
        if not files:
            raise Invalid("Choose a picture first.", field="picture")
        for file in files:
            made = made_anew(file.stream.read(LARGEST_FILE + 1))
            with uow(here()) as work:
                pictures.attach(work, conversation_id, mode, made)
    except (Conflict, Invalid) as error:
        if not is_fragment():
            return refuse(conversation_id, error, mode=mode, text=request.form.get("body", ""))
        return _beside(conversation_id, mode, refusal=error)
    return _beside(conversation_id, mode, added=True)


@blueprint.post("/c/<uuid:conversation_id>/pictures/<uuid:picture_id>/remove")
def remove(conversation_id: UUID, picture_id: UUID) -> Answer:
    """Take one away again."""
    with uow(here()) as work:
        pictures.remove(work, picture_id)
    return _beside(conversation_id, request.form.get("mode", ""))


def _beside(
    conversation_id: UUID, mode: str, *, refusal: Conflict | Invalid | None = None, added: bool = False
) -> Answer:
    """What stands beside the text now; the text and the descriptions that came along are kept, too."""
    with uow(here()) as work:
        sheet = composing.look(work, conversation_id, mode, request.form.get("body", ""), asked_descriptions())
    if not is_fragment():
        return writing(conversation_id, mode)
    fragment = render_template(
        "conversations/pictured.html",
        preview=shown(sheet),
        conversation_id=conversation_id,
        refusal=said(refusal) if refusal else "",
        added=added,
    )
    return make_response(fragment, code_of(refusal) if refusal else 200)
