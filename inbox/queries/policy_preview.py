"""What another list of policies would do to real conversations: those of the last week, and clocks that run now.

It exists so that whoever changes a promise sees beforehand whom it touches. Figures alone leave this room, never
anybody's words, so that also those see them who may not read private messages. What it must not do: save anything,
or reckon otherwise than the clocks do: it has the same histories read by the same rules (`inbox.domain.clocks`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from inbox.domain.actors import Role
from inbox.domain.clocks import read
from inbox.domain.conversation import Klass
from inbox.domain.errors import Forbidden
from inbox.domain.history import Happening, What, group_of
from inbox.domain.ids import earliest_id, new_id
from inbox.domain.policies import Policies
from inbox.domain.runs import Run
from inbox.domain.sla import OWED, ClockKind, ClockState
from inbox.domain.terms import PoliciesVersion, Terms
from inbox.models import Account, Clock, Conversation
from inbox.queries.histories import histories
from inbox.queries.policies import in_force, must_fall_due
from inbox.queries.terms import AllTerms, all_terms
from inbox.uow import UnitOfWork

EDITORS = (Role.ADMINISTRATOR, Role.LEAD)
WEEK = timedelta(days=7)
MOST = 2000
"""Conversations that a preview looks at of either kind: enough to judge by, and little enough to wait for."""


@dataclass(frozen=True, slots=True)
class Kept:
    """First answers that have their verdict: so many of so many were on time."""

    on_time: int = 0
    decided: int = 0

    @property
    def share(self) -> float | None:
        """From 0 to 1; None where nothing is decided."""
        return self.on_time / self.decided if self.decided else None


@dataclass(frozen=True, slots=True)
class Line:
    """One policy by its name, as it is in force (`was`) and in the other list (`becomes`).

    Each has how many conversations fall under it, None where the list has no policy of that name, and how their first
    answers were kept.
    """

    name: str
    was: int | None
    becomes: int | None
    kept_was: Kept
    kept_becomes: Kept


@dataclass(frozen=True, slots=True)
class Preview:
    """What another list would do.

    `conversations` came in within seven days, judged by each list as if it had been in force all week; `moved` of
    them fall under a policy of another name. `shorter` and `longer` count clocks that run now and would get another
    end; `stay` those whose new end is over already, so that the old one holds: nobody becomes late by a change.
    `more`: there is more than was looked at.
    """

    conversations: int
    moved: int
    was: Kept
    becomes: Kept
    lines: tuple[Line, ...]
    shorter: int
    longer: int
    stay: int
    more: bool


def preview(work: UnitOfWork, policies: Policies) -> Preview:
    """What this list would do in the place of the newest.

    Raises Forbidden for those who can't change it, and Invalid for what would never fall due.
    """
    if not work.actor.has(*EDITORS):
        raise Forbidden("Promises are changed by leads and administrators.")
    must_fall_due(work, policies)
    terms = all_terms(work)
    cases, running = _last_week(work), _running(work)
    looked_at, ticking = cases[:MOST], running[:MOST]
    happened = histories(work, {case.id for case in (*looked_at, *ticking)}, terms)
    was, becomes = (_judged(looked_at, happened, terms, one, work.now) for one in (in_force(work).policies, policies))
    then = replace(terms, policies=(*terms.policies, PoliciesVersion(new_id(), work.now, policies)), _views={})
    ends = [
        (old, new)
        for case in ticking
        for old, new in _ends(case, happened[case.id], terms.of(case.account_id), then.of(case.account_id), work.now)
    ]
    return Preview(
        conversations=len(looked_at),
        moved=sum(old.policy != new.policy for old, new in zip(was, becomes, strict=True)),
        was=_sum(was),
        becomes=_sum(becomes),
        lines=_lines(in_force(work).policies, was, policies, becomes),
        shorter=sum(new is not None and new < old for old, new in ends),
        longer=sum(new is not None and new > old for old, new in ends),
        stay=sum(new is None for _, new in ends),
        more=len(cases) > MOST or len(running) > MOST,
    )


@dataclass(frozen=True, slots=True)
class _Case:
    id: UUID
    account_id: UUID
    priority: int


@dataclass(frozen=True, slots=True)
class _Judged:
    """One conversation under one list: the policy's name, and its first answers."""

    policy: str
    kept: Kept


def _last_week(work: UnitOfWork) -> Sequence[_Case]:
    """The newest first. Practice rooms, and what is not ours to answer, count nowhere."""
    rows = work.session.execute(
        select(Conversation.id, Conversation.account_id, Conversation.priority)
        .join(Account, Account.id == Conversation.account_id)
        .where(
            # Ids are made as conversations are: this is what lets the table's own key find the week.
            Conversation.id >= earliest_id(work.now - WEEK),
            Conversation.created_at >= work.now - WEEK,
            Conversation.created_at <= work.now,
            Conversation.klass == Klass.OURS,
            Conversation.merged_into_id.is_(None),
            Account.practice.is_(False),
        )
        .order_by(Conversation.created_at.desc(), Conversation.id.desc())
        .limit(MOST + 1)
    )
    return [_Case(*row) for row in rows]


def _running(work: UnitOfWork) -> Sequence[_Case]:
    """Conversations with a clock that runs or waits, wherever they came in."""
    ticking = select(Clock.conversation_id).where(Clock.state.in_(OWED))
    rows = work.session.execute(
        select(Conversation.id, Conversation.account_id, Conversation.priority)
        .where(Conversation.id.in_(ticking))
        .order_by(Conversation.next_due_at, Conversation.id)
        .limit(MOST + 1)
    )
    return [_Case(*row) for row in rows]


def _judged(
    cases: Iterable[_Case],
    happened: Mapping[UUID, Sequence[Happening]],
    terms: AllTerms,
    policies: Policies,
    now: datetime,
) -> list[_Judged]:
    """Each conversation as if this list had been in force since it began, in the calendars of its time."""
    always = replace(terms, policies=(PoliciesVersion(new_id(), now, policies),), _views={})
    judged = []
    for case in cases:
        history = happened[case.id]
        visibility = next((one.visibility for one in history if one.what == What.ASKED), "public")
        firsts = [
            run.state
            for run in _runs(history, always.of(case.account_id), now)
            if run.kind == ClockKind.FIRST_RESPONSE and run.state in (ClockState.MET, ClockState.BREACHED)
        ]
        judged.append(
            _Judged(
                policies.choose(case.account_id, visibility, case.priority, _groups(history)).policy.name,
                Kept(firsts.count(ClockState.MET), len(firsts)),
            )
        )
    return judged


def _ends(
    case: _Case, history: Sequence[Happening], terms: Terms, then: Terms, now: datetime
) -> Iterator[tuple[datetime, datetime | None]]:
    """When each clock that runs now ends, and would end (None: it should be another time, which is over already)."""
    for old, new in zip(_runs(history, terms, now), _runs(history, then, now), strict=True):
        if old.state not in OWED:
            continue
        wanted = then.of(old.kind, old.visibility, case.priority, now, group_of(history))
        agreed = wanted is None or new.term[:3] == wanted[:3]  # Minutes, kind of time, hours.
        for run in (old, new):
            # What waits is compared as if it went on now.
            run.resume(now, "")
        assert old.due_at is not None, "what runs has an end"
        yield old.due_at, new.due_at if agreed else None


def _groups(history: Iterable[Happening]) -> frozenset[str]:
    return frozenset(filter(None, (group_of(history),)))


def _runs(history: Sequence[Happening], terms: Terms, now: datetime) -> list[Run]:
    """The clocks as they stand now."""
    runs = read(history, terms).runs
    for run in runs:
        run.lapse(now)
    return runs


def _sum(judged: Iterable[_Judged]) -> Kept:
    kept = [one.kept for one in judged]
    return Kept(sum(one.on_time for one in kept), sum(one.decided for one in kept))


def _lines(old: Policies, was: Sequence[_Judged], new: Policies, becomes: Sequence[_Judged]) -> tuple[Line, ...]:
    """The other list's policies in its order, then those that it no longer has."""
    before, after = ([one.name for one in listed.policies] for listed in (old, new))
    return tuple(
        Line(
            name,
            sum(one.policy == name for one in was) if name in before else None,
            sum(one.policy == name for one in becomes) if name in after else None,
            _sum(one for one in was if one.policy == name),
            _sum(one for one in becomes if one.policy == name),
        )
        for name in (*after, *(name for name in before if name not in after))
    )
