"""The page on which many alike are answered at once: who they are, what each would get, and one button.

What it must not do: decide who is alike, who may be answered, or how fast.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from uuid import UUID, uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from inbox.domain import gathering_answers as words_of
from inbox.domain.errors import Conflict, Invalid
from inbox.domain.ids import parse_id
from inbox.queries.gatherings import Whole, whole
from inbox.queries.organisation import house
from inbox.services import gathering_answers, gathering_drafts, gathering_members, gathering_sheets, gathering_splitting
from inbox.services.gathering_answers import Chosen, Sent
from inbox.uow import UnitOfWork, uow
from inbox.web import reading
from inbox.web.people import here
from inbox.web.refusals import code_of, said, translated
from inbox.web.sheets import asked_because, shown

blueprint = Blueprint("gatherings", __name__, url_prefix="/gatherings")
Answer = Response | str | tuple[str, int]
_OWN = "own-"


@blueprint.get("/<uuid:gathering_id>")
def page(gathering_id: UUID) -> str:
    """Who waits, and what one has begun to write to them."""
    return _page(gathering_id)


@blueprint.post("/<uuid:gathering_id>/measure")
def measure(gathering_id: UUID) -> str:
    """Keep the draft; say what each would get and when the last goes out."""
    body, otherwise = request.form.get("body", ""), _asked_otherwise()
    with uow(here()) as work:
        reading.remember(house(work))
        gathering_drafts.keep(work, gathering_id, body, otherwise)
        found = whole(work, gathering_id)
        return render_template("conversations/gathering_measured.html", **_preview(work, found, body, otherwise))


@blueprint.post("/<uuid:gathering_id>/answer")
def answer(gathering_id: UUID) -> Answer:
    """Answer those who are ticked, each in their own thread, under the own name."""
    try:
        with uow(here()) as work:
            sent = gathering_answers.send(
                work,
                gathering_id,
                key=parse_id(request.form.get("key", "")) or uuid4(),
                body=request.form.get("body", ""),
                chosen=_asked_chosen(),
                otherwise=_asked_otherwise(),
                because=asked_because(),
            )
    except (Conflict, Invalid) as error:
        return _page(gathering_id, wrong=said(error)), code_of(error)
    if sent.left:
        return _page(gathering_id, sent=sent)
    return redirect(url_for("gatherings.page", gathering_id=gathering_id), 303)


@blueprint.post("/batches/<uuid:batch_id>/undo")
def undo(batch_id: UUID) -> Response:
    """Take back what of a batch nobody has tried to post yet."""
    with uow(here()) as work:
        gathering_id = gathering_answers.gathering_of(work, batch_id)
        undone = gathering_answers.undo(work, batch_id)
    late = undone.too_late or None
    return redirect(url_for("gatherings.page", gathering_id=gathering_id, back=undone.back, late=late), 303)


@blueprint.post("/<uuid:gathering_id>/out")
def take_out(gathering_id: UUID) -> Answer:
    """This one is another matter."""
    return _decide(gathering_id, gathering_members.take_out)


@blueprint.post("/<uuid:gathering_id>/in")
def put_in(gathering_id: UUID) -> Answer:
    """This one says the same; it is named by its id, or by the reference that people say."""
    return _decide(gathering_id, gathering_members.put_in)


@blueprint.post("/<uuid:gathering_id>/split")
def split(gathering_id: UUID) -> Answer:
    """Those who are ticked as apart get a gathering of their own; what was written to them alone goes along."""
    chosen = {id_ for given in request.form.getlist("apart") if (id_ := parse_id(given)) is not None}
    otherwise = _asked_otherwise()
    try:
        with uow(here()) as work:
            apart = gathering_splitting.split_off(work, gathering_id, sorted(chosen))
            theirs = {id_: words for id_, words in otherwise.items() if id_ in chosen}
            gathering_drafts.keep(
                work,
                gathering_id,
                request.form.get("body", ""),
                {id_: words for id_, words in otherwise.items() if id_ not in chosen},
            )
            if theirs:
                gathering_drafts.keep(work, apart, "", theirs)
    except (Conflict, Invalid) as error:
        return _page(gathering_id, wrong=said(error), apart=chosen), code_of(error)
    return redirect(url_for("gatherings.page", gathering_id=apart), 303)


@blueprint.post("/<uuid:gathering_id>/back")
def put_back(gathering_id: UUID) -> Answer:
    """They are the same matter after all."""
    try:
        with uow(here()) as work:
            origin = gathering_splitting.put_back(work, gathering_id)
    except Conflict as error:
        return _page(gathering_id, wrong=said(error)), code_of(error)
    return redirect(url_for("gatherings.page", gathering_id=origin), 303)


def _decide(gathering_id: UUID, deed: Callable[[UnitOfWork, UUID, UUID], None]) -> Answer:
    given = request.values.get("conversation", "").strip()
    try:
        with uow(here()) as work:
            conversation_id = parse_id(given) or gathering_members.called(work, given)
            deed(work, gathering_id, conversation_id)
    except (Conflict, Invalid) as error:
        return _page(gathering_id, wrong=said(error)), code_of(error)
    return redirect(url_for("gatherings.page", gathering_id=gathering_id), 303)


def _page(
    gathering_id: UUID, *, wrong: str = "", sent: Sent | None = None, apart: Collection[UUID] = frozenset()
) -> str:
    with reading.page(here()) as work:
        found = whole(work, gathering_id)
        body = request.form.get("body")
        otherwise = _asked_otherwise() if body is not None else found.otherwise
        if body is None or (sent is not None and sent.answers):
            body = found.draft or _first_words(found)
        return render_template(
            "conversations/gathering.html",
            **_preview(work, found, body, otherwise),
            wrong=wrong,
            apart=apart,
            left={one.conversation_id: said(one.why) for one in sent.left} if sent else {},
            answered=len(sent.answers) if sent else 0,
            back=request.args.get("back", type=int),
            late=request.args.get("late", type=int),
            key=parse_id(request.form.get("key", "")) if wrong else uuid4(),
        )


def _preview(work: UnitOfWork, found: Whole, body: str, otherwise: Mapping[UUID, str]) -> dict[str, object]:
    preview = gathering_sheets.look(work, found, body, otherwise)
    asked = preview.asked[0].sheet if preview.asked else None
    longest = preview.longest
    return {
        "whole": found,
        "body": body,
        "otherwise": otherwise,
        "preview": preview,
        "closed": translated(preview.closed.sentence, preview.closed.values) if preview.closed else "",
        "blocked": {
            one.member.id: translated(one.sheet.blocked.sentence, one.sheet.blocked.values)
            for one in preview.blocked
            if one.sheet.blocked
        },
        "asks": shown(asked) if asked else None,
        "longest": longest,
        "signer": longest.name if longest else "",
        "now": work.now,
        "me": work.actor.id,
    }


def _first_words(found: Whole) -> str:
    """The first offer is one post of our own; when it stands, short answers that refer to it."""
    if not found.statuses:
        return ""
    linked = any(one.url for one in found.statuses)
    return words_of.refers(found.language, linked=linked)


def _asked_otherwise() -> dict[UUID, str]:
    """The words for single ones, by conversation."""
    named = ((parse_id(name.removeprefix(_OWN)), words) for name, words in request.form.items() if _OWN in name)
    return {id_: words for id_, words in named if id_ is not None and words.strip()}


def _asked_chosen() -> list[Chosen]:
    found = []
    for value in request.form.getlist("chosen"):
        id_, _, version = value.partition(":")
        parsed = parse_id(id_)
        if parsed is None or not (version.isascii() and version.isdigit() and len(version) < 10):
            raise Invalid("Open the page again: who was chosen can't be read.", field="chosen")
        found.append(Chosen(parsed, int(version)))
    return found
