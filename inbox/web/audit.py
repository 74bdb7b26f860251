"""The public history. What it must not do: verify; a query does."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from inbox.queries import audit
from inbox.web import reading
from inbox.web.people import here

blueprint = Blueprint("audit", __name__, url_prefix="/audit")


@blueprint.get("")
def dialogue() -> str:
    """Every public word, newest first, narrowed by search words."""
    words = request.args.get("q", "").strip()[:200]
    with reading.page(here()) as work:
        found = audit.dialogue(work, words, request.args.get("after"))
        return render_template("audit/dialogue.html", dialogue=found, words=words, now=work.now)
