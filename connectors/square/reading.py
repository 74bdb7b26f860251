"""What stands on the square, for whoever may see it.

Why it exists: the API, the pages and the truth page read the same posts, and a private message must not be
shown by one of them because it forgot a condition. What it must not do: write.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select, true

from connectors.square.schema import account, change, citizen, closed, hidden, picture, post

PUBLIC, PRIVATE = "public", "private"
SHOWN = 60
"""Threads on the page."""
SHOWN_IN_THREADS = 600
"""Posts in all of them."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture under a post, without its bytes. `description` may be empty where a citizen brought it."""

    id: str
    media_type: str
    description: str


@dataclass(frozen=True, slots=True)
class Bytes:
    """A picture to be handed out: a stranger's bytes, which began like a picture of that kind."""

    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Post:
    """One post as it stands now. `by_account` is the handle of the organisation that wrote it, if one did.

    `author_id` is that handle too, or a citizen's id, which no handle can look like.
    """

    id: str
    author_id: str
    handle: str
    name: str
    by_account: str | None
    to_account: str | None
    for_citizen: str | None
    visibility: str
    kind: str
    text: str
    parent_id: str | None
    root_id: str
    version: int
    at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    key: str | None
    pictures: tuple[Shown, ...] = ()
    hidden_by: str | None = None
    """The name of the organisation that hid it."""
    closed: bool = False
    """Citizens can't write under its thread any more."""

    def path(self) -> str:
        """Where people find it, below the square's own address."""
        return f"/square#post-{self.id}"


def get(connection: Connection, post_id: str) -> Post | None:
    """One post, deleted or not, seen or not: for the square's own use."""
    rows = _posts(connection, post.c.id == post_id)
    return rows[0] if rows else None


def visible(connection: Connection, post_id: str, now: datetime) -> Post | None:
    """One post, if it can be seen by now."""
    rows = _posts(connection, and_(post.c.id == post_id, post.c.visible_at <= now))
    return rows[0] if rows else None


def with_key(connection: Connection, handle: str, key: str, now: datetime | None) -> list[Post]:
    """An account's posts that the square recognises by `key`; with `now`, only those that can be seen."""
    seen = true() if now is None else post.c.visible_at <= now
    return _posts(connection, and_(post.c.account_handle == handle, post.c.key == key, post.c.key_kept, seen))


def replies(connection: Connection, parent_id: str, handle: str, now: datetime) -> list[Post]:
    """What stands under a post, oldest first, as the account `handle` may see it."""
    standing = and_(post.c.deleted_at.is_(None), post.c.visible_at <= now)
    return _posts(connection, and_(post.c.parent_id == parent_id, _open_to_account(handle), standing))


def alone(connection: Connection, handle: str, now: datetime) -> list[Post]:
    """The account's newest posts that answer nobody, oldest first."""
    own = and_(post.c.account_handle == handle, post.c.parent_id.is_(None))
    return _posts(connection, and_(own, post.c.deleted_at.is_(None), post.c.visible_at <= now), SHOWN)


def threads(connection: Connection, now: datetime) -> list[list[Post]]:
    """What everybody may read: the newest threads first, each from its beginning."""
    begins = and_(post.c.parent_id.is_(None), post.c.visibility == PUBLIC, post.c.visible_at <= now)
    roots = connection.scalars(select(post.c.id).where(begins).order_by(post.c.at.desc(), post.c.id).limit(SHOWN)).all()
    open_to_all = and_(post.c.root_id.in_(roots), post.c.visible_at <= now, post.c.visibility == PUBLIC)
    return _by_thread(_posts(connection, open_to_all, SHOWN_IN_THREADS), roots)


def private_threads(connection: Connection, now: datetime, visitor: str) -> list[list[Post]]:
    """What only this visitor and the organisation may read, newest thread first.

    A private answer to a public word stands here alone, without the thread it began in.
    """
    between_us = and_(post.c.visibility == PRIVATE, _with_visitor(visitor), post.c.visible_at <= now)
    found = _posts(connection, between_us, SHOWN_IN_THREADS)
    newest_first = sorted(found, key=lambda one: one.at, reverse=True)
    return _by_thread(found, list(dict.fromkeys(one.root_id for one in newest_first))[:SHOWN])


def _by_thread(posts: list[Post], roots: Sequence[str]) -> list[list[Post]]:
    found: dict[str, list[Post]] = {root: [] for root in roots}
    for one in posts:
        if one.root_id in found:
            found[one.root_id].append(one)
    return [thread for thread in found.values() if thread]


def owned_by(connection: Connection, visitor: str) -> frozenset[str]:
    """The citizens that this visitor plays."""
    return frozenset(connection.scalars(select(citizen.c.id).where(citizen.c.visitor == visitor)))


def picture_for_visitor(connection: Connection, picture_id: str, visitor: str, now: datetime) -> Bytes | None:
    """A picture under a post that this visitor may read by now."""
    shown = post.c.id.not_in(select(hidden.c.post_id))
    return _picture(connection, picture_id, or_(and_(post.c.visibility == PUBLIC, shown), _with_visitor(visitor)), now)


def picture_for_account(connection: Connection, picture_id: str, handle: str, now: datetime) -> Bytes | None:
    """A picture under a post that this account may read by now."""
    return _picture(connection, picture_id, _open_to_account(handle), now)


def stamp(connection: Connection, now: datetime) -> str:
    """Changes whenever anything that may be shown changes."""
    seq = connection.scalar(select(func.max(change.c.seq))) or 0
    hidden = connection.scalar(select(func.count()).select_from(post).where(post.c.visible_at > now))
    return f"{seq}-{hidden}"


def _with_visitor(visitor: str) -> ColumnElement[bool]:
    own = select(citizen.c.id).where(citizen.c.visitor == visitor).scalar_subquery()
    return or_(post.c.citizen_id.in_(own), post.c.for_citizen.in_(own))


def _open_to_account(handle: str) -> ColumnElement[bool]:
    return or_(post.c.visibility == PUBLIC, post.c.account_handle == handle, post.c.to_handle == handle)


def _picture(connection: Connection, picture_id: str, may_read: ColumnElement[bool], now: datetime) -> Bytes | None:
    row = connection.execute(
        select(picture.c.bytes, picture.c.media_type)
        .join(post, post.c.id == picture.c.post_id)
        .where(picture.c.id == picture_id, post.c.deleted_at.is_(None), post.c.visible_at <= now, may_read)
    ).first()
    return None if row is None else Bytes(row.bytes, row.media_type)


def _posts(connection: Connection, condition: ColumnElement[bool], limit: int | None = None) -> list[Post]:
    """Oldest first; of more than `limit` the newest."""
    hider = account.alias("hider")
    rows = connection.execute(
        select(
            post,
            citizen.c.handle,
            citizen.c.name,
            account.c.name.label("account_name"),
            hider.c.name.label("hidden_by"),
            closed.c.root_id.is_not(None).label("closed"),
        )
        .outerjoin(citizen, citizen.c.id == post.c.citizen_id)
        .outerjoin(account, account.c.handle == post.c.account_handle)
        .outerjoin(hidden, hidden.c.post_id == post.c.id)
        .outerjoin(hider, hider.c.handle == hidden.c.account_handle)
        .outerjoin(closed, closed.c.root_id == post.c.root_id)
        .where(condition)
        .order_by(post.c.at.desc(), post.c.id.desc())
        .limit(limit)
    )
    found = rows.all()
    hanging = _pictures(connection, [row.id for row in found])
    return [_post(row, tuple(hanging.get(row.id, ()))) for row in reversed(found)]


def _pictures(connection: Connection, post_ids: Sequence[str]) -> dict[str, list[Shown]]:
    found: dict[str, list[Shown]] = {}
    if post_ids:
        columns = select(picture.c.post_id, picture.c.id, picture.c.media_type, picture.c.description)
        in_order = columns.where(picture.c.post_id.in_(post_ids)).order_by(picture.c.place)
        for row in connection.execute(in_order):
            found.setdefault(row.post_id, []).append(Shown(row.id, row.media_type, row.description))
    return found


def _post(row: Row[tuple[object, ...]], pictures: tuple[Shown, ...]) -> Post:
    ours = row.account_handle is not None
    return Post(
        id=row.id,
        author_id=row.account_handle if ours else row.citizen_id,
        handle=row.account_handle if ours else row.handle,
        name=row.account_name if ours else row.name,
        by_account=row.account_handle,
        to_account=row.to_handle,
        for_citizen=row.for_citizen,
        visibility=row.visibility,
        kind=row.kind,
        text=row.text,
        parent_id=row.parent_id,
        root_id=row.root_id,
        version=row.version,
        at=row.at,
        edited_at=row.edited_at,
        deleted_at=row.deleted_at,
        key=row.key,
        pictures=pictures,
        hidden_by=row.hidden_by,
        closed=row.closed,
    )
