"""A house whose promises are a year old, another list of them, and what one does with it: try it, save it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update

from inbox.domain.actors import Actor
from inbox.domain.conversation import Priority
from inbox.domain.policies import Policies, Policy
from inbox.domain.sla import ClockKind
from inbox.models import Calendar
from inbox.models import Policies as Row
from inbox.queries.policy_preview import Preview, preview
from inbox.services import policies
from inbox.uow import reading
from tests import house as scene
from tests.house import NOON, House
from tests.services.answering import deed, minutes

NOW = minutes(180)
FIRST = ClockKind.FIRST_RESPONSE
PRIVATE = Policy("Privat besked", {FIRST: 240}, business=True, visibility="private")
REST = Policy("Hurtig kanal", {FIRST: 30}, business=True)
ACUTE = Policy("Akut", {FIRST: 5}, business=False, priorities=frozenset({Priority.ACUTE}))
OTHER = Policies((ACUTE, PRIVATE, REST))


def founded(whole: Policies | None = None) -> House:
    made = scene.found(policies=whole)
    with deed() as work:
        for table in (Row, Calendar):
            work.session.execute(update(table).values(created_at=NOON - timedelta(days=365)))
    return made


def saved(actor: Actor, whole: Policies, version: int = 1, now: datetime = NOW) -> int:
    with deed(actor, now) as work:
        return policies.save(work, whole, version=version)


def asked_before(actor: Actor, whole: Policies, now: datetime = NOW) -> Preview:
    """What the preview says."""
    with reading(actor) as work:
        work.now = now
        return preview(work, whole)
