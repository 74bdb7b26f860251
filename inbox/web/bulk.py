"""One deed on the rows that were ticked, and its one undo. What it must not do: decide which rows it may touch."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from inbox.domain.errors import Invalid
from inbox.domain.ids import parse_id
from inbox.services import bulk
from inbox.services.bulk import Deed, Picked
from inbox.uow import uow
from inbox.web import bulk_done, filtering
from inbox.web.conversations import Answer
from inbox.web.desk import asked_view, listed
from inbox.web.people import here
from inbox.web.refusals import code_of, said

blueprint = Blueprint("bulk", __name__, url_prefix="/bulk")


@blueprint.post("")
def do() -> Answer:
    """Do it to every row that was ticked."""
    try:
        with uow(here()) as work:
            done = bulk.do(
                work, _picked(), _deed(), reason=request.form.get("reason", ""), tag=request.form.get("tag", "")
            )
            at = work.now
    except Invalid as error:
        return listed(refused=said(error)), code_of(error)
    bulk_done.keep(done, at, undone=False)
    return _back()


@blueprint.post("/undo")
def undo() -> Answer:
    """Take back what was done with many just now."""
    before = bulk_done.kept()
    if before is not None:
        with uow(here()) as work:
            done, at = bulk.undo(work, before), work.now
        bulk_done.keep(done, at, undone=True)
    return _back()


def _picked() -> list[Picked]:
    found = []
    for value in request.form.getlist("picked"):
        id_, _, version = value.partition(":")
        parsed = parse_id(id_)
        if parsed is None or not (version.isascii() and version.isdigit() and len(version) < 10):
            raise Invalid("Open the list again: what was chosen can't be read.", field="picked")
        found.append(Picked(parsed, int(version)))
    return found


def _deed() -> Deed:
    try:
        return Deed(request.form.get("deed", ""))
    except ValueError:
        raise Invalid("Choose what to do with them.", field="deed") from None


def _back() -> Response:
    return redirect(filtering.address(asked_view(), filtering.asked()), 303)
