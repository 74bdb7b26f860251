"""The page on which many alike are answered: who waits, what we said to all of them, and what was sent so far.

What it must not do: show a gathering of another team, or a national number unmasked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import any_, select, text
from sqlalchemy.orm import aliased

from connectors.kit import registry
from inbox.domain.errors import NotFound
from inbox.domain.personal_data import mask
from inbox.models import Account, Agent, Conversation, Delivery, Gathering, GatheringDraft, Identity, Message, OwnPost
from inbox.queries.inbox_list import TEAMS, answerers_only
from inbox.uow import UnitOfWork

MOST = 200
"""Members that the page shows."""
_WAITING = text("conversation.status IN ('new', 'open') AND conversation.klass = 'ours'")


@dataclass(frozen=True, slots=True)
class Member:
    """One who waits. `account`: where; `said`: their last public words, masked; `holder`: a colleague who has it."""

    id: UUID
    version: int
    reference: str
    who: str
    handle: str
    account_id: UUID
    account: str
    channel: str
    language: str
    said: str
    said_at: datetime
    holder_id: UUID | None
    holder: str | None


@dataclass(frozen=True, slots=True)
class Status:
    """What we said to all of them: `url` where it stands out there, None while it does not."""

    conversation_id: UUID
    text: str
    by: str
    at: datetime
    url: str | None
    next_word_at: datetime | None


@dataclass(frozen=True, slots=True)
class Batch:
    """One act that answered many: `undoable` of its `count` answers nobody has tried to post yet."""

    id: UUID
    by_id: UUID
    by: str
    at: datetime
    count: int
    undoable: int
    waiting: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Rule:
    """What a platform says of the same answer given to many, as its connector tells it."""

    channel: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything about one gathering. `total` counts everybody who stood in it, `answered` those with an answer."""

    id: UUID
    called: str
    began_at: datetime
    last_at: datetime
    total: int
    answered: int
    members: tuple[Member, ...]
    statuses: tuple[Status, ...]
    batches: tuple[Batch, ...]
    rules: tuple[Rule, ...]
    language: str
    """Of the accounts that most of them wrote to."""
    draft: str
    otherwise: Mapping[UUID, str]
    saved_at: datetime | None
    split_from_id: UUID | None
    """Where somebody split it off, if so."""
    split_from: str | None

    @property
    def free(self) -> tuple[Member, ...]:
        """Those whom nobody has."""
        return tuple(one for one in self.members if one.holder_id is None)


def whole(work: UnitOfWork, gathering_id: UUID) -> Whole:
    """The page's reading, in five statements. Raises NotFound, Forbidden."""
    answerers_only(work.actor)
    origin = aliased(Gathering)
    found = work.session.execute(
        select(Gathering, GatheringDraft, origin.called.label("split_from"))
        .outerjoin(
            GatheringDraft,
            (GatheringDraft.gathering_id == Gathering.id) & (GatheringDraft.agent_id == work.actor.id),
        )
        .outerjoin(origin, origin.id == Gathering.split_from_id)
        .where(Gathering.id == gathering_id, Gathering.team_id == any_(TEAMS)),
        {"teams": list(work.actor.teams)},
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such gathering.")
    one, draft = found.Gathering, cast("GatheringDraft | None", found.GatheringDraft)
    members = _members(work, one.id)
    counts = work.session.execute(_COUNTS, {"id": one.id}).one()
    labels = dict.fromkeys(member.channel for member in members)
    return Whole(
        id=one.id,
        called=one.called,
        began_at=one.began_at,
        last_at=one.last_at,
        total=counts.total,
        answered=counts.answered,
        members=members,
        statuses=_statuses(work, one.id),
        batches=_batches(work, one.id),
        rules=tuple(
            Rule(name, sentence)
            for name in labels
            if (known := registry.connectors().get(name)) and (sentence := known.capabilities.repeated)
        ),
        language=Counter(member.language for member in members).most_common(1)[0][0] if members else "da",
        draft=draft.text if draft is not None else "",
        otherwise={UUID(id_): said for id_, said in draft.otherwise.items()} if draft is not None else {},
        saved_at=draft.saved_at if draft is not None else None,
        split_from_id=one.split_from_id,
        split_from=found.split_from,
    )


def links(work: UnitOfWork, gathering_id: UUID) -> dict[UUID, str]:
    """Where what we said to all of them stands, by account; the newest."""
    rows = work.session.execute(
        select(Delivery.account_id, Delivery.url)
        .join(OwnPost, OwnPost.message_id == Delivery.message_id)
        .where(OwnPost.gathering_id == gathering_id, Delivery.part == 1, Delivery.url.is_not(None))
        .order_by(Delivery.delivered_at)
    )
    return {row.account_id: row.url for row in rows}


_COUNTS = text("""
SELECT (SELECT count(*) FROM gathering_member g WHERE g.gathering_id = :id AND g.state = 'in') AS total,
    (SELECT count(*) FROM gathering_answer a WHERE a.gathering_id = :id AND EXISTS (
        SELECT FROM delivery d WHERE d.message_id = a.message_id AND d.state NOT IN ('rejected', 'withdrawn'))
    ) AS answered""")
_BATCHES = text("""
SELECT b.id, b.agent_id, agent.full_name, b.at, count(DISTINCT a.conversation_id) AS answers,
    count(DISTINCT d.message_id) FILTER (WHERE d.part = 1 AND d.state IN ('queued', 'held') AND d.attempts = 0)
        AS undoable,
    count(*) FILTER (WHERE d.state IN ('queued', 'held', 'sending', 'unconfirmed')) AS waiting,
    max(d.due_at) AS last_at
FROM gathering_batch b JOIN agent ON agent.id = b.agent_id
JOIN gathering_answer a ON a.batch_id = b.id JOIN delivery d ON d.message_id = a.message_id
WHERE b.gathering_id = :id AND d.state NOT IN ('rejected', 'withdrawn')
GROUP BY b.id, agent.full_name ORDER BY b.at DESC LIMIT 5""")


def _members(work: UnitOfWork, gathering_id: UUID) -> tuple[Member, ...]:
    holder = aliased(Agent)
    latest = (
        select(Message.text, Message.said_at)
        .where(Message.conversation_id == Conversation.id, Message.direction == "in")
        .order_by(Message.said_at.desc(), Message.received_at.desc(), Message.id.desc())
        .limit(1)
        .lateral("latest")
    )
    rows = work.session.execute(
        select(
            Conversation.id,
            Conversation.version,
            Conversation.reference,
            Identity.name.label("who"),
            Identity.handle,
            Account.id.label("account_id"),
            Account.name.label("account"),
            Account.channel,
            Account.language,
            latest.c.text,
            latest.c.said_at,
            Conversation.assignee_id,
            holder.full_name,
        )
        .join(Identity, Identity.id == Conversation.identity_id)
        .join(Account, Account.id == Conversation.account_id)
        .join(latest, text("true"))
        .outerjoin(holder, holder.id == Conversation.assignee_id)
        .where(Conversation.gathering_id == gathering_id, _WAITING, Conversation.merged_into_id.is_(None))
        .order_by(Conversation.next_due_at.asc().nulls_last(), Conversation.id)
        .limit(MOST)
    )
    me = work.actor.id
    return tuple(
        Member(
            row.id,
            row.version,
            row.reference,
            row.who,
            row.handle,
            row.account_id,
            row.account,
            row.channel,
            row.language,
            mask(row.text),
            row.said_at,
            None if row.assignee_id == me else row.assignee_id,
            None if row.assignee_id == me else row.full_name,
        )
        for row in rows
    )


def _statuses(work: UnitOfWork, gathering_id: UUID) -> tuple[Status, ...]:
    rows = work.session.execute(
        select(
            Message.conversation_id,
            Message.text,
            Message.signed_as,
            Message.said_at,
            Agent.full_name,
            Delivery.url,
            OwnPost.next_word_at,
        )
        .select_from(OwnPost)
        .join(Message, Message.id == OwnPost.message_id)
        .join(Agent, Agent.id == Message.agent_id)
        .join(Delivery, (Delivery.message_id == Message.id) & (Delivery.part == 1))
        .where(OwnPost.gathering_id == gathering_id, Delivery.state.not_in(("withdrawn", "rejected")))
        .order_by(Message.said_at.desc())
        .limit(5)
    )
    return tuple(
        Status(
            row.conversation_id,
            mask(row.text.removesuffix(row.signed_as or "").rstrip()),
            row.full_name,
            row.said_at,
            row.url,
            row.next_word_at,
        )
        for row in rows
    )


def _batches(work: UnitOfWork, gathering_id: UUID) -> tuple[Batch, ...]:
    return tuple(
        Batch(row.id, row.agent_id, row.full_name, row.at, row.answers, row.undoable, row.waiting, row.last_at)
        for row in work.session.execute(_BATCHES, {"id": gathering_id})
    )
