"""Moderation at the doors: the form on one message, undoing, the list for leads and auditors, and looking at a number.

What it must not do: decide who may, or what is a reason.
"""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connectors.kit import registry
from connectors.kit.contract import DeedKind
from inbox.domain import moderating as rules
from inbox.domain import placeholders
from inbox.domain.charters import Reason
from inbox.domain.errors import Conflict, Invalid
from inbox.domain.ids import parse_id
from inbox.domain.moderating import Kind
from inbox.domain.personal_data import MASK
from inbox.queries.moderated import MOST, moderated
from inbox.queries.moderating import Choices, choices
from inbox.services import moderating, revealing
from inbox.uow import uow
from inbox.web import moderation_words, reading
from inbox.web.conversations import back, is_fragment, refuse
from inbox.web.people import here
from inbox.web.refusals import code_of, said

blueprint = Blueprint("moderating", __name__)
blueprint.add_app_template_test(lambda words: MASK in words, "masking")
blueprint.add_app_template_global(moderation_words.deed_word)
blueprint.add_app_template_global(moderation_words.deed_hint)
blueprint.add_app_template_global(moderation_words.done_word)
blueprint.add_app_template_global(moderation_words.back_word)
blueprint.add_app_template_global(moderation_words.seen_word)
blueprint.add_app_template_global(moderation_words.standing_words)
Answer = Response | str | tuple[str, int]


@blueprint.get("/messages/<uuid:message_id>/moderate")
def form(message_id: UUID) -> str:
    """What can be done with a message, for which reasons, and what the citizen would be told."""
    return _form(message_id)


@blueprint.post("/messages/<uuid:message_id>/moderate")
def decide(message_id: UUID) -> Answer:
    """Do it, for a reason."""
    kind, reason = request.form.get("kind", ""), request.form.get("reason", "")
    try:
        told = _told(message_id, kind, reason) if request.form.get("tell") == "yes" else ""
        with uow(here()) as work:
            moderating.decide(
                work,
                message_id,
                kind,
                reason=reason,
                days=_days(),
                telling=told,
            )
            conversation_id = choices(work, message_id).conversation_id
    except (Conflict, Invalid) as error:
        return _form(message_id, error), code_of(error)
    return back(conversation_id)


@blueprint.post("/messages/<uuid:message_id>/hide-number")
def hide_number(message_id: UUID) -> Answer:
    """Hide a post with somebody's number by one press; where the charter has no such reason, the form asks for one."""
    with reading.page(here()) as view:
        reason = rules.about_personal_data(choices(view, message_id).reasons)
    if reason is None:
        return redirect(url_for("moderating.form", message_id=message_id, kind=Kind.HIDE.value), 303)
    try:
        with uow(here()) as work:
            moderating.decide(work, message_id, Kind.HIDE.value, reason=reason.name)
            conversation_id = choices(work, message_id).conversation_id
    except (Conflict, Invalid) as error:
        return _form(message_id, error), code_of(error)
    return back(conversation_id)


@blueprint.post("/moderation/<uuid:moderation_id>/undo")
def undo(moderation_id: UUID) -> Answer:
    """Take it back."""
    try:
        with uow(here()) as work:
            conversation_id = moderating.undo(work, moderation_id)
    except Conflict as error:
        shown_from = parse_id(request.args.get("conversation", ""))
        if shown_from is None:
            raise
        return refuse(shown_from, error)
    if request.form.get("list") == "yes":
        return redirect(url_for("moderating.page"), 303)
    return back(conversation_id)


@blueprint.post("/moderation/<uuid:moderation_id>/longer")
def longer(moderation_id: UUID) -> Answer:
    """Let a block or a mute hold for longer, for a reason."""
    reason, days = request.form.get("reason", ""), _days() or 0
    try:
        with uow(here()) as work:
            conversation_id = moderating.longer(work, moderation_id, reason=reason, days=days)
    except (Conflict, Invalid) as error:
        shown_from = parse_id(request.args.get("conversation", ""))
        if shown_from is None:
            raise
        return refuse(shown_from, error)
    return back(conversation_id)


@blueprint.get("/moderation")
def page() -> str:
    """Everything that was done, and the numbers that stood in public."""
    with reading.page(here()) as work:
        return render_template("moderation/page.html", told=moderated(work), most=MOST, now=work.now)


@blueprint.post("/messages/<uuid:message_id>/number")
def number(message_id: UUID) -> Response:
    """The words with the number, and a line that they were looked at. Nobody keeps the answer."""
    with uow(here()) as work:
        words = revealing.reveal(work, message_id)
    with reading.page(here()) as view:
        template = "moderation/_words.html" if is_fragment() else "moderation/number.html"
        answer = make_response(render_template(template, words=words, now=view.now))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _form(message_id: UUID, refused: Conflict | Invalid | None = None) -> str:
    with reading.page(here()) as work:
        open_to = choices(work, message_id)
        kind = request.values.get("kind", "")
        chosen = Kind(kind) if kind in open_to.kinds else next(iter(open_to.kinds), None)
        return render_template(
            "moderation/form.html",
            about=open_to,
            chosen=chosen,
            reason=request.values.get("reason", ""),
            days=_days() or rules.USUAL,
            terms=rules.TERMS,
            ending=rules.ENDING,
            ready={
                one.name: {kind.value: _ready(open_to, kind, one) for kind in open_to.kinds} for one in open_to.reasons
            },
            telling=request.form.get("telling", ""),
            tell=request.form.get("tell") == "yes",
            wrong=said(refused) if refused else "",
            field=refused.field if isinstance(refused, Invalid) else "",
            now=work.now,
        )


@blueprint.app_template_global("may_hide")
def _may_hide(channel: str, under_ours: bool) -> bool:
    """Whether the platform can hide it: what stands elsewhere than under a post of ours, not every one can."""
    known = registry.connectors().get(channel)
    can = known.capabilities if known else None
    return can is not None and DeedKind.HIDE in can.deeds and (under_ours or DeedKind.HIDE not in can.deeds_under_own)


def _told(message_id: UUID, kind: str, reason: str) -> str:
    """What the citizen is told: as it was written, else the ready words for what was chosen."""
    if written := request.form.get("telling", "").strip():
        return written
    with reading.page(here()) as view:
        open_to = choices(view, message_id)
        _number, chosen = rules.reason_of(open_to.reasons, reason)
        return _ready(open_to, Kind(kind), chosen) if kind in open_to.kinds else ""


def _ready(open_to: Choices, kind: Kind, reason: Reason) -> str:
    return placeholders.fill(open_to.telling(kind, reason), {"name": placeholders.address(open_to.who)})


def _days() -> int | None:
    given = request.values.get("days", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 5 else None
