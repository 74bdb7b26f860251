"""The search page: what was asked, what was found, and what one can ask.

What it must not do: read what was typed (`inbox.domain.search_words`), or decide who sees what.
"""

from __future__ import annotations

from flask import Blueprint, render_template, request

from inbox.domain import search_words
from inbox.domain.errors import Invalid
from inbox.domain.search_words import Search
from inbox.queries import search
from inbox.queries.search import Results
from inbox.queries.surroundings import around
from inbox.web import formatting, rail, reading
from inbox.web.people import here
from inbox.web.refusals import said

blueprint = Blueprint("search", __name__)


@blueprint.get("/search")
def found() -> str:
    """The page of what was found. What can't be meant is said beside the box; the page is there all the same."""
    asked = request.args.get("q", "")
    wrong, wanted, results = "", Search(), Results((), None)
    with reading.tuned(here()) as work:
        read = around(work)
        try:
            wanted = search_words.parsed(asked)
            if wanted:
                results = search.results(work, wanted, read, formatting.zone(), request.args.get("after"))
        except Invalid as error:
            wrong = said(error)
        return render_template(
            "conversations/search.html",
            asked=asked,
            wanted=wanted,
            results=results,
            wrong=wrong,
            first_page=not request.args.get("after"),
            **rail.menu(work, read),
        )
