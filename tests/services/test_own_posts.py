"""What we say by ourselves: signed, guarded, said once, taken back, and nobody's but its author's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from connectors.kit.contract import Absent, Rejected, Unconfirmed
from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.asking import Because, Reason
from inbox.domain.errors import Conflict, Forbidden, Invalid, NotFound
from inbox.models import Agent, Clock, Conversation, Delivery, LedgerEntry, Message, Notice, OwnPost, PostDraft
from inbox.queries import audit, inbox_list
from inbox.queries.inbox_list import View
from inbox.queries.outbox import parcel
from inbox.queries.own_posts import Desk, desk
from inbox.queries.thread import thread
from inbox.queries.thread_items import Happened, Said
from inbox.services import accounts, composing, drafts, handing_over, own_posts, post_drafts, replies
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import NOON, House, post, second_team
from tests.services.answering import LONG, claim, claim_doubt, count, deed, look, minutes, one, parts, record, taken

STATUS = "Vi undersøger vandet på Bakkevej. Kog det indtil videre."


@pytest.fixture
def house(app: Flask) -> House:
    return scene.found()


def say(
    house: House, body: str = STATUS, *, by: Actor | None = None, key: UUID | None = None, **more: Any
) -> own_posts.Posted:
    account_id = more.pop("account", house.account_id)
    with deed(by or house.anna, NOON) as work:
        return own_posts.post(work, account_id, key=key or uuid4(), body=body, **more)


def owned(house: House, by: Actor | None) -> None:
    with uow(SYSTEM) as work:
        own_posts.give_to(work, house.account_id, by.id if by else None)


def written(by: Actor) -> Desk:
    with reading(by) as work:
        return desk(work)


def test_the_same_form_twice_is_said_once_and_another_form_again(house: House) -> None:
    key = uuid4()
    first, second = say(house, key=key), say(house, "Andre ord i samme formular.", key=key)
    assert (second.message_id, second.before, first.before) == (first.message_id, True, False)
    # A colleague's form may have drawn the same key: it is theirs.
    assert not say(house, key=key, by=house.jonas).before
    assert count(OwnPost) == 2
    assert [one.text for one in parts(first.message_id)] == [f"{STATUS}\n– Anna, Nordby Kommune"]


def test_it_is_signed_recorded_and_nobody_waits_in_it(house: House) -> None:
    made = say(house)
    with reading(SYSTEM) as work:
        message = work.session.get_one(Message, made.message_id)
        conversation = work.session.get_one(Conversation, made.conversation_id)
        entry = work.session.get_one(LedgerEntry, message.entry_id)
        assert (message.kind, message.visibility, message.in_reply_to_id) == ("post", "public", None)
        assert (entry.type, str(message.id) in entry.body) == ("reply.approved", True)
        assert (conversation.klass, conversation.waiting_since, conversation.next_due_at) == ("seen", None, None)
    assert count(Clock) == 0
    part = parts(made.message_id)[0]
    assert part.due_at == NOON + timedelta(seconds=5)
    assert claim(minutes(1)) == part.id
    with reading(SYSTEM) as work:
        out = parcel(work, part.id).post
        assert (out.reply_to, out.root, out.recipient, out.text) == (None, None, "", part.text)
    record(part.id, taken(minutes(1), "our-status"), minutes(1))
    with reading(SYSTEM) as work:
        assert work.session.get_one(Conversation, made.conversation_id).root_external_id == "our-status"
    assert count(Clock) == 0
    with reading(house.jonas) as work:
        shown = thread(work, made.conversation_id)
        assert [one.byline for one in shown.items if isinstance(one, Said)] == ["– Anna, Nordby Kommune"]
        for view in (View.OPEN, View.MINE, View.UNASSIGNED):
            assert inbox_list.conversations(work, view).rows == ()
        assert [row.id for row in inbox_list.conversations(work, View.OTHER).rows] == [made.conversation_id]
        sheets = {sheet.mode: sheet for sheet in composing.sheets(work, made.conversation_id)}
        assert sheets["public"].why_not is not None
        assert "post of our own" in sheets["public"].why_not.sentence
    rikke = Actor(house.lone.id, "Rikke Dahl", frozenset({Role.AUDITOR}), house.lone.teams)
    with reading(rikke) as work:
        assert made.message_id in {one.message_id for one in audit.dialogue(work).entries}


def test_a_citizen_under_it_has_a_conversation_of_their_own_with_the_post_above(house: House) -> None:
    made = say(house)
    claim(minutes(1))
    record(parts(made.message_id)[0].id, taken(minutes(1), "our-status"), minutes(1))
    house.news(post("Også i nummer 7?", parent="our-status", root="our-status", at=minutes(3)))
    with reading(house.anna) as work:
        (row,) = inbox_list.conversations(work, View.OPEN).rows
        assert (row.who, row.id == made.conversation_id) == ("Mette Holm", False)
        (said,) = [one for one in thread(work, row.id).items if isinstance(one, Said)]
        assert said.above is not None
        assert said.above.text.startswith(STATUS)


def test_many_parts_hang_one_below_the_other_and_all_below_the_first(house: House) -> None:
    made = say(house, LONG)
    pieces = parts(made.message_id)
    assert len(pieces) == 3
    for number, piece in enumerate(pieces):
        assert piece.text.endswith("– Anna, Nordby Kommune")
        assert claim(minutes(1 + number)) == piece.id
        with reading(SYSTEM) as work:
            out = parcel(work, piece.id).post
        above = out.reply_to.external_id if out.reply_to else None
        root = out.root.external_id if out.root else None
        assert (above, root) == ((None, None) if number == 0 else (f"ours-{number - 1}", "ours-0"))
        record(piece.id, taken(minutes(1 + number), f"ours-{number}"), minutes(1 + number))


def test_a_doubt_is_looked_up_and_never_said_twice(house: House) -> None:
    part = parts(say(house).message_id)[0]
    claim(minutes(1))
    record(part.id, Unconfirmed("no answer"), minutes(1))
    assert claim(minutes(2)) is None
    assert claim_doubt(minutes(2)) == part.id
    look(part.id, Absent(), minutes(2))
    assert claim(minutes(3)) == part.id


@pytest.mark.parametrize("body", ["", "Ring om 211062-5629", "Hej {name}"])
def test_it_is_guarded_like_any_answer(house: House, body: str) -> None:
    with pytest.raises(Invalid) as refused:
        say(house, body)
    assert refused.value.field == "body"
    assert count(Message) == 0


def test_what_is_asked_about_needs_a_reason(house: House) -> None:
    asked = "Ring til Pia på 55 00 00 00 om vandet."
    with pytest.raises(Invalid) as refused:
        say(house, asked)
    assert refused.value.field == "reason"
    made = say(house, asked, because=Because(Reason.OTHER, "Det er vores eget nummer"))
    with reading(house.anna) as work:
        lines = [one.kind for one in thread(work, made.conversation_id).items if isinstance(one, Happened)]
    assert lines == ["sent_anyway"]


def test_taken_back_its_words_are_the_draft_again_and_rejected_they_can_be(house: House) -> None:
    made = say(house)
    with deed(house.jonas, NOON) as work, pytest.raises(Forbidden):
        replies.undo(work, made.message_id)
    with deed(house.anna, NOON) as work:
        replies.undo(work, made.message_id)
    assert written(house.anna).mine[house.account_id].text == STATUS
    assert parts(made.message_id)[0].state == "withdrawn"
    with deed(house.anna, NOON) as work, pytest.raises(Conflict):
        own_posts.write_again(work, made.message_id)
    again = say(house)
    assert written(house.anna).mine == {}
    part = parts(again.message_id)[0]
    claim(minutes(1))
    record(part.id, Rejected("too wet"), minutes(1))
    with deed(house.jonas, NOON) as work, pytest.raises(Forbidden):
        own_posts.write_again(work, again.message_id)
    with deed(house.anna, minutes(2)) as work:
        assert own_posts.write_again(work, again.message_id) == house.account_id
    assert written(house.anna).mine[house.account_id].text == STATUS


def test_a_trainees_post_waits_for_a_second_key(house: House) -> None:
    with uow(SYSTEM) as work:
        work.session.execute(update(Agent).where(Agent.id == house.anna.id).values(two_keys=True))
    made = say(house)
    assert [one.state for one in parts(made.message_id)] == ["held"]
    assert claim(minutes(60)) is None


def test_another_teams_account_is_not_there_and_who_does_not_answer_may_not(house: House) -> None:
    other = second_team(house)
    with pytest.raises(NotFound):
        say(house, account=other.account_id)
    reader = replace(house.anna, roles=frozenset({Role.AUDITOR}))
    with pytest.raises(Forbidden):
        say(house, by=reader)
    with reading(reader) as work, pytest.raises(Forbidden):
        desk(work)
    assert [one.id for one in written(house.anna).speakers] == [house.account_id]


def test_only_its_owner_signs_on_a_persons_account_and_others_prepare(house: House) -> None:
    owned(house, house.lone)
    house.news(post())
    waiting = house.conversation()
    with pytest.raises(Invalid) as refused:
        say(house)
    assert refused.value.field == "mode"
    with deed(house.anna, NOON) as work, pytest.raises(Invalid):
        replies.reply(work, waiting.id, version=waiting.version, visibility="public", body="Kl. 7.")
    assert count(Delivery) == 0
    with reading(house.anna) as work:
        sheet = next(one for one in composing.sheets(work, waiting.id) if one.mode == "public")
        assert sheet.why_not is not None
        assert "only they sign" in sheet.why_not.sentence

    with deed(house.anna, NOON) as work:
        handing_over.give_draft(work, waiting.id, "public", "Kl. 7.")
    with reading(house.lone) as work:
        assert drafts.begun(work, waiting.id, "public") == "Kl. 7."
        assert work.session.scalars(select(Notice.conversation_id)).all() == [waiting.id]
    with deed(house.anna, NOON) as work:
        own_posts.offer(work, house.account_id, STATUS)
    # What is kept without being offered is nobody else's to read.
    with deed(house.jonas, NOON) as work:
        post_drafts.keep(work, house.account_id, "Ikke færdigt endnu.")
    (prepared,) = written(house.lone).prepared
    assert (prepared.by, prepared.text) == ("Anna Krogh", STATUS)
    assert written(house.jonas).prepared == ()
    with reading(SYSTEM) as work:
        assert set(work.session.scalars(select(Notice.agent_id))) == {house.lone.id}

    made = say(house, by=house.lone, prepared_by=house.anna.id)
    with reading(house.anna) as work:
        stored = work.session.get_one(OwnPost, made.message_id)
        assert (stored.agent_id, stored.prepared_by_id) == (house.lone.id, house.anna.id)
        items = thread(work, made.conversation_id).items
        assert [item.data["by"] for item in items if isinstance(item, Happened)] == ["Anna Krogh"]
        assert [item.byline for item in items if isinstance(item, Said)] == ["– Lone, Nordby Kommune"]
    assert written(house.lone).prepared == ()
    assert one(PostDraft).agent_id == house.jonas.id


def test_nobody_is_named_as_preparer_who_offered_nothing(house: House) -> None:
    with deed(house.jonas, NOON) as work:
        post_drafts.keep(work, house.account_id, "Ikke færdigt endnu.")
    say(house, prepared_by=house.jonas.id)
    assert one(OwnPost).prepared_by_id is None
    assert one(PostDraft).text == "Ikke færdigt endnu."


def test_changed_words_are_offered_no_more(house: House) -> None:
    owned(house, house.lone)
    with deed(house.anna, NOON) as work:
        own_posts.offer(work, house.account_id, STATUS)
        post_drafts.keep(work, house.account_id, STATUS)
    assert len(written(house.lone).prepared) == 1
    with deed(house.anna, NOON) as work:
        post_drafts.keep(work, house.account_id, f"{STATUS} Mere.")
    assert written(house.lone).prepared == ()


def test_an_account_is_given_from_the_command_line_to_somebody_who_signs(house: House) -> None:
    with deed(house.lone, NOON) as work, pytest.raises(Forbidden):
        own_posts.give_to(work, house.account_id, house.lone.id)
    with uow(SYSTEM) as work:
        work.session.execute(text("UPDATE agent SET public_name = NULL WHERE full_name = 'Jonas Lind'"))
    with uow(SYSTEM) as work, pytest.raises(Invalid):
        own_posts.give_to(work, house.account_id, house.jonas.id)
    owned(house, house.lone)
    owned(house, None)
    say(house)


def test_a_platform_that_can_not_takes_none(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with uow(SYSTEM) as work:
        connector = accounts.silent_connector(work, accounts.get(work, house.account_id))
    monkeypatch.setattr(type(connector), "capabilities", replace(connector.capabilities, posts=False))
    with pytest.raises(Invalid, match="by yourself"):
        say(house)
    assert written(house.anna).speakers == ()


def test_the_hour_of_the_next_word_is_kept_and_must_be_to_come(house: House) -> None:
    with deed(house.anna, NOON) as work, pytest.raises(Invalid) as refused:
        own_posts.post(work, house.account_id, key=uuid4(), body=STATUS, next_word_at=NOON)
    assert refused.value.field == "next_word"
    with deed(house.anna, NOON) as work:
        own_posts.post(work, house.account_id, key=uuid4(), body=STATUS, next_word_at=minutes(60))
    with reading(SYSTEM) as work:
        assert work.session.scalars(select(OwnPost.next_word_at)).one() == minutes(60)
