"""Conversations that turn out to be one: whatever we hear of late counts where it happened and where it stands now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from connectors.kit.contract import Found, Unconfirmed
from inbox.domain.actors import SYSTEM
from inbox.models import Clock, Conversation, Fact, Message
from inbox.queries import replaying
from inbox.services import conversations, replies
from inbox.uow import reading
from tests import house as scene
from tests.house import House, post
from tests.services.answering import claim, claim_doubt, deed, look, minutes, parts, record, taken


@pytest.fixture
def house(app: Flask) -> House:
    return scene.found()


def said(own_id: str, parent: str | None = None, at: float = 0) -> dict[str, Any]:
    """A post whose platform names no root."""
    item: dict[str, Any] = post("Hvornår åbner svømmehallen?", own_id=own_id, parent=parent, at=minutes(at))
    item["post"]["root"] = None
    return item


def about(own_id: str) -> Conversation:
    """The conversation that a post is in."""
    with reading(SYSTEM) as work:
        found = work.session.scalars(
            select(Conversation)
            .join(Message, Message.conversation_id == Conversation.id)
            .where(Message.external_id == own_id)
        ).one()
        work.session.expunge(found)
        return found


def answer(house: House, own_id: str, now: datetime) -> UUID:
    """Promise an answer in the post's conversation; its only part."""
    seen = about(own_id)
    with deed(house.anna, now) as work:
        message_id = replies.reply(
            work, seen.id, version=seen.version, visibility="public", body="Klokken 7."
        ).message_id
    (part,) = parts(message_id)
    assert claim(now + timedelta(seconds=5)) == part.id
    return part.id


def firsts() -> dict[UUID, list[tuple[str, datetime | None, str | None]]]:
    """State, answer and reason of the first-answer clocks of each conversation."""
    with reading(SYSTEM) as work:
        found: dict[UUID, list[tuple[str, datetime | None, str | None]]] = {}
        for row in work.session.scalars(
            select(Clock).where(Clock.kind == "first_response").order_by(Clock.conversation_id, Clock.number)
        ):
            found.setdefault(row.conversation_id, []).append((row.state, row.answered_at, row.reason))
        return found


def as_their_histories_say(now: datetime) -> bool:
    with reading(SYSTEM) as work:
        work.now = now
        return replaying.replay(work, replaying.following(work, None, 100)).differences == ()


def test_an_answer_that_stood_before_they_were_joined_and_is_found_afterwards(house: House) -> None:
    house.news(said("root"))
    house.news(said("child", "middle", 5))
    gone, stays = about("child"), about("root")
    part = answer(house, "child", minutes(10))
    record(part, Unconfirmed("no answer"), minutes(11))
    house.news(said("middle", "root", 20))
    assert firsts()[gone.id] == [("cancelled", None, "merged")]
    assert claim_doubt(minutes(30)) == part
    look(part, Found(taken(minutes(11))), minutes(30))
    # It was kept there, and nothing of it is owed here.
    assert firsts()[gone.id] == [("met", minutes(11), None)]
    assert firsts()[stays.id] == [("running", None, None)]
    with reading(SYSTEM) as work:
        assert [fact.conversation_id for fact in work.session.scalars(select(Fact))] == [gone.id]
    assert as_their_histories_say(minutes(31))


def test_one_that_stood_only_afterwards_counts_where_it_stands(house: House) -> None:
    house.news(said("root", at=2))
    house.news(said("child", "middle", 0))
    gone, stays = about("child"), about("root")
    part = answer(house, "child", minutes(10))
    house.news(said("middle", "root", 20))
    record(part, taken(minutes(25)), minutes(26))
    assert firsts()[gone.id] == [("cancelled", None, "merged")]
    assert firsts()[stays.id] == [("met", minutes(25), None)]
    # What was asked in the other conversation had not been seen by whoever answered.
    assert about("root").waiting_since == minutes(2)
    assert as_their_histories_say(minutes(27))


def test_finished_before_they_were_joined_it_is_judged_where_it_was_said(house: House) -> None:
    house.news(said("root"))
    house.news(said("child", "middle", 5))
    gone = about("child")
    part = answer(house, "child", minutes(10))
    version = about("child").version
    with deed(house.anna, minutes(15)) as work:
        conversations.solve(work, gone.id, version)
    house.news(said("middle", "root", 20))
    record(part, taken(minutes(25)), minutes(26))
    assert firsts()[gone.id] == [("met", minutes(25), None)]
    assert as_their_histories_say(minutes(27))


def test_joined_twice_every_conversation_on_the_way_is_read_again(house: House) -> None:
    house.news(said("root"))
    house.news(said("b", "top", 2))
    house.news(said("c", "under-b", 4))
    first, second = about("c"), about("b")
    part = answer(house, "c", minutes(10))
    record(part, Unconfirmed("no answer"), minutes(11))
    house.news(said("under-b", "b", 20))
    assert about("c").id == second.id
    house.news(said("top", "root", 30))
    assert about("c").id == about("root").id
    assert claim_doubt(minutes(40)) == part
    look(part, Found(taken(minutes(12))), minutes(40))
    assert firsts()[first.id] == [("met", minutes(12), None)]
    assert as_their_histories_say(minutes(41))
