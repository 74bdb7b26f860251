"""A picture is seen by whoever may read the words beside it, stays what it was, and is proven by its own points."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.errors import Forbidden, NotFound
from inbox.domain.ids import new_id
from inbox.domain.ledger.commitment import commit
from inbox.domain.pictures import Made
from inbox.models import Conversation
from inbox.queries import pictures as reads
from inbox.services import pictures, replies
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import House, post
from tests.services.answering import deed
from tests.services.picturing import MAP, answer, attach, made, recorded


@pytest.fixture
def house(app: Flask) -> House:
    founded = scene.found()
    founded.news(post())
    return founded


def test_who_may_not_read_the_words_does_not_get_the_picture(house: House) -> None:
    house.news(post("Mit barn er sygt", visibility="private", own_id="p"))
    with reading(SYSTEM) as work:
        talks = {one.root_external_id.partition(":")[0]: one for one in work.session.query(Conversation)}
        private = talks.pop("private")
        (public,) = talks.values()
        work.session.expunge_all()
    told = {}
    for talk, mode in ((public, "public"), (private, "private")):
        with deed(house.anna) as work:
            told[mode] = pictures.attach(work, talk.id, mode, made())
            replies.reply(
                work, talk.id, version=talk.version, visibility=mode, body="Se her.", described={told[mode]: MAP}
            )
    auditor = Actor(new_id(), "Rikke", frozenset({Role.AUDITOR}))
    stranger = Actor(new_id(), "Per", frozenset({Role.AGENT}), frozenset({new_id()}))
    back_office = Actor(new_id(), "Ida", frozenset({Role.BACK_OFFICE}), house.anna.teams)
    for actor, sees in ((house.jonas, told), (auditor, {"public"}), (stranger, ()), (back_office, ())):
        for mode, picture_id in told.items():
            with reading(actor) as work:
                if mode in sees:
                    assert reads.points(work, picture_id).media_type == "image/png"
                else:
                    with pytest.raises(NotFound):
                        reads.points(work, picture_id)
    with deed(auditor) as work, pytest.raises(Forbidden):
        pictures.attach(work, public.id, "public", made())


PUBLIC_WITHOUT_AN_ENTRY = """
    INSERT INTO picture (id, conversation_id, message_id, visibility, place, description, source, state, created_at)
    SELECT gen_random_uuid(), conversation_id, id, 'public', 1, '', 'x', 'owed', received_at FROM message LIMIT 1
"""
WITHOUT_A_DESCRIPTION = """
    INSERT INTO picture (id, conversation_id, message_id, agent_id, visibility, place, description, state, data, digest,
        media_type, width, height, created_at)
    SELECT gen_random_uuid(), conversation_id, message_id, agent_id, 'private', 2, '', state, data, digest, media_type,
        width, height, created_at FROM picture
"""


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE picture SET description = 'Et andet kort'",
        "UPDATE picture SET data = '\\x00', digest = 'x'",
        "UPDATE picture SET visibility = 'private', entry_id = NULL",
        "UPDATE picture SET message_id = NULL",
        "DELETE FROM picture",
        PUBLIC_WITHOUT_AN_ENTRY,
        WITHOUT_A_DESCRIPTION,
    ],
    ids=["words", "points", "hidden", "unsaid", "deleted", "public without an entry", "without a description"],
)
def test_the_database_refuses_to_change_what_was_said(house: House, change: str) -> None:
    answer(house, {attach(house): MAP})
    with pytest.raises(IntegrityError), uow(SYSTEM) as work:
        work.session.execute(text(change))


def test_the_proof_counts_the_digest_from_the_points_that_lie_there(house: House) -> None:
    class Lying(Made):
        @property
        def digest(self) -> str:
            return made("blue").digest

    seen = house.conversation()
    with deed(house.anna) as work:
        picture = pictures.attach(work, seen.id, "public", Lying(made().data, "image/png", 40, 30, moving=False))
    answer(house, {picture: MAP})
    (stored,) = recorded()
    opened = (stored.openings or {})["picture"]
    assert opened.value == made().digest
    assert commit("picture", opened.value, opened.salt) != json.loads(stored.body)["c"]["picture"]
