"""Two contacts are one person: joined by several at once and taken apart again, with nothing half and nothing lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from inbox.domain.actors import SYSTEM
from inbox.domain.errors import Conflict, Invalid, Refused
from inbox.extensions import db
from inbox.models import Contact, ContactJoining, Identity, Message
from inbox.queries import contact as reads
from inbox.uow import reading
from tests.house import ALI, NOON, House, post
from tests.services.answering import count, one
from tests.services.test_contacts import join, populated, shown, the, undo

PATIENCE = 30


@pytest.fixture
def house(app: Flask) -> House:
    return populated()


def whose() -> dict[str, UUID]:
    with reading(SYSTEM) as work:
        return {
            row.handle: row.contact_id for row in work.session.execute(select(Identity.handle, Identity.contact_id))
        }


def at_once(app: Flask, *deeds: Callable[[], object]) -> list[BaseException | None]:
    """Each in a thread of its own, begun together; what became of each."""
    together = threading.Barrier(len(deeds), timeout=PATIENCE)
    ends: list[BaseException | None] = [AssertionError("it never ended")] * len(deeds)

    def run(number: int) -> None:
        with app.app_context():
            together.wait()
            try:
                deeds[number]()
                ends[number] = None
            except Refused as refused:
                ends[number] = refused
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return ends


def test_of_people_who_join_the_same_at_once_in_any_direction_one_is_first_and_nothing_is_half(own_app: Flask) -> None:
    with own_app.app_context():
        house = populated()
        mette, ali, kirsten = the("mette"), the("ali"), the("kirsten")
    for _ in range(5):
        ends = at_once(
            own_app,
            lambda: join(house.anna, mette, ali),
            lambda: join(house.jonas, ali, mette),
            lambda: join(house.lone, mette, ali),
        )
        assert sorted(type(end).__name__ for end in ends) == ["Conflict", "Conflict", "NoneType"]
        with own_app.app_context():
            assert len({whose()["mette"], whose()["ali"]}) == 1
            with reading(SYSTEM) as work:
                live = work.session.scalars(select(ContactJoining).where(ContactJoining.undone_at.is_(None))).one()
                work.session.expunge(live)
            assert whose()["mette"] == live.into_id
            # Both take it back at once: one does, and each has what was theirs.
            ends = at_once(
                own_app,
                partial(undo, house.anna, live.into_id, live.id),
                partial(undo, house.jonas, live.into_id, live.id),
            )
            assert sorted(type(end).__name__ for end in ends) == ["Conflict", "NoneType"]
            assert whose() == {"mette": mette, "ali": ali, "kirsten": kirsten}


def test_three_in_a_ring_never_make_a_circle(own_app: Flask) -> None:
    with own_app.app_context():
        house = populated()
        mette, ali, kirsten = the("mette"), the("ali"), the("kirsten")
    ends = at_once(
        own_app,
        lambda: join(house.anna, mette, ali),
        lambda: join(house.jonas, ali, kirsten),
        lambda: join(house.lone, kirsten, mette),
    )
    assert None in ends
    with own_app.app_context(), reading(SYSTEM) as work:
        homes = {reads.home(work, id_) for id_ in (mette, ali, kirsten)}
        owners = set(work.session.scalars(select(Identity.contact_id)))
        assert homes == owners


def test_joined_and_taken_apart_everybody_has_what_was_theirs_and_no_word_changed(house: House) -> None:
    mette, ali = the("mette"), the("ali")
    with reading(SYSTEM) as work:
        words = work.session.execute(select(Message.id, Message.identity_id, Message.text).order_by(Message.id)).all()
    joining = join(house.anna, mette, ali)
    assert whose() == {"mette": mette, "ali": mette, "kirsten": the("kirsten")}
    assert one(ContactJoining).agent_id == house.anna.id
    person = shown(house.jonas, mette)
    assert {one.handle for one in person.handles} == {"mette", "ali"}
    assert len(person.dialogues) == 2
    assert [(one.name, one.by, one.whole) for one in person.joinings] == [("Ali R.", "Anna Krogh", True)]
    gone = shown(house.jonas, ali)
    assert (gone.went_to, gone.handles, gone.dialogues) == (mette, (), ())
    undo(house.jonas, mette, joining)
    assert whose()["ali"] == ali
    assert shown(house.anna, ali).went_to is None
    assert shown(house.anna, mette).joinings == ()
    with reading(SYSTEM) as work:
        after = work.session.execute(select(Message.id, Message.identity_id, Message.text).order_by(Message.id)).all()
    assert after == words


def test_what_moved_on_is_given_back_only_in_turn(house: House) -> None:
    mette, ali, kirsten = the("mette"), the("ali"), the("kirsten")
    first, second = join(house.anna, mette, ali), join(house.anna, kirsten, mette)
    assert shown(house.anna, ali).went_to == kirsten
    with pytest.raises(Conflict, match="Undo that first"):
        undo(house.anna, mette, first)
    assert set(whose().values()) == {kirsten}
    undo(house.anna, kirsten, second)
    undo(house.anna, mette, first)
    assert whose() == {"mette": mette, "ali": ali, "kirsten": kirsten}
    with pytest.raises(Conflict, match="already"):
        undo(house.anna, mette, first)


def test_what_somebody_says_after_the_joining_comes_to_the_same_person(house: House) -> None:
    mette, ali = the("mette"), the("ali")
    join(house.anna, mette, ali)
    house.news(post("@nordby Og nu?", author={**ALI, "name": "Ali Rahimi"}, at=NOON.replace(hour=13)))
    assert whose()["ali"] == mette
    assert count(Contact) == 3
    assert len(shown(house.anna, mette).dialogues) == 3


@pytest.mark.parametrize("other", ["none", "self"])
def test_nobody_is_joined_with_nobody_or_with_themselves(house: House, other: str) -> None:
    mette = the("mette")
    with pytest.raises(Invalid) as refused:
        join(house.anna, mette, mette if other == "self" else None)
    assert refused.value.field == "other"
