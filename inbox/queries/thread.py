"""One conversation as the desk shows it: who, what was said, what became of each answer, what happened.

Two statements, whatever the thread's length, and one for opening hours that this process has not met. What it must
not do: show a conversation outside the actor's teams (it looks as if it did not exist), or a national number unmasked.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import any_, func, select, true
from sqlalchemy.orm import aliased

from inbox.domain.calendar import Calendar
from inbox.domain.errors import NotFound
from inbox.domain.personal_data import mask
from inbox.models import (
    Account,
    Agent,
    Conversation,
    ConversationEvent,
    Delivery,
    Identity,
    Message,
    Note,
    Picture,
    Revision,
)
from inbox.preparing import PREPARED
from inbox.queries import acute, charter_brief, complaints_beside, correcting, parents, releasing, silo_thread, treated
from inbox.queries.due import columns, due, hours_of, shown_clock
from inbox.queries.inbox_list import ME, TEAMS, answerers_only
from inbox.queries.inbox_rows import Chosen
from inbox.queries.pictures import Shown, column, shown
from inbox.queries.surroundings import CONVERSATION
from inbox.queries.thread_items import Happened, Head, Item, Noted, Part, Said, Thread, standing
from inbox.uow import UnitOfWork


def thread(work: UnitOfWork, conversation_id: UUID) -> Thread:
    """The conversation, or the one that it was joined with.

    Raises NotFound for an unknown conversation and for one of another team alike, Forbidden for non-answerers.
    """
    answerers_only(work.actor)
    asked = {"conversation": conversation_id, "teams": list(work.actor.teams), "me": work.actor.id, "now": work.now}
    top = work.session.execute(_top(), asked).one_or_none()
    if top is None:
        raise NotFound("There is no such conversation.")
    if top.Conversation.merged_into_id is not None:
        # What was said in it stands there now, and who was writing in it goes on there.
        return thread(work, top.Conversation.merged_into_id)
    pictures = shown(top.pictures, "message_id")
    items: list[Item] = [
        _said(line, pictures.get(str(line.id), ()))
        for line in work.session.execute(_messages(), {"conversation": conversation_id})
    ]
    items += [_noted(note) for note in top.notes or ()]
    items += [_happened(event) for event in top.events or ()]
    tickets = silo_thread.put(top.tickets)
    for ticket in tickets:
        items += [*ticket.answers, *ticket.remarks]
    # A stable sort: messages stand in the platform's order already, and come before a line of the same instant.
    items.sort(key=lambda item: item.at)
    complained = complaints_beside.complained(top.complaints, work.actor.id)
    return Thread(_head(top, hours_of(work, (top,))), tuple(standing(items)), tickets, complained)


@cache
def _top() -> Chosen:
    """The conversation and everything about it that is not a message, in one line. Made once, as its neighbours are."""
    assignee, other = aliased(Agent), aliased(Conversation)
    earlier = (
        select(func.count())
        .select_from(other)
        .where(other.identity_id == Conversation.identity_id, other.created_at < Conversation.created_at)
        .scalar_subquery()
    )
    clock = shown_clock()
    writer, doer = aliased(Agent), aliased(Agent)
    notes = (
        _objects(id=Note.id, at=Note.at, text=Note.text, who_id=writer.id, who=writer.full_name)
        .join(writer, writer.id == Note.agent_id)
        .where(Note.conversation_id == Conversation.id)
        .scalar_subquery()
    )
    event = ConversationEvent
    events = (
        _objects(id=event.id, at=event.at, kind=event.kind, data=event.data, who_id=doer.id, who=doer.full_name)
        .select_from(event)
        .outerjoin(doer, doer.id == event.agent_id)
        .where(event.conversation_id == Conversation.id)
        .scalar_subquery()
    )
    pictures = column(
        Picture.conversation_id == Conversation.id,
        Picture.message_id.is_not(None),
        message_id=Picture.message_id,
    )
    return (
        select(
            Conversation,
            Identity.name.label("who"),
            Identity.handle,
            Account.channel,
            Account.name.label("account"),
            Account.practice,
            Account.language,
            assignee.full_name,
            earlier.label("earlier"),
            *columns(clock),
            notes.label("notes"),
            events.label("events"),
            pictures.label("pictures"),
            charter_brief.column().label("charter"),
            silo_thread.column().label("tickets"),
            complaints_beside.column().label("complaints"),
            treated.barred().label("barred"),
            releasing.new_here(ME).label("new_here"),
            acute.column().label("acute"),
        )
        .join(Identity, Identity.id == Conversation.identity_id)
        .join(Account, Account.id == Conversation.account_id)
        .outerjoin(assignee, assignee.id == Conversation.assignee_id)
        .outerjoin(clock, true())
        .where(Conversation.id == CONVERSATION, Conversation.team_id == any_(TEAMS))
        .execution_options(**PREPARED)
    )


def _objects(**columns: Any) -> Chosen:
    """Many rows as one JSON array, so that a line can carry them."""
    pairs = [piece for name, column in columns.items() for piece in (name, column)]
    return select(func.jsonb_agg(func.jsonb_build_object(*pairs)))


def _head(line: Any, hours: Mapping[UUID, Calendar]) -> Head:
    row: Conversation = line.Conversation
    return Head(
        id=row.id,
        reference=row.reference,
        version=row.version,
        status=row.status,
        klass=row.klass,
        klass_rule=row.klass_rule,
        priority=row.priority,
        dismiss_reason=row.dismiss_reason,
        who=line.who,
        handle=line.handle,
        account_id=row.account_id,
        channel=line.channel,
        account=line.account,
        practice=line.practice,
        language=line.language,
        assignee_id=row.assignee_id,
        assignee=line.full_name,
        waiting_since=row.waiting_since,
        snoozed_until=row.snoozed_until,
        earlier=line.earlier,
        gathering_id=row.gathering_id,
        due=due(line, hours),
        charter=charter_brief.brief(line.charter),
        barred=treated.measures(line.barred),
        new_here=bool(line.new_here),
        # What was finished since, or decided long ago, is no news.
        acute=line.acute["state"] if line.acute and (row.acute_at or line.acute["decided"]) else "",
        acute_seen=bool(line.acute and line.acute["seen"]),
    )


@cache
def _messages() -> Chosen:
    revisions = (
        _objects(kind=Revision.kind, text=Revision.text, at=Revision.at)
        .where(Revision.message_id == Message.id)
        .scalar_subquery()
    )
    parts = (
        _objects(
            id=Delivery.id,
            state=Delivery.state,
            part=Delivery.part,
            parts=Delivery.parts,
            due_at=Delivery.due_at,
            attempts=Delivery.attempts,
            last_error=Delivery.last_error,
            delivered_at=Delivery.delivered_at,
            url=Delivery.url,
        )
        .where(Delivery.message_id == Message.id)
        .scalar_subquery()
    )
    return (
        select(
            Message.id,
            Message.direction,
            Message.visibility,
            Message.text,
            Message.said_at,
            Message.signed_as,
            Message.url,
            Message.flagged,
            Message.holding,
            Message.planned_for,
            Message.agent_id,
            Agent.full_name,
            Identity.name,
            Identity.handle,
            revisions.label("revisions"),
            parts.label("parts"),
            parents.column().label("above"),
            correcting.column().label("corrected"),
            treated.column().label("treated"),
            releasing.column().label("key"),
        )
        .outerjoin(Agent, Agent.id == Message.agent_id)
        .outerjoin(Identity, Identity.id == Message.identity_id)
        .where(Message.conversation_id == CONVERSATION)
        .order_by(Message.said_at, Message.received_at, Message.id)
        .execution_options(**PREPARED)
    )


def _said(line: Any, pictures: tuple[Shown, ...]) -> Said:
    texts, edited_at, deleted_at = [line.text], None, None
    for change in sorted(line.revisions or (), key=lambda change: str(change["at"])):
        if change["kind"] == "edited":
            texts.append(change["text"])
            edited_at = datetime.fromisoformat(change["at"])
        else:
            deleted_at = datetime.fromisoformat(change["at"])
    ours = line.direction == "out"
    if ours and line.signed_as:
        # The byline is drawn as a line of its own, from the same words.
        texts = [text.removesuffix(line.signed_as).rstrip() for text in texts]
    return Said(
        id=line.id,
        ours=ours,
        private=line.visibility == "private",
        author=line.full_name if ours else line.name,
        author_id=line.agent_id,
        handle="" if ours else line.handle,
        at=line.said_at,
        text=mask(texts[-1]),
        byline=line.signed_as,
        url=line.url,
        flagged=line.flagged,
        holding=line.holding,
        before=tuple(mask(earlier) for earlier in texts[:-1]),
        edited_at=edited_at,
        deleted_at=deleted_at,
        parts=tuple(sorted((_part(part) for part in line.parts or ()), key=lambda part: part.part)),
        planned_for=line.planned_for,
        above=parents.above(line.above),
        pictures=tuple(one.masked() for one in pictures),
        corrected=correcting.corrected(line.corrected),
        treated=treated.treated(line.treated),
        key=releasing.key(line.key),
    )


def _part(part: Mapping[str, Any]) -> Part:
    return Part(
        id=UUID(part["id"]),
        state=part["state"],
        part=part["part"],
        parts=part["parts"],
        due_at=_instant(part["due_at"]),
        attempts=part["attempts"],
        last_error=part["last_error"],
        delivered_at=_instant(part["delivered_at"]),
        url=part["url"],
    )


def _instant(given: str | None) -> datetime | None:
    return datetime.fromisoformat(given) if given else None


def _noted(note: Mapping[str, Any]) -> Noted:
    return Noted(
        UUID(note["id"]), note["who"], UUID(note["who_id"]), datetime.fromisoformat(note["at"]), mask(note["text"])
    )


def _happened(event: Mapping[str, Any]) -> Happened:
    who_id = UUID(event["who_id"]) if event["who_id"] else None
    at = datetime.fromisoformat(event["at"])
    return Happened(UUID(event["id"]), event["kind"], event["who"], who_id, at, event["data"] or {})
