"""What an organisation may do with what is said to it here: hide, block, mute, close; and delete what it said itself.

Why it exists: every platform gives those who answer some of these, and whoever practises here must meet what they do.
Each says how things shall stand, so that asking twice does nothing more. What it must not do: let an organisation
decide over what was said to others, or change anybody's words.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, Table, and_, delete, exists, insert, or_, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from connectors.square import schema
from connectors.square.accounts import Organisation
from connectors.square.reading import PUBLIC, Post, get
from connectors.square.refusing import Refused
from connectors.square.schema import barred, change, citizen, closed, hidden

POSTS = frozenset({"hide", "show", "delete", "close", "open"})
PEOPLE = {"block": "block", "unblock": "block", "mute": "mute", "unmute": "mute"}
"""What each is a beginning or an end of."""


def do(engine: Engine, organisation: Organisation, deed: str, about: str) -> bool:
    """Let it stand so of a post or a citizen; False if it stood so already. `delete` is `writing.withdraw`.

    Raises `Refused`: not_understood, no_such_post, no_such_citizen, not_ours.
    """
    now = datetime.now(UTC)
    with engine.begin() as connection:
        if deed in PEOPLE:
            return _person(connection, organisation, deed, about, now)
        if deed not in POSTS:
            raise Refused("not_understood", 400)
        one = _ours(connection, organisation, about)
        if deed in ("hide", "show"):
            if one.by_account is not None:
                raise Refused("not_ours")
            done = _mark(connection, hidden, "post_id", one.id, organisation, now, on=deed == "hide")
        else:
            done = _mark(connection, closed, "root_id", one.root_id, organisation, now, on=deed == "close")
        if done:
            # The pages look again; the account's own stream tells nothing of what it did itself.
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('square change'))"))
            connection.execute(insert(change).values(post_id=one.id, kind=deed))
        return done


def may_write(connection: Connection, handle: str, citizen_id: str) -> bool:
    """Whether this citizen can write to the account."""
    return not _is_barred(connection, handle, citizen_id, "block")


def is_heard(connection: Connection, handle: str, citizen_id: str) -> bool:
    """Whether the account is told what this citizen writes."""
    return not _is_barred(connection, handle, citizen_id, "mute")


def is_closed(connection: Connection, root_id: str) -> bool:
    """Whether citizens can't write under this thread any more."""
    return bool(connection.scalar(select(exists().where(closed.c.root_id == root_id))))


def _is_barred(connection: Connection, handle: str, citizen_id: str, how: str) -> bool:
    of = and_(barred.c.account_handle == handle, barred.c.citizen_id == citizen_id, barred.c.how == how)
    return bool(connection.scalar(select(exists().where(of))))


def _person(connection: Connection, organisation: Organisation, deed: str, author: str, now: datetime) -> bool:
    if not connection.scalar(select(exists().where(citizen.c.id == author))):
        raise Refused("no_such_citizen", 404)
    key = {"account_handle": organisation.handle, "citizen_id": author, "how": PEOPLE[deed]}
    if deed == PEOPLE[deed]:
        put = upsert(barred).values(at=now, **key).on_conflict_do_nothing().returning(barred.c.at)
        return connection.execute(put).first() is not None
    of = and_(*(barred.c[name] == value for name, value in key.items()))
    return connection.execute(delete(barred).where(of)).rowcount == 1


def _mark(
    connection: Connection,
    table: Table,
    name: str,
    id_: str,
    organisation: Organisation,
    now: datetime,
    *,
    on: bool,
) -> bool:
    if on:
        row = {name: id_, "account_handle": organisation.handle, "at": now}
        put = upsert(table).values(row).on_conflict_do_nothing().returning(table.c.at)
        return connection.execute(put).first() is not None
    of = and_(table.c[name] == id_, table.c.account_handle == organisation.handle)
    return connection.execute(delete(table).where(of)).rowcount == 1


def _ours(connection: Connection, organisation: Organisation, post_id: str) -> Post:
    """A public post in a thread where this organisation was spoken to or has answered."""
    one = get(connection, post_id)
    if one is None or one.deleted_at is not None:
        raise Refused("no_such_post", 404)
    to_us = or_(
        schema.post.c.to_handle == organisation.handle,
        schema.post.c.account_handle == organisation.handle,
    )
    thread = select(exists().where(schema.post.c.root_id == one.root_id, to_us))
    if one.visibility != PUBLIC or not connection.scalar(thread):
        raise Refused("not_ours")
    return one
