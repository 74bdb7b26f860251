"""The square's pages, on which anybody may be a citizen.

Why it exists: trying the house needs somebody to answer, and nobody should need an account for it. The pages
work without a script; with one, answers arrive while one looks. What it must not do: show a private message
to anybody but the two it is between, or let a page go without the mark of a practice room.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import format_timedelta, get_locale
from flask_babel import gettext as _
from sqlalchemy import Engine

from connectors.square import citizens, pictures, visitors
from connectors.square.accounts import all_accounts
from connectors.square.reading import (
    PRIVATE,
    PUBLIC,
    Post,
    get,
    owned_by,
    picture_for_visitor,
    private_threads,
    stamp,
    threads,
)
from connectors.square.refusing import Refused
from connectors.square.serving import served
from connectors.square.webhooks import Sender
from connectors.square.writing import CITIZEN_LIMIT, change_words, length, say, take_back

Engines = Callable[[], Engine]
_OF_PICTURES = frozenset({"not_a_picture", "too_large", "too_many_pictures", "description_too_long", "no_room"})


def register(blueprint: Blueprint, engines: Engines, sender: Sender) -> None:
    """Hang the citizens' pages under the square's address."""
    visitors.register(blueprint)
    _register_reading(blueprint, engines)
    _register_writing(blueprint, engines, sender)

    @blueprint.context_processor
    def words() -> dict[str, object]:
        return {
            "ago": _ago,
            "initials": _initials,
            "split_byline": _split_byline,
            "square_language": _language(),
            "most_pictures": pictures.MOST,
            "description_limit": pictures.DESCRIPTION_LIMIT,
        }


def _register_reading(blueprint: Blueprint, engines: Engines) -> None:
    @blueprint.get("")
    def board() -> str:
        return _board(engines(), PUBLIC)

    @blueprint.get("/private")
    def private() -> str:
        return _board(engines(), PRIVATE)

    @blueprint.get("/threads")
    def news() -> Response:
        engine = engines()
        view = PRIVATE if request.args.get("view") == PRIVATE else PUBLIC
        with engine.connect() as connection:
            now_stamp = stamp(connection, datetime.now(UTC))
        if request.args.get("stamp") == now_stamp:
            return Response(status=204)
        return make_response(render_template("square/_threads.html", **_shown(engine, view)))

    @blueprint.get("/pictures/<picture_id>")
    def picture(picture_id: str) -> Response:
        with engines().connect() as connection:
            return served(picture_for_visitor(connection, picture_id, visitors.visitor(), datetime.now(UTC)))


def _register_writing(blueprint: Blueprint, engines: Engines, sender: Sender) -> None:
    @blueprint.post("/posts")
    def write() -> Response:
        engine = engines()
        under, audience = request.form.get("under", ""), request.form.get("audience", PUBLIC)
        is_private = audience != PUBLIC
        try:
            citizen_id = _speaker(engine, under)
            shows = _brought()
            told = say(
                engine,
                citizen_id,
                request.form.get("text", "").strip(),
                visibility=PRIVATE if is_private else PUBLIC,
                to=audience.removeprefix("to-") if is_private else "",
                under=under,
                shows=shows,
            )
        except Refused as error:
            draft = {name: request.form.get(name, "") for name in ("name", "text", "description")}
            if under:
                return _again(engine, under, draft, error)
            draft["audience"] = audience
            page = _board(engine, PRIVATE if is_private else PUBLIC, draft=draft, complaint=error)
            return make_response(page, error.status)
        sender.send([told])
        return _back(told.post)

    @blueprint.get("/posts/<post_id>/edit")
    def edit(post_id: str) -> str:
        one = _own(engines(), post_id)
        return render_template("square/edit.html", one=one, draft=one.text, limit=CITIZEN_LIMIT, complaint="")

    @blueprint.post("/posts/<post_id>/edit")
    def save(post_id: str) -> Response:
        engine = engines()
        one = _own(engine, post_id)
        words = request.form.get("text", "").strip()
        try:
            told = change_words(engine, post_id, frozenset({one.author_id}), words)
        except Refused as error:
            page = render_template(
                "square/edit.html", one=one, draft=words, limit=CITIZEN_LIMIT, complaint=sentence(error)
            )
            return make_response(page, error.status)
        sender.send([told])
        return _back(told.post)

    @blueprint.post("/posts/<post_id>/delete")
    def delete(post_id: str) -> Response:
        engine = engines()
        told = take_back(engine, post_id, frozenset({_own(engine, post_id).author_id}))
        sender.send([told])
        return _back(told.post)


def refused(error: Refused) -> Response:
    """A refusal, for people."""
    return make_response(render_template("square/refused.html", sentence=sentence(error)), error.status)


def sentence(error: Refused) -> str:
    """What the visitor can do about it."""
    limit = pictures.DESCRIPTION_LIMIT
    sentences: dict[str, str] = {
        "empty": _("Write something first."),
        "too_long": _("Write at most %(limit)s characters.", limit=CITIZEN_LIMIT),
        "no_name": _("Choose a name with at least one letter."),
        "too_quick": _("That was many posts in a minute. Wait a little and try again."),
        "no_such_post": _("The post is no longer there."),
        "closed": _("Nothing more can be written under this."),
        "blocked": _("They don’t take posts from you at the moment."),
        "no_such_account": _("Nobody of that name reads messages here."),
        "not_a_picture": _("Choose pictures that are PNG, JPEG, WebP or GIF."),
        "too_large": _("A picture may be 2 MB at most. Choose a smaller one."),
        "too_many_pictures": _("Choose at most %(most)s pictures.", most=pictures.MOST),
        "description_too_long": _("Describe the pictures in at most %(limit)s characters.", limit=limit),
        "no_room": _("The square has no room for more pictures. Write without one."),
        "too_much": _("That is more than the square takes at once: at most 4 pictures of 2 MB each."),
        "no_such_picture": _("The picture is no longer there, or it is not for you."),
        "foreign_form": _("The form was too old, or came from elsewhere. Go back to the square and try again."),
    }
    return sentences.get(error.code) or str(_("The square does not take this."))


def _board(engine: Engine, view: str, *, draft: dict[str, str] | None = None, complaint: Refused | None = None) -> str:
    with engine.connect() as connection:
        answering = all_accounts(connection)
        name = citizens.last_name(connection, visitors.visitor())
    begun = f"@{answering[0].handle} " if answering else ""
    usual = {"name": name, "text": begun if view == PUBLIC else "", "audience": PUBLIC, "description": ""}
    if view == PRIVATE and answering:
        usual["audience"] = f"to-{answering[0].handle}"
    written = draft or usual
    return render_template(
        "square/board.html",
        answering=answering,
        draft=written,
        used=length(written["text"].strip()),
        limit=CITIZEN_LIMIT,
        complaint=sentence(complaint) if complaint else "",
        complaint_about=_about(complaint) if complaint else "",
        **_shown(engine, view),
    )


def _again(engine: Engine, under: str, draft: dict[str, str], complaint: Refused) -> Response:
    """The form for a reply once more, on a page of its own, with all that was written in it."""
    with engine.connect() as connection:
        one = get(connection, under)
    if one is None or one.deleted_at is not None or complaint.code == "no_such_post":
        raise complaint
    view = one.visibility
    page = render_template("square/refused.html", sentence=sentence(complaint), one=one, view=view, draft=draft)
    return make_response(page, complaint.status)


def _about(complaint: Refused) -> str:
    if complaint.code in _OF_PICTURES:
        return "pictures"
    return "name" if complaint.code == "no_name" else "text"


def _brought() -> list[pictures.Brought]:
    """The pictures in the form; one line describes them all. Raises `Refused`."""
    files = [file for file in request.files.getlist("pictures") if file.filename]
    if len(files) > pictures.MOST:
        raise Refused("too_many_pictures")
    description = request.form.get("description", "")
    return [pictures.brought(file.read(pictures.BYTES_LIMIT + 1), description) for file in files]


def _shown(engine: Engine, view: str) -> dict[str, object]:
    visitor, now = visitors.visitor(), datetime.now(UTC)
    with engine.connect() as connection:
        return {
            "view": view,
            "stamp": stamp(connection, now),
            "threads": private_threads(connection, now, visitor) if view == PRIVATE else threads(connection, now),
            "own": owned_by(connection, visitor),
        }


def _speaker(engine: Engine, under: str) -> str:
    """Who speaks: in a private thread the person it is with, else the name in the form."""
    if under:
        with engine.connect() as connection:
            parent = get(connection, under)
            if parent is not None and parent.visibility == PRIVATE:
                mine = {parent.author_id, parent.for_citizen} & owned_by(connection, visitors.visitor())
                if not mine:
                    raise Refused("no_such_post", 404)
                return str(mine.pop())
    return citizens.be(engine, visitors.visitor(), request.form.get("name", ""))


def _own(engine: Engine, post_id: str) -> Post:
    with engine.connect() as connection:
        one = get(connection, post_id)
        if one is None or one.deleted_at is not None or one.author_id not in owned_by(connection, visitors.visitor()):
            raise Refused("no_such_post", 404)
        return one


def _back(one: Post) -> Response:
    page = "square.private" if one.visibility == PRIVATE else "square.board"
    answer = redirect(url_for(page, _anchor=f"post-{one.id}"), 303)
    return make_response(answer)


def _ago(at: datetime) -> str:
    since = datetime.now(UTC) - at
    if since < timedelta(minutes=1):
        return str(_("just now"))
    return str(format_timedelta(-since, granularity="minute", add_direction=True))


def _initials(name: str) -> str:
    parts = [part for part in name.split() if part[0].isalnum()]
    return "".join(part[0] for part in parts[:2]).upper() or "?"


def _split_byline(text: str) -> tuple[str, str]:
    """The words and the name under them. The square knows no signatures; it only sets a last line with a dash apart."""
    words, _newline, last = text.rpartition("\n")
    return (words.rstrip(), last) if words and last.startswith(("– ", "— ")) else (text, "")


def _language() -> str:
    locale = get_locale()
    return str(locale.language) if locale else "en"
