"""An answer that only says that an answer is coming: acknowledged, and still our turn."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from inbox.domain.actors import SYSTEM
from inbox.domain.policies import Policies
from inbox.domain.policy import Policy
from inbox.domain.sla import ClockKind
from inbox.models import Clock, Conversation
from inbox.services import conversations, replies
from inbox.uow import reading
from tests import house as scene
from tests.house import METTE, House, post
from tests.services.answering import claim, deed, minutes, parts, record, taken

PROMISED = {ClockKind.ACKNOWLEDGED: 15, ClockKind.FIRST_RESPONSE: 60, ClockKind.RESOLUTION: 480}


def states() -> dict[str, str]:
    with reading(SYSTEM) as work:
        return {row.kind: row.state for row in work.session.execute(select(Clock.kind, Clock.state))}


def say(house: House, words: str, at: float, *, holding: bool) -> None:
    """Answer at that minute; it stands out there at once."""
    conversation = house.conversation()
    with deed(house.anna, minutes(at)) as work:
        sent = replies.reply(
            work, conversation.id, version=conversation.version, visibility="public", body=words, holding=holding
        )
    (part,) = parts(sent.message_id)
    assert claim(minutes(at + 1)) == part.id
    record(part.id, taken(minutes(at + 1), f"ours-{part.id}"), minutes(at + 1))


@pytest.mark.parametrize("counts", [False, True])
def test_it_meets_acknowledged_alone_unless_the_policy_says_otherwise(app: Flask, counts: bool) -> None:
    house = scene.found(policies=Policies((Policy("Alt", PROMISED, True, holding_counts=counts),)))
    house.news(post())
    say(house, "Vi ser på det og vender tilbage.", 10, holding=True)
    assert states() == {
        "acknowledged": "met",
        "first_response": "met" if counts else "running",
        "resolution": "running",
    }
    seen = house.conversation()
    assert (seen.status, seen.waiting_since) == ("open", minutes(0))
    say(house, "Svømmehallen åbner klokken 7.", 30, holding=False)
    assert states() == {"acknowledged": "met", "first_response": "met", "resolution": "paused"}
    seen = house.conversation()
    assert (seen.status, seen.waiting_since, seen.next_due_at) == ("pending", None, None)


@pytest.mark.parametrize("holding", [False, True])
@pytest.mark.parametrize(("said", "came_in"), [(5, 5), (5, 15), (15, 15)], ids=["before", "late", "after"])
def test_who_waits_after_an_answer_is_counted_with_it_as_it_will_be_counted_again(
    app: Flask, said: float, came_in: float, holding: bool
) -> None:
    house = scene.found()
    first = post()
    house.news(first)
    house.news(
        post("Og om søndagen?", parent=str(first["post"]["id"]), at=minutes(said)),  # type: ignore[index] # a post is a dict
        received_at=minutes(came_in),
    )
    conversation = house.conversation()
    with deed(house.anna, minutes(10)) as work:
        replies.reply(
            work, conversation.id, version=conversation.version, visibility="public", body="Klokken 7.", holding=holding
        )
    counted = house.conversation().waiting_since
    assert counted == (minutes(0) if holding else minutes(said) if came_in > 10 else None)
    with deed() as work:
        again = conversations.visible(work, conversation.id)
        conversations.recount(work, again)
        assert again.waiting_since == counted


def test_an_answer_in_another_conversation_leaves_this_one_waiting(app: Flask) -> None:
    house = scene.found()
    for name in ("first", "second"):
        house.news(post(f"@nordby Hvad med {name}?", own_id=name, author={**METTE, "id": name, "handle": name}))
    with reading(SYSTEM) as work:
        asked, other = work.session.scalars(select(Conversation.id).order_by(Conversation.id))
    for conversation_id, holding in ((other, False), (asked, True)):
        with deed(house.anna, minutes(10)) as work:
            replies.reply(work, conversation_id, version=1, visibility="public", body="Vi ser på det.", holding=holding)
    with reading(SYSTEM) as work:
        lines = work.session.execute(select(Conversation.id, Conversation.waiting_since))
        waiting = {line.id: line.waiting_since for line in lines}
    assert waiting == {asked: minutes(0), other: None}
