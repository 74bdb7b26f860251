"""The notice centre: what a person was told, as a list in a sheet or a page, and whether the browser may tell them.

What it must not do: say a citizen's words, or a name where something private is meant, outside the page itself.
"""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from inbox.queries import notices as reads
from inbox.services import notices as verbs
from inbox.uow import uow
from inbox.web import notice_words, reading
from inbox.web.people import here

blueprint = Blueprint("notices", __name__)


@blueprint.get("/notices")
def page() -> str:
    """The list; also what the sheet fetches."""
    with reading.page(here()) as work:
        return render_template(
            "layout/notices.html",
            told=[notice_words.told(one) for one in reads.latest(work)],
            browser=reads.wants_browser(work),
            now=work.now,
        )


@blueprint.get("/notices/count")
def count() -> str:
    """How many are unread, and what a browser may say of the newest: what a nudge fetches."""
    with reading.page(here()) as work:
        newest = reads.newest_unread(work)
        return render_template(
            "layout/_notices_count.html",
            newest=newest,
            aloud=notice_words.aloud(newest) if newest and reads.wants_browser(work) else "",
        )


@blueprint.get("/notices/<uuid:notice_id>")
def follow(notice_id: UUID) -> Response:
    """To what it is about; it is read now. Opened twice it leads there twice."""
    with uow(here()) as work:
        told = reads.one(work, notice_id)
        verbs.read(work, notice_id)
    return redirect(notice_words.address(told), 303)


@blueprint.post("/notices/read")
def read_all() -> Response:
    """All of them are read."""
    with uow(here()) as work:
        verbs.read(work)
    return redirect(url_for("notices.page"), 303)


@blueprint.post("/notices/browser")
def browser() -> Response:
    """Whether the browser tells them, too."""
    with uow(here()) as work:
        verbs.tell_in_browser(work, wanted=request.form.get("browser") == "yes")
    return redirect(url_for("notices.page"), 303)


@blueprint.get("/c/<uuid:conversation_id>/colleagues")
def colleagues(conversation_id: UUID) -> str:
    """Who can be named in a note there."""
    with reading.page(here()) as work:
        return render_template("conversations/_colleagues.html", found=reads.colleagues(work, conversation_id))
