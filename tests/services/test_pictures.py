"""Pictures of an answer: described or not sent, promised with it, given back with its words, seen by nobody else."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy import func, select

from connectors.kit.contract import Rejected
from inbox.domain.actors import SYSTEM
from inbox.domain.errors import Conflict, Invalid, NotFound
from inbox.domain.ids import new_id
from inbox.domain.ledger.commitment import commit
from inbox.domain.pictures import Made
from inbox.models import Conversation, Draft, Picture
from inbox.queries import pictures as reads
from inbox.queries import thread as threads
from inbox.queries.outbox import parcel
from inbox.queries.thread_items import Said
from inbox.services import composing, conversations, drafts, handing_over, merging, pictures, replies
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import House, post
from tests.services.answering import DUE, LONG, claim, count, deed, minutes, parts, record
from tests.services.picturing import MAP, answer, attach, beside, colour_of, made, recorded

CPR = "211062-5629"


@pytest.fixture
def house(app: Flask) -> House:
    founded = scene.found()
    founded.news(post())
    return founded


def test_a_described_picture_goes_out_with_the_first_part_and_stands_in_the_ledger(house: House) -> None:
    first, second = attach(house, "red"), attach(house, "green")
    message_id = answer(house, {first: f" {MAP} ", second: "Skiltet ved døren"}, LONG)
    promised = parts(message_id)
    assert len(promised) > 1
    with reading(SYSTEM) as work:
        sent, later = (parcel(work, part.id).post.pictures for part in promised[:2])
    assert [(colour_of(one.data), one.description) for one in sent] == [("red", MAP), ("green", "Skiltet ved døren")]
    assert (sent[0].media_type, sent[0].width, sent[0].height) == ("image/png", 40, 30)
    assert later == ()
    assert beside(house) == []

    stored = recorded()
    assert len(stored) == 2
    for one in stored:
        body = json.loads(one.body)
        assert set(one.openings or {}) == {"picture", "description"}
        assert {name: commit(name, opened.value, opened.salt) for name, opened in (one.openings or {}).items()} == body[
            "c"
        ]
        assert "sig" in body


@pytest.mark.parametrize(
    ("description", "sentence"),
    [
        ("", "Describe each picture"),
        ("  \n ", "Describe each picture"),
        (f"Brevet til {CPR}", "national identity number"),
        ("211062\u200b5629", "national identity number"),
        ("x" * 1001, "1001 long"),
    ],
)
def test_a_picture_without_fitting_words_does_not_go_out_and_nothing_is_half_done(
    house: House, description: str, sentence: str
) -> None:
    picture = attach(house)
    with pytest.raises(Invalid, match=sentence):
        answer(house, {picture: description})
    assert (count(Picture), beside(house)) == (1, [("red", "")])
    assert house.conversation().waiting_since is not None
    seen = house.conversation()
    with deed(house.anna) as work:
        sheet = composing.look(work, seen.id, "public", "Se kortet.", {picture: description})
    assert sheet.blocked is not None
    assert sentence in sheet.blocked.sentence % sheet.blocked.values


def test_only_what_stood_on_the_screen_goes_out(house: House) -> None:
    mine = attach(house)
    for shown in ({}, {mine: MAP, new_id(): "x"}, {new_id(): MAP}):
        with pytest.raises(Conflict, match="others now"):
            answer(house, shown)
    elsewhere = attach(house, "blue")
    with pytest.raises(Conflict, match="others now"):
        answer(house, {mine: MAP})
    answer(house, {mine: MAP, elsewhere: "Havet"})


def test_a_colleagues_picture_is_neither_sent_nor_seen_nor_taken_away(house: House) -> None:
    theirs = attach(house, by=house.jonas)
    with pytest.raises(Conflict):
        answer(house, {theirs: MAP})
    with reading(house.anna) as work, pytest.raises(NotFound):
        reads.points(work, theirs)
    with deed(house.anna) as work:
        pictures.remove(work, theirs)
    seen = house.conversation()
    with deed(house.anna) as work:
        composing.look(work, seen.id, "public", "Hej", {theirs: "Noget andet"})
    assert beside(house, by=house.jonas) == [("red", "")]
    answer(house, {})


def test_what_a_platform_does_not_take_is_refused_when_it_is_put_there(house: House) -> None:
    for colour in ("red", "green", "blue", "red"):
        attach(house, colour)
    with pytest.raises(Invalid, match="at most 4 pictures"):
        attach(house)
    for mode, given, sentence in (
        ("private", made(moving=True), "moving"),
        ("note", made(), "A note has no pictures"),
        ("loud", made(), "A note has no pictures"),
        ("private", Made(b"x" * 2_000_001, "image/png", 9, 9, moving=False), "too large"),
    ):
        seen = house.conversation()
        with deed(house.anna) as work, pytest.raises(Invalid, match=sentence):
            pictures.attach(work, seen.id, mode, given)
    assert count(Picture) == 4


def test_a_draft_keeps_its_pictures_and_each_way_of_writing_its_own(house: House) -> None:
    house.news(post("Må jeg spørge privat?", visibility="private"))
    with reading(SYSTEM) as work:
        found = {one.root_external_id.partition(":")[0]: one.id for one in work.session.query(Conversation)}
    talk = found["private"]
    with deed(house.anna) as work:
        picture = pictures.attach(work, talk, "private", made())
        composing.look(work, talk, "private", "", {picture: MAP})
    with reading(house.anna) as work:
        seen = {one.mode: [shown.description for shown in one.pictures] for one in composing.sheets(work, talk)}
    assert seen == {"public": [], "private": [MAP], "note": []}
    with deed(house.anna) as work:
        pictures.remove(work, picture)
    assert count(Picture) == 0


def test_undone_the_pictures_are_a_draft_again_before_what_was_put_there_since(house: House) -> None:
    first, second = attach(house, "red"), attach(house, "green")
    message_id = answer(house, {first: MAP, second: "Skiltet"})
    attach(house, "blue")
    with deed(house.anna, minutes(10)) as work:
        replies.undo(work, message_id)
    assert beside(house) == [("red", MAP), ("green", "Skiltet"), ("blue", "")]
    # What was promised stays with the promise: it stands in the ledger.
    assert count(Picture) == 5


def test_written_again_a_rejected_answer_has_its_pictures_once(house: House) -> None:
    picture = attach(house)
    message_id = answer(house, {picture: MAP})
    claim(DUE)
    record(parts(message_id)[0].id, Rejected("no"), DUE)
    for _ in range(2):
        with deed(house.anna, minutes(20)) as work:
            replies.write_again(work, message_id)
    assert beside(house) == [("red", MAP)]
    # Whoever else writes it again has them, too.
    seen = house.conversation()
    with deed(house.lone, minutes(21)) as work:
        conversations.take(work, seen.id, seen.version)
        replies.write_again(work, message_id)
    assert beside(house, by=house.lone) == [("red", MAP)]


def test_a_draft_given_away_takes_its_pictures_along_and_one_thrown_away_does_too(house: House) -> None:
    attach(house, "green", by=house.jonas)
    attach(house, "red")
    seen = house.conversation()
    with deed(house.jonas) as work:
        conversations.take(work, seen.id, seen.version)
    seen = house.conversation()
    with deed(house.anna) as work:
        handing_over.give_draft(work, seen.id, "public", "Se kortet.")
    assert beside(house, by=house.jonas) == [("green", ""), ("red", "")]
    seen = house.conversation()
    with deed(house.jonas) as work:
        handing_over.drop_draft(work, seen.id, "public")
    assert count(Picture) == 0


def test_joined_with_another_conversation_drafts_and_pictures_go_on_there(house: House) -> None:
    house.news(post("@nordby Og hvad koster det?", own_id="other"))
    with uow(SYSTEM) as work:
        gone, into = work.session.query(Conversation).order_by(Conversation.created_at).with_for_update()
        gone_id, into_id = gone.id, into.id
    with deed(house.anna) as work:
        sent = pictures.attach(work, gone_id, "public", made("green"))
        seen = conversations.visible(work, gone_id)
        replies.reply(
            work, gone_id, version=seen.version, visibility="public", body="Se her.", described={sent: "Prislisten"}
        )
        pictures.attach(work, gone_id, "public", made("red"))
        drafts.keep(work, gone_id, "public", "En til")
        drafts.keep(work, into_id, "public", "Det koster 50 kr.")
    with uow(SYSTEM) as work:
        merging.merge(
            work,
            work.session.get_one(Conversation, gone_id),
            into=work.session.get_one(Conversation, into_id),
        )
    assert beside(house) == [("red", "")]
    with reading(house.anna) as work:
        assert drafts.begun(work, into_id, "public") == "En til\n\nDet koster 50 kr."
        assert work.session.scalar(select(func.count()).select_from(Draft)) == 1
        said = [one for one in threads.thread(work, into_id).items if isinstance(one, Said)]
        assert [one.description for item in said for one in item.pictures] == ["Prislisten"]
