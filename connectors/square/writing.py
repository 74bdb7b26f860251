"""Saying, changing and taking back on the square.

Why it exists: every deed changes a post and tells the stream of it in one transaction, in an order that
nobody who reads with a cursor can miss. What it must not do: send anything, or misbehave by itself.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from connectors.kit.length import graphemes
from connectors.square import moderation, pictures
from connectors.square.accounts import Organisation, all_accounts
from connectors.square.items import item
from connectors.square.reading import PRIVATE, PUBLIC, Post, get, with_key
from connectors.square.refusing import Refused
from connectors.square.schema import change, post

CITIZEN_LIMIT = 500
"""Graphemes in what a citizen writes."""
ANSWER_LIMIT = 280
"""Graphemes in what an organisation writes."""
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Answer:
    """What an organisation wants to post. `recipient` is the handle of the person answered; it and `reply_to` are empty
    for a post that stands alone."""

    text: str
    visibility: str
    reply_to: str
    recipient: str
    key: str
    pictures: Sequence[pictures.Chosen] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """A deed and the news of it: `account` is who is to be told, if anybody."""

    post: Post
    account: Organisation | None
    item: dict[str, object] | None


def length(words: str) -> int:
    """Graphemes: what a person would count."""
    return graphemes(words)


def say(
    engine: Engine,
    citizen_id: str,
    words: str,
    *,
    visibility: str = PUBLIC,
    to: str = "",
    under: str = "",
    shows: Sequence[pictures.Brought] = (),
) -> Told:
    """A citizen writes. `to` is the account of a private message, `under` the post that is replied to.

    Raises `Refused`: empty, too_long, no_such_post, no_such_account, too_many_pictures, no_room, closed, blocked.
    """
    words = _readable(words, CITIZEN_LIMIT)
    now = datetime.now(UTC)
    with engine.begin() as connection:
        parent = _standing(connection, under) if under else None
        if parent is not None:
            if parent.visibility == PRIVATE and citizen_id not in (parent.author_id, parent.for_citizen):
                raise Refused("no_such_post", 404)
            visibility = parent.visibility
            if moderation.is_closed(connection, parent.root_id):
                raise Refused("closed")
        organisation = _spoken_to(connection, words, visibility, to, parent)
        if organisation and not moderation.may_write(connection, organisation.handle, citizen_id):
            raise Refused("blocked")
        post_id = _new_id()
        kind = PRIVATE if visibility == PRIVATE else ("reply" if parent else "mention")
        connection.execute(
            insert(post).values(
                id=post_id,
                citizen_id=citizen_id,
                to_handle=organisation.handle if organisation else None,
                visibility=visibility,
                kind=kind,
                text=words,
                parent_id=parent.id if parent else None,
                root_id=parent.root_id if parent else post_id,
                version=1,
                at=now,
                visible_at=now,
                key_kept=False,
            )
        )
        pictures.hang(connection, post_id, citizen_id, shows)
        if organisation and not moderation.is_heard(connection, organisation.handle, citizen_id):
            organisation = None
        return _tell(connection, "post", post_id, organisation, now)


def change_words(engine: Engine, post_id: str, owners: frozenset[str], words: str) -> Told:
    """The author changes the words. Raises `Refused`: no_such_post, empty, too_long."""
    words = _readable(words, CITIZEN_LIMIT)
    now = datetime.now(UTC)
    with engine.begin() as connection:
        organisation = _own(connection, post_id, owners)
        connection.execute(
            update(post).where(post.c.id == post_id).values(text=words, edited_at=now, version=post.c.version + 1)
        )
        return _tell(connection, "edit", post_id, organisation, now)


def take_back(engine: Engine, post_id: str, owners: frozenset[str]) -> Told:
    """The author deletes it; words and pictures are gone, its place in the thread stays.

    Raises `Refused`: no_such_post.
    """
    now = datetime.now(UTC)
    with engine.begin() as connection:
        organisation = _own(connection, post_id, owners)
        connection.execute(
            update(post).where(post.c.id == post_id).values(text="", deleted_at=now, version=post.c.version + 1)
        )
        pictures.take_down(connection, post_id)
        return _tell(connection, "delete", post_id, organisation, now)


def answer(engine: Engine, organisation: Organisation, wanted: Answer, *, keep_key: bool, unseen_for: int) -> Post:
    """An organisation posts. The same key gives the same post again, as long as keys are kept.

    `unseen_for` is in seconds. Raises `Refused`: empty, too_long, no_such_post, wrong_recipient, not_private,
    key_reused, too_many_pictures, no_description, description_too_long, no_such_picture.
    """
    words = _readable(wanted.text, ANSWER_LIMIT)
    chosen = pictures.well_chosen(wanted.pictures)
    now = datetime.now(UTC)
    with engine.begin() as connection:
        if keep_key:
            earlier = with_key(connection, organisation.handle, wanted.key, None)
            if earlier:
                return _same(connection, earlier[0], words, wanted, chosen)
        parent = _answered(connection, organisation, wanted) if wanted.reply_to else None
        if parent is None and wanted.visibility != PUBLIC:
            raise Refused("no_such_post", 404)
        new_id = _new_id()
        post_id = connection.scalar(
            upsert(post)
            .values(
                id=new_id,
                account_handle=organisation.handle,
                for_citizen=(parent.for_citizen if parent.by_account else parent.author_id) if parent else None,
                visibility=wanted.visibility,
                kind="own",
                text=words,
                parent_id=parent.id if parent else None,
                root_id=parent.root_id if parent else new_id,
                version=1,
                at=now,
                visible_at=now + timedelta(seconds=unseen_for),
                key=wanted.key,
                key_kept=keep_key,
            )
            # Two calls with one key at the same moment: the second waits here and then finds the first.
            .on_conflict_do_nothing(index_elements=["account_handle", "key"], index_where=text("key_kept"))
            .returning(post.c.id)
        )
        if post_id is None:
            earlier = with_key(connection, organisation.handle, wanted.key, None)
            return _same(connection, earlier[0], words, wanted, chosen)
        pictures.attach(connection, organisation.handle, post_id, chosen)
        return _tell(connection, "post", post_id, None, now).post


def _answered(connection: Connection, organisation: Organisation, wanted: Answer) -> Post:
    """The post that is answered, if this account may answer it so."""
    parent = _standing(connection, wanted.reply_to)
    if parent.visibility == PRIVATE and wanted.visibility != PRIVATE:
        raise Refused("not_private")
    addressed = parent.to_account if parent.visibility == PRIVATE else organisation.handle
    if (parent.by_account or addressed) != organisation.handle:
        raise Refused("no_such_post", 404)
    if parent.by_account is None and parent.handle != wanted.recipient:
        raise Refused("wrong_recipient")
    return parent


def withdraw(engine: Engine, organisation: Organisation, post_id: str, words: str | None) -> Post:
    """An organisation changes its own post, or deletes it (`words` None). Raises `Refused`: no_such_post, …"""
    owners = frozenset({organisation.handle})
    if words is None:
        return take_back(engine, post_id, owners).post
    return change_words(engine, post_id, owners, _readable(words, ANSWER_LIMIT)).post


def _same(connection: Connection, earlier: Post, words: str, wanted: Answer, chosen: Sequence[pictures.Chosen]) -> Post:
    if (earlier.text, earlier.parent_id or "", earlier.visibility) != (words, wanted.reply_to, wanted.visibility):
        raise Refused("key_reused", 409)
    if not pictures.same(connection, earlier.by_account or "", earlier.id, chosen):
        raise Refused("key_reused", 409)
    return earlier


def _readable(words: str, limit: int) -> str:
    words = _NOT_TEXT.sub("\N{REPLACEMENT CHARACTER}", words).replace("\r\n", "\n")
    if not words.strip():
        raise Refused("empty")
    if length(words) > limit:
        raise Refused("too_long")
    return words


def _standing(connection: Connection, post_id: str) -> Post:
    found = get(connection, post_id)
    if found is None or found.deleted_at is not None:
        raise Refused("no_such_post", 404)
    return found


def _own(connection: Connection, post_id: str, owners: frozenset[str]) -> Organisation | None:
    connection.execute(select(post.c.id).where(post.c.id == post_id).with_for_update())
    found = _standing(connection, post_id)
    if found.author_id not in owners:
        raise Refused("no_such_post", 404)
    return next((one for one in all_accounts(connection) if one.handle == found.to_account), None)


def _spoken_to(
    connection: Connection, words: str, visibility: str, to: str, parent: Post | None
) -> Organisation | None:
    known = {one.handle: one for one in all_accounts(connection)}
    if parent is not None and (parent.by_account or visibility == PRIVATE):
        return known[parent.by_account or parent.to_account or ""]
    if visibility == PRIVATE:
        if to not in known:
            raise Refused("no_such_account")
        return known[to]
    mentioned = (found.lower() for found in re.findall(r"@([A-Za-z0-9]+)", words))
    return next((known[handle] for handle in mentioned if handle in known), None)


def _tell(connection: Connection, kind: str, post_id: str, organisation: Organisation | None, now: datetime) -> Told:
    one = get(connection, post_id)
    assert one is not None, "a post that was just written"
    news = item(kind, one, organisation.base_url, now) if organisation else None
    # Numbers are handed out before commit; without this lock a reader could pass a number that is still to come.
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('square change'))"))
    row = {"account_handle": organisation.handle if organisation else None, "post_id": post_id, "kind": kind}
    seq = connection.scalar(insert(change).values(item=news, **row).returning(change.c.seq))
    return Told(one, organisation, {"event": seq, **news} if news else None)


def _new_id() -> str:
    return uuid.uuid4().hex[:20]
