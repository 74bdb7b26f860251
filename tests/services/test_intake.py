"""What a platform brings is stored once, threaded, classified, its clock started, and nothing is thrown away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from inbox.domain import clock
from inbox.domain.actors import SYSTEM
from inbox.domain.conversation import REOPEN_WITHIN
from inbox.domain.ids import new_id
from inbox.models import Clock, Conversation, LedgerEntry, Message, RawEvent, Revision
from inbox.services import conversations, intake
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import NOON, House, delete, edit, post


@pytest.fixture
def house(app: Flask) -> House:
    return scene.found()


def count(model: type) -> int:
    with reading(SYSTEM) as work:
        return work.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_post_is_stored_once_however_often_it_comes(house: House) -> None:
    one = post()
    assert house.news(one, one).posts == 1
    assert house.news(one).posts == 0
    assert count(Message) == count(Conversation) == count(Clock) == 1


def test_a_public_post_stands_in_the_ledger_and_a_private_one_does_not(house: House) -> None:
    before = count(LedgerEntry)
    house.news(post(), post("Mit barn er sygt", visibility="private"))
    assert count(LedgerEntry) - before == 1


def test_the_database_refuses_a_public_word_without_its_entry(house: House) -> None:
    house.news(post())
    with reading(SYSTEM) as work:
        said = work.session.query(Message).one()
        unrecorded = Message(
            id=new_id(),
            conversation_id=said.conversation_id,
            account_id=said.account_id,
            direction="in",
            visibility="public",
            identity_id=said.identity_id,
            kind="mention",
            text="unrecorded",
            said_at=NOON,
            received_at=NOON,
        )
    with pytest.raises(IntegrityError, match="public_in_ledger"), uow(SYSTEM) as work:
        work.session.add(unrecorded)


def test_a_reply_in_the_thread_joins_the_conversation_and_another_person_gets_one_of_their_own(house: House) -> None:
    first = post(own_id="1")
    house.news(first, post("Og i weekenden?", parent="1", at=NOON + timedelta(minutes=1)))
    house.news(post("Det vil jeg også vide", parent="1", author=scene.ALI))
    with reading(SYSTEM) as work:
        sizes = work.session.scalars(select(func.count()).select_from(Message).group_by(Message.conversation_id)).all()
    assert sorted(sizes) == [1, 2]


def test_a_reply_that_comes_before_its_post_ends_in_the_same_conversation(house: House) -> None:
    root = post(own_id="1")
    house.news(post("Glemte at spørge om weekenden", parent="1", at=NOON + timedelta(minutes=1)))
    house.news(root)
    assert house.conversation().root_external_id == "1"
    assert count(Conversation) == 1


def test_an_edit_and_a_deletion_become_revisions_and_the_first_words_stay(house: House) -> None:
    one = post("Hvornår åbner I?")
    house.news(one)
    house.news(edit(one, "Hvornår åbner I i morgen?"), edit(one, "Hvornår åbner I i morgen?"))
    house.news(delete(one))
    with reading(SYSTEM) as work:
        kinds = work.session.scalars(select(Revision.kind).order_by(Revision.at)).all()
        assert work.session.scalars(select(Message.text)).one() == "Hvornår åbner I?"
    assert kinds == ["edited", "deleted"]
    assert house.conversation().waiting_since is None


def test_an_edit_that_comes_before_its_post_waits_for_it(house: House) -> None:
    one = post("Hvornår åbner I?")
    house.news(edit(one, "Hvornår lukker I?"))
    assert count(Revision) == 0
    house.news(one)
    with uow(SYSTEM) as work:
        work.now += intake.WAIT_FOR_ITS_POST
        assert intake.take_in_waiting(work) == 1
    assert count(Revision) == 1


def test_poison_is_set_aside_and_the_rest_flows(house: House) -> None:
    taken = house.news({"kind": "post", "post": 17}, post())
    assert (taken.posts, taken.set_aside) == (1, 1)
    with reading(SYSTEM) as work:
        aside = work.session.query(RawEvent).one()
    assert aside.state == "quarantined"
    assert aside.last_error


def test_nul_and_lone_surrogates_are_replaced_and_flagged(house: House) -> None:
    house.news(post("Hej\x00 du \ud800 der"))
    with reading(SYSTEM) as work:
        said = work.session.query(Message).one()
    assert said.text == "Hej� du � der"
    assert said.flagged


def test_a_megabyte_is_kept_whole(house: House) -> None:
    words = "æ" * (1024 * 1024)
    house.news(post(words))
    with reading(SYSTEM) as work:
        assert work.session.query(Message).one().text == words


def test_our_own_posts_are_noise_and_start_no_clock(house: House) -> None:
    house.news(post("Vi holder åbent", author={"id": "nordby", "handle": "nordby", "name": "Nordby"}, kind="own"))
    assert house.conversation().klass == "noise"
    assert count(Clock) == 0


def test_a_citizens_new_message_reopens_and_a_late_one_begins_a_linked_conversation(house: House) -> None:
    house.news(post(own_id="1"))
    first = house.conversation()
    with uow(house.anna) as work:
        conversations.solve(work, first.id, first.version)
    house.news(post("Tak, men …", parent="1", at=NOON + timedelta(hours=1)))
    again = house.conversation()
    assert again.status == "open"
    with uow(house.anna) as work:
        conversations.solve(work, again.id, again.version)
        work.session.get_one(Conversation, first.id).changed_at -= REOPEN_WITHIN + timedelta(days=1)
    house.news(post("Nu igen", parent="1", at=clock.now()))
    with reading(SYSTEM) as work:
        linked = work.session.scalars(select(Conversation.linked_to_id).where(Conversation.id != first.id)).one()
    assert linked == first.id


def test_a_post_from_the_future_counts_as_ours(house: House) -> None:
    house.news(post(at=NOON.replace(year=2036)))
    with reading(SYSTEM) as work:
        said = work.session.query(Message).one()
    assert said.said_at == said.received_at


def test_the_words_of_a_message_never_change(house: House) -> None:
    house.news(post())
    with pytest.raises(IntegrityError, match="does not change"), uow(SYSTEM) as work:
        work.session.execute(update(Message).values(text="something else"))
