"""Who held one conversation and how long: the parts sum to the whole.

What it must not do: name an agent, or look at a private word.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from inbox.domain.holders import Holder, shares, stretches
from inbox.models import Outage
from inbox.queries.histories import histories
from inbox.queries.terms import all_terms
from inbox.uow import UnitOfWork


def held(work: UnitOfWork, conversation_id: UUID) -> Mapping[Holder, timedelta]:
    """Wall time by holder, over all cycles up to now."""
    history = histories(work, {conversation_id}, all_terms(work))[conversation_id]
    down = work.session.execute(
        select(Outage.began_at, func.coalesce(Outage.ended_at, work.now).label("ended_at")).where(
            Outage.account_id.is_(None)
        )
    )
    return shares(stretches(history, [(row.began_at, row.ended_at) for row in down], work.now))
