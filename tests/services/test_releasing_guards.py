"""Two keys, past every service: what the database refuses, who is first of two, and who may not turn one."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.errors import Conflict, Forbidden, NotFound
from inbox.models import (
    Delivery,
    Draft,
    SecondKey,
)
from inbox.queries import inbox_list, surroundings
from inbox.queries.inbox_list import View
from inbox.services import conversations, releasing, replies
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import House, post, second_team
from tests.services.answering import LONG, answer, claim, deed, minutes, one, parts
from tests.services.test_planned import EVENING, OFFICE, OPENING, running, wait_until_somebody_waits
from tests.services.test_releasing import again, auditor, entries, new, opened, release, states


@pytest.fixture
def house(app: Flask) -> House:
    return opened()


def test_two_release_at_once_and_it_is_released_once(own_app: Flask) -> None:
    refused: list[BaseException] = []
    with own_app.app_context():
        house = opened()
        message_id = answer(house, LONG).message_id
        seen = house.conversation()

        def second() -> None:
            try:
                with deed(house.lone, minutes(30)) as work:
                    releasing.release(work, message_id, seen.version)
            except Conflict as error:
                refused.append(error)

        other = running(own_app, second)
        with deed(house.jonas, minutes(30)) as work:
            releasing.release(work, message_id, seen.version)
            other.start()
            wait_until_somebody_waits()
        other.join(timeout=30)
        assert not other.is_alive()
        assert len(refused) == 1
        assert one(SecondKey).releaser_id == house.jonas.id
        assert entries().count("reply.released") == 1
        first = claim(minutes(31))
        assert first == parts(message_id)[0].id
        assert claim(minutes(31)) is None


def test_a_citizen_and_a_releaser_in_the_same_instant_exactly_one_happens(own_app: Flask) -> None:
    """The citizen's page waits behind the release: what goes out was read by both keys, and the citizen is heard."""
    with own_app.app_context():
        house = opened()
        message_id = answer(house).message_id
        seen = house.conversation()
        spoke = running(own_app, lambda: house.news(again()))
        with deed(house.jonas, minutes(30)) as work:
            releasing.release(work, message_id, seen.version)
            spoke.start()
            wait_until_somebody_waits()
        spoke.join(timeout=30)
        assert not spoke.is_alive()
        assert states(message_id) == {"queued"}
        assert house.conversation().status == "open"
        with reading(SYSTEM) as work:
            assert work.session.scalars(select(Draft.text)).all() == []


@pytest.mark.parametrize("state", ["queued", "sending", "delivered", "rejected", "unconfirmed", "needs_human"])
def test_the_database_lets_no_part_go_on_without_a_release(house: House, state: str) -> None:
    message_id = answer(house).message_id
    at = ", delivered_at = due_at" if state == "delivered" else ""
    with pytest.raises(IntegrityError, match="nobody has released"), uow(SYSTEM) as work:
        work.session.execute(
            text(f"UPDATE delivery SET due_at = :at, state = :state{at} WHERE message_id = :id"),
            {"state": state, "id": message_id, "at": minutes(1)},
        )


def test_the_database_knows_no_author_who_releases_and_no_release_taken_away(house: House) -> None:
    message_id = answer(house).message_id
    turn = text("UPDATE second_key SET releaser_id = :by, released_at = :at WHERE message_id = :id")
    with pytest.raises(IntegrityError, match="of_another"), uow(SYSTEM) as work:
        work.session.execute(turn, {"by": house.anna.id, "at": minutes(1), "id": message_id})
    release(house, message_id)
    for change in (
        "UPDATE second_key SET releaser_id = NULL, released_at = NULL, entry_id = NULL",
        "UPDATE second_key SET released_at = at",
        "DELETE FROM second_key",
    ):
        with pytest.raises(IntegrityError, match="does not change"), uow(SYSTEM) as work:
            work.session.execute(text(change))


def test_the_database_refuses_a_key_for_what_is_on_its_way_already(house: House) -> None:
    new(house.anna, two_keys=False)
    message_id = answer(house).message_id
    for author in (house.anna, house.jonas):
        with pytest.raises(IntegrityError, match="is held"), uow(SYSTEM) as work:
            work.session.add(SecondKey(message_id=message_id, agent_id=author.id, reason="person", at=minutes(1)))


def test_who_may_not_turn_the_second_key(house: House) -> None:
    message_id = answer(house).message_id
    seen = house.conversation()
    second_team(house)
    stranger = Actor(house.jonas.id, "Jonas Lind", frozenset({Role.AGENT}), frozenset())
    cases = [
        (house.anna, Forbidden, "own answer"),
        (auditor(house), Forbidden, "Only agents and leads"),
        (stranger, NotFound, "no such conversation"),
    ]
    for actor, refusal, words in cases:
        with pytest.raises(refusal, match=words), deed(actor, minutes(20)) as work:
            releasing.release(work, message_id, seen.version)
        with pytest.raises(refusal, match=words), deed(actor, minutes(20)) as work:
            releasing.give_back(work, message_id, seen.version, "Nej.")
    new(house.jonas)
    with pytest.raises(Forbidden, match="need a colleague's release"):
        release(house, message_id)
    assert states(message_id) == {"held"}
    release(house, message_id, house.lone)


def test_a_planned_answer_waits_for_its_hour_and_for_its_release(app: Flask) -> None:
    house = scene.found(calendar=OFFICE)
    house.news(post(own_id="asked", at=EVENING - timedelta(minutes=10)))
    new(house.anna)

    def plan() -> UUID:
        seen = house.conversation()
        with deed(house.anna, EVENING) as work:
            return replies.reply(
                work, seen.id, version=seen.version, visibility="public", body="Klokken 7.", planned_for=OPENING
            ).message_id

    message_id = plan()
    house.news(received_at=OPENING)
    assert claim(OPENING + timedelta(hours=1)) is None
    seen = house.conversation()
    with deed(house.jonas, EVENING + timedelta(hours=1)) as work:
        releasing.release(work, message_id, seen.version)
    assert {part.due_at for part in parts(message_id)} == {OPENING}
    with deed(house.anna, EVENING + timedelta(hours=2)) as work:
        replies.undo(work, message_id)

    # Released after its hour it goes out after the undo window, as if it had been sent then.
    message_id = plan()
    seen = house.conversation()
    late = OPENING + timedelta(hours=2)
    with deed(house.jonas, late) as work:
        releasing.release(work, message_id, seen.version)
    assert claim(late) is None
    assert claim(late + timedelta(seconds=5)) == parts(message_id)[0].id


def test_it_stands_in_the_list_of_whoever_can_release_it(house: House) -> None:
    answer(house)
    seen = house.conversation()

    def listed(actor: Actor) -> tuple[int, list[UUID]]:
        with reading(actor) as work:
            rows = inbox_list.conversations(work, View.TO_RELEASE).rows
            return surroundings.around(work).counts[View.TO_RELEASE], [row.id for row in rows]

    assert listed(house.jonas) == (1, [seen.id])
    assert listed(house.lone) == (1, [seen.id])
    assert listed(house.anna) == (0, [])
    with deed(house.anna, minutes(12)) as work:
        conversations.solve(work, seen.id, seen.version)
    # Solved or not: somebody waits for the words.
    assert listed(house.jonas) == (1, [seen.id])
    new(house.jonas)
    assert listed(house.jonas) == (0, [])
    release(house, parts_message(), house.lone)
    assert listed(house.lone) == (0, [])


def parts_message() -> UUID:
    return one(Delivery).message_id
