"""Pictures under what citizens say: noted when their post is taken in, fetched afterwards, each by itself.

A page of posts never waits for a picture, and a picture that can't be had leaves its post as it is, with a line that
says so. What this must not do: call a platform, or believe a byte of what it gives (`inbox.domain.pictures`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, or_, select

from connectors.kit.contract import InboundPost
from inbox.domain.delivery import back_off
from inbox.domain.events import ConversationChanged, PicturesDue
from inbox.domain.ids import new_id
from inbox.domain.ledger.shapes import EntryType
from inbox.domain.pictures import Made
from inbox.domain.text import clean
from inbox.models import Account, Conversation, Picture
from inbox.models.arrays import insert_rows
from inbox.services import ledger
from inbox.uow import UnitOfWork

MOST: Final = 10
"""Pictures of one post that are fetched. No platform that we know shows more."""
LONGEST_DESCRIPTION: Final = 10_000
"""Characters; a stranger's program may write more."""
TRIES: Final = 8
"""How often a picture is asked for before it counts as not to be had."""


class Wanted:
    """The pictures of one page of posts: gathered while it is read, stored once its messages stand."""

    def __init__(self, work: UnitOfWork, account_id: UUID) -> None:
        self._work = work
        self._account_id = account_id
        self._rows: list[dict[str, object]] = []
        self._seen: list[ledger.Line] = []

    def note(self, post: InboundPost, conversation_id: UUID, message_id: UUID, said_at: datetime) -> None:
        """Remember the pictures of a post that is new."""
        for place, picture in enumerate(post.pictures[:MOST], start=1):
            source = clean(picture.source).text
            description = clean(picture.description).text[:LONGEST_DESCRIPTION]
            entry_id = None
            if post.visibility == "public":
                entry_id = new_id()
                ref = {"account": self._account_id, "conversation": conversation_id, "message": message_id}
                values = {"platform_id": source, "description": description}
                self._seen.append(ledger.Line(entry_id, ref, values, {"at": said_at}))
            self._rows.append(
                {
                    "id": new_id(),
                    "conversation_id": conversation_id,
                    "message_id": message_id,
                    "visibility": post.visibility,
                    "place": place,
                    "description": description,
                    "source": source,
                    "state": "owed",
                    "created_at": self._work.now,
                    "due_at": self._work.now,
                    "entry_id": entry_id,
                }
            )

    def store(self) -> None:
        """Write them down, and ring for whoever fetches."""
        if not self._rows:
            return
        ledger.record_many(self._work, EntryType.PICTURE_SEEN, self._seen)
        insert_rows(self._work.session, Picture, self._rows)
        self._work.say(PicturesDue())


def claim(work: UnitOfWork, lease: timedelta) -> UUID | None:
    """Take the next picture that is owed, if any, with a lease; nobody else asks for it meanwhile."""
    found = work.session.scalars(
        select(Picture)
        .join(Conversation, Conversation.id == Picture.conversation_id)
        .join(Account, Account.id == Conversation.account_id)
        .where(
            Picture.state == "owed",
            Picture.due_at <= work.now,
            or_(Picture.lease_until.is_(None), Picture.lease_until < func.clock_timestamp()),
            Account.state == "active",
            or_(Account.not_before.is_(None), Account.not_before <= work.now),
        )
        .order_by(Picture.due_at, Picture.id)
        .limit(1)
        .with_for_update(of=Picture, skip_locked=True)
    ).one_or_none()
    if found is None:
        return None
    if found.attempts > TRIES:
        # Nobody came back to say what became of it: whatever it is, it ends workers.
        _settle(work, found, "refused")
        return claim(work, lease)
    found.attempts += 1
    found.lease_until = func.clock_timestamp() + lease
    work.session.flush()
    return found.id


def keep(work: UnitOfWork, picture_id: UUID, made: Made) -> None:
    """It came. Whoever is second at the same picture changes nothing."""
    picture = _owed(work, picture_id)
    if picture is None:
        return
    picture.media_type, picture.width, picture.height = made.media_type, made.width, made.height
    picture.digest, picture.data, picture.last_error = made.digest, made.data, None
    _settle(work, picture, "kept")


def refuse(work: UnitOfWork, picture_id: UUID, reason: str) -> None:
    """It can't be had, or is no picture. `reason` is for the log and the row, not for a page."""
    picture = _owed(work, picture_id)
    if picture is not None:
        picture.last_error = reason
        _settle(work, picture, "refused")


def again(work: UnitOfWork, picture_id: UUID, reason: str, after: timedelta | None) -> None:
    """It did not come this time. After `TRIES` it is given up."""
    picture = _owed(work, picture_id)
    if picture is None:
        return
    if picture.attempts >= TRIES:
        refuse(work, picture_id, reason)
        return
    picture.last_error, picture.lease_until = reason, None
    picture.due_at = work.now + (after or back_off(picture.attempts))


def _owed(work: UnitOfWork, picture_id: UUID) -> Picture | None:
    return work.session.scalars(
        select(Picture)
        .where(Picture.id == picture_id, Picture.state == "owed")
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def _settle(work: UnitOfWork, picture: Picture, state: str) -> None:
    """The words it belongs to are as they were: their conversation is shown anew, and has no new version."""
    picture.state, picture.due_at, picture.lease_until = state, None, None
    conversation = work.session.get_one(Conversation, picture.conversation_id)
    work.say(ConversationChanged(conversation.id, conversation.team_id, conversation.version))
