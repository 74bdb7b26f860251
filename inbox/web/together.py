"""Who has a conversation and when it is back: put off, brought back, given to a colleague.

Each form is fetched into a sheet of the desk and stands on a page of its own without a script. What it must not do:
decide who may.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from inbox.domain.errors import Invalid
from inbox.domain.ids import parse_id
from inbox.domain.snoozing import LONGEST, Until, at_the_wall
from inbox.queries import colleagues as reads
from inbox.services import handing_over, snoozing
from inbox.uow import UnitOfWork
from inbox.web import formatting, reading
from inbox.web.conversations import Answer, do
from inbox.web.desk import asked_view
from inbox.web.people import here

blueprint = Blueprint("together", __name__, url_prefix="/c/<uuid:conversation_id>")
CHOICES = {
    Until.LATER_TODAY: _l("Later today"),
    Until.TOMORROW: _l("Tomorrow morning"),
    Until.NEXT_WEEK: _l("Next week"),
}
OWN = "own"


@blueprint.get("/snooze")
def snooze_form(conversation_id: UUID) -> str:
    """Until when: fetched into the sheet, or a page of its own."""
    with reading.page(here()) as work:
        about = reads.matter(work, conversation_id)
        return render_template(
            "conversations/snooze.html",
            about=about,
            times=ready(reads.times(work, about), work.now),
            first_day=formatting.local(work.now).date(),
            last_day=formatting.local(work.now + LONGEST).date(),
            proposed=formatting.local(work.now + timedelta(days=2)).date(),
            view=asked_view().value,
            now=work.now,
        )


@blueprint.post("/snooze")
def snooze(conversation_id: UUID) -> Answer:
    """Out of the way until then."""

    def deed(work: UnitOfWork, id_: UUID, version: int) -> None:
        snoozing.snooze(work, id_, version, _until(work))

    return do(conversation_id, deed)


def ready(choices: Mapping[Until, datetime], now: datetime) -> list[tuple[str, datetime]]:
    """The ready choices by names that are true: before a day on which we are closed no morning is tomorrow's, and
    next week may begin with the same one.
    """
    tomorrow = formatting.local(now).date() + timedelta(days=1)
    named: dict[datetime, str] = {}
    for choice, at in choices.items():
        shut = choice is Until.TOMORROW and formatting.local(at).date() != tomorrow
        named.setdefault(at, str(_("When we open next") if shut else CHOICES[choice]))
    return [(name, at) for at, name in named.items()]


@blueprint.post("/wake")
def wake(conversation_id: UUID) -> Answer:
    """Back before its hour."""
    return do(conversation_id, snoozing.wake)


@blueprint.get("/hand-over")
def hand_over_form(conversation_id: UUID) -> str:
    """To whom: fetched into the sheet, or a page of its own."""
    with reading.page(here()) as work:
        about = reads.matter(work, conversation_id)
        return render_template(
            "conversations/hand_over.html",
            about=about,
            colleagues=reads.colleagues(work, about),
            view=asked_view().value,
            me=work.actor.id,
        )


@blueprint.post("/hand-over")
def hand_over(conversation_id: UUID) -> Answer:
    """To a colleague. A note that came with it is kept as a draft when the deed is refused."""
    to, note = parse_id(request.form.get("to", "")), request.form.get("note", "")
    with_line = request.form.get("line") == "yes"
    return do(
        conversation_id,
        lambda work, id_, version: handing_over.hand_over(work, id_, version, to, note, with_line=with_line),
        mode="note" if note.strip() else "",
        text=note,
    )


@blueprint.post("/draft/give")
def give_draft(conversation_id: UUID) -> Answer:
    """Leave one's own words to the colleague who has the conversation."""
    mode, text = request.form.get("mode", ""), request.form.get("body", "")
    return do(
        conversation_id,
        lambda work, id_, _version: handing_over.give_draft(work, id_, mode, text),
        mode=mode,
        text=text,
    )


@blueprint.post("/draft/drop")
def drop_draft(conversation_id: UUID) -> Answer:
    """Throw one's own words away."""
    mode = request.form.get("mode", "")
    return do(conversation_id, lambda work, id_, _version: handing_over.drop_draft(work, id_, mode))


def _until(work: UnitOfWork) -> datetime:
    """The instant on the button that was pressed, else the date and hour in the fields."""
    given = request.form.get("until", OWN)
    if given == OWN:
        zone = reads.zone(work)
        return at_the_wall(request.form.get("day", ""), request.form.get("hour", ""), zone)
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise Invalid("Choose until when.", field="until")
    return at
