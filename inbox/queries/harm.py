"""Incidents: what was reported, for the leads of its team; the message as it stands, for evidence; who is spared whom.

What it must not do: show an incident to anybody but a lead of its team, or a national number unmasked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from inbox.domain import harm
from inbox.domain.actors import Role
from inbox.domain.errors import Forbidden, NotFound
from inbox.domain.harm import Seen
from inbox.domain.personal_data import mask
from inbox.models import Account, Agent, Conversation, Identity, Incident, Message, Picture, Revision
from inbox.models.arrays import among
from inbox.queries.inbox_rows import Chosen
from inbox.uow import UnitOfWork

MOST = 200
"""Incidents in the list; a team that has more has another trouble than a long list."""


@dataclass(frozen=True, slots=True)
class Line:
    """One incident. `against` is who reported it, `who` the citizen."""

    id: UUID
    conversation_id: UUID
    reference: str
    channel: str
    private: bool
    kind: str
    against: str
    who: str
    at: datetime
    state: str
    closed_at: datetime | None
    closed_by: str | None


@dataclass(frozen=True, slots=True)
class Kept:
    """One incident with its evidence. `whole`: its digest fits. Words are masked here, and only here."""

    line: Line
    words: str
    closing: str
    digest: str
    whole: bool
    text: str
    handle: str
    said_at: str
    url: str
    revisions: tuple[Mapping[str, str], ...]
    pictures: tuple[Mapping[str, str], ...]


def listing(work: UnitOfWork) -> tuple[Line, ...]:
    """The incidents of the actor's teams, open ones first, then newest first. Raises Forbidden for all but leads."""
    _leads_only(work)
    rows = work.session.execute(
        _lines(work).order_by(Incident.state.desc(), Incident.at.desc(), Incident.id.desc()).limit(MOST)
    )
    return tuple(_line(row) for row in rows)


def one(work: UnitOfWork, incident_id: UUID) -> Kept:
    """One incident. Raises NotFound for another team's, Forbidden for all but leads."""
    _leads_only(work)
    row = work.session.execute(_lines(work).where(Incident.id == incident_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such incident.")
    incident: Incident = row.Incident
    body: dict[str, Any] = json.loads(incident.evidence)
    return Kept(
        line=_line(row),
        words=mask(incident.words),
        closing=mask(incident.closing),
        digest=incident.digest,
        whole=harm.whole(incident.evidence, incident.digest),
        text=mask(str(body["message"].get("text", ""))),
        handle=str(body["author"].get("handle", "")),
        said_at=str(body["message"].get("said_at", "")),
        url=str(body["message"].get("url", "")),
        revisions=_numbered(body["revisions"]),
        pictures=_numbered(body["pictures"]),
    )


def as_seen(work: UnitOfWork, message_id: UUID) -> Seen:
    """Everything that our tables know of a citizen's message in this instant."""
    message, author, account, conversation = work.session.execute(
        select(Message, Identity, Account, Conversation)
        .join(Identity, Identity.id == Message.identity_id)
        .join(Account, Account.id == Message.account_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.id == message_id)
    ).one()
    revisions = work.session.scalars(
        select(Revision).where(Revision.message_id == message_id).order_by(Revision.at, Revision.id)
    )
    pictures = work.session.execute(
        select(Picture.id, Picture.description, Picture.source, Picture.state, Picture.digest, Picture.media_type)
        .where(Picture.message_id == message_id)
        .order_by(Picture.place, Picture.id)
    )
    return Seen(
        message={
            "id": str(message.id),
            "platform_id": message.external_id,
            "url": message.url,
            "visibility": message.visibility,
            "text": message.text,
            "signs_replaced": message.flagged,
            "said_at": message.said_at,
            "received_at": message.received_at,
            "ledger_entry": str(message.entry_id) if message.entry_id else None,
        },
        author={
            "id": str(author.id),
            "platform": author.channel,
            "platform_id": author.external_id,
            "handle": author.handle,
            "name": author.name,
        },
        account={"id": str(account.id), "platform": account.channel, "handle": account.handle},
        conversation={"id": str(conversation.id), "reference": conversation.reference},
        revisions=[
            {"kind": one.kind, "text": one.text, "at": one.at, "received_at": one.received_at} for one in revisions
        ],
        pictures=[
            {
                "id": str(one.id),
                "description": one.description,
                "platform_address": one.source,
                "state": one.state,
                "sha256": one.digest,
                "media_type": one.media_type,
            }
            for one in pictures
        ],
    )


def spared(work: UnitOfWork, identity_ids: Iterable[UUID]) -> Mapping[UUID, frozenset[UUID]]:
    """By citizen, the people of ours who reported a threat of theirs: dealing gives them no conversation with them."""
    rows = work.session.execute(
        select(Incident.identity_id, Incident.agent_id).where(among(Incident.identity_id, set(identity_ids)))
    )
    found: dict[UUID, frozenset[UUID]] = {}
    for row in rows:
        found[row.identity_id] = found.get(row.identity_id, frozenset()) | {row.agent_id}
    return found


def _leads_only(work: UnitOfWork) -> None:
    if not work.actor.has(Role.LEAD):
        raise Forbidden("Incidents are for leads.")


def _lines(work: UnitOfWork) -> Chosen:
    against, closer = aliased(Agent), aliased(Agent)
    return (
        select(
            Incident,
            Message.visibility,
            Conversation.reference,
            Account.channel,
            Identity.name.label("who"),
            against.full_name.label("against"),
            closer.full_name.label("closer"),
        )
        .join(Conversation, Conversation.id == Incident.conversation_id)
        .join(Account, Account.id == Conversation.account_id)
        .join(Message, Message.id == Incident.message_id)
        .join(Identity, Identity.id == Incident.identity_id)
        .join(against, against.id == Incident.agent_id)
        .outerjoin(closer, closer.id == Incident.closed_by_id)
        .where(Conversation.team_id.in_(work.actor.teams))
    )


def _line(row: Any) -> Line:
    incident: Incident = row.Incident
    return Line(
        id=incident.id,
        conversation_id=incident.conversation_id,
        reference=row.reference,
        channel=row.channel,
        private=row.visibility == "private",
        kind=incident.kind,
        against=row.against,
        who=row.who,
        at=incident.at,
        state=incident.state,
        closed_at=incident.closed_at,
        closed_by=row.closer,
    )


def _numbered(found: Mapping[str, Mapping[str, Any]]) -> tuple[Mapping[str, str], ...]:
    return tuple({name: mask(str(value)) for name, value in found[number].items()} for number in sorted(found, key=int))
