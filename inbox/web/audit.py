"""The public history and the proof of each entry. What it must not do: verify; the query does."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, current_app, render_template, request

from inbox.queries import audit
from inbox.queries.ledger import proof
from inbox.services.ledger_files import LedgerFiles
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


@blueprint.get("/entry/<uuid:entry_id>")
def entry(entry_id: UUID) -> str:
    """One ledger entry with everything that a check needs."""
    # The public key comes from outside the database: whoever could change one could not change both.
    vkey = LedgerFiles.of(current_app.extensions["settings"].data).vkey
    with reading.page(here()) as work:
        found = proof(work, entry_id, vkey)
        return render_template("audit/entry.html", proof=found, now=work.now)
