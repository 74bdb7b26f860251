"""Tags: made by writing a name, one for each name whatever its capitals, and told to whoever looks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from inbox.domain.actors import Actor, Role
from inbox.domain.errors import Forbidden, Invalid, NotFound
from inbox.domain.events import ConversationChanged
from inbox.domain.ids import new_id
from inbox.models import ConversationTag, Tag
from inbox.queries.surroundings import tags
from inbox.services import tagging
from inbox.uow import reading
from tests import house as scene
from tests.house import House, post
from tests.services.answering import count, deed


@pytest.fixture
def house(app: Flask) -> House:
    founded = scene.found()
    founded.news(post())
    return founded


def on(house: House) -> list[str]:
    id_ = house.conversation().id
    with reading(house.anna) as work:
        return [tag.name for tag in tags(work, id_)[0]]


def test_a_new_name_makes_a_tag_and_a_known_one_is_used_whatever_its_capitals(house: House) -> None:
    id_ = house.conversation().id
    with deed(house.anna) as work:
        first = tagging.add(work, id_, "  Pas   og kørekort ")
        work.session.flush()
        again = tagging.add(work, id_, "#PAS OG KØREKORT")
        assert [event for event in work.events if isinstance(event, ConversationChanged)] == work.events
        assert len(work.events) == 1

    assert first == again
    assert on(house) == ["Pas og kørekort"]
    with reading(house.anna) as work:
        [kept] = work.session.scalars(select(ConversationTag))
        assert kept.agent_id == house.anna.id


def test_a_change_grows_the_version_and_what_changes_nothing_does_not(house: House) -> None:
    before = house.conversation()
    with deed(house.anna) as work:
        tag = tagging.add(work, before.id, "Vinter")
    with deed(house.anna) as work:
        tagging.add(work, before.id, "vinter")
    assert house.conversation().version == before.version + 1
    for _ in range(2):
        with deed(house.jonas) as work:
            tagging.take_off(work, before.id, tag)
    assert house.conversation().version == before.version + 2
    assert on(house) == []
    assert count(Tag) == 1


@pytest.mark.parametrize(
    ("name", "said"), [("", "Write the name"), (" # ", "Write the name"), ("x" * 41, "at most 40")]
)
def test_a_name_that_can_be_none_is_refused(house: House, name: str, said: str) -> None:
    id_ = house.conversation().id
    with pytest.raises(Invalid, match=said) as refused, deed(house.anna) as work:
        tagging.add(work, id_, name)
    assert refused.value.field == "tag"
    assert count(Tag) == 0


def test_the_longest_name_is_kept_and_a_conversation_has_twenty_tags_at_most(house: House) -> None:
    id_ = house.conversation().id
    with deed(house.anna) as work:
        for number in range(tagging.MOST):
            tagging.add(work, id_, f"{number:02}".ljust(tagging.LONGEST, "x"))
    with pytest.raises(Invalid, match="at most 20 tags"), deed(house.anna) as work:
        tagging.add(work, id_, "en til")
    with deed(house.anna) as work:
        tagging.add(work, id_, "00".ljust(tagging.LONGEST, "X"))
    assert len(on(house)) == 20
    assert count(Tag) == 20


def test_a_tag_that_is_none_can_not_be_put(house: House) -> None:
    conversation = house.conversation()
    with pytest.raises(NotFound), deed(house.anna) as work:
        tagging.put(work, conversation, new_id())


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.BACK_OFFICE])
def test_who_does_not_answer_does_not_tag(house: House, role: Role) -> None:
    somebody = replace(house.anna, roles=frozenset({role}))
    id_ = house.conversation().id
    with pytest.raises(Forbidden), deed(somebody) as work:
        tagging.add(work, id_, "Vinter")


def test_another_teams_conversation_is_not_there(house: House) -> None:
    id_ = house.conversation().id
    with deed(house.anna) as work:
        tag = tagging.add(work, id_, "Vinter")
    stranger: Actor = replace(house.anna, teams=frozenset({new_id()}))
    with pytest.raises(NotFound), deed(stranger) as work:
        tagging.add(work, id_, "Vinter")
    with pytest.raises(NotFound), deed(stranger) as work:
        tagging.take_off(work, id_, tag)
