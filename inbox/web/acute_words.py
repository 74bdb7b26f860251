"""The page of the words of danger: the organisation's own, the shipped ones, what a text would find, the agreed text.

What it must not do: decide what a word is, or who may change one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from inbox.domain.acute import SHIPPED, Words
from inbox.domain.acute_texts import LANGUAGES, shipped
from inbox.domain.errors import Conflict, Invalid
from inbox.queries import acute as reads
from inbox.services import acute as verbs
from inbox.uow import uow
from inbox.web import reading
from inbox.web.people import here
from inbox.web.refusals import said
from inbox.web.tongues import OWN_NAMES

blueprint = Blueprint("acute_words", __name__, url_prefix="/settings/acute")
LONGEST_TRIED = 5_000
Answer = Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Typed:
    """What the form holds, right or wrong."""

    own: str
    on: frozenset[str]
    texts: Mapping[str, str]
    version: int
    wrong: Mapping[str, str] = field(default_factory=dict)
    overtaken: str = ""


@blueprint.get("")
def page() -> str:
    """The list in force."""
    return _page()


@blueprint.post("")
def save() -> Answer:
    """Keep another version; or say what is in the way of it."""
    given, version = request.form, request.form.get("version", "")
    typed = Typed(
        given.get("own", ""),
        frozenset(given.getlist("on")),
        {language: given.get(f"text-{language}", "") for language in LANGUAGES},
        int(version) if version.isascii() and version.isdigit() and len(version) < 9 else -1,
    )
    try:
        with uow(here()) as work:
            verbs.save_list(work, typed.version, typed.own, typed.on, typed.texts)
    except Invalid as invalid:
        wrong = {invalid.field: said(invalid)}
        return _page(Typed(typed.own, typed.on, typed.texts, typed.version, wrong)), 422
    except Conflict as conflict:
        return _page(Typed(typed.own, typed.on, typed.texts, typed.version, {}, said(conflict))), 409
    return redirect(url_for("acute_words.page", saved="yes"), 303)


@blueprint.post("/try")
def attempt() -> str:
    """What the list in force finds in a text. Nothing is kept of it."""
    return _page(tried=request.form.get("tried", "")[:LONGEST_TRIED])


def _page(typed: Typed | None = None, tried: str | None = None) -> str:
    with reading.page(here()) as work:
        found = reads.list_in_force(work)
        if typed is None:
            typed = _as_kept(found)
        elif typed.overtaken:
            # Somebody else saved meanwhile: the same form on top of theirs.
            typed = Typed(typed.own, typed.on, typed.texts, found.version, {}, typed.overtaken)
        return render_template(
            "settings/acute.html",
            found=found,
            typed=typed,
            every=SHIPPED,
            languages={code: OWN_NAMES.get(code, code) for code in LANGUAGES},
            begin_with={code: shipped(found.country, code) for code in LANGUAGES},
            tried=tried,
            finds=found.words.found(tried) if tried else (),
            may_edit=work.actor.has(*verbs.EDITORS),
            saved=request.args.get("saved", ""),
            now=work.now,
        )


def _as_kept(found: reads.ListInForce) -> Typed:
    words: Words = found.words
    return Typed("\n".join(words.own), frozenset(SHIPPED) - words.off, found.texts, found.version)
