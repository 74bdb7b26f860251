"""Beside the four numbers: what is about to be late, what lies with others, which accounts are read, what got stuck."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from connectors.kit.contract import Delivered, Ref, Rejected
from inbox.domain.actors import SYSTEM
from inbox.domain.errors import Forbidden
from inbox.models import Account, Conversation, Delivery, Identity
from inbox.queries import lead_now
from inbox.services import deliveries, replies
from inbox.uow import reading, uow
from tests.house import House
from tests.web.conftest import Come
from tests.web.test_figures import ZONE, mentions

pytestmark = pytest.mark.usefixtures("noon")


def due_in(founded: House, handle: str, minutes: int) -> None:
    with uow(SYSTEM) as work:
        who = select(Identity.id).where(Identity.handle == handle)
        work.session.execute(
            update(Conversation)
            .where(Conversation.identity_id.in_(who))
            .values(next_due_at=work.now + timedelta(minutes=minutes))
        )


def at_this_moment() -> datetime:
    with reading(SYSTEM) as work:
        return work.now


def given(founded: House, handle: str, outcome: Delivered | Rejected) -> None:
    """Anna answers, and that is what the platform makes of it."""
    with reading(SYSTEM) as work:
        one = work.session.scalars(
            select(Conversation)
            .join(Identity, Identity.id == Conversation.identity_id)
            .where(Identity.handle == handle)
        ).one()
    with uow(founded.anna) as work:
        promised = replies.reply(work, one.id, version=one.version, visibility="public", body="Ja.")
        work.session.execute(update(Delivery).where(Delivery.message_id == promised.message_id).values(due_at=work.now))
    with uow(SYSTEM) as work:
        part = deliveries.claim(work, timedelta(seconds=45))
    assert part is not None
    with uow(SYSTEM) as work:
        deliveries.record(work, part, 1, outcome, timedelta(seconds=2))


def test_what_is_late_comes_before_what_will_be_and_what_has_time_is_left_out(founded: House) -> None:
    mentions(founded, 5)
    for handle, minutes in (("c0", 59), ("c1", -3), ("c2", 61), ("c3", 60), ("c4", 7)):
        due_in(founded, handle, minutes)

    with reading(founded.lone) as work:
        found = lead_now.pressing(work)
        two = lead_now.pressing(work, 2)

    assert [row.handle for row in found.rows] == ["c1", "c4", "c0"]
    assert found.total == 3
    assert ([row.handle for row in two.rows], two.total) == (["c1", "c4"], 3), (
        "the number counts also what is not shown"
    )


def test_a_practice_room_is_in_none_of_it(founded: House) -> None:
    mentions(founded, 2)
    due_in(founded, "c0", -1)
    with uow(SYSTEM) as work:
        work.session.execute(update(Account).values(practice=True))

    with reading(founded.lone) as work:
        assert lead_now.pressing(work).total == 0
        assert lead_now.places(work) == ()
        assert lead_now.stuck(work) == ()


def test_an_answer_that_was_refused_is_told_of_where_it_happened_and_for_a_week(founded: House) -> None:
    mentions(founded, 2)
    given(founded, "c0", Rejected("Too long."))
    given(founded, "c1", Delivered(Ref("out"), at_this_moment()))

    with reading(founded.lone) as work:
        (place,) = lead_now.places(work)
        lines = lead_now.stuck(work)
    assert place.stuck == len(lines) == 1
    assert (lines[0].who, lines[0].state) == ("Borger 0", "rejected")

    with time_machine.travel(at_this_moment() + timedelta(days=8), tick=False), reading(founded.lone) as work:
        assert lead_now.stuck(work) == ()


def test_the_same_weekday_four_weeks_back_is_compared_until_the_same_hour(founded: House) -> None:
    mentions(founded, 3)
    for handle in ("c0", "c1", "c2"):
        given(founded, handle, Delivered(Ref(f"out-{handle}"), at_this_moment()))
    moved = (("c0", timedelta(weeks=1, minutes=5)), ("c1", timedelta(weeks=4, hours=3)), ("c2", timedelta(days=1)))
    with uow(SYSTEM) as work:
        for handle, ago in moved:
            at = work.now - ago
            work.session.connection().exec_driver_sql(
                "UPDATE clock SET due_at = %(at)s FROM conversation, identity WHERE clock.kind = 'first_response'"
                " AND conversation.id = clock.conversation_id AND identity.id = conversation.identity_id"
                " AND identity.handle = %(handle)s",
                {"at": at, "handle": handle},
            )
            work.session.connection().exec_driver_sql(
                "UPDATE fact SET answered_at = %(at)s, day = %(day)s FROM conversation, identity"
                " WHERE fact.kind = 'first_response' AND conversation.id = fact.conversation_id"
                " AND identity.id = conversation.identity_id AND identity.handle = %(handle)s",
                {"at": at, "day": at.date(), "handle": handle},
            )

    with reading(founded.lone) as work:
        then = lead_now.before(work, ZONE)

    assert (then.days, then.decided, then.on_time, then.answered) == (2, 2, 2, 2)
    assert then.median == timedelta(minutes=0, seconds=1)


def test_only_a_lead_looks(founded: House) -> None:
    for look in (lead_now.pressing, lead_now.with_others, lead_now.on_hold, lead_now.places, lead_now.stuck):
        with reading(founded.anna) as work, pytest.raises(Forbidden):
            look(work)


def test_the_page_its_lists_and_the_wall(founded: House, come: Come) -> None:
    mentions(founded, 3)
    due_in(founded, "c1", -3)
    given(founded, "c2", Rejected("Too long."))
    lone = come(founded.lone)

    page = lone.get("/lead").text
    assert "Borger 1" in page
    assert "/hand-over" in page, "given to somebody else from here"
    assert "/lead/list/stuck" in page
    assert "Borger 1" in lone.get("/lead/list/pressing").text
    assert "Borger 2" in lone.get("/lead/list/stuck").text
    assert lone.get("/lead/list/on_hold").status_code == 200
    assert lone.get("/lead/list/nothing").status_code == 404
    wall = lone.get("/lead/wall").text
    assert "Borger" not in wall, "whoever walks by reads no name"
