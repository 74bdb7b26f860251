"""Every verdict can be worked out again; one that was changed by hand is found, whatever of it was changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from inbox.domain.actors import SYSTEM
from inbox.domain.clocks import read
from inbox.domain.ids import new_id
from inbox.domain.policies import Policies, Policy
from inbox.domain.sla import ClockKind
from inbox.models import Clock, Conversation, Identity
from inbox.queries import replaying
from inbox.queries.replaying import FIELDS, Difference, Replayed, following, replay
from inbox.services import conversations, merging, sla, verdicts
from inbox.uow import reading
from tests.domain.clock_scene import USUAL, Era, Eras, ask
from tests.house import ALI, METTE, NOON, House, post
from tests.services.answering import answer, claim, deed, minutes, parts, record, taken
from tests.services.promising import founded, saved

ALL = {
    ClockKind.ACKNOWLEDGED: 15,
    ClockKind.FIRST_RESPONSE: 60,
    ClockKind.NEXT_RESPONSE: 15,
    ClockKind.RESOLUTION: 480,
}
REST = Policy("Alt", ALL, business=True)
NOW = minutes(40)


@pytest.fixture
def house(app: Flask) -> House:
    """One question that was answered in time and asked on, and one that was dismissed."""
    made = founded(Policies((REST,)))
    made.news(post(own_id="mette", author=METTE))
    (part,) = parts(answer(made, now=minutes(5)).message_id)
    assert claim(minutes(6)) == part.id
    record(part.id, taken(minutes(6)), minutes(6))
    made.news(post("Og hvad så?", parent="mette", author=METTE, at=minutes(29)))
    made.news(post("Tillykke!", own_id="ali", author=ALI, at=minutes(30)))
    ali = of("ali")
    with deed(made.anna, minutes(31)) as work:
        conversations.dismiss(work, ali.id, ali.version, "thanks")
    return made


def of(handle: str) -> Conversation:
    with reading(SYSTEM) as work:
        found = work.session.scalars(
            select(Conversation)
            .join(Identity, Identity.id == Conversation.identity_id)
            .where(Identity.handle == handle)
            .order_by(Conversation.created_at)
        ).first()
        assert found
        work.session.expunge(found)
        return found


def replayed(now: Any = NOW) -> Replayed:
    with reading(SYSTEM) as work:
        work.now = now
        return replay(work, following(work, None, 100))


def change(kind: ClockKind, **values: object) -> None:
    """Somebody with the database's password changes a stored clock."""
    id_ = of("mette").id
    with deed() as work:
        work.session.execute(update(Clock).where(Clock.conversation_id == id_, Clock.kind == kind).values(**values))


def fields(found: Replayed) -> list[tuple[str, str]]:
    return [(one.kind, one.field) for one in found.differences]


def test_what_is_stored_is_what_the_history_says(house: House) -> None:
    assert replayed() == Replayed(conversations=2, clocks=7, unread=0, over=0, differences=())


def test_every_field_that_is_stored_is_compared() -> None:
    """Whoever gives the row another field must say here whether it is a verdict."""
    run = read([ask(0, "a")], Eras(Era(USUAL))).runs[0]
    assert set(sla._values(run, 0, None)) - {"kind", "number", "terms", "climb_at"} == set(FIELDS)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"state": "breached", "breached_at": minutes(60), "due_at": minutes(60)}, "state"),
        ({"answered_at": minutes(4)}, "answered_at"),
        ({"started_at": minutes(1)}, "started_at"),
        ({"due_at": minutes(61)}, "due_at"),
        ({"minutes": 61}, "minutes"),
        ({"business": False}, "business"),
        ({"policy": 2}, "policy"),
        ({"reason": "solved"}, "reason"),
        ({"message_id": None}, "message_id"),
        ({"answer_id": None}, "answer_id"),
    ],
)
def test_a_verdict_that_was_changed_by_hand_is_found(house: House, values: dict[str, object], field: str) -> None:
    change(ClockKind.FIRST_RESPONSE, **values)
    found = replayed()
    assert ("first_response", field) in fields(found)
    assert {one.kind for one in found.differences} == {"first_response"}
    assert {one.reference for one in found.differences} == {of("mette").reference}


def test_it_says_what_is_stored_and_what_the_history_says(house: House) -> None:
    change(ClockKind.FIRST_RESPONSE, answered_at=minutes(4))
    seen = of("mette")
    assert replayed().differences == (
        Difference(seen.id, seen.reference, "first_response", 1, "answered_at", minutes(4), minutes(6)),
    )


def test_a_clock_that_is_missing_or_too_many_is_found(house: House) -> None:
    id_ = of("mette").id
    with deed() as work:
        work.session.execute(delete(Clock).where(Clock.conversation_id == id_, Clock.kind == ClockKind.NEXT_RESPONSE))
        row = work.session.scalars(
            select(Clock).where(Clock.conversation_id == id_, Clock.kind == ClockKind.RESOLUTION)
        ).one()
        work.session.add(
            Clock(
                id=new_id(),
                conversation_id=id_,
                kind="resolution",
                number=2,
                message_id=row.message_id,
                state="cancelled",
                policies_id=row.policies_id,
                policy=1,
                calendar_id=row.calendar_id,
                terms=2,
                minutes=480,
                business=True,
                started_at=NOON,
                due_at=NOON,
            )
        )
    assert fields(replayed()) == [("resolution", "clock"), ("next_response", "clock")]


def test_a_place_in_the_list_that_was_changed_is_found(house: House) -> None:
    with deed() as work:
        work.session.execute(
            update(Conversation).where(Conversation.id == of_id("mette")).values(next_due_at=minutes(400))
        )
    assert fields(replayed()) == [("", "next_due_at")]


def of_id(handle: str) -> Any:
    return (
        select(Conversation.id)
        .join(Identity, Identity.id == Conversation.identity_id)
        .where(Identity.handle == handle)
        .scalar_subquery()
    )


def test_one_whose_time_has_just_passed_equals_a_missed_one(house: House) -> None:
    before = replayed(minutes(45))
    assert (before.over, before.differences) == (1, ())
    with deed(now=minutes(45)) as work:
        assert verdicts.breach(work) == 1
    after = replayed(minutes(45))
    assert (after.over, after.differences) == (0, ())


def test_one_that_does_not_know_the_newest_terms_is_not_read_again_yet(house: House) -> None:
    longer = replace(REST, targets={**ALL, ClockKind.NEXT_RESPONSE: 45, ClockKind.FIRST_RESPONSE: 10})
    saved(house.lone, Policies((longer,)), now=minutes(35))
    before = replayed()
    assert (before.unread, before.differences) == (1, ())
    with deed(now=minutes(36)) as work:
        assert sla.reread(work) == 1
    after = replayed()
    assert (after.unread, after.differences) == (0, ())
    # A verdict stands, whatever is promised afterwards: changed by hand it is found also under older terms.
    change(ClockKind.FIRST_RESPONSE, state="breached", due_at=minutes(5), breached_at=minutes(5))
    assert ("first_response", "state") in fields(replayed())


def test_conversations_that_were_joined_are_both_read(house: House) -> None:
    house.news(post("Noget andet", own_id="other", author=METTE, at=minutes(32)))
    with deed(now=minutes(33)) as work:
        ids = [one.id for one in work.session.scalars(select(Conversation).order_by(Conversation.created_at))]
        into, gone = (conversations.locked(work, id_) for id_ in (ids[0], ids[2]))
        assert into.identity_id == gone.identity_id
        merging.merge(work, gone, into=into)
    found = replayed()
    assert (found.conversations, found.differences) == (3, ())


def test_it_goes_through_all_of_them_in_batches(house: House) -> None:
    house.news(*(post(f"Hallo {number}?", own_id=str(number), at=minutes(35)) for number in range(5)))
    seen: list[Any] = []
    with reading(SYSTEM) as work:
        while page := replaying.following(work, seen[-1] if seen else None, 3):
            seen += page
        assert seen == list(work.session.scalars(select(Conversation.id).order_by(Conversation.id)))
    assert len(seen) == 7


def test_nothing_is_changed_by_looking(house: House) -> None:
    def rows() -> list[Any]:
        with reading(SYSTEM) as work:
            return [tuple(row) for row in work.session.execute(select(*Clock.__table__.columns).order_by(Clock.id))]

    before = rows()
    replayed(NOON + timedelta(days=30))
    assert rows() == before
