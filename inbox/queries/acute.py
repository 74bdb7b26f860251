"""The words of danger in force, and what is known of a conversation that may be acute.

What it must not do: repeat what anybody wrote; the words of the list alone are told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, Uuid, any_, exists, func, select, text, type_coerce
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.orm import aliased

from inbox.domain.actors import Role
from inbox.domain.acute import Words
from inbox.domain.errors import Forbidden, NotFound
from inbox.models import Account, Acute, AcuteCall, AcuteList, Agent, Conversation, Organisation
from inbox.models.conversation import OPEN
from inbox.queries.inbox_list import NOW, TEAMS
from inbox.uow import UnitOfWork

SHOWN = timedelta(days=1)
"""How long the conversation says that it was decided not to be acute, with the way back."""


@dataclass(frozen=True, slots=True)
class ListInForce:
    """The newest version; 0 before anybody saved one. `texts` are what the organisation wrote, by language."""

    version: int
    words: Words
    texts: Mapping[str, str]
    country: str
    language: str
    saved_at: datetime | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody who was called: by which ways, how often, and what became of the last."""

    who: str
    channel: str
    times: int
    at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A conversation that words of danger were found in, as it stands. `state` is empty where none were."""

    conversation_id: UUID
    reference: str
    version: int
    account: str
    channel: str
    language: str
    open: bool
    state: str = ""
    found: tuple[str, ...] = ()
    at: datetime | None = None
    decided_by: str = ""
    decided_at: datetime | None = None
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    next_call_at: datetime | None = None
    calls: tuple[Called, ...] = ()
    acute_id: UUID | None = None
    """The newest proposal."""


def words_in_force(work: UnitOfWork) -> Words:
    """What is looked for at this moment, in one statement."""
    row = work.session.execute(
        select(AcuteList.own, AcuteList.off).order_by(AcuteList.version.desc()).limit(1)
    ).one_or_none()
    return Words() if row is None else Words(tuple(row.own), frozenset(row.off))


def column() -> ScalarSelect[Any]:
    """The state of the newest proposal and whether somebody sees to it, in the statement that opens a conversation."""
    state = func.jsonb_build_object(
        "state", Acute.state, "seen", Acute.acknowledged_at.is_not(None), "decided", Acute.decided_at > NOW - SHOWN
    )
    newest = select(state).where(Acute.conversation_id == Conversation.id)
    return newest.order_by(Acute.at.desc(), Acute.id.desc()).limit(1).correlate(Conversation).scalar_subquery()


def waiting() -> ScalarSelect[Any]:
    """Those that nobody sees to yet, in the statement that every page of the desk reads: how many, and the oldest."""
    seen = exists().where(
        Acute.conversation_id == Conversation.id, Acute.at == Conversation.acute_at, Acute.acknowledged_at.is_not(None)
    )
    oldest = func.array_agg(aggregate_order_by(Conversation.id, Conversation.acute_at, Conversation.id))
    return (
        select(func.jsonb_build_object("count", func.count(), "id", type_coerce(oldest, ARRAY(Uuid))[1]))
        .where(text(OPEN), Conversation.team_id == any_(TEAMS), Conversation.acute_at.is_not(None), ~seen)
        .scalar_subquery()
    )


def list_in_force(work: UnitOfWork) -> ListInForce:
    """The list with who saved it, for the settings page and for what stands beside a conversation."""
    house = work.session.execute(select(Organisation.country, Organisation.language)).one()
    row = work.session.execute(
        select(AcuteList, Agent.full_name)
        .join(Agent, Agent.id == AcuteList.agent_id)
        .order_by(AcuteList.version.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return ListInForce(0, Words(), {}, house.country, house.language)
    kept: AcuteList = row.AcuteList
    return ListInForce(
        kept.version,
        Words(tuple(kept.own), frozenset(kept.off)),
        {str(language): str(text) for language, text in kept.texts.items()},
        house.country,
        house.language,
        kept.created_at,
        row.full_name,
    )


def standing(work: UnitOfWork, conversation_id: UUID) -> Standing:
    """How it stands, and who was called. Raises Forbidden, NotFound for what the actor does not see."""
    if not work.actor.has(Role.AGENT, Role.LEAD):
        raise Forbidden("The desk is for agents and leads.")
    conversation = work.session.execute(
        select(
            Conversation.id,
            Conversation.reference,
            Conversation.version,
            Conversation.status,
            Conversation.language,
            Account.name,
            Account.channel,
            Account.language.label("speaks"),
        )
        .join(Account, Account.id == Conversation.account_id)
        .where(Conversation.id == conversation_id, Conversation.team_id.in_(work.actor.teams))
    ).one_or_none()
    if conversation is None:
        raise NotFound("There is no such conversation.")
    bare = Standing(
        conversation.id,
        conversation.reference,
        conversation.version,
        conversation.name,
        conversation.channel,
        conversation.language or conversation.speaks,
        conversation.status in ("new", "open", "pending", "on_hold"),
    )
    decided, acknowledged = aliased(Agent), aliased(Agent)
    row = work.session.execute(
        select(Acute, decided.full_name.label("decided_by"), acknowledged.full_name.label("acknowledged_by"))
        .outerjoin(decided, decided.id == Acute.decided_by_id)
        .outerjoin(acknowledged, acknowledged.id == Acute.acknowledged_by_id)
        .where(Acute.conversation_id == conversation_id)
        .order_by(Acute.at.desc(), Acute.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return bare
    found: Acute = row.Acute
    return Standing(
        bare.conversation_id,
        bare.reference,
        bare.version,
        bare.account,
        bare.channel,
        bare.language,
        bare.open,
        found.state,
        tuple(found.found),
        found.at,
        row.decided_by or "",
        found.decided_at,
        row.acknowledged_by or "",
        found.acknowledged_at,
        found.due_at,
        _calls(work, found.id),
        found.id,
    )


def _calls(work: UnitOfWork, acute_id: UUID) -> tuple[Called, ...]:
    rows = work.session.execute(
        select(AcuteCall.channel, AcuteCall.state, AcuteCall.at, AcuteCall.agent_id, Agent.full_name)
        .join(Agent, Agent.id == AcuteCall.agent_id)
        .where(AcuteCall.acute_id == acute_id)
        .order_by(AcuteCall.round, AcuteCall.id)
    ).all()
    last: dict[tuple[UUID, str], Called] = {}
    for row in rows:
        before = last.get((row.agent_id, row.channel))
        last[row.agent_id, row.channel] = Called(
            row.full_name, row.channel, before.times + 1 if before else 1, row.at, row.state
        )
    return tuple(last.values())
