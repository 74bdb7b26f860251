"""“We stop here”: the last word before it goes out, taking it back, and the list for leads and auditors.

The form is fetched into a sheet of the desk and stands on a page of its own without a script. What it must not do:
decide who may, or say anything by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from flask import Blueprint, render_template, request

from inbox.domain.errors import Conflict, Invalid
from inbox.domain.stopping import LONGEST_WORDS
from inbox.queries import colleagues as reads
from inbox.queries import stopping as stops
from inbox.services import last_word, stopping
from inbox.uow import uow
from inbox.web import reading
from inbox.web.conversations import Answer, asked_version, back, do
from inbox.web.desk import asked_view
from inbox.web.people import here
from inbox.web.refusals import code_of, said
from inbox.web.sheets import asked_because
from inbox.web.stop_words import REASONS

blueprint = Blueprint("last_word", __name__)
AT = "/c/<uuid:conversation_id>/stop"
BESIDE = frozenset({"why", "words", "body", "reason"})
"""Fields that a sentence can stand beside; `reason` is what the guard asks for."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form. `body` is None where the organisation's own last word stands."""

    why: str = ""
    words: str = ""
    body: str | None = None
    refusal: str = ""
    wrong: dict[str, str] = field(default_factory=dict)


@blueprint.get(AT)
def form(conversation_id: UUID) -> str:
    """What will be said, and why."""
    return _form(conversation_id, Typed())


@blueprint.post(AT)
def stop(conversation_id: UUID) -> Answer:
    """Say it, and stop."""
    why, words, body = (request.form.get(name, "") for name in ("why", "words", "body"))
    try:
        with uow(here()) as work:
            last_word.stop(
                work, conversation_id, asked_version(), reason=why, words=words, body=body, because=asked_because()
            )
    except (Conflict, Invalid) as error:
        beside = error.field if isinstance(error, Invalid) and error.field in BESIDE else ""
        wrong = {beside: said(error)} if beside else {}
        return _form(conversation_id, Typed(why, words, body, "" if beside else said(error), wrong)), code_of(error)
    return back(conversation_id)


@blueprint.post(f"{AT}/lift")
def lift(conversation_id: UUID) -> Answer:
    """Take it back."""
    return do(conversation_id, stopping.lift)


@blueprint.get("/audit/stops")
def page() -> str:
    """Where we stopped, and why."""
    with reading.page(here()) as work:
        return render_template("audit/stops.html", stops=stops.listing(work), now=work.now)


def _form(conversation_id: UUID, typed: Typed) -> str:
    with reading.page(here()) as work:
        about = reads.matter(work, conversation_id)
        return render_template(
            "conversations/stop.html",
            about=about,
            typed=typed,
            body=last_word.wording(work, conversation_id) if typed.body is None else typed.body,
            stop_reasons=REASONS,
            longest=LONGEST_WORDS,
            because=asked_because(),
            view=asked_view().value,
        )
