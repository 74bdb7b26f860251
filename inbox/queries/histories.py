"""What happened to conversations, in the form that the clocks are read from.

It exists so that a deed, a replay and an explanation read the same history. A conversation that was merged keeps
its own: what moved away still says where it happened. What it must not do: read anybody's words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Executable, Row, Uuid, and_, any_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from inbox.domain.history import Happening, What, asked, in_order
from inbox.domain.merges import brought
from inbox.domain.terms import Terms
from inbox.models import Account, Attempt, Conversation, ConversationEvent, Delivery, Identity, Message, Note, Revision
from inbox.queries.terms import AllTerms
from inbox.uow import UnitOfWork

OURS = ("mention", "reply", "private")
"""Kinds of messages that are ours to answer without anybody saying so (`inbox.domain.classification`)."""

_EVENTS: Mapping[str, What] = {
    "solved": What.SOLVED,
    "dismissed": What.DISMISSED,
    "reopened": What.REOPENED,
    "merged_away": What.MERGED_AWAY,
    "taken": What.TAKEN,
    "released": What.RELEASED,
    "complaint_taken_away": What.RELEASED,
    "ranked": What.RANKED,
    "grouped": What.GROUPED,
    # Another colleague has it: that is no pause and no new promise.
    "handed_over": What.TAKEN,
    "silo_asked": What.HANDED,
    "silo_moved": What.HANDED,
    "silo_answered": What.RETURNED,
    "silo_not_ours": What.RETURNED,
    "silo_unsent": What.RETURNED,
    "silo_recalled": What.RETURNED,
    "rejected": What.FAILED,
    "undone": What.FAILED,
    "planned_taken_back": What.FAILED,
    "held_taken_back": What.FAILED,
    "answer_given_back": What.FAILED,
    "came_back": What.REOPENED,
}


def _home(table: type[Message | ConversationEvent]) -> ColumnElement[bool]:
    """Where something happened, wherever it stands now, is one of `ids`."""
    ids = any_(bindparam("ids", type_=ARRAY(Uuid)))
    return or_(and_(table.conversation_id == ids, table.came_from_id.is_(None)), table.came_from_id == ids)


# Every deed reads a history, so these are built once.
_SAID = (
    select(
        func.coalesce(Message.came_from_id, Message.conversation_id).label("home"),
        Message.id,
        Message.direction,
        Message.kind,
        Message.visibility,
        Message.said_at,
        Message.received_at,
        Message.holding,
        Delivery.delivered_at,
        Account.created_at.label("connected_at"),
        (Identity.external_id == Account.external_id).label("own"),
    )
    .join(Account, Account.id == Message.account_id)
    .outerjoin(Identity, Identity.id == Message.identity_id)
    .outerjoin(Delivery, and_(Delivery.message_id == Message.id, Delivery.part == 1))
    # What was said after a last word was seen, and asks for nothing.
    .where(_home(Message), Message.after_stop.is_(False))
)
_TAKEN_AWAY = (
    select(
        func.coalesce(Message.came_from_id, Message.conversation_id).label("home"),
        Revision.message_id,
        Revision.received_at.label("at"),
    )
    .join(Message, Message.id == Revision.message_id)
    .where(_home(Message), Message.direction == "in", Message.after_stop.is_(False), Revision.kind == "deleted")
)
_LINES = (
    select(
        func.coalesce(ConversationEvent.came_from_id, ConversationEvent.conversation_id).label("home"),
        ConversationEvent.at,
        ConversationEvent.kind,
        ConversationEvent.agent_id,
        ConversationEvent.data,
    )
    .where(_home(ConversationEvent), ConversationEvent.kind.in_((*_EVENTS, "made_work", "merged")))
    .order_by(ConversationEvent.at, ConversationEvent.id)
)


def histories(work: UnitOfWork, ids: Iterable[UUID], terms: AllTerms) -> dict[UUID, list[Happening]]:
    """The history of each conversation, in its order. `terms`: see `_joined`."""
    found = _own(work, set(ids))
    return {id_: in_order(happenings + _joined(work, merges, terms)) for id_, (happenings, merges) in found.items()}


def remarks(work: UnitOfWork, conversation_id: UUID) -> list[Happening]:
    """What explains and counts for nothing: notes, and tries of an answer that the platform did not take.

    Only whoever explains needs them, so that no deed reads them.
    """
    notes = work.session.execute(select(Note.at, Note.id).where(Note.conversation_id == conversation_id))
    tries = work.session.execute(
        select(Attempt.ended_at, Message.id, Attempt.outcome)
        .join(Delivery, Delivery.id == Attempt.delivery_id)
        .join(Message, Message.id == Delivery.message_id)
        .where(_home(Message), Delivery.part == 1, Attempt.outcome.in_(("retry", "suspended"))),
        {"ids": [conversation_id]},
    )
    return [Happening(at, What.NOTED, id_) for at, id_ in notes] + [
        Happening(at, What.FAILED, id_, reason=outcome or "") for at, id_, outcome in tries if at is not None
    ]


def _joined(work: UnitOfWork, merges: Sequence[Row[Any]], terms: AllTerms) -> list[Happening]:
    """What other conversations brought along (`inbox.domain.merges`)."""
    joined: list[Happening] = []
    for merge in merges:
        gone = UUID(merge.data["gone_id"])
        happenings, before = _own(work, {gone})[gone]
        happenings += _joined(work, before, terms)
        joined += brought(in_order(happenings), _of(work, terms, gone), merge.at)
    return joined


def _of(work: UnitOfWork, terms: AllTerms, conversation_id: UUID) -> Terms:
    return terms.of(
        work.session.scalars(select(Conversation.account_id).where(Conversation.id == conversation_id)).one()
    )


def _own(work: UnitOfWork, ids: set[UUID]) -> dict[UUID, tuple[list[Happening], list[Row[Any]]]]:
    """What happened in each conversation itself, and what was merged into it."""
    found: dict[UUID, tuple[list[Happening], list[Row[Any]]]] = {id_: ([], []) for id_ in ids}
    events = _rows(work, _LINES, ids)
    made_work = {row.home: row.at for row in events if row.kind == "made_work"}
    for row in _rows(work, _SAID, ids):
        found[row.home][0].extend(_said(row, made_work.get(row.home)))
    for row in _rows(work, _TAKEN_AWAY, ids):
        found[row.home][0].append(Happening(row.at, What.WITHDRAWN, row.message_id))
    for row in events:
        if row.kind == "merged" and "gone_id" in row.data:
            found[row.home][1].append(row)
        elif row.kind in _EVENTS:
            found[row.home][0].append(
                Happening(
                    row.at,
                    _EVENTS[row.kind],
                    row.agent_id,
                    reason=row.data.get("reason", row.kind if _EVENTS[row.kind] == What.FAILED else ""),
                    priority=int(row.data.get("priority", 0)),
                    group=row.data.get("group", ""),
                )
            )
    return found


def _said(row: Row[Any], made_work: Any) -> Iterable[Happening]:
    if row.direction == "out":
        yield Happening(row.said_at, What.PROMISED, row.id)
        if row.delivered_at is not None:
            at = max(row.delivered_at, row.said_at)
            yield Happening(at, What.ANSWERED, row.id, since=row.said_at, holding=row.holding, pends=not row.holding)
    elif row.kind in OURS and not row.own:
        yield asked(
            row.id,
            said_at=row.said_at,
            received_at=row.received_at,
            visibility=row.visibility,
            connected_at=row.connected_at,
        )
    elif made_work is not None and row.received_at <= made_work:
        yield Happening(made_work, What.ASKED, row.id, since=made_work, visibility=row.visibility)


def _rows(work: UnitOfWork, statement: Executable, ids: set[UUID]) -> Sequence[Row[Any]]:
    return work.session.execute(statement, {"ids": list(ids)}).all()
