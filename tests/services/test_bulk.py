"""One deed on many: each decided by itself, nothing taken from whoever was first, all of it taken back at once."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from flask import Flask
from sqlalchemy import select

from inbox.domain.actors import SYSTEM, Actor
from inbox.domain.conversation import Priority
from inbox.domain.errors import Forbidden, Invalid
from inbox.domain.ids import new_id
from inbox.models import Conversation, ConversationTag
from inbox.services import bulk, conversations
from inbox.services.bulk import Deed, Done, Picked
from inbox.uow import reading, uow
from tests.house import House, found, post

MANY = 5


@pytest.fixture
def house(app: Flask) -> House:
    made = found()
    made.news(
        *(
            post(f"@nordby Spørgsmål {n}", own_id=f"p{n}", author={"id": f"c{n}", "handle": f"c{n}", "name": f"B {n}"})
            for n in range(MANY)
        )
    )
    return made


def stand() -> list[Conversation]:
    with reading(SYSTEM) as view:
        rows = list(view.session.scalars(select(Conversation).order_by(Conversation.id)))
        view.session.expunge_all()
    return rows


def on_screen() -> list[Picked]:
    return [Picked(one.id, one.version) for one in stand()]


def do(actor: Actor, picked: Sequence[Picked], deed: Deed, *, reason: str = "", tag: str = "") -> Done:
    with uow(actor) as work:
        return bulk.do(work, picked, deed, reason=reason, tag=tag)


@pytest.mark.parametrize(
    ("deed", "reason", "status", "after"),
    [
        (Deed.SOLVE, "", "solved", "open"),
        (Deed.DISMISS, "thanks", "dismissed", "open"),
        (Deed.TAKE, "", "open", "open"),
    ],
)
def test_all_are_done_and_all_are_taken_back(house: House, deed: Deed, reason: str, status: str, after: str) -> None:
    done = do(house.anna, on_screen(), deed, reason=reason)
    assert (len(done.done), done.left) == (MANY, 0)
    assert {one.status for one in stand()} == {status}
    with uow(house.anna) as work:
        back = bulk.undo(work, done)
    assert (len(back.done), back.left) == (MANY, 0)
    assert {one.status for one in stand()} == {after}
    assert {one.assignee_id for one in stand()} == {None}


def test_what_somebody_changed_meanwhile_is_left_to_them(house: House) -> None:
    picked = on_screen()
    with uow(house.jonas) as work:
        conversations.take(work, picked[1].id, picked[1].version)
    done = do(house.anna, picked, Deed.SOLVE)
    assert {one.id for one in done.done} == {one.id for one in picked} - {picked[1].id}
    assert done.left == 1
    assert [one.status for one in stand()] == ["solved", "open", "solved", "solved", "solved"]
    # And what somebody does after it is not taken back with the rest.
    with uow(house.jonas) as work:
        version = next(one.version for one in done.done if one.id == picked[3].id)
        conversations.reopen(work, picked[3].id, version)
        conversations.dismiss(work, picked[3].id, version + 1, "spam")
    with uow(house.anna) as work:
        back = bulk.undo(work, done)
    assert back.left == 1
    assert stand()[3].status == "dismissed"


def test_what_is_acute_is_never_dismissed_with_others(house: House) -> None:
    acute = on_screen()[2]
    with uow(house.anna) as work:
        conversations.rank(work, acute.id, acute.version, int(Priority.ACUTE))
    done = do(house.anna, on_screen(), Deed.DISMISS, reason="spam")
    assert done.left == 1
    assert [one.status for one in stand()][2] != "dismissed"


def test_a_tag_goes_on_all_and_comes_off_those_that_had_it_not(house: House) -> None:
    first = do(house.anna, on_screen()[:2], Deed.TAG, tag="Vinter")
    assert len(first.done) == 2
    done = do(house.anna, on_screen(), Deed.TAG, tag="vinter")
    assert len(done.done) == MANY - 2  # Two had it already: no deed, and nothing to take back.
    with uow(house.anna) as work:
        bulk.undo(work, done)
    with reading(SYSTEM) as view:
        assert set(view.session.scalars(select(ConversationTag.conversation_id))) == {one.id for one in first.done}


def test_nothing_too_much_and_what_can_be_none_are_sentences(house: House) -> None:
    for picked, deed, reason, tag in (
        ([], Deed.SOLVE, "", ""),
        ([Picked(new_id(), 1)] * (bulk.MOST + 1), Deed.SOLVE, "", ""),
        (on_screen(), Deed.DISMISS, "", ""),
        (on_screen(), Deed.TAG, "", "   "),
    ):
        with pytest.raises(Invalid):
            do(house.anna, picked, deed, reason=reason, tag=tag)
    assert {one.status for one in stand()} == {"new"}


def test_others_conversations_are_as_if_they_were_not_there(house: House) -> None:
    stranger = Actor(house.anna.id, "Anna Krogh", house.anna.roles, frozenset({new_id()}))
    done = do(stranger, on_screen(), Deed.SOLVE)
    assert (done.done, done.left) == ((), MANY)
    auditor = Actor(house.anna.id, "Rikke Dahl", frozenset(), house.anna.teams)
    with pytest.raises(Forbidden):
        do(auditor, on_screen(), Deed.SOLVE)
