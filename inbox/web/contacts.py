"""A person's page, and the short form of it beside a conversation: group, notes, joining and taking apart.

Everything on it is a plain form. What it must not do: decide who may see a person, or who is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from inbox.domain.errors import Conflict, Invalid
from inbox.domain.groups import LONGEST_NOTE, LONGEST_PURPOSE
from inbox.domain.ids import parse_id
from inbox.queries import contact as reads
from inbox.queries import staffing
from inbox.services import contacts
from inbox.uow import UnitOfWork, uow
from inbox.web import reading
from inbox.web.people import here
from inbox.web.policy_words import GROUPS
from inbox.web.refusals import code_of, said

blueprint = Blueprint("contacts", __name__)
Answer = Response | tuple[str, int]
_LONGEST_SEARCH = 100
_Fields = Mapping[str, str]


@blueprint.get("/c/<uuid:conversation_id>/contact")
def panel(conversation_id: UUID) -> str | Response:
    """Whom one talks with: fetched into the side of the desk. Without a script the link leads to the whole page."""
    with reading.page(here()) as work:
        contact_id = reads.of_conversation(work, conversation_id)
        if "HX-Request" not in request.headers:
            return redirect(url_for("contacts.page", contact_id=contact_id))
        person = reads.person(work, contact_id, most=reads.BRIEF, besides=conversation_id)
        answerers = staffing.answerers(work, conversation_id, person.group) if person.group else ()
        return render_template(
            "contacts/_brief.html",
            person=person,
            groups=GROUPS,
            answerers=answerers,
            conversation_id=conversation_id,
            now=work.now,
        )


@blueprint.get("/contacts/<uuid:contact_id>")
def page(contact_id: UUID) -> str:
    """Everything of one person, and who else may be the same one."""
    return _page(contact_id)


@blueprint.post("/contacts/<uuid:contact_id>/group")
def group(contact_id: UUID) -> Answer:
    """Whom they speak for."""
    given = request.form.get("group", "")
    return _do(contact_id, lambda work: contacts.put_in_group(work, contact_id, given), {})


@blueprint.post("/contacts/<uuid:contact_id>/notes")
def note(contact_id: UUID) -> Answer:
    """What must be known next time, and for what."""
    typed = {"purpose": request.form.get("purpose", ""), "text": request.form.get("text", "")}
    return _do(contact_id, lambda work: contacts.note(work, contact_id, typed["purpose"], typed["text"]), typed)


@blueprint.post("/contacts/<uuid:contact_id>/notes/<uuid:contact_note_id>/remove")
def remove_note(contact_id: UUID, contact_note_id: UUID) -> Answer:
    """Take one's own note away."""
    return _do(contact_id, lambda work: contacts.remove_note(work, contact_id, contact_note_id), {})


@blueprint.post("/contacts/<uuid:contact_id>/join")
def join(contact_id: UUID) -> Answer:
    """These are one person."""
    other = parse_id(request.form.get("other", ""))
    return _do(contact_id, lambda work: contacts.join(work, contact_id, other), {})


@blueprint.post("/contacts/<uuid:contact_id>/joinings/<uuid:joining_id>/undo")
def undo_join(contact_id: UUID, joining_id: UUID) -> Answer:
    """They are two after all."""
    return _do(contact_id, lambda work: contacts.undo_join(work, contact_id, joining_id), {})


def _do(contact_id: UUID, deed: Callable[[UnitOfWork], object], typed: _Fields) -> Answer:
    """One deed, then the page by its own address; refused, the page with why and with what was typed."""
    try:
        with uow(here()) as work:
            deed(work)
    except (Conflict, Invalid) as error:
        field = error.field if isinstance(error, Invalid) else ""
        return _page(contact_id, typed, {field: said(error)}), code_of(error)
    return redirect(url_for("contacts.page", contact_id=contact_id), 303)


def _page(contact_id: UUID, typed: _Fields | None = None, wrong: _Fields | None = None) -> str:
    asked = request.args.get("find", "")[:_LONGEST_SEARCH]
    with reading.page(here()) as work:
        person = reads.person(work, contact_id)
        return render_template(
            "contacts/page.html",
            person=person,
            groups=GROUPS,
            asked=asked,
            others=reads.others(work, contact_id, asked) if asked.strip() else (),
            typed=typed or {},
            wrong=wrong or {},
            longest_purpose=LONGEST_PURPOSE,
            longest_note=LONGEST_NOTE,
            now=work.now,
        )
