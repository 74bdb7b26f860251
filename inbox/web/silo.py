"""Asking the back office from the desk: the form, a recall, a reminder, and an answer put into what one writes.

The form is fetched into a sheet of the desk and stands on a page of its own without a script; refused, it comes back as
that page with every word that was written. What it must not do: choose whom to ask, or send anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from inbox.domain.errors import Conflict, Invalid
from inbox.domain.ids import parse_id
from inbox.domain.silo import meanwhile
from inbox.domain.snoozing import LONGEST, at_the_wall
from inbox.queries import colleagues, silo_directory, silo_thread
from inbox.services import silo, silo_remarks
from inbox.services.silo import MODES, Question
from inbox.uow import UnitOfWork, uow
from inbox.web import formatting, reading, wording
from inbox.web.conversations import Answer, asked_version, back, do, refuse, writing
from inbox.web.desk import asked_view
from inbox.web.people import here
from inbox.web.refusals import code_of, said

blueprint = Blueprint("silo", __name__, url_prefix="/c/<uuid:conversation_id>/silo")
FIELDS = frozenset({"silo", "question", "known", "promised_until", "mode", "line"})


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form. `line` is None where the words that we propose stand."""

    silo: str = ""
    question: str = ""
    known: str = ""
    day: str = ""
    hour: str = ""
    mode: str = ""
    shows_private: bool = False
    tell: bool = False
    line: str | None = None
    refusal: str = ""
    """Why the whole of it was refused."""
    wrong: dict[str, str] = field(default_factory=dict)
    """The sentence beside a field."""


@blueprint.get("")
def form(conversation_id: UUID) -> str:
    """Whom to ask and what: fetched into the sheet, or a page of its own."""
    return _form(conversation_id, Typed())


@blueprint.post("")
def ask(conversation_id: UUID) -> Answer:
    """Put the question."""
    given = request.form
    typed = Typed(
        silo=given.get("silo", ""),
        question=given.get("question", ""),
        known=given.get("known", ""),
        day=given.get("day", ""),
        hour=given.get("hour", ""),
        mode=given.get("mode", ""),
        shows_private=given.get("shows_private") == "yes",
        tell=given.get("tell") == "yes",
        line=given.get("line", ""),
    )
    try:
        with uow(here()) as work:
            silo.ask(work, conversation_id, asked_version(), _question(work, typed))
    except (Conflict, Invalid) as error:
        return _form(conversation_id, _refused(typed, error)), code_of(error)
    return back(conversation_id)


@blueprint.post("/recall")
def recall(conversation_id: UUID) -> Answer:
    """The answer is needed no more."""
    return do(conversation_id, lambda work, id_, version: silo.recall(work, id_, version, _ticket()))


@blueprint.post("/remind")
def remind(conversation_id: UUID) -> Answer:
    """Ask them to look at it."""
    return do(conversation_id, lambda work, id_, version: silo.remind(work, id_, version, _ticket()))


@blueprint.post("/come")
def decide(conversation_id: UUID) -> Answer:
    """Nobody can tell whether the question came: a person has asked there."""
    come = request.form.get("come") == "yes"
    return do(conversation_id, lambda work, id_, version: silo.decide(work, id_, version, _ticket(), come=come))


@blueprint.post("/remark/<uuid:remark_id>")
def tell(conversation_id: UUID, remark_id: UUID) -> Answer:
    """Answer what the unit asked back."""
    text = request.form.get("text", "")
    return do(conversation_id, lambda work, id_, _version: silo_remarks.tell(work, id_, remark_id, text))


@blueprint.post("/answer/<uuid:returned_id>")
def put_in(conversation_id: UUID, returned_id: UUID) -> Response | Answer:
    """An answer to the end of what one writes. It is a draft: nothing goes out."""
    begun, mode = request.form.get("body", ""), request.form.get("mode", "")
    try:
        with uow(here()) as work:
            mode = silo.put_in(work, conversation_id, returned_id, begun)
    except Conflict as error:
        return refuse(conversation_id, error, mode=mode, text=begun)
    return writing(conversation_id, mode)


def _ticket() -> UUID:
    """The question that is meant; something that is no id was put by nobody."""
    return parse_id(request.form.get("ticket", "")) or UUID(int=0)


def _question(work: UnitOfWork, typed: Typed) -> Question:
    return Question(
        parse_id(typed.silo),
        typed.question,
        typed.known,
        _until(work, typed),
        typed.mode,
        typed.shows_private,
        typed.line if typed.tell else None,
    )


def _until(work: UnitOfWork, typed: Typed) -> datetime | None:
    """A time of day alone is one of today."""
    if not typed.day and not typed.hour:
        return None
    today = formatting.local(work.now).date().isoformat()
    try:
        return at_the_wall(typed.day or today, typed.hour, colleagues.zone(work))
    except Invalid as error:
        raise Invalid(error.sentence, field="promised_until") from error


def _refused(typed: Typed, error: Conflict | Invalid) -> Typed:
    where = error.field if isinstance(error, Invalid) else ""
    if where in FIELDS:
        return replace(typed, wrong={where: said(error)})
    return replace(typed, refusal=said(error))


def _form(conversation_id: UUID, typed: Typed) -> str:
    with reading.page(here()) as work:
        about = colleagues.matter(work, conversation_id)
        ground = silo_thread.ground(work, about.id)
        choice = silo_directory.choice(work, about.id)
        return render_template(
            "silo/ask.html",
            about=about,
            choice=choice,
            because=", ".join(map(wording.quoted, choice.suggestion.words)) if choice.suggestion else "",
            typed=typed,
            mode=typed.mode if typed.mode in MODES else ground.mode,
            ways=ground.ways,
            spoken=ground.language,
            line=meanwhile(ground.language) if typed.line is None else typed.line,
            first_day=formatting.local(work.now).date(),
            last_day=formatting.local(work.now + LONGEST).date(),
            view=asked_view().value,
            now=work.now,
        )
