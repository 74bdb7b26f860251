"""Canned answers: kept in the settings, found and put in from the composer.

With a script the words go in at the cursor, without one to the end of the draft on the server; either way they are
only a draft. What it must not do: send, or fill a place.
"""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from inbox.domain import permissions
from inbox.domain.errors import Invalid
from inbox.domain.ids import parse_id
from inbox.queries import canned as reads
from inbox.queries import silo_source
from inbox.queries.silo_source import Ground, Source
from inbox.services import canned as verbs
from inbox.services import drafts
from inbox.services.canned import Wording
from inbox.uow import UnitOfWork, uow
from inbox.web import reading
from inbox.web.conversations import is_fragment, writing
from inbox.web.people import here
from inbox.web.refusals import said

blueprint = Blueprint("canned", __name__)
Answer = Response | str | tuple[str, int]
MODES = ("public", "private")


@blueprint.get("/settings/answers")
def page() -> str:
    """All that are offered."""
    with reading.page(here()) as work:
        return render_template("settings/canned.html", found=reads.listing(work), may_edit=_may_edit())


@blueprint.get("/settings/answers/new")
def new() -> str:
    """A new one, in fields: empty, or with what a unit of the back office said."""
    said_id = parse_id(request.args.get("said", ""))
    with reading.page(here()) as work:
        if said_id is None:
            return _form(Wording("", "", "", ""))
        ground = silo_source.ground(work, said_id)
        wording = Wording("", ground.title, ground.language, ground.text, said_id=said_id)
        return _form(wording, ground=ground)


@blueprint.get("/settings/answers/<uuid:canned_id>")
def change(canned_id: UUID) -> str:
    """One of them, in fields."""
    with reading.page(here()) as work:
        one = reads.one(work, canned_id)
        wording = Wording(one.shortcut, one.title, one.language, one.text, ", ".join(one.tags), one.solve)
        return _form(wording, canned_id, source=one.source)


@blueprint.post("/settings/answers")
def save() -> Answer:
    """Keep a new one, or another wording in the place of one."""
    shortcut, title, language, text, tags = (
        request.form.get(name, "") for name in ("shortcut", "title", "language", "text", "tags")
    )
    said_id = parse_id(request.form.get("said", ""))
    wording = Wording(shortcut, title, language, text, tags, request.form.get("then") == "solve", said_id)
    instead_of = parse_id(request.form.get("instead_of", ""))
    try:
        with uow(here()) as work:
            kept = verbs.save(work, wording, instead_of=instead_of)
    except Invalid as error:
        with reading.page(here()) as work:
            ground = silo_source.ground(work, said_id) if said_id is not None else None
            (before, *_others) = reads.with_ids(work, [instead_of] if instead_of else ()) or (None,)
            source = before.source if before is not None else None
            return _form(wording, instead_of, error, ground=ground, source=source), 422
    return redirect(url_for("canned.page", saved=str(kept)), 303)


@blueprint.post("/settings/answers/<uuid:canned_id>/retire")
def retire(canned_id: UUID) -> Response:
    """Nobody is offered it any more."""
    with uow(here()) as work:
        verbs.retire(work, canned_id)
    return redirect(url_for("canned.page"), 303)


@blueprint.get("/c/<uuid:conversation_id>/canned")
def choose(conversation_id: UUID) -> str:
    """Those for this conversation: what the composer lists, or a page of its own."""
    with reading.page(here()) as work:
        found = reads.offered(work, conversation_id)
        return render_template(
            "conversations/_canned.html" if is_fragment() else "conversations/canned.html",
            found=found,
            conversation_id=conversation_id,
            mode=_asked_mode(),
            view=request.args.get("view", ""),
        )


@blueprint.get("/c/<uuid:conversation_id>/canned/<uuid:canned_id>")
def words(conversation_id: UUID, canned_id: UUID) -> str:
    """One of them with its places filled, and what is done with it: what a script puts in."""
    with reading.page(here()) as work:
        return render_template(
            "conversations/_canned_words.html",
            words=verbs.filled(work, conversation_id, canned_id),
            one=reads.one(work, canned_id),
        )


@blueprint.post("/c/<uuid:conversation_id>/canned/<uuid:canned_id>")
def put_in(conversation_id: UUID, canned_id: UUID) -> Response:
    """The same without a script: to the end of the draft."""
    mode = _asked_mode()
    with uow(here()) as work:
        _add_to_draft(work, conversation_id, mode, verbs.filled(work, conversation_id, canned_id))
    answer = writing(conversation_id, mode)
    answer.location = f"{answer.location}&also={canned_id}"
    return answer


def _add_to_draft(work: UnitOfWork, conversation_id: UUID, mode: str, filled: str) -> None:
    begun = drafts.begun(work, conversation_id, mode) or ""
    drafts.keep(work, conversation_id, mode, f"{begun.rstrip()}\n{filled}" if begun.strip() else filled)


def _asked_mode() -> str:
    given = request.values.get("mode", "")
    return given if given in MODES else MODES[0]


def _may_edit() -> bool:
    return permissions.at("canned.save").admits(here())


def _form(
    wording: Wording,
    instead_of: UUID | None = None,
    error: Invalid | None = None,
    *,
    ground: Ground | None = None,
    source: Source | None = None,
) -> str:
    return render_template(
        "settings/canned_form.html",
        wording=wording,
        instead_of=instead_of,
        source=ground.source if ground else source,
        kept_as=ground.kept_as if ground else (),
        wrong={error.field: said(error)} if error else {},
        languages={"da": _("Danish"), "nb": _("Norwegian (bokmål)"), "en": _("English")},
        places=("name", "agent", "organisation", "link"),
    )
