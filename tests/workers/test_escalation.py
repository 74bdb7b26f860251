"""The job that climbs: one conversation in which something breaks holds up no other, and has its turn again."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from inbox.domain import clock
from inbox.domain.actors import SYSTEM
from inbox.models import Clock, Conversation, Escalation
from inbox.queries.owed import owed
from inbox.services import climbing
from inbox.uow import UnitOfWork, reading, uow
from tests.house import ALI, METTE, House, post
from tests.services.ladder_scene import THIN, lay, rule
from workers import escalation


def climbed() -> set[UUID]:
    with reading(SYSTEM) as work:
        return set(work.session.scalars(select(Escalation.conversation_id)))


def rung_for() -> bool:
    with reading(SYSTEM) as work:
        return owed(work).escalations


@pytest.fixture
def two(house: House) -> list[UUID]:
    """Two questions of an hour ago, the one that is due first in front."""
    lay(*(rule(*one) for one in THIN))
    now = clock.now()
    house.news(*(post(author=one, at=now - timedelta(minutes=wait)) for one, wait in ((METTE, 75), (ALI, 70))))
    with reading(SYSTEM) as work:
        by_age = select(Conversation.id).join(Clock, Clock.conversation_id == Conversation.id)
        return list(work.session.scalars(by_age.order_by(Clock.started_at)))


def test_what_is_due_is_rung_for_until_it_is_climbed(two: list[UUID]) -> None:
    assert rung_for()
    escalation.run()
    assert climbed() == set(two)
    assert not rung_for()


def test_where_something_breaks_the_others_go_on_and_it_is_tried_again(
    two: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = climbing.climb

    def breaks(work: UnitOfWork, conversation: Conversation) -> int:
        done = whole(work, conversation)
        if conversation.id == two[0]:
            raise RuntimeError("invented")
        return done

    with monkeypatch.context() as patched:
        patched.setattr(climbing, "climb", breaks)
        escalation.run()
    assert climbed() == {two[1]}
    assert not rung_for()
    with uow(SYSTEM) as work:
        again = work.session.scalars(select(Clock.climb_at).where(Clock.conversation_id == two[0])).one()
        assert again is not None
        assert timedelta(minutes=4) < again - work.now <= climbing.AGAIN
        work.session.execute(update(Clock).where(Clock.conversation_id == two[0]).values(climb_at=work.now))
    escalation.run()
    assert climbed() == set(two)
