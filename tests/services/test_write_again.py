"""What a platform refused is written again: its words come back, those that stand do not, and nothing is lost."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from connectors.kit.contract import Rejected
from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.errors import Conflict, Forbidden, NotFound
from inbox.domain.ids import new_id
from inbox.models import Draft
from inbox.services import composing, conversations, drafts, replies
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import House, post
from tests.services.answering import DUE, LONG, answer, claim, count, deed, minutes, one, parts, record, taken

REFUSED = Rejected("The square does not take this post.")


@pytest.fixture
def house(app: Flask) -> House:
    founded = scene.found()
    founded.news(post())
    return founded


def refused(house: House, body: str = "Den åbner klokken 7.") -> UUID:
    """Anna's answer, which the platform did not take."""
    message_id = answer(house, body).message_id
    assert claim(DUE) == parts(message_id)[0].id
    record(parts(message_id)[0].id, REFUSED, DUE)
    return message_id


def again(house: House, message_id: UUID, by: Actor | None = None) -> tuple[UUID, str]:
    with deed(by or house.anna, minutes(20)) as work:
        return replies.write_again(work, message_id)


def test_the_words_come_back_unsigned_as_the_draft_of_that_way(house: House) -> None:
    message_id = refused(house)
    assert again(house, message_id) == (house.conversation().id, "public")
    assert (one(Draft).text, one(Draft).mode, one(Draft).agent_id) == ("Den åbner klokken 7.", "public", house.anna.id)
    # Asked for twice, it is the same draft.
    again(house, message_id)
    assert count(Draft) == 1


def test_a_private_answer_comes_back_in_private(app: Flask) -> None:
    house = scene.found()
    house.news(post("Mit barn er sygt", visibility="private"))
    message_id = answer(house, "God bedring.", visibility="private").message_id
    claim(DUE)
    record(parts(message_id)[0].id, REFUSED, DUE)
    assert again(house, message_id) == (house.conversation().id, "private")
    assert (one(Draft).text, one(Draft).mode) == ("God bedring.", "private")


def test_what_stands_out_there_is_not_said_again(house: House) -> None:
    message_id = answer(house, LONG).message_id
    first, second, _third = parts(message_id)
    claim(DUE)
    record(first.id, taken(minutes(12)), DUE)
    claim(DUE)
    record(second.id, REFUSED, DUE)
    again(house, message_id)
    said = first.text.removesuffix(" (1/3)\n– Anna, Nordby Kommune")
    assert f"{said} {one(Draft).text}" == LONG


def test_what_was_begun_since_is_not_lost(house: House) -> None:
    message_id, conversation_id = refused(house), house.conversation().id
    with deed(house.anna, minutes(15)) as work:
        drafts.keep(work, conversation_id, "public", "Vi kigger på det.")
    with pytest.raises(Conflict, match="begun another answer"):
        again(house, message_id)
    assert one(Draft).text == "Vi kigger på det."
    # What is written in another way, or by another person, is not in its place.
    with deed(house.anna, minutes(16)) as work:
        drafts.forget(work, conversation_id, "public")
        drafts.keep(work, conversation_id, "note", "Ring til dem.")
    again(house, message_id)
    with reading(SYSTEM) as work:
        assert set(work.session.scalars(select(Draft.mode))) == {"public", "note"}


def test_whoever_may_answer_writes_it_again_and_signs_it_then(house: House) -> None:
    message_id = refused(house)
    with pytest.raises(Conflict, match="colleague has taken"):
        again(house, message_id, house.lone)
    seen = house.conversation()
    with deed(house.lone, minutes(15)) as work:
        conversations.take(work, seen.id, seen.version)
    again(house, message_id, house.lone)
    assert one(Draft).agent_id == house.lone.id
    auditor = Actor(house.anna.id, "Rikke Dahl", frozenset({Role.AUDITOR}), house.anna.teams)
    elsewhere = Actor(house.anna.id, "Anna Krogh", house.anna.roles, frozenset({new_id()}))
    with pytest.raises(Forbidden):
        again(house, message_id, auditor)
    with pytest.raises(NotFound):
        again(house, message_id, elsewhere)
    with pytest.raises(NotFound):
        again(house, new_id())


def test_only_what_was_rejected_is_written_again(house: House) -> None:
    promised = answer(house)
    with pytest.raises(Conflict, match="was rejected"):
        again(house, promised.message_id)
    (part,) = parts(promised.message_id)
    claim(DUE)
    record(part.id, REFUSED, DUE)
    # Late proof: it stands out there after all.
    record(part.id, taken(minutes(12)), minutes(13))
    with pytest.raises(Conflict, match="was rejected"):
        again(house, promised.message_id)
    assert count(Draft) == 0


def test_a_count_keeps_the_words_of_a_rejected_answer_as_the_draft(house: House) -> None:
    """They were said, and yet are not: a change that is taken back again must not leave the changed words."""
    conversation_id, _mode = again(house, refused(house))
    for words in ("Den åbner klokken 8.", "Den åbner klokken 7."):
        with uow(house.anna) as work:
            composing.look(work, conversation_id, "public", words)
        assert one(Draft).text == words
