"""Why each promise of a conversation stands as it does: the rule behind it, the calendar, and its trail line by line.

The clocks are read anew out of the history, never out of their rows, so that an explanation can't repeat a mistake
(`replaying.py` compares the two). What it must not do: show words that somebody wrote, or a conversation outside the
actor's teams.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal, null, select, union_all

from inbox.domain import escalation
from inbox.domain.calendar import Calendar
from inbox.domain.clocks import read
from inbox.domain.errors import NotFound
from inbox.domain.escalation import Climb
from inbox.domain.history import Happening, What
from inbox.domain.ids import parse_id
from inbox.domain.policies import Choice, Policies
from inbox.domain.runs import Run
from inbox.domain.sla import ClockKind, ClockState
from inbox.domain.trails import Line, Said, trail
from inbox.models import Account, Agent, Conversation, Identity, Message, Note
from inbox.models import Calendar as CalendarRow
from inbox.models import Policies as PoliciesRow
from inbox.models.arrays import among
from inbox.queries.histories import histories, remarks
from inbox.queries.inbox_list import answerers_only
from inbox.queries.terms import AllTerms, all_terms
from inbox.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Rule:
    """The policy that a promise follows, in the version of the list that it was made under, `of` so many."""

    choice: Choice
    of: int
    version: int


@dataclass(frozen=True, slots=True)
class Hours:
    """A version of a calendar by its name."""

    name: str
    version: int


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody behind a line: a citizen, or one of ours by the public name."""

    name: str
    ours: bool


@dataclass(frozen=True, slots=True)
class Promise:
    """One run of one promise. `spent` is the promised kind of time used up by now, or by its end."""

    kind: ClockKind
    number: int
    state: ClockState
    owed: bool
    visibility: str
    minutes: int
    business: bool
    hours: Calendar
    rule: Rule
    calendar_id: UUID
    started_at: datetime
    due_at: datetime | None
    answered_at: datetime | None
    breached_at: datetime | None
    reason: str | None
    spent: timedelta
    lines: tuple[Line, ...]
    climbs: tuple[Climb, ...] = ()
    """The rungs of the ladder in force, those that had their turn included."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything about the clocks of one conversation. `next` is the promise that somebody waits for first.

    The promises stand as they began, the newest cycle last, and in each the solution after the answers.
    """

    conversation_id: UUID
    reference: str
    who: str
    channel: str
    account: str
    promises: tuple[Promise, ...]
    next: Promise | None
    people: Mapping[UUID, Who]
    """Whom a line's `ref` means."""
    calendars: Mapping[UUID, Hours]
    lists: Mapping[UUID, int]
    """The versions of the lists of policies."""


def find(work: UnitOfWork, name: str) -> UUID:
    """The conversation with this reference or id. Raises NotFound."""
    id_ = parse_id(name)
    named = Conversation.id == id_ if id_ else Conversation.reference == name.strip().upper()
    found = work.session.scalar(select(Conversation.id).where(named))
    if found is None:
        raise NotFound("There is no such conversation.")
    return found


def explain(work: UnitOfWork, conversation_id: UUID) -> Explanation:
    """Raises NotFound for an unknown conversation and for one of another team alike, Forbidden for non-answerers."""
    top = _top(work, conversation_id)
    terms = all_terms(work)
    own = terms.of(top.account_id)
    past = histories(work, {conversation_id}, terms)[conversation_id] + remarks(work, conversation_id)
    people, said = _named(work, {one.ref for one in past if one.ref})
    reading = read(past, own, until=work.now)
    calendars, lists = _versions(work)
    promises = []
    for run in reading.runs:
        run.lapse(work.now)
        promises.append(
            Promise(
                kind=run.kind,
                number=run.number,
                state=run.state,
                owed=run.owed,
                visibility=run.visibility,
                minutes=run.term.minutes,
                business=run.term.business,
                hours=run.hours,
                rule=_rule(run, top.account_id, terms, past, lists),
                calendar_id=run.term.calendar_id,
                started_at=run.started_at,
                due_at=run.due_at,
                answered_at=run.answered_at,
                breached_at=run.breached_at,
                reason=run.reason,
                spent=run.spent(work.now),
                lines=trail(run, past, own, said, work.now),
                climbs=tuple(
                    escalation.climbs(terms.ladder, run, top.account_id, breaks_quiet=top.acute_at is not None)
                ),
            )
        )
    return Explanation(
        conversation_id,
        top.reference,
        top.who,
        top.channel,
        top.account,
        tuple(_by_cycle(promises)),
        _next(promises, reading.next_due_at),
        people,
        calendars,
        lists,
    )


def _top(work: UnitOfWork, conversation_id: UUID) -> Any:
    query = (
        select(
            Conversation.reference,
            Conversation.account_id,
            Conversation.acute_at,
            Identity.name.label("who"),
            Account.channel,
            Account.name.label("account"),
        )
        .join(Identity, Identity.id == Conversation.identity_id)
        .join(Account, Account.id == Conversation.account_id)
        .where(Conversation.id == conversation_id)
    )
    if not work.actor.is_system:
        answerers_only(work.actor)
        query = query.where(Conversation.team_id.in_(work.actor.teams))
    found = work.session.execute(query).one_or_none()
    if found is None:
        raise NotFound("There is no such conversation.")
    return found


def _named(work: UnitOfWork, refs: set[UUID]) -> tuple[dict[UUID, Who], dict[UUID, Said]]:
    """Who is behind messages, notes and deeds; and when each message of a citizen was said and came in."""
    ours = func.coalesce(Agent.public_name, Agent.full_name)
    citizen_or_us = (
        select(
            Message.id,
            func.coalesce(Identity.name, ours).label("name"),
            (Message.direction == "out").label("ours"),
            Message.said_at,
            Message.received_at,
        )
        .outerjoin(Identity, Identity.id == Message.identity_id)
        .outerjoin(Agent, Agent.id == Message.agent_id)
        .where(among(Message.id, refs))
    )
    one_of_us = select(Agent.id, ours, literal(True), null(), null())
    in_a_note = select(Note.id, ours, literal(True), null(), null()).join(Agent, Agent.id == Note.agent_id)
    everybody: Any = union_all(
        citizen_or_us, one_of_us.where(among(Agent.id, refs)), in_a_note.where(among(Note.id, refs))
    )
    rows: Sequence[Any] = work.session.execute(everybody).all()
    return (
        {row.id: Who(row.name, row.ours) for row in rows},
        {row.id: Said(row.said_at, row.received_at) for row in rows if not row.ours},
    )


def _versions(work: UnitOfWork) -> tuple[dict[UUID, Hours], dict[UUID, int]]:
    """The names and numbers of all calendars and lists of policies there ever were: there are few."""
    rows = work.session.execute(
        union_all(
            select(CalendarRow.id, CalendarRow.name, CalendarRow.version),
            select(PoliciesRow.id, literal(""), PoliciesRow.version),
        )
    ).all()
    return (
        {row.id: Hours(row.name, row.version) for row in rows if row.name},
        {row.id: row.version for row in rows if not row.name},
    )


def _rule(run: Run, account_id: UUID, terms: AllTerms, past: Iterable[Happening], lists: Mapping[UUID, int]) -> Rule:
    """The policy that the run follows, and why it was chosen: by the priority and the group that there were then."""
    policies: Policies = next(one.policies for one in terms.policies if one.id == run.term.policies_id)
    ranks = [one.priority for one in past if one.what == What.RANKED]
    groups = [frozenset(filter(None, (one.group,))) for one in past if one.what == What.GROUPED]
    choices = [
        policies.choose(account_id, run.visibility, priority, group)
        for group in (*reversed(groups), frozenset[str]())
        for priority in (*reversed(ranks), 0)
    ]
    chosen = next((one for one in choices if one.number == run.term.policy), choices[0])
    return Rule(chosen, len(policies.policies), lists[run.term.policies_id])


def _by_cycle(promises: Iterable[Promise]) -> Iterable[Promise]:
    """As they began, but the solution after the answers that its cycle took."""
    solution: list[Promise] = []
    for one in promises:
        if one.kind == ClockKind.RESOLUTION:
            yield from solution
            solution = [one]
        else:
            yield one
    yield from solution


def _next(promises: Iterable[Promise], next_due_at: datetime | None) -> Promise | None:
    """The promise with the next deadline; of two with one end an answer comes first. Else one that is paused."""
    order = (ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE, ClockKind.ACKNOWLEDGED, ClockKind.RESOLUTION)
    waiting = [one for one in promises if one.owed and one.due_at == next_due_at]
    return min(waiting, key=lambda one: order.index(one.kind), default=None)
