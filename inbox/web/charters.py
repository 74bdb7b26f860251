"""Charters: the accounts, one charter in fields with a look at it, its versions, and the whole beside an answer.

Everything but saving happens in the form alone. What it must not do: decide what a charter is, or who may change one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from inbox.domain.charters import Charter, Unfit, changes
from inbox.domain.charters.starters import KINDS, LANGUAGES, starter
from inbox.domain.errors import Conflict, Invalid, NotFound
from inbox.domain.ids import parse_id
from inbox.queries import charters as reads
from inbox.queries.calendars import calendars
from inbox.queries.charters import OfAccount
from inbox.services import charters as verbs
from inbox.services import drafts
from inbox.uow import UnitOfWork, uow
from inbox.web import charter_words, reading
from inbox.web.charter_form import COLUMNS, EXAMPLES, CharterForm
from inbox.web.conversations import writing
from inbox.web.desk import asked_view
from inbox.web.people import here
from inbox.web.refusals import said, translated
from inbox.web.wording import DAYS

blueprint = Blueprint("charters", __name__)
Answer: TypeAlias = Response | str | tuple[str, int]
AT = "/settings/charters/<uuid:account_id>"


@dataclass(frozen=True, slots=True)
class Told:
    """What one answer adds to the form: sentences beside their fields, where the focus goes, who was first."""

    faults: Mapping[str, str] = field(default_factory=dict)
    focus: str = ""
    overtaken: str = ""
    begun: bool = False


@blueprint.get("/settings/charters")
def page() -> str:
    """Every account, and whether it has a charter."""
    with reading.page(here()) as work:
        return render_template("settings/charters.html", accounts=reads.listing(work), now=work.now)


@blueprint.get(AT)
def editor(account_id: UUID) -> str:
    """One account's charter, with fields for who may change it; begun from another where that was asked."""
    with reading.page(here()) as work:
        account = reads.of_account(work, account_id)
        begun = _begun(work, request.args.get("begin", "")) if account.may_edit else None
        charter = begun or (account.saved.charter if account.saved else None)
        return _page(work, account, CharterForm.of(_version(account), charter), Told(begun=begun is not None))


@blueprint.post(f"{AT}/draft")
def draft(account_id: UUID) -> Answer:
    """One button of the form: more lines, the starting list, a look at it. Nothing is saved."""
    form, step = CharterForm.read(request.form), request.form.get("do", "")
    with reading.page(here()) as work:
        account = reads.of_account(work, account_id)
        if not account.may_edit:
            raise NotFound("There is no such account.")
        form, focus = form.stepped(step, account.language)
        # While somebody is still writing, what is not ready yet is no mistake: only asking for a look is.
        faults = _faults(form.charter) if step == "look" else {}
        return _page(work, account, form, Told(faults=faults, focus=focus)), 422 if faults else 200


@blueprint.post(AT)
def save(account_id: UUID) -> Answer:
    """All of it in force, as another version; or everything that is in the way of it, and nothing is saved."""
    form = CharterForm.read(request.form)
    try:
        with uow(here()) as work:
            version = verbs.save(work, account_id, form.charter, version=form.version)
    except Unfit as unfit:
        told, code = Told(faults=_said(unfit)), 422
    except Conflict as conflict:
        told, code = Told(overtaken=said(conflict)), 409
    else:
        return redirect(url_for("charters.editor", account_id=account_id, saved=version, before=form.version), 303)
    with reading.page(here()) as work:
        account = reads.of_account(work, account_id)
        # Somebody else saved meanwhile: the same form on top of theirs.
        form = replace(form, version=_version(account)) if told.overtaken else form
        return _page(work, account, form, told), code


@blueprint.get(f"{AT}/versions")
def versions(account_id: UUID) -> str:
    """Every version with who and when; one of them with what it changed."""
    with reading.page(here()) as work:
        account = reads.of_account(work, account_id)
        found = reads.versions(work, account_id)
        asked = request.args.get("version", found[0].version if found else 0, type=int)
        shown = next((one for one in found if one.version == asked), None)
        before = next((one for one in found if shown and one.version == shown.version - 1), None)
        return render_template(
            "settings/charter_versions.html",
            account=account,
            versions=found,
            shown=shown,
            changes=changes(before.charter if before else None, shown.charter) if shown else (),
            parts=charter_words.PARTS,
            now=work.now,
        )


@blueprint.get("/c/<uuid:conversation_id>/charter")
def whole(conversation_id: UUID) -> str:
    """The whole charter beside an answer: fetched into the sheet, or a page of its own."""
    with reading.page(here()) as work:
        account = reads.of_conversation(work, conversation_id)
        return render_template(
            "conversations/charter.html",
            conversation_id=conversation_id,
            view=asked_view().value,
            account=account,
            **_looks(work, account),
        )


@blueprint.post("/c/<uuid:conversation_id>/charter/reference")
def put_in(conversation_id: UUID) -> Response:
    """A rule to point to, to the end of the public draft: what a script does at the cursor."""
    with uow(here()) as work:
        saved = reads.of_conversation(work, conversation_id).saved
        references = saved.charter.references if saved else ()
        chosen = next((one for one in references if one.title == request.form.get("title", "")), None)
        if chosen is None:
            raise Conflict("This rule is not in the charter any more.")
        begun = (drafts.begun(work, conversation_id, "public") or "").rstrip()
        drafts.keep(work, conversation_id, "public", f"{begun} {chosen.words}" if begun else chosen.words)
    return writing(conversation_id, "public")


def _version(account: OfAccount) -> int:
    return account.saved.version if account.saved else 0


def _begun(work: UnitOfWork, asked: str) -> Charter | None:
    """The charter to begin from: a starter's, or another account's. Raises Invalid for what there is not."""
    if not asked:
        return None
    kind, _colon, rest = asked.partition(":")
    found: Charter | None = None
    other = parse_id(rest)
    if kind == "account" and other is not None:
        saved = reads.of_account(work, other).saved
        found = saved.charter if saved else None
    elif kind in KINDS:
        found = starter(kind, rest)
    if found is None:
        raise Invalid("There is no such charter to begin from.", field="begin")
    return found


def _faults(charter: Charter) -> dict[str, str]:
    try:
        charter.fit()
    except Unfit as unfit:
        return _said(unfit)
    return {}


def _said(unfit: Unfit) -> dict[str, str]:
    """A sentence for each field, by the field's id."""
    return {one.where.replace(".", "-"): translated(one.sentence, dict(one.values)) for one in unfit.faults}


def _looks(work: UnitOfWork, account: OfAccount) -> dict[str, Any]:
    """What a charter is shown with: the names of its parts, and the hours of the account's calendar."""
    found = calendars(work)
    hours = next((one for one in found.all if account.id in one.account_ids), found.own)
    week = hours.plan.hours
    return {
        "parts": charter_words.PARTS,
        "hours": hours,
        "days": DAYS,
        "week": {day: week.get(day, ()) for day in DAYS},
    }


def _page(work: UnitOfWork, account: OfAccount, form: CharterForm, told: Told) -> str:
    return render_template(
        "settings/charter.html",
        account=account,
        form=form,
        charter=form.charter,
        faults=told.faults,
        focus=told.focus,
        overtaken=told.overtaken,
        begun=told.begun,
        hints=charter_words.HINTS,
        field_words=charter_words.FIELDS,
        long_fields=charter_words.LONG,
        columns=COLUMNS,
        examples=EXAMPLES,
        starters=[(code, charter_words.LANGUAGES[code]) for code in sorted(LANGUAGES, key=account.language.__ne__)],
        kinds=charter_words.KINDS,
        others=[one for one in reads.listing(work) if one.saved and one.id != account.id] if account.may_edit else [],
        now=work.now,
        **_looks(work, account),
    )
