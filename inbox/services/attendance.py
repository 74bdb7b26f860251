"""Whether a person is here, to the minute: the one thing about them that claims and assignment go by.

Who looks at what is known to Redis alone; this survives it. What it must not do: keep a history of anybody's day.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, update

from inbox.domain.attendance import REMEMBERED
from inbox.models import Agent
from inbox.uow import UnitOfWork


def seen(work: UnitOfWork) -> None:
    """The actor has done something in a page. Written once a minute at most, whichever of their pages says so."""
    if work.actor.id is None:
        return
    before: datetime = work.now - REMEMBERED
    work.session.execute(
        update(Agent)
        .where(Agent.id == work.actor.id, or_(Agent.seen_at.is_(None), Agent.seen_at <= before))
        .values(seen_at=work.now)
        .execution_options(synchronize_session=False)
    )
