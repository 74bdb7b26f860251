"""Deeds on a conversation: take, give back, note, solve, dismiss, open again, rank, make work.

Each says which version was on the screen. Who was second gets the desk again with what changed and every
word kept. What it must not do: decide who may.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from inbox.domain.errors import Conflict, Invalid
from inbox.services import conversations, drafts, merging, pictures
from inbox.uow import UnitOfWork, uow
from inbox.web.desk import Refused, asked_view, show
from inbox.web.people import here
from inbox.web.refusals import code_of, said
from inbox.web.sheets import asked_descriptions

blueprint = Blueprint("conversations", __name__, url_prefix="/c/<uuid:conversation_id>")
Answer = Response | tuple[str, int]
Deed = Callable[[UnitOfWork, UUID, int], object]


@blueprint.post("/take")
def take(conversation_id: UUID) -> Answer:
    """Make it mine."""
    return do(conversation_id, conversations.take)


@blueprint.post("/release")
def release(conversation_id: UUID) -> Answer:
    """Give it back to everybody."""
    return do(conversation_id, conversations.release)


@blueprint.post("/solve")
def solve(conversation_id: UUID) -> Answer:
    """The matter is done."""
    return do(conversation_id, conversations.solve)


@blueprint.post("/reopen")
def reopen(conversation_id: UUID) -> Answer:
    """Take "solved" or "dismissed" back."""
    return do(conversation_id, conversations.reopen)


@blueprint.post("/make-work")
def make_work(conversation_id: UUID) -> Answer:
    """What was seen or noise is ours after all."""
    return do(conversation_id, conversations.make_work)


@blueprint.post("/rank")
def rank(conversation_id: UUID) -> Answer:
    """How much hangs on it."""
    given = request.form.get("priority", "")
    priority = int(given) if given in ("0", "1", "2") else -1
    return do(conversation_id, lambda work, id_, version: conversations.rank(work, id_, version, priority))


@blueprint.post("/dismiss")
def dismiss(conversation_id: UUID) -> Answer:
    """No answer is needed, for a reason."""
    reason = request.form.get("reason", "")
    return do(conversation_id, lambda work, id_, version: conversations.dismiss(work, id_, version, reason))


@blueprint.post("/note")
def note(conversation_id: UUID) -> Answer:
    """A note for colleagues."""
    text = request.form.get("body", "")
    return do(
        conversation_id,
        lambda work, id_, _version: conversations.note(work, id_, text),
        mode="note",
        text=text,
    )


def asked_version() -> int:
    """The version that was on the screen; something else than a number was never on one, and conflicts."""
    given = request.form.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1


def refuse(conversation_id: UUID, error: Conflict | Invalid, *, mode: str = "", text: str = "") -> Answer:
    """The desk again, with why, and with the words in their place and kept as a draft."""
    if mode in drafts.MODES:
        with uow(here()) as work:
            there = merging.standing(work, conversation_id)
            if there != conversation_id:
                drafts.forget(work, conversation_id, mode)
            drafts.keep(work, there, mode, text)
            pictures.describe(work, there, mode, asked_descriptions())
    refused = Refused(said(error), isinstance(error, Conflict), mode, text)
    return show(conversation_id, refused=refused), code_of(error)


def is_fragment() -> bool:
    """Whether a script asks for a part of the page; without one a whole page is wanted."""
    return request.headers.get("HX-Request") == "true"


def back(conversation_id: UUID) -> Response:
    """After a deed: the conversation again, by its own address, so that a reload repeats nothing."""
    return redirect(url_for("desk.conversation", conversation_id=conversation_id, view=asked_view().value), 303)


def writing(conversation_id: UUID, mode: str) -> Response:
    """After a deed that leaves something to write: the same with the pen in hand."""
    address = url_for("desk.reply_form", conversation_id=conversation_id, view=asked_view().value, mode=mode)
    return redirect(address, 303)


def do(conversation_id: UUID, deed: Deed, *, mode: str = "", text: str = "") -> Answer:
    """One deed on what was on the screen. Refused, it shows the desk with why, and with the words that came along."""
    try:
        with uow(here()) as work:
            deed(work, conversation_id, asked_version())
    except (Conflict, Invalid) as error:
        return refuse(conversation_id, error, mode=mode, text=text)
    return back(conversation_id)
