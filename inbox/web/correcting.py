"""An answer that was wrong: the page where it is corrected, and where those who got it are listed and told.

What it must not do: decide who may, or send.
"""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from inbox.domain import corrections
from inbox.domain.errors import Conflict, Invalid
from inbox.queries.correcting import Matter, matter
from inbox.services import correcting
from inbox.services.correcting import NotTold
from inbox.uow import uow
from inbox.web import reading
from inbox.web.conversations import asked_version
from inbox.web.people import here
from inbox.web.refusals import code_of, said
from inbox.web.sheets import asked_because

blueprint = Blueprint("correcting", __name__, url_prefix="/answers/<uuid:answer_id>")
Answer = Response | str | tuple[str, int]


@blueprint.get("/correct")
def page(answer_id: UUID) -> str:
    """What was said and a field for what is right; after the correction who got the first."""
    return _page(answer_id)


@blueprint.post("/correct")
def correct(answer_id: UUID) -> Answer:
    """Say what is right, in public, under the own name."""
    body = request.form.get("body", "")
    try:
        with uow(here()) as work:
            correcting.correct(work, answer_id, version=asked_version(), body=body, because=asked_because())
    except (Conflict, Invalid) as error:
        return _page(answer_id, body=body, wrong=error), code_of(error)
    return redirect(url_for("correcting.page", answer_id=answer_id), 303)


@blueprint.post("/tell")
def tell(answer_id: UUID) -> Answer:
    """Tell everybody who got the wrong words, each in their own thread."""
    body = request.form.get("body", "")
    try:
        with uow(here()) as work:
            told = correcting.tell(work, answer_id, body=body, because=asked_because())
    except (Conflict, Invalid) as error:
        return _page(answer_id, body=body, wrong=error), code_of(error)
    if told.refused:
        return _page(answer_id, body=body, refused=told.refused)
    return redirect(url_for("correcting.page", answer_id=answer_id), 303)


def _page(
    answer_id: UUID,
    *,
    body: str | None = None,
    wrong: Conflict | Invalid | None = None,
    refused: tuple[NotTold, ...] = (),
) -> str:
    with reading.page(here()) as work:
        about = matter(work, answer_id)
        return render_template(
            "conversations/correct.html",
            about=about,
            body=_first_words(about) if body is None else body,
            wrong=said(wrong) if wrong else "",
            # What the guard asks about may stand there for a reason, which is asked for when it is missed.
            asks=isinstance(wrong, Invalid) and wrong.field in ("reason", "because"),
            because=asked_because(),
            most=correcting.AT_ONCE,
            not_told={one.whom.conversation_id: said(one.why) for one in refused},
            now=work.now,
        )


def _first_words(about: Matter) -> str:
    if about.right is None:
        return corrections.beginning(about.language)
    return corrections.telling(about.language, about.right.text)
