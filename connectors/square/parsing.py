"""The square's JSON, read with care.

Why it exists: what comes from outside is believed field by field or not at all, and the connector stays
readable beside it. What it must not do: call anybody, or mend what it does not understand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast

from connectors.kit.contract import (
    Answer,
    Author,
    Delivered,
    Inbound,
    InboundDelete,
    InboundEdit,
    InboundPost,
    Page,
    PictureRef,
    PostKind,
    Raw,
    Ref,
    Visibility,
)

MOST_PICTURES = 4
DESCRIPTION_LIMIT = 1_000
"""Characters."""
_PICTURE = re.compile("[0-9a-f]{8,64}")
_KINDS = ("mention", "reply", "private", "own")
_LONGEST_WAIT = timedelta(days=1)


class NotUnderstood(Exception):
    """The message says what was wrong, without repeating what anybody wrote."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A post as the square shows it when looked up."""

    author: str
    text: str
    visibility: str
    delivered: Delivered


def body(answer: Answer) -> Mapping[str, object]:
    """The JSON object of an answer."""
    try:
        found = json.loads(answer.body)
    except ValueError as error:
        raise NotUnderstood("not JSON") from error
    return _object(found, "answer")


def code(answer: Answer) -> str:
    """The word with which the square says no; empty when it says none."""
    try:
        found = body(answer).get("error")
    except NotUnderstood:
        return ""
    return found if isinstance(found, str) else ""


def wait(answer: Answer) -> timedelta | None:
    """`Retry-After` in seconds, at most a day. A date is not sent by the square and counts as none."""
    given = answer.headers.get("retry-after", "")
    if not given.isascii() or not given.isdigit() or len(given) > 9:
        return None
    return min(timedelta(seconds=int(given)), _LONGEST_WAIT)


def page(told: Mapping[str, object], cursor: str | None) -> Page:
    """One page of the stream. Items are not looked into: a bad one is a matter of its own."""
    items = told.get("items")
    if not isinstance(items, list):
        raise NotUnderstood("no items")
    return Page([raw(item) for item in items], _text(told, "cursor") or cursor, more=told.get("more") is True)


def raw(item: object) -> Raw:
    """An item as it came. One that is no JSON object is wrapped, so that it can be kept like the others."""
    return item if isinstance(item, dict) else {"unreadable": item}


def inbound(item: Raw) -> Inbound:
    """One piece of news. Raises `NotUnderstood`."""
    post = _object(item.get("post"), "post")
    ref = Ref(_text(post, "id"))
    match item.get("kind"):
        case "delete":
            return InboundDelete(ref, _time(item, "at"))
        case "edit":
            return InboundEdit(ref, _text(post, "text"), _time(item, "at"))
        case "post":
            return _post(post, ref)
    raise NotUnderstood("kind is none that we know")


def author(told: Mapping[str, object]) -> Author:
    """Whoever has an id, a handle and a name."""
    return Author(_text(told, "id"), _text(told, "handle"), _text(told, "name"))


def standing(told: Mapping[str, object]) -> list[Standing]:
    """The posts of a look-up."""
    posts = told.get("posts")
    if not isinstance(posts, list):
        raise NotUnderstood("no posts")
    return [one(_object(post, "post")) for post in posts]


def one(post: Mapping[str, object]) -> Standing:
    """One post of a look-up, or of the answer to our own."""
    delivered = Delivered(Ref(_text(post, "id")), _time(post, "said_at"), _text(post, "url"))
    writer = _object(post.get("author"), "author")
    return Standing(_text(writer, "id"), _text(post, "text"), _text(post, "visibility"), delivered)


def picture(told: Mapping[str, object]) -> str:
    """The id of a picture. It becomes a part of an address, so it is taken in this form alone."""
    found = _text(told, "id")
    if not is_picture(found):
        raise NotUnderstood("a picture's id is none")
    return found


def is_picture(source: str) -> bool:
    """Whether this can be the id of a picture."""
    return _PICTURE.fullmatch(source) is not None


def _pictures(post: Mapping[str, object]) -> tuple[PictureRef, ...]:
    told = post.get("pictures", [])
    if not isinstance(told, list):
        raise NotUnderstood("pictures is no list")
    # More than there may be are left out: nobody's words are kept from us for it.
    objects = [_object(one, "picture") for one in told[:MOST_PICTURES]]
    return tuple(PictureRef(picture(one), _text(one, "description")[:DESCRIPTION_LIMIT]) for one in objects)


def _post(post: Mapping[str, object], ref: Ref) -> InboundPost:
    visibility, kind = _text(post, "visibility"), _text(post, "kind")
    if visibility not in ("public", "private"):
        raise NotUnderstood("visibility is neither public nor private")
    if kind not in _KINDS:
        raise NotUnderstood("the post is of no kind that we know")
    parent, root = post.get("parent"), post.get("root")
    return InboundPost(
        ref=ref,
        author=author(_object(post.get("author"), "author")),
        text=_text(post, "text"),
        visibility=cast("Visibility", visibility),
        kind=cast("PostKind", kind),
        said_at=_time(post, "said_at"),
        parent=Ref(parent) if isinstance(parent, str) else None,
        root=Ref(root) if isinstance(root, str) else None,
        url=_text(post, "url"),
        pictures=_pictures(post),
    )


def _object(found: object, name: Literal["answer", "post", "author", "picture"]) -> Mapping[str, object]:
    if not isinstance(found, dict):
        raise NotUnderstood(f"{name} is no object")
    return found


def _text(told: Mapping[str, object], name: str) -> str:
    found = told.get(name)
    if not isinstance(found, str):
        raise NotUnderstood(f"{name} is no text")
    return found


def _time(told: Mapping[str, object], name: str) -> datetime:
    try:
        found = datetime.fromisoformat(_text(told, name))
    except ValueError as error:
        raise NotUnderstood(f"{name} is no time") from error
    if found.tzinfo is None:
        raise NotUnderstood(f"{name} has no zone")
    return found
