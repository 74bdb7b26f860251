"""Pictures that are brought to the square: what is taken for one, and under which post it hangs.

Why it exists: a citizen and an organisation bring the same pictures under the same rules. What it must not do: look
into one further than its first bytes (whoever shows it says what it is and that it is nothing else), or decide who
may see it (`reading`).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, delete, func, insert, or_, select, update

from connectors.square.refusing import Refused
from connectors.square.schema import picture

MOST = 4
"""Pictures in one post."""
BYTES_LIMIT = 2_000_000
"""Bytes of one picture."""
DESCRIPTION_LIMIT = 1_000
"""Characters."""
ROOM = 1_000_000_000
"""Bytes of all that citizens brought. Anybody may bring some, and the house's own tables lie on the same disk."""
_KEPT_FOR = timedelta(days=1)
"""How long an organisation's picture waits for its post: a try that broke off brings its pictures anew."""
_FIRST_BYTES = {
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/gif": re.compile(rb"GIF8[79]a"),
    "image/webp": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
}
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Brought:
    """A picture as it was brought, found to be one by its first bytes."""

    data: bytes
    media_type: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """One of an organisation's own pictures, for its next post."""

    id: str
    description: str


def brought(data: bytes, description: str = "") -> Brought:
    """Take a picture. Raises `Refused`: too_large, not_a_picture, description_too_long."""
    if len(data) > BYTES_LIMIT:
        raise Refused("too_large", 413)
    for media_type, begins in _FIRST_BYTES.items():
        if begins.match(data):
            return Brought(data, media_type, _described(description))
    raise Refused("not_a_picture", 415)


def keep(engine: Engine, handle: str, one: Brought) -> str:
    """Keep an account's picture until it posts; its id. What it brought and never posted is forgotten on the way."""
    now = datetime.now(UTC)
    never_posted = (picture.c.account_handle == handle) & picture.c.post_id.is_(None)
    with engine.begin() as connection:
        connection.execute(delete(picture).where(never_posted, picture.c.at < now - _KEPT_FOR))
        return _insert(connection, one, now, account_handle=handle)


def hang(connection: Connection, post_id: str, citizen_id: str, pictures: Sequence[Brought]) -> None:
    """Put a citizen's pictures under the post that comes with them. Raises `Refused`: too_many_pictures, no_room."""
    if not pictures:
        return
    if len(pictures) > MOST:
        raise Refused("too_many_pictures")
    by_citizens = select(func.coalesce(func.sum(func.octet_length(picture.c.bytes)), 0)).where(
        picture.c.citizen_id.is_not(None)
    )
    if connection.scalars(by_citizens).one() + sum(len(one.data) for one in pictures) > ROOM:
        raise Refused("no_room", 507)
    now = datetime.now(UTC)
    for place, one in enumerate(pictures):
        _insert(connection, one, now, citizen_id=citizen_id, post_id=post_id, place=place)


def well_chosen(pictures: Sequence[Chosen]) -> list[Chosen]:
    """An answer's pictures. Raises `Refused`: too_many_pictures, no_description, description_too_long."""
    if len(pictures) > MOST:
        raise Refused("too_many_pictures")
    found = [Chosen(one.id, _described(one.description)) for one in pictures]
    if not all(one.description for one in found):
        raise Refused("no_description")
    return found


def attach(connection: Connection, handle: str, post_id: str, pictures: Sequence[Chosen]) -> None:
    """Put an account's own pictures under its post. Raises `Refused`, and then nothing may stand: no_such_picture."""
    # In the order of the ids, so that two posts that want the same pictures never wait for each other.
    for place, one in sorted(enumerate(pictures), key=lambda pair: pair[1].id):
        own = (picture.c.id == one.id) & (picture.c.account_handle == handle) & picture.c.post_id.is_(None)
        wanted = {"post_id": post_id, "place": place, "description": one.description}
        if connection.execute(update(picture).where(own).values(**wanted).returning(picture.c.id)).first() is None:
            raise Refused("no_such_picture")


def same(connection: Connection, handle: str, post_id: str, pictures: Sequence[Chosen]) -> bool:
    """Whether these are the pictures that hang under the post, whatever their ids: a second try brings them anew.

    If so, what it brought is forgotten. Raises `Refused`: no_such_picture.
    """
    points = func.sha256(picture.c.bytes).label("points")
    hanging = select(points, picture.c.description).where(picture.c.post_id == post_id).order_by(picture.c.place)
    ids = [one.id for one in pictures]
    own = (picture.c.account_handle == handle) & or_(picture.c.post_id.is_(None), picture.c.post_id == post_id)
    found = {
        row.id: row.points for row in connection.execute(select(picture.c.id, points).where(own, picture.c.id.in_(ids)))
    }
    if set(ids) - set(found):
        raise Refused("no_such_picture")
    told = [(found[one.id], one.description) for one in pictures]
    if told != [(row.points, row.description) for row in connection.execute(hanging)]:
        return False
    connection.execute(delete(picture).where(own, picture.c.id.in_(ids), picture.c.post_id.is_(None)))
    return True


def take_down(connection: Connection, post_id: str) -> None:
    """The post is gone, and its pictures with it."""
    connection.execute(delete(picture).where(picture.c.post_id == post_id))


def _insert(connection: Connection, one: Brought, now: datetime, **of: str | int) -> str:
    picture_id = uuid.uuid4().hex
    row = {"bytes": one.data, "media_type": one.media_type, "description": one.description, "at": now, "place": 0}
    connection.execute(insert(picture).values(id=picture_id, **{**row, **of}))
    return picture_id


def _described(words: str) -> str:
    words = _NOT_TEXT.sub("\N{REPLACEMENT CHARACTER}", words).strip()
    if len(words) > DESCRIPTION_LIMIT:
        raise Refused("description_too_long")
    return words
