"""A house with a ladder, and the ladder climbed at times of the test's choosing, without a worker."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from inbox.domain.actors import SYSTEM
from inbox.domain.calendar import ALWAYS, Calendar
from inbox.domain.ids import new_id
from inbox.domain.ladder import Ladder, Rule, Step, When
from inbox.models import Agent, Clock, Conversation, ConversationEvent, Escalation, Notice
from inbox.services import climbing, ladders
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import LONG_AGO, House, post
from tests.services.answering import deed

THIN = (When.PERCENT, 75, Step.REMIND), (When.BREACH, 0, Step.TELL_LEAD), (When.AFTER, 60, Step.GIVE_BACK)
"""The ladder of the first day, as it is called here: of a promise of 60 minutes at 45, 60 and 120."""


def rule(when: When, amount: int = 0, step: Step = Step.REMIND, **more: object) -> Rule:
    return Rule(new_id(), when, amount, step, **{"since": LONG_AGO, **more})  # type: ignore[arg-type] # a test's short way


def founded(*rules: Rule, calendar: Calendar = ALWAYS, minutes: int = 60, ask: bool = True) -> House:
    """A house with these rules or the usual ones, and a question of Mette's at noon."""
    house = scene.found(calendar=calendar, minutes=minutes)
    lay(*(rules or (rule(*one) for one in THIN)))
    if ask:
        house.news(post())
    return house


def lay(*rules: Rule) -> None:
    """A ladder that has been in force for a year."""
    with deed(now=LONG_AGO) as work:
        ladders.lay_first(work, Ladder(rules))


def hold(house: House, who: UUID | None) -> None:
    """Who has everything that there is."""
    with uow(SYSTEM) as work:
        work.session.execute(update(Conversation).values(assignee_id=who, status="open"))


def present(*people: UUID | None, at: datetime) -> None:
    """Who is at a desk."""
    with uow(SYSTEM) as work:
        work.session.execute(update(Agent).where(Agent.id.in_(people)).values(seen_at=at))


def climb(at: datetime) -> int:
    """What a worker does until nothing is due: how many rungs were climbed."""
    climbed = 0
    for _turn in range(1000):
        with deed(now=at) as work:
            conversation = climbing.claim(work)
            if conversation is None:
                return climbed
            climbed += climbing.climb(work, conversation)
    raise AssertionError("there is always something due")


def climbs() -> list[tuple[int, str, str]]:
    """Of every climb its place, step and outcome."""
    with reading(SYSTEM) as work:
        rows = work.session.scalars(select(Escalation).order_by(Escalation.at, Escalation.id))
        return [(row.place, row.step, row.outcome) for row in rows]


def told() -> list[tuple[str, UUID]]:
    with reading(SYSTEM) as work:
        rows = work.session.execute(select(Notice.kind, Notice.agent_id).order_by(Notice.at, Notice.id))
        return [(row.kind, row.agent_id) for row in rows if row.kind != "citizen_wrote"]


def lines() -> list[str]:
    """The steps that stand in the threads."""
    with reading(SYSTEM) as work:
        rows = work.session.scalars(
            select(ConversationEvent)
            .where(ConversationEvent.kind == "climbed")
            .order_by(ConversationEvent.at, ConversationEvent.id)
        )
        return [f"{row.data['place']} {row.data['step']} {row.data.get('to', '')}".strip() for row in rows]


def next_climb() -> datetime | None:
    with reading(SYSTEM) as work:
        return work.session.scalars(select(Clock.climb_at).order_by(Clock.started_at.desc()).limit(1)).one()
