"""What was answered before, beside an open conversation and on a page of its own, and how it gets into a draft.

With a script the words go in at the cursor, without one to the end of the draft on the server; either way they are
only a draft. One that says what was found wrong since is warned of. What it must not do: send, or judge what is alike.
"""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from inbox.domain.errors import Invalid
from inbox.queries import answered as reads
from inbox.queries import contradicting
from inbox.queries.answered import Answered
from inbox.services import conversations, drafts
from inbox.uow import uow
from inbox.web import reading
from inbox.web.conversations import is_fragment, writing
from inbox.web.people import here
from inbox.web.refusals import said

blueprint = Blueprint("answered", __name__)
MODES = ("public", "private")
BESIDE = 3
"""Answers beside a conversation, each with a key of its own."""


@blueprint.get("/c/<uuid:conversation_id>/answered")
def similar(conversation_id: UUID) -> str | tuple[str, int]:
    """Those like the newest question: a few for the side, or a page with all of them and a field to search in."""
    words = request.args.get("q", "").strip()[:200]
    with reading.tuned(here()) as work:
        try:
            found = reads.similar(work, conversation_id, "" if is_fragment() else words)
        except Invalid as error:
            nothing = Answered(conversation_id, "", False, ())
            return _page(nothing, words, said(error), work.now), 422
        if not is_fragment():
            return _page(found, words, "", work.now)
        return render_template(
            "conversations/_answered.html", found=found, beside=BESIDE, now=work.now, mode=_mode(found)
        )


@blueprint.get("/c/<uuid:conversation_id>/answered/<uuid:earlier_id>")
def words(conversation_id: UUID, earlier_id: UUID) -> str:
    """One of them for this conversation: what a script puts in."""
    with reading.page(here()) as work:
        return render_template(
            "conversations/_answered_words.html", words=reads.for_this(work, conversation_id, earlier_id)
        )


@blueprint.post("/c/<uuid:conversation_id>/answered/<uuid:earlier_id>")
def put_in(conversation_id: UUID, earlier_id: UUID) -> Response:
    """The same without a script: to the end of the draft."""
    mode = _asked_mode()
    with uow(here()) as work:
        told = reads.for_this(work, conversation_id, earlier_id)
        begun = drafts.begun(work, conversation_id, mode) or ""
        drafts.keep(work, conversation_id, mode, f"{begun.rstrip()}\n{told}" if begun.strip() else told)
    return writing(conversation_id, mode)


@blueprint.get("/c/<uuid:conversation_id>/contradicts")
def contradicts(conversation_id: UUID) -> str:
    """Whether what one has begun to write was found wrong: asked by the page that shows the draft, when it is there."""
    mode = _asked_mode()
    with reading.page(here()) as work:
        conversations.visible(work, conversation_id)
        begun = drafts.begun(work, conversation_id, mode) or ""
        found = contradicting.contradicts(work, conversation_id, begun)
        if is_fragment():
            return render_template("conversations/_contradicts.html", preview={"contradicts": found}) if found else ""
        return render_template(
            "conversations/contradicted.html",
            preview={"contradicts": found},
            conversation_id=conversation_id,
            mode=mode,
            view=request.args.get("view", ""),
        )


def _asked_mode() -> str:
    given = request.values.get("mode", "")
    return given if given in MODES else MODES[0]


def _page(found: Answered, words: str, wrong: str, now: object) -> str:
    return render_template(
        "conversations/answered.html",
        found=found,
        words=words,
        wrong=wrong,
        now=now,
        mode=_mode(found),
        view=request.args.get("view", ""),
    )


def _mode(found: Answered) -> str:
    return "private" if found.private else "public"
