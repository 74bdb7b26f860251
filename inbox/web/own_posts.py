"""The page on which one says something by oneself: choose an account, write, post it under one's own name.

What it must not do: post anything, or read a name from the form.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from inbox.domain import own_posts as words_of
from inbox.domain.errors import Conflict, Invalid, NotFound
from inbox.domain.ids import parse_id
from inbox.domain.snoozing import at_the_wall
from inbox.queries import own_posts as reads
from inbox.queries.own_posts import Speaker
from inbox.services import own_posts, post_sheets
from inbox.uow import UnitOfWork, uow
from inbox.web import formatting, reading
from inbox.web.people import here
from inbox.web.refusals import code_of, said
from inbox.web.sheets import asked_because, shown

blueprint = Blueprint("own_posts", __name__, url_prefix="/post")
Answer = Response | str | tuple[str, int]


@blueprint.get("")
def page() -> str:
    """What one has begun for the account in the address, else for the first."""
    return _page()


@blueprint.post("")
def post() -> Answer:
    """Say it, under the own name."""
    try:
        with uow(here()) as work:
            account = _asked_account(reads.desk(work).speakers)
            body, next_word_at = request.form.get("body", ""), _asked_hour(work)
            if next_word_at is not None:
                at = formatting.local(next_word_at)
                body = words_of.with_next_word(
                    body, account.language, words_of.hour_as_written(account.language, at.hour, at.minute)
                )
            made = own_posts.post(
                work,
                account.id,
                key=parse_id(request.form.get("key", "")) or uuid4(),
                body=body,
                because=asked_because(),
                prepared_by=parse_id(request.form.get("prepared_by", "")),
                next_word_at=next_word_at,
                gathering_id=_asked_gathering(),
            )
    except (Conflict, Invalid) as error:
        return _page(error), code_of(error)
    if (gathering_id := _asked_gathering()) is not None:
        return redirect(url_for("gatherings.page", gathering_id=gathering_id), 303)
    return redirect(url_for("desk.conversation", conversation_id=made.conversation_id, view="other"), 303)


@blueprint.post("/measure")
def measure() -> str:
    """Keep the draft and say how long it is, by the platform's own count."""
    with uow(here()) as work:
        account_id = parse_id(request.form.get("account", ""))
        if account_id is None:
            raise Invalid("Choose an account.", field="account")
        sheet = post_sheets.look(work, account_id, request.form.get("body", ""), keep=True)
    return render_template("conversations/measured.html", preview=shown(sheet), swap=True)


@blueprint.post("/offer")
def offer() -> Answer:
    """Lay one's words before whoever owns the account."""
    try:
        with uow(here()) as work:
            account = _asked_account(reads.desk(work).speakers)
            own_posts.offer(work, account.id, request.form.get("body", ""))
    except (Conflict, Invalid) as error:
        return _page(error), code_of(error)
    return redirect(url_for("own_posts.page", account=account.id), 303)


@blueprint.post("/<uuid:own_post_id>/again")
def again(own_post_id: UUID) -> Response:
    """Put the words of a rejected post back into the form."""
    with uow(here()) as work:
        account_id = own_posts.write_again(work, own_post_id)
    return redirect(url_for("own_posts.page", account=account_id), 303)


def _page(error: Conflict | Invalid | None = None) -> str:
    with reading.page(here()) as work:
        desk = reads.desk(work)
        if not desk.speakers:
            return render_template("conversations/post.html", desk=desk, account=None)
        account = _asked_account(desk.speakers)
        offered = [one for one in desk.prepared if one.account_id == account.id]
        chosen = parse_id(request.values.get("prepared_by", ""))
        taken = next((one for one in offered if one.by_id == chosen), None)
        mine = desk.mine.get(account.id)
        text = request.form.get("body")
        if text is None:
            text = taken.text if taken else mine.text if mine else ""
        return render_template(
            "conversations/post.html",
            desk=desk,
            account=account,
            sheet=shown(post_sheets.look(work, account.id, text)),
            prepared=offered,
            taken=taken,
            offered_at=mine.offered_at if mine else None,
            key=parse_id(request.form.get("key", "")) or uuid4(),
            gathering=_asked_gathering(),
            next_word=request.form.get("next_word", ""),
            wrong=said(error) if error else "",
            refused_field=getattr(error, "field", "") if error else "",
            me=work.actor.id,
            now=work.now,
        )


def _asked_account(speakers: tuple[Speaker, ...]) -> Speaker:
    """The account in the form or the address; without one the first. Raises NotFound for one that is not there."""
    given = request.values.get("account", "")
    if not given and speakers:
        return speakers[0]
    found = next((one for one in speakers if str(one.id) == given), None)
    if found is None:
        raise NotFound("There is no such account.")
    return found


def _asked_gathering() -> UUID | None:
    return parse_id(request.values.get("gathering", ""))


def _asked_hour(work: UnitOfWork) -> datetime | None:
    """When the next word comes: an hour of today, or of tomorrow if today's is long past. None where none was given."""
    given = request.form.get("next_word", "").strip()
    if not given:
        return None
    today = formatting.local(work.now).date()
    try:
        at = at_the_wall(today.isoformat(), given, formatting.zone())
    except Invalid:
        raise Invalid("Write a time of day, such as 16.00.", field="next_word") from None
    # Late in the evening the next word comes in the morning.
    return at if work.now - at < timedelta(hours=6) else at + timedelta(days=1)
