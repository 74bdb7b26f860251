"""What may be acute, beside its conversation: what was found, who is called, the agreed text, and three decisions.

The link in a call leads here; looking changes nothing, and whoever follows it signs in first. What it must not do:
decide what is acute, or put a word into an answer by itself.
"""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from inbox.domain.acute_texts import agreed
from inbox.domain.errors import Conflict, Invalid, NotFound
from inbox.queries import acute as reads
from inbox.services import acute, drafts
from inbox.services.acute_link import holds
from inbox.uow import uow
from inbox.web import reading
from inbox.web.conversations import Answer, do, is_fragment, writing
from inbox.web.desk import asked_view
from inbox.web.people import here
from inbox.web.refusals import code_of, said

blueprint = Blueprint("acute", __name__, url_prefix="/c/<uuid:conversation_id>/acute")
MODES = ("public", "private")


@blueprint.get("")
def page(conversation_id: UUID) -> str:
    """Everything about it: fetched beside the conversation, or the page that a call's link leads to."""
    return _page(conversation_id)


@blueprint.post("/acknowledge")
def acknowledge(conversation_id: UUID) -> Answer:
    """The person sees to it: nobody is called any more. A call's own link must be theirs."""
    given = request.form.get("call", "")
    try:
        with uow(here()) as work:
            if given:
                _theirs(reads.standing(work, conversation_id), given)
            acute.acknowledge(work, conversation_id)
    except (Conflict, Invalid) as error:
        return _page(conversation_id, said(error)), code_of(error)
    return redirect(url_for("desk.conversation", conversation_id=conversation_id, view=asked_view().value), 303)


@blueprint.post("/decide")
def decide(conversation_id: UUID) -> Answer:
    """It is acute (`mark`: where no word said so), it is not, or that is taken back."""
    match request.form.get("decision", ""):
        case "acute":
            return do(conversation_id, lambda work, id_, seen: acute.decide(work, id_, seen, is_acute=True))
        case "not_acute":
            return do(conversation_id, lambda work, id_, seen: acute.decide(work, id_, seen, is_acute=False))
        case "mark":
            return do(conversation_id, acute.mark)
        case _:
            return do(conversation_id, acute.undo)


@blueprint.post("/text")
def put_in(conversation_id: UUID) -> Response:
    """The agreed text to the end of the draft, where it is read before it is sent."""
    given = request.form.get("mode", "")
    mode = given if given in MODES else MODES[0]
    with uow(here()) as work:
        told = _text(reads.list_in_force(work), reads.standing(work, conversation_id).language)
        begun = drafts.begun(work, conversation_id, mode) or ""
        drafts.keep(work, conversation_id, mode, f"{begun.rstrip()}\n{told}" if begun.strip() else told)
    return writing(conversation_id, mode)


def _page(conversation_id: UUID, refused: str = "") -> str:
    with reading.page(here()) as work:
        found = reads.standing(work, conversation_id)
        given = request.values.get("call", "")
        if given:
            _theirs(found, given)
        return render_template(
            "conversations/_acute_more.html" if is_fragment() else "conversations/acute.html",
            acute=found,
            text=_text(reads.list_in_force(work), found.language),
            call=given,
            refused=refused,
            now=work.now,
            view=asked_view().value,
        )


def _text(found: reads.ListInForce, language: str) -> str:
    return agreed(found.texts, found.country, language, found.language)


def _theirs(found: reads.Standing, given: str) -> None:
    """Whether the link was made for whoever follows it, and about this. Raises NotFound for any other."""
    me = here().id
    secret = str(current_app.config["SECRET_KEY"])
    if me is None or found.acute_id is None or not holds(secret, given, found.acute_id, me):
        raise NotFound("This link is for somebody else, or is over.")
