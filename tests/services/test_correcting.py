"""A wrong answer: corrected in public under a link to it, and told once to everybody who got the same words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select, text

from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.errors import Conflict, Forbidden, Invalid, NotFound
from inbox.models import Conversation, Delivery, LedgerEntry, Message
from inbox.queries import audit
from inbox.queries.correcting import matter
from inbox.queries.thread import thread
from inbox.queries.thread_items import Said
from inbox.services import correcting, replies
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import House, second_team
from tests.services.answered_scene import RIGHT, WRONG, answered, asked, corrected, seen, told
from tests.services.answering import deed, minutes


@pytest.fixture
def house(app: Flask) -> House:
    return scene.found(undo_seconds=0)


def test_a_correction_names_both_in_the_ledger_and_links_to_the_first(house: House) -> None:
    wrong = answered(house)
    right = corrected(house, wrong)
    with reading(SYSTEM) as work:
        said = work.session.get_one(Message, right)
        first = work.session.scalars(select(Delivery).where(Delivery.message_id == wrong)).one()
        assert first.url is not None
        assert said.text == f"{RIGHT}\n{first.url}\n– Anna, Nordby Kommune"
        (line,) = work.session.scalars(select(LedgerEntry).where(LedgerEntry.type == "reply.corrected")).all()
        assert str(wrong) in str(line.body)
        assert str(right) in str(line.body)
        approved = work.session.scalars(select(LedgerEntry.id).where(LedgerEntry.type == "reply.approved")).all()
        assert said.entry_id in approved
        conversation_id = said.conversation_id
    with reading(house.jonas) as work:
        old, new = [one for one in thread(work, conversation_id).items if isinstance(one, Said) and one.ours]
    assert old.corrected is not None
    assert (old.corrected.id, old.corrected.by) == (right, "Anna Krogh")
    assert old.corrected.text.startswith(RIGHT)
    assert new.corrected is None
    rikke = Actor(house.lone.id, "Rikke Dahl", frozenset({Role.AUDITOR}), house.lone.teams)
    with reading(rikke) as work:
        shown = {one.message_id: one.corrected for one in audit.dialogue(work).entries}
    assert shown[wrong] == old.corrected
    assert old.corrected.entry_id == line.id


def test_its_author_or_a_lead_corrects_and_nobody_else(house: House) -> None:
    wrong = answered(house)
    with pytest.raises(Forbidden):
        corrected(house, wrong, by=house.jonas)
    with reading(house.jonas) as work, pytest.raises(Forbidden):
        matter(work, wrong)
    corrected(house, wrong, by=house.lone)
    assert seen(house, wrong).right is not None


def test_what_another_team_said_is_not_there(house: House) -> None:
    other = second_team(house)
    with reading(SYSTEM) as work:
        theirs = work.session.execute(
            text("SELECT team_id FROM account WHERE id = :id"), {"id": other.account_id}
        ).scalar_one()
    both = replace(house.lone, teams=house.lone.teams | {theirs})
    wrong = answered(other, by=both)
    with reading(house.lone) as work, pytest.raises(NotFound):
        matter(work, wrong)
    # The same words were sent here: whoever sees both teams tells both, who sees one tells one.
    mine = answered(house)
    assert seen(house, mine, house.lone).reached == ()
    assert len(seen(house, mine, both).reached) == 1


def test_only_what_stands_in_public_is_corrected_and_only_once(house: House) -> None:
    private = answered(house, visibility="private")
    with pytest.raises(Conflict):
        corrected(house, private)
    waiting = asked(house)
    with deed(house.anna, minutes(1)) as work:
        version = work.session.get_one(Conversation, waiting).version
        queued = replies.reply(
            work, waiting, version=version, visibility="public", body="Ja, børn skal med."
        ).message_id
    with pytest.raises(Conflict):
        corrected(house, queued)
    wrong = answered(house)
    corrected(house, wrong)
    with pytest.raises(Conflict):
        corrected(house, wrong)


@pytest.mark.parametrize(
    ("body", "error"),
    [("", Invalid), (WRONG.format("Mette"), Invalid), ("Ring om 211062-5629", Invalid), ("Hej {name}", Invalid)],
)
def test_a_correction_is_guarded_like_any_answer(house: House, body: str, error: type[Exception]) -> None:
    wrong = answered(house)
    with pytest.raises(error) as refused:
        corrected(house, wrong, body)
    assert getattr(refused.value, "field", "") == "body"
    assert seen(house, wrong).right is None


def test_who_came_second_reads_first(house: House) -> None:
    wrong = answered(house)
    with uow(house.anna) as work, pytest.raises(Conflict):
        correcting.correct(work, wrong, version=0, body=RIGHT)


def test_a_correction_that_was_taken_back_corrects_nothing(house: House) -> None:
    wrong = answered(house)
    with uow(SYSTEM) as work:
        work.session.execute(text("UPDATE organisation SET undo_seconds = 60"))
    with deed(house.anna, minutes(20)) as work:
        about = matter(work, wrong)
        made = correcting.correct(work, wrong, version=about.version, body=RIGHT)
    assert seen(house, wrong).right is not None
    with deed(house.anna, minutes(20)) as work:
        replies.undo(work, made.message_id)
    assert seen(house, wrong).right is None
    with pytest.raises(Conflict):
        told(house, wrong)
