"""Complaints at the desk, their list for leads and auditors, and the settings of each kind.

The forms are fetched into sheets of the desk and stand on pages of their own without a script. What it must not do:
decide who may, or what is a complaint.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from uuid import UUID

from flask import Blueprint, render_template, request

from inbox.domain.complaints import LONGEST_TEXT
from inbox.domain.errors import Conflict, Invalid
from inbox.domain.ids import parse_id
from inbox.queries import colleagues, complaint_rules, silo_thread
from inbox.queries import complaints as reads
from inbox.services import complaints
from inbox.uow import uow
from inbox.web import reading
from inbox.web.complaint_words import KINDS
from inbox.web.conversations import Answer, asked_version, back, do
from inbox.web.desk import asked_view
from inbox.web.people import here
from inbox.web.refusals import code_of, said
from inbox.web.sheets import asked_because

blueprint = Blueprint("complaints", __name__)
AT = "/c/<uuid:conversation_id>/complaint"
ELSEWHERE = "elsewhere"
"""In the form: a complaint about staff is about somebody who does not work here."""
_BESIDE = frozenset({"kind", "about", "body", "mode", "reason"})


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in a form. `body` is None where the organisation's own receipt stands."""

    kind: str = ""
    about: str = ""
    mode: str = ""
    body: str | None = None
    refusal: str = ""
    wrong: dict[str, str] = field(default_factory=dict)


@blueprint.get(AT)
def form(conversation_id: UUID) -> str:
    """What it is about, and whom."""
    return _form(conversation_id, Typed())


@blueprint.post(AT)
def decide(conversation_id: UUID) -> Answer:
    """It is a complaint."""
    kind, about = request.form.get("kind", ""), request.form.get("about", "")
    try:
        with uow(here()) as work:
            complaints.decide(
                work,
                conversation_id,
                asked_version(),
                kind,
                about_id=parse_id(about),
                elsewhere=about == ELSEWHERE,
            )
    except (Conflict, Invalid) as error:
        return _form(conversation_id, _refused(Typed(kind, about), error)), code_of(error)
    return back(conversation_id)


@blueprint.post(f"{AT}/no")
def deny(conversation_id: UUID) -> Answer:
    """It is not."""
    return do(conversation_id, complaints.deny)


@blueprint.post(f"{AT}/back")
def take_back(conversation_id: UUID) -> Answer:
    """It was none after all."""
    return do(conversation_id, complaints.take_back)


@blueprint.get(f"{AT}/receipt")
def receipt_form(conversation_id: UUID) -> str:
    """The receipt before it goes out."""
    return _receipt_form(conversation_id, Typed())


@blueprint.post(f"{AT}/receipt")
def receipt(conversation_id: UUID) -> Answer:
    """Send it, signed."""
    mode, body = request.form.get("mode", ""), request.form.get("body", "")
    try:
        with uow(here()) as work:
            complaints.receipt(
                work, conversation_id, asked_version(), visibility=mode, body=body, because=asked_because()
            )
    except (Conflict, Invalid) as error:
        return _receipt_form(conversation_id, _refused(Typed(mode=mode, body=body), error)), code_of(error)
    return back(conversation_id)


@blueprint.get("/complaints")
def page() -> str:
    """What is open, late ones first, for leads; the counts for auditors, too."""
    with reading.page(here()) as work:
        return render_template("complaints/page.html", found=reads.overview(work), kinds=KINDS, now=work.now)


def _refused(typed: Typed, error: Conflict | Invalid) -> Typed:
    where = error.field if isinstance(error, Invalid) and error.field in _BESIDE else ""
    return replace(typed, wrong={where: said(error)}) if where else replace(typed, refusal=said(error))


def _form(conversation_id: UUID, typed: Typed) -> str:
    with reading.page(here()) as work:
        about = colleagues.matter(work, conversation_id)
        return render_template(
            "complaints/decide.html",
            about=about,
            people=complaint_rules.about_whom(work, about.team_id),
            kinds=KINDS,
            elsewhere=ELSEWHERE,
            typed=typed,
            view=asked_view().value,
        )


def _receipt_form(conversation_id: UUID, typed: Typed) -> str:
    with reading.page(here()) as work:
        about = colleagues.matter(work, conversation_id)
        ground = silo_thread.ground(work, about.id)
        body = complaints.wording(work, about.id)
        return render_template(
            "complaints/receipt.html",
            about=about,
            typed=typed,
            body=body if typed.body is None else typed.body,
            mode=typed.mode or ground.mode,
            ways=ground.ways,
            spoken=ground.language,
            longest=LONGEST_TEXT,
            because=asked_because(),
            view=asked_view().value,
        )
