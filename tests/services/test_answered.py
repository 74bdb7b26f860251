"""What was answered before: only what stands in public, within the own teams, once, and never somebody's name."""

from __future__ import annotations

from importlib import import_module

import pytest
from flask import Flask
from sqlalchemy import text

from inbox.domain.actors import SYSTEM, Actor
from inbox.domain.errors import Conflict, Forbidden, Invalid, NotFound
from inbox.domain.ids import new_id
from inbox.models import Conversation, Message, Revision
from inbox.queries import answered as reads
from inbox.services import remembering, replies
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import House, second_team
from tests.services.answered_scene import PASS, PASS_AGAIN, WRONG, answered, asked, corrected, looked
from tests.services.answering import deed, minutes

BINS = "@nordby Hvornår bliver min skraldespand på Bakkevej tømt?"
BINS_ANSWER = "Hej Ali. Spandene på Bakkevej bliver tømt hver tirsdag."


@pytest.fixture
def house(app: Flask) -> House:
    return scene.found(undo_seconds=0)


def test_a_private_answer_is_never_suggested_and_its_words_are_not_kept(house: House) -> None:
    answered(house, visibility="private")
    with reading(SYSTEM) as work:
        kept = work.session.execute(text("SELECT visibility, search FROM earlier_answer")).one()
    assert tuple(kept) == ("private", None)
    assert looked(house, asked(house, PASS_AGAIN)).earlier == ()
    assert looked(house, asked(house, PASS_AGAIN), "børn pas møde").earlier == ()


def test_what_one_team_answered_is_no_other_teams(house: House) -> None:
    other = second_team(house, house.jonas)
    with reading(SYSTEM) as work:
        theirs = work.session.execute(
            text("SELECT team_id FROM account WHERE id = :id"), {"id": other.account_id}
        ).scalar_one()
    jonas = Actor(house.jonas.id, "Jonas Lind", house.jonas.roles, house.jonas.teams | {theirs})
    answered(other, by=jonas)
    mine = asked(house, PASS_AGAIN)
    assert looked(house, mine).earlier == ()
    assert [one.who for one in looked(house, mine, by=jonas).earlier] == ["Jonas Lind"]
    stranger = Actor(house.anna.id, "Anna Krogh", house.anna.roles, frozenset({theirs}))
    with reading(stranger) as work, pytest.raises(NotFound):
        reads.similar(work, mine)
    auditor = Actor(house.anna.id, "Anna Krogh", frozenset(), house.anna.teams)
    with reading(auditor) as work, pytest.raises(Forbidden):
        reads.similar(work, mine)


def test_the_same_words_are_shown_once_and_counted(house: House) -> None:
    answered(house, name="Mette Holm", body=WRONG.format("Mette"))
    answered(house, PASS_AGAIN, WRONG.format("Kirsten"), name="Kirsten V.")
    answered(house, PASS_AGAIN, "Hej Ali, børn under 15 år behøver IKKE møde op når de skal have pas!", name="Ali R.")
    answered(house, PASS_AGAIN, WRONG.format("Ali").replace("15", "12"), name="Ali R.")
    found = looked(house, asked(house, name="J. Damgaard")).earlier
    assert sorted(one.used for one in found) == [1, 3]
    assert {"15" in one.text for one in found} == {True, False}


def test_nobodys_name_goes_along_and_a_number_is_hidden(house: House) -> None:
    answered(house, BINS, BINS_ANSWER, name="Ali R.")
    (found,) = looked(house, asked(house, BINS, name="Kirsten Vang")).earlier
    assert found.text == "Hej Kirsten. Spandene på Bakkevej bliver tømt hver tirsdag."


def test_a_national_number_that_once_went_out_is_hidden(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inbox.domain.personal_data.find", lambda *_given: [])
    answered(house, PASS, "Din sag om pas har nummer 211062-5629 hos os.")
    monkeypatch.undo()
    asking = asked(house, PASS_AGAIN)
    (found,) = looked(house, asking).earlier
    assert "211062" not in found.text
    with reading(house.anna) as work:
        assert "211062" not in reads.for_this(work, asking, found.id)


def test_what_was_answered_to_something_else_is_not_alike(house: House) -> None:
    answered(house, BINS, BINS_ANSWER)
    assert looked(house, asked(house, "@nordby Hvornår åbner svømmehallen?")).earlier == ()
    assert looked(house, asked(house, PASS)).earlier == ()
    sought = looked(house, asked(house, PASS), "spandene tirsdag")
    assert [one.who for one in sought.earlier] == ["Anna Krogh"]


def test_an_answer_is_found_by_its_own_words_too(house: House) -> None:
    answered(house, "@nordby Hvad gør jeg nu?", "Du bestiller en ny skraldespand på Bakkevej i selvbetjeningen.")
    assert looked(house, asked(house, BINS)).earlier


def test_only_what_stands_is_found(house: House) -> None:
    said = answered(house)
    asking = asked(house, PASS_AGAIN)
    assert len(looked(house, asking).earlier) == 1
    with uow(house.anna) as work:
        message = work.session.get_one(Message, said)
        work.session.add(
            Revision(
                id=new_id(),
                message_id=said,
                kind="deleted",
                visibility="public",
                at=minutes(15),
                received_at=minutes(15),
                entry_id=message.entry_id,
            )
        )
    assert looked(house, asking).earlier == ()
    with reading(house.anna) as work, pytest.raises(NotFound):
        reads.for_this(work, asking, said)
    with uow(SYSTEM) as work:
        assert remembering.rebuild(work) == 0


def test_a_planned_or_undelivered_answer_is_not_found(house: House) -> None:
    conversation_id = asked(house)
    with deed(house.anna, minutes(1)) as work:
        version = work.session.get_one(Conversation, conversation_id).version
        replies.reply(work, conversation_id, version=version, visibility="public", body=WRONG.format("Mette"))
    assert looked(house, asked(house, PASS_AGAIN)).earlier == ()


def test_the_words_as_they_stand_now_are_shown(house: House) -> None:
    said = answered(house)
    with uow(house.anna) as work:
        message = work.session.get_one(Message, said)
        work.session.add(
            Revision(
                id=new_id(),
                message_id=said,
                kind="edited",
                visibility="public",
                text=f"Børn skal med til pas.\n{message.signed_as}",
                at=minutes(15),
                received_at=minutes(15),
                entry_id=message.entry_id,
            )
        )
    (found,) = looked(house, asked(house, PASS_AGAIN)).earlier
    assert found.text == "Børn skal med til pas."


def test_all_of_it_can_be_kept_anew(house: House) -> None:
    answered(house)
    answered(house, BINS, BINS_ANSWER, visibility="private")
    everything = "SELECT message_id, same_words, visibility, said_at, search::text FROM earlier_answer ORDER BY 1"
    with reading(SYSTEM) as work:
        before = work.session.execute(text(everything)).all()
    with uow(SYSTEM) as work:
        work.session.execute(
            text(
                "UPDATE earlier_answer SET same_words = 'x', search = CASE WHEN search IS NOT NULL"
                " THEN to_tsvector('simple', 'y') END"
            )
        )
        assert remembering.rebuild(work) == 2
        assert work.session.execute(text(everything)).all() == before


def test_a_national_number_is_not_searched_for(house: House) -> None:
    asking = asked(house)
    with reading(house.anna) as work, pytest.raises(Invalid) as refused:
        reads.similar(work, asking, "211062-5629")
    assert refused.value.field == "q"


@pytest.mark.parametrize("words", ["'", "a & b | !c <-> (", "\\", "O'Brien\\'s æøå 🏊", "   ", "%s :x {y}"])
def test_no_sign_has_a_meaning(house: House, words: str) -> None:
    answered(house, f"@nordby {words} pas", "Du skal bruge et pas for at rejse dertil.")
    looked(house, asked(house, f"@nordby {words}"))
    looked(house, asked(house, "@nordby pas"), words)


def test_the_twelfth_look_is_planned_like_the_first(house: House) -> None:
    answered(house)
    asking = asked(house, PASS_AGAIN)
    for _ in range(12):
        assert len(looked(house, asking).earlier) == 1
    prepared = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%earlier_answer%'")
    with reading(SYSTEM) as work:
        assert work.session.scalar(prepared) == 0


def test_words_that_were_wrong_are_shown_as_such_and_put_in_by_nobody(house: House) -> None:
    wrong = answered(house)
    copied = answered(house, PASS_AGAIN, WRONG.format("Ali"), name="Ali R.", by=house.jonas)
    asking = asked(house, PASS_AGAIN)
    assert len(looked(house, asking).usable) == 1
    right = corrected(house, wrong)
    seen = looked(house, asking)
    (found,) = seen.wrong
    assert seen.usable == ()
    assert found.right is not None
    assert (found.right.id, found.right.by) == (right, "Anna Krogh")
    # Not by its own address either, and not the copy that somebody else sent.
    for one in (wrong, copied):
        with reading(house.anna) as work, pytest.raises(Conflict):
            reads.for_this(work, asking, one)
    # What corrects is no answer to somebody else's question.
    with reading(house.anna) as work, pytest.raises(NotFound):
        reads.for_this(work, asking, right)


def test_the_migration_keeps_the_answers_of_the_years_before_as_they_are_kept_today(house: House) -> None:
    answered(house)
    answered(house, BINS, BINS_ANSWER, visibility="private")
    everything = text("SELECT message_id, same_words, visibility, said_at, search::text FROM earlier_answer ORDER BY 1")
    migration = import_module("inbox.migrations.versions.0014_answered_before")
    with uow(SYSTEM) as work:
        before = work.session.execute(everything).all()
        work.session.execute(text("DELETE FROM earlier_answer"))
        migration.fill(work.session.connection())
        assert work.session.execute(everything).all() == before
    assert len(before) == 2
