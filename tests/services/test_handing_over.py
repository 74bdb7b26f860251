"""Giving a conversation to a colleague: they are told, nothing goes out, and no clock begins anew."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.errors import Conflict, Forbidden, Invalid, NotFound
from inbox.domain.ids import new_id
from inbox.models import Account, Agent, Clock, Conversation, ConversationEvent, Draft, Message, Note, Notice
from inbox.services import agents, conversations, drafts, handing_over
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import House, post
from tests.services.answering import count, deed, minutes, one, sent


@pytest.fixture
def house(app: Flask) -> House:
    founded = scene.found()
    founded.news(post())
    return founded


def take(house: House, by: Actor | None = None) -> None:
    seen = house.conversation()
    with deed(by or house.anna) as work:
        conversations.take(work, seen.id, seen.version)


def give(
    house: House, to: Actor | UUID | None, *, by: Actor | None = None, note: str = "", with_line: bool = False
) -> None:
    seen = house.conversation()
    with deed(by or house.anna, minutes(5)) as work:
        receiver = to.id if isinstance(to, Actor) else to
        handing_over.hand_over(work, seen.id, seen.version, receiver, note, with_line=with_line)


def test_it_is_the_colleagues_who_is_told_and_every_clock_stays(house: House) -> None:
    take(house)
    before = one(Clock)
    give(house, house.jonas, note="Hun bor i Sønderby.")
    conversation, after = house.conversation(), one(Clock)
    assert (conversation.assignee_id, conversation.status) == (house.jonas.id, "open")
    assert (after.started_at, after.due_at, after.state) == (before.started_at, before.due_at, before.state)
    assert (one(Notice).agent_id, one(Notice).kind, one(Notice).data) == (
        house.jonas.id,
        "handed_over",
        {"by": str(house.anna.id)},
    )
    assert (one(Note).agent_id, one(Note).text) == (house.anna.id, "Hun bor i Sønderby.")
    with reading(SYSTEM) as work:
        last = work.session.scalars(select(ConversationEvent).order_by(ConversationEvent.id)).all()[-1]
    assert (last.kind, last.data["to"]) == ("handed_over", "Jonas Lind")


def test_without_a_note_there_is_none_and_without_the_tick_no_draft(house: House) -> None:
    take(house)
    give(house, house.jonas, note=" \n")
    assert (count(Note), count(Draft)) == (0, 0)


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("da", "Jonas her. Anna har fri, så jeg tager over."),
        ("nb", "Jonas her. Anna har fri, så jeg tar over."),
        ("en", "Jonas here. Anna is off today, so I am taking over."),
        ("fi", "Jonas here. Anna is off today, so I am taking over."),
    ],
)
def test_the_first_line_waits_in_the_receivers_draft_and_nothing_is_sent(
    house: House, language: str, line: str
) -> None:
    with uow(SYSTEM) as work:
        work.session.execute(update(Account).values(language=language))
    take(house)
    give(house, house.jonas, with_line=True)
    assert (one(Draft).agent_id, one(Draft).mode, one(Draft).text) == (house.jonas.id, "public", line)
    assert sent() == 0


def test_the_line_lies_in_the_way_in_which_the_citizen_wrote_last(house: House) -> None:
    house.news(post("Privat.", visibility="private", at=minutes(2)))
    with reading(SYSTEM) as work:
        said = select(Message.conversation_id).where(Message.visibility == "private")
        private = work.session.scalars(select(Conversation).where(Conversation.id.in_(said))).one()
        work.session.expunge(private)
    with deed(house.anna, minutes(3)) as work:
        conversations.take(work, private.id, private.version)
    with deed(house.anna, minutes(4)) as work:
        handing_over.hand_over(work, private.id, private.version + 1, house.jonas.id, with_line=True)
    assert one(Draft).mode == "private"


def test_what_the_receiver_has_begun_is_not_written_over(house: House) -> None:
    take(house)
    id_ = house.conversation().id
    with deed(house.jonas) as work:
        drafts.keep(work, id_, "public", "Jeg er begyndt.")
    give(house, house.jonas, with_line=True)
    assert one(Draft).text == "Jeg er begyndt."


def test_where_nobody_was_there_is_nobody_to_be_off(house: House) -> None:
    give(house, house.jonas, with_line=True)
    assert (house.conversation().assignee_id, count(Draft)) == (house.jonas.id, 0)


def test_only_a_lead_gives_away_what_a_colleague_holds_and_names_that_colleague(house: House) -> None:
    take(house, house.jonas)
    with pytest.raises(Conflict, match="colleague"):
        give(house, house.anna)
    give(house, house.anna, by=house.lone, with_line=True)
    assert house.conversation().assignee_id == house.anna.id
    assert one(Draft).text == "Anna her. Jonas har fri, så jeg tager over."


def test_a_lead_may_take_it_over_this_way_and_is_not_told_of_it(house: House) -> None:
    take(house)
    give(house, house.lone, by=house.lone)
    assert (house.conversation().assignee_id, count(Notice)) == (house.lone.id, 0)


def test_only_somebody_of_the_team_who_answers_and_is_still_here_gets_it(house: House) -> None:
    with uow(SYSTEM) as work:
        rikke = agents.add(
            work, email="rikke@nordby.example", full_name="Rikke Dahl", roles=[Role.AUDITOR], password_hash="invented"
        )
        elsewhere = agents.add(
            work, email="bo@nordby.example", full_name="Bo Holst", roles=[Role.AGENT], password_hash="invented"
        )
        work.session.get_one(Agent, elsewhere).teams = []
        work.session.get_one(Agent, house.jonas.id).left_at = scene.NOON
    take(house)
    for to in (rikke, elsewhere, house.jonas, new_id(), None):
        with pytest.raises(Invalid, match="colleague of this team") as refused:
            give(house, to)
        assert refused.value.field == "to"
    with pytest.raises(Invalid, match="holds it already"):
        give(house, house.anna)
    assert house.conversation().assignee_id == house.anna.id


def test_a_note_of_a_book_is_refused_and_nothing_is_given(house: House) -> None:
    take(house)
    with pytest.raises(Invalid, match="longer"):
        give(house, house.jonas, note="a" * 20_001)
    assert (house.conversation().assignee_id, count(Note), count(Notice)) == (house.anna.id, 0, 0)


def test_whoever_is_second_hears_of_it(house: House) -> None:
    seen = house.conversation()
    take(house)
    with pytest.raises(Conflict, match="Something new"), deed(house.anna) as work:
        handing_over.hand_over(work, seen.id, seen.version, house.jonas.id)


def test_who_does_not_work_here_gives_nothing(house: House) -> None:
    with pytest.raises(Forbidden):
        give(house, house.jonas, by=replace(house.anna, roles=frozenset({Role.AUDITOR})))
    with pytest.raises(NotFound):
        give(house, house.jonas, by=replace(house.anna, teams=frozenset()))


def test_words_that_came_too_late_are_the_holders_draft(house: House) -> None:
    take(house, house.jonas)
    id_ = house.conversation().id
    with deed(house.anna) as work:
        drafts.keep(work, id_, "public", "Mit svar.")
        handing_over.give_draft(work, id_, "public", "Mit svar.")
    assert (one(Draft).agent_id, one(Draft).text, count(Note)) == (house.jonas.id, "Mit svar.", 0)


def test_where_the_holder_has_begun_they_are_a_note(house: House) -> None:
    take(house, house.jonas)
    id_ = house.conversation().id
    with deed(house.jonas) as work:
        drafts.keep(work, id_, "public", "Jonas’ svar.")
    with deed(house.anna) as work:
        handing_over.give_draft(work, id_, "public", "Annas svar.")
    assert (one(Draft).text, one(Note).text, one(Note).agent_id) == ("Jonas’ svar.", "Annas svar.", house.anna.id)


def test_a_draft_is_given_to_somebody_else_and_has_words(house: House) -> None:
    id_ = house.conversation().id
    with pytest.raises(Conflict, match="Nobody else"), deed(house.anna) as work:
        handing_over.give_draft(work, id_, "public", "Mit svar.")
    take(house, house.jonas)
    for mode, words in (("public", " "), ("note", "Mit svar."), ("", "Mit svar.")):
        with pytest.raises(Invalid), deed(house.anna) as work:
            handing_over.give_draft(work, id_, mode, words)
    with pytest.raises(Conflict, match="Nobody else"), deed(house.jonas) as work:
        handing_over.give_draft(work, id_, "public", "Mit svar.")


def test_thrown_away_is_ones_own_draft_of_one_mode(house: House) -> None:
    id_ = house.conversation().id
    for actor in (house.anna, house.jonas):
        with deed(actor) as work:
            drafts.keep(work, id_, "public", actor.name)
    with deed(house.anna) as work:
        handing_over.drop_draft(work, id_, "public")
    assert one(Draft).text == "Jonas Lind"
