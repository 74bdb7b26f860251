"""Pictures as they are shown beside words, and the points of one.

What it must not do: hand out the points to somebody who may not read the words beside them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, and_, func, or_, select, true
from sqlalchemy.sql import ColumnElement

from connectors.kit.contract import Picture as Outbound
from inbox.domain.actors import Actor, Role
from inbox.domain.errors import NotFound
from inbox.domain.personal_data import mask
from inbox.models import Account, Conversation, Message, Picture
from inbox.models.arrays import among
from inbox.uow import UnitOfWork

_READERS = (Role.AUDITOR, Role.LEAD, Role.ADMINISTRATOR)
"""They see the public dialogue of all teams."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture without its points. `state` is `kept`, `owed` (not fetched yet) or `refused`; sizes are in points."""

    id: UUID
    state: str
    description: str
    width: int
    height: int
    entry_id: UUID | None = None
    """Its line in the ledger, if it was said in public."""

    def masked(self) -> Shown:
        """The same for whoever reads: a number in its description is hidden as in any other words."""
        return replace(self, description=mask(self.description))


@dataclass(frozen=True, slots=True)
class Points:
    """What a browser gets."""

    data: bytes
    media_type: str


def column(*conditions: ColumnElement[bool], **more: Any) -> ScalarSelect[Any]:
    """The pictures that fulfil the conditions as one JSON array, to be read by `shown`. `more`: further keys."""
    named = {
        "id": Picture.id,
        "state": Picture.state,
        "description": Picture.description,
        "width": Picture.width,
        "height": Picture.height,
        "place": Picture.place,
        "entry_id": Picture.entry_id,
        **more,
    }
    pairs = [piece for name, value in named.items() for piece in (name, value)]
    return select(func.jsonb_agg(func.jsonb_build_object(*pairs))).where(*conditions).scalar_subquery()


def shown(found: Sequence[Mapping[str, Any]] | None, name: str) -> dict[Any, tuple[Shown, ...]]:
    """The pictures of such a column by their key `name`, in their order."""
    by_name: dict[Any, list[Shown]] = {}
    for one in sorted(found or (), key=lambda one: (one["place"], one["id"])):
        by_name.setdefault(one[name], []).append(
            Shown(
                UUID(one["id"]),
                one["state"],
                one["description"],
                one["width"] or 0,
                one["height"] or 0,
                UUID(one["entry_id"]) if one["entry_id"] else None,
            )
        )
    return {key: tuple(pictures) for key, pictures in by_name.items()}


def points(work: UnitOfWork, picture_id: UUID) -> Points:
    """The picture itself, for whoever may read the words beside it. Raises NotFound, also if it is not fetched yet."""
    found = work.session.execute(
        select(Picture.data, Picture.media_type)
        .join(Conversation, Conversation.id == Picture.conversation_id)
        .where(Picture.id == picture_id, Picture.state == "kept", _may_see(work.actor))
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such picture.")
    return Points(found.data, found.media_type)


def outbound(view: UnitOfWork, message: Message) -> tuple[Outbound, ...]:
    """An answer's pictures, ready to post."""
    found = view.session.execute(
        select(Picture.data, Picture.media_type, Picture.width, Picture.height, Picture.description)
        .where(Picture.message_id == message.id)
        .order_by(Picture.place, Picture.id)
    )
    return tuple(Outbound(one.data, one.media_type, one.width, one.height, one.description) for one in found)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture that is to be fetched, and from which account's platform."""

    account_id: UUID
    channel: str
    source: str


def wanted(view: UnitOfWork, picture_id: UUID) -> Wanted:
    """Where a citizen's picture is to be had."""
    found = view.session.execute(
        select(Account.id, Account.channel, Picture.source)
        .join(Message, Message.id == Picture.message_id)
        .join(Account, Account.id == Message.account_id)
        .where(Picture.id == picture_id)
    ).one()
    return Wanted(found.id, found.channel, found.source or "")


def _may_see(actor: Actor) -> ColumnElement[bool]:
    """On the desk what the own teams have, of drafts one's own; in the public history what was said in public."""
    if actor.has(Role.AGENT, Role.LEAD):
        ours = and_(
            among(Conversation.team_id, actor.teams),
            or_(Picture.message_id.is_not(None), Picture.agent_id == actor.id),
        )
    else:
        ours = ~true()
    public = and_(Picture.message_id.is_not(None), Picture.visibility == "public") if actor.has(*_READERS) else ~true()
    return or_(ours, public)
