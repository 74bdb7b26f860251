"""The desk: the list, an open conversation, and the fragments that a nudge fetches again.

What it must not do: change anything (`conversations.py`, `replies.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, render_template, request

from inbox.domain.conversation import DismissReason
from inbox.queries import surroundings
from inbox.queries.explaining import explain
from inbox.queries.inbox_list import View
from inbox.queries.thread import thread as read_thread
from inbox.queries.thread_items import Thread
from inbox.services import composing
from inbox.services.complaint_about import NOT_YOURS
from inbox.services.conversations import ANSWERERS
from inbox.uow import UnitOfWork
from inbox.web import clock_panel, ladder_panel, rail, reading
from inbox.web.people import here
from inbox.web.refusals import translated
from inbox.web.sheets import Shown, asked_also, shown

blueprint = Blueprint("desk", __name__)


@dataclass(frozen=True, slots=True)
class Refused:
    """What was refused just now, and what the person had written. `mode` is empty for a deed without words.

    `field` is the one that the sentence stands beside, if it is not in the talk.
    """

    sentence: str
    conflict: bool
    mode: str = ""
    text: str = ""
    field: str = ""


@blueprint.get("/")
def desk() -> str:
    """The list, nothing open."""
    return listed()


@blueprint.get("/rows")
def rows() -> str:
    """The list again, with the counts: what a nudge fetches."""
    with reading.page(here()) as work:
        return render_template(
            "conversations/rows_again.html", current=None, swap=True, **rail.beside(work, asked_view())
        )


@blueprint.get("/c/<uuid:conversation_id>")
def conversation(conversation_id: UUID) -> str:
    """An open conversation beside the list."""
    return show(conversation_id)


@blueprint.get("/c/<uuid:conversation_id>/reply")
def reply_form(conversation_id: UUID) -> str:
    """The same with the pen in hand; on a phone a screen of its own."""
    return show(conversation_id, data_view="compose")


@blueprint.get("/c/<uuid:conversation_id>/thread")
def thread_fragment(conversation_id: UUID) -> str:
    """The thread again: what a nudge fetches."""
    with reading.page(here()) as work:
        thread = read_thread(work, conversation_id)
        conversation_id = thread.head.id
        sheets = _sheets(work, thread, None)
        return render_template(
            "conversations/thread_again.html",
            swap=True,
            sheets_of=sheets,
            **_tags(work, conversation_id),
            **_about(work, thread),
        )


@blueprint.get("/c/<uuid:conversation_id>/clock")
def clock(conversation_id: UUID) -> str:
    """Every promise of the conversation and how it was reckoned: fetched into the sheet, or a page of its own."""
    with reading.page(here()) as work:
        explained = explain(work, conversation_id)
        return render_template(
            "conversations/clock.html",
            explained=explained,
            panel=clock_panel.panel(explained, work.now),
            ladder=ladder_panel.rungs(work, explained),
            now=work.now,
        )


def listed(saving: rail.Saving | None = None, refused: str = "") -> str:
    """The whole desk with nothing open; after a view could not be kept, or a deed on many not done, with why."""
    with reading.page(here()) as work:
        return render_template(
            "conversations/desk.html",
            data_view="list",
            thread=None,
            list_refused=refused,
            **rail.beside(work, asked_view(), saving=saving),
        )


def show(conversation_id: UUID, *, data_view: str = "thread", refused: Refused | None = None) -> str:
    """The whole desk with one conversation open; after a refusal with the words that were written.

    A page that has the desk already asks for what is exchanged alone (htmx names the part): the list beside it costs
    more than the conversation.
    """
    mode = refused.mode if refused and refused.mode else request.args.get("mode", "")
    alone = request.headers.get("HX-Target") == "talk"
    with reading.page(here()) as work:
        thread = read_thread(work, conversation_id)
        conversation_id = thread.head.id
        sheets = _sheets(work, thread, refused)
        around = _tags(work, conversation_id) if alone else rail.beside(work, asked_view(), conversation_id)
        return render_template(
            "conversations/opened.html" if alone else "conversations/desk.html",
            **{
                **around,
                **_about(work, thread),
                "data_view": "compose" if refused and refused.mode and data_view == "thread" else data_view,
                "current": conversation_id,
                "sheets_of": sheets,
                "mode": _mode(sheets, mode, thread),
                "refused": refused,
            },
        )


def asked_view() -> View:
    """The view in the address; an unknown one is the own list."""
    try:
        return View(request.args.get("view", ""))
    except ValueError:
        return View.MINE


def _tags(work: UnitOfWork, conversation_id: UUID) -> dict[str, object]:
    on, known = surroundings.tags(work, conversation_id)
    return {"tags_on": on, "tags_known": known}


def _about(work: UnitOfWork, thread: Thread) -> dict[str, object]:
    return {
        "thread": thread,
        "now": work.now,
        "me": work.actor.id,
        # Whom a complaint is about reads along; every deed asks again.
        "may_work": work.actor.has(*ANSWERERS) and work.actor.id not in thread.complaints.kept_from,
        "view": asked_view().value,
        "reasons": [reason.value for reason in DismissReason],
    }


def _sheets(work: UnitOfWork, thread: Thread, refused: Refused | None) -> list[Shown]:
    made = [shown(sheet) for sheet in composing.sheets(work, thread.head.id, also=asked_also())]
    if work.actor.id in thread.complaints.kept_from:
        made = [sheet if sheet.mode == "note" else sheet.shut(translated(NOT_YOURS, {})) for sheet in made]
    if refused is None or not refused.mode:
        return made
    return [sheet.with_text(refused.text) if sheet.mode == refused.mode else sheet for sheet in made]


def _mode(sheets: Sequence[Shown], asked: str, thread: Thread) -> str:
    """The way of writing that stands open: the one asked for, else the way the citizen wrote last."""
    if any(sheet.mode == asked for sheet in sheets):
        return asked
    last = thread.last_question
    return "private" if last is not None and last.private else "public"
