"""A word of danger puts a conversation first and has somebody called; a person decides, and can take it back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select

from inbox.domain.actors import SYSTEM
from inbox.domain.acute import SHIPPED
from inbox.domain.errors import Conflict, Invalid
from inbox.extensions import db
from inbox.models import Acute, Agent, Conversation, ConversationEvent, Message, Team
from inbox.queries.inbox_list import View, conversations
from inbox.services import acute, bulk, gathering, snoozing
from inbox.services import conversations as verbs
from inbox.services.bulk import Deed, Picked
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import ALI, METTE, House, edit, post
from tests.services.answering import answer, deed, minutes

DANGER = "@nordby Jeg kan ikke mere, jeg vil tage mit liv."


@pytest.fixture
def house(app: Flask) -> House:
    return scene.found()


def rows() -> list[Acute]:
    with reading(SYSTEM) as work:
        found = list(work.session.scalars(select(Acute).order_by(Acute.at, Acute.id)))
        work.session.expunge_all()
        return found


def first(house: House, view: View = View.OPEN) -> list[str]:
    """Who stands in the list, from the top."""
    with reading(house.anna) as work:
        return [row.handle for row in conversations(work, view, folded=True).rows]


def lines() -> list[str]:
    with reading(SYSTEM) as work:
        return list(
            work.session.scalars(
                select(ConversationEvent.kind)
                .where(ConversationEvent.kind.startswith("acute"))
                .order_by(ConversationEvent.at, ConversationEvent.id)
            )
        )


def of(handle: str) -> Conversation:
    with reading(SYSTEM) as work:
        found = work.session.scalars(
            select(Conversation)
            .join(Message, Message.conversation_id == Conversation.id)
            .where(Message.text.contains("liv" if handle == "ali" else "svømmehallen"))
        ).first()
        assert found is not None
        work.session.expunge(found)
        return found


def decide(house: House, *, is_acute: bool, handle: str = "ali") -> None:
    one = of(handle)
    with deed(house.anna, minutes(5)) as work:
        acute.decide(work, one.id, one.version, is_acute=is_acute)


def both(house: House) -> None:
    """Mette has asked first and is due first; then Ali is in danger."""
    house.news(post(author=METTE))
    house.news(post(DANGER, author=ALI, at=minutes(1)))


def test_danger_stands_before_what_is_due_sooner(house: House) -> None:
    both(house)

    assert first(house) == first(house, View.UNASSIGNED) == ["ali", "mette"]
    (row,) = rows()
    assert (row.state, row.found, row.due_at) == ("proposed", ["tage mit liv"], minutes(1))
    assert lines() == ["acute_proposed"]


def test_what_is_written_privately_is_looked_at_as_well(house: House) -> None:
    house.news(post(author=METTE))
    house.news(post(DANGER, author=ALI, visibility="private", at=minutes(1)))

    assert first(house) == ["ali", "mette"]


def test_pages_of_the_list_hold_each_conversation_once_with_danger_on_the_first(house: House) -> None:
    people = [{"id": f"citizen-{n}", "handle": f"borger{n}", "name": f"Borger {n}"} for n in range(6)]
    house.news(*(post(f"@nordby Sag nummer {n} hos borgmesteren", author=one) for n, one in enumerate(people)))
    house.news(*(post(DANGER, author=one, at=minutes(2)) for one in people[4:]))
    seen: list[str] = []
    after = None
    with reading(house.anna) as work:
        while True:
            page = conversations(work, View.OPEN, after, limit=1)
            seen += [row.handle for row in page.rows]
            after = page.next
            if after is None:
                break

    assert set(seen[:2]) == {"borger4", "borger5"}
    assert sorted(seen) == sorted([*(one["handle"] for one in people), "borger4", "borger5"])


def test_not_acute_goes_back_to_the_ordinary_order_and_can_be_taken_back(house: House) -> None:
    both(house)
    decide(house, is_acute=False)

    assert first(house) == ["mette", "ali"]
    assert rows()[0].due_at is None

    one = of("ali")
    with deed(house.lone, minutes(6)) as work:
        acute.undo(work, one.id, one.version)
    assert first(house) == ["ali", "mette"]
    # Nobody has acknowledged: whoever is on call is called again.
    assert (rows()[0].state, rows()[0].due_at) == ("proposed", minutes(6))
    assert lines() == ["acute_proposed", "acute_denied", "acute_undone"]


def test_acute_is_said_by_a_person_and_raises_the_priority(house: House) -> None:
    both(house)
    assert of("ali").priority == 0
    decide(house, is_acute=True)

    assert of("ali").priority == 2
    assert first(house) == ["ali", "mette"]
    # A decision is no acknowledgement: the calling goes on.
    assert rows()[0].due_at is not None
    decide(house, is_acute=False)
    assert of("ali").priority == 0


def test_who_saw_an_older_version_decides_nothing(house: House) -> None:
    both(house)
    one = of("ali")
    with pytest.raises(Conflict), deed(house.anna) as work:
        acute.decide(work, one.id, one.version - 1, is_acute=False)
    assert rows()[0].state == "proposed"


def test_nothing_is_decided_where_nothing_was_proposed(house: House) -> None:
    house.news(post())
    one = house.conversation()
    with pytest.raises(Conflict), deed(house.anna) as work:
        acute.decide(work, one.id, one.version, is_acute=True)


def test_acknowledging_ends_the_calling_and_gives_it_to_whoever_did(house: House) -> None:
    both(house)
    ali = of("ali").id
    for minute in (3, 4):
        with deed(house.jonas, minutes(minute)) as work:
            acute.acknowledge(work, ali)

    (row,) = rows()
    assert (row.acknowledged_by_id, row.acknowledged_at, row.due_at) == (house.jonas.id, minutes(3), None)
    assert of("ali").assignee_id == house.jonas.id
    assert lines().count("acute_acknowledged") == 1
    with pytest.raises(Conflict), deed(house.anna, minutes(5)) as work:
        acute.acknowledge(work, ali)
    assert first(house) == ["ali", "mette"]


def test_a_second_word_of_danger_while_it_stands_first_calls_nobody_anew(house: House) -> None:
    root = post(DANGER, author=ALI, own_id="1")
    house.news(root, post("Jeg vil ikke leve mere", parent="1", author=ALI, at=minutes(1)))
    house.news(post("selvmord", parent="1", author=ALI, at=minutes(2)))

    assert len(rows()) == 1


def test_after_not_acute_another_word_of_danger_proposes_again(house: House) -> None:
    house.news(post(DANGER, author=ALI, own_id="1"))
    decide(house, is_acute=False)
    house.news(post("Jeg vil ikke leve mere", parent="1", author=ALI, at=minutes(9)))

    assert [row.state for row in rows()] == ["not_acute", "proposed"]
    assert [row.due_at is not None for row in rows()] == [False, True]


def test_what_was_finished_comes_back_as_ordinary_unless_it_is_danger_again(house: House) -> None:
    house.news(post(DANGER, author=ALI, own_id="1"))
    one = house.conversation()
    with deed(house.anna, minutes(4)) as work:
        verbs.solve(work, one.id, one.version)
    house.news(post("Tak for hjælpen", parent="1", author=ALI, at=minutes(9)))
    assert house.conversation().acute_at is None
    house.news(post("selvmord", parent="1", author=ALI, at=minutes(12)))

    assert house.conversation().acute_at == minutes(12)
    assert [row.due_at is not None for row in rows()] == [False, True]


def test_changed_words_are_looked_at_and_open_what_was_answered(house: House) -> None:
    said = post("@nordby Jeg er så træt", author=ALI)
    house.news(said)
    answer(house)
    house.news(edit(said, DANGER, timedelta(minutes=20)))

    one = house.conversation()
    assert (one.acute_at is not None, one.status) == (True, "open")
    house.news(edit(said, DANGER + " Farvel.", timedelta(minutes=21)))
    assert len(rows()) == 1


# ── never together, never by many, never by itself ──────────────────────────────────────────────────────────────────
def test_it_is_never_gathered_by_an_own_word_either(house: House) -> None:
    with deed(house.lone) as work:
        acute.save_list(work, 0, "står på broen", frozenset(SHIPPED), {})
    people = [{"id": f"citizen-{n}", "handle": f"borger{n}", "name": f"Borger {n}"} for n in range(8)]
    same = "@nordby Hvornår åbner broen ved havnen igen?"
    house.news(*(post(same, author=one, at=minutes(1), own_id=f"g{n}") for n, one in enumerate(people[:7])))
    house.news(post(f"{same} Jeg står på broen", author=people[7], at=minutes(1)))
    (team,) = house.anna.teams
    with deed(SYSTEM, minutes(2)) as work:
        assert gathering.gather(work, team).put_in == 7
    # One of those in it says it later.
    house.news(post("Jeg står på broen nu", parent="g0", author=people[0], at=minutes(3)))
    assert first(house)[:2] == ["borger7", "borger0"]
    with deed(SYSTEM, minutes(4)) as work:
        assert gathering.gather(work, team).taken_out == 1
    with reading(SYSTEM) as work:
        alone = work.session.scalars(select(Conversation.gathering_id).where(Conversation.acute_at.is_not(None)))
        assert list(alone) == [None, None]


@pytest.mark.parametrize("many", [Deed.DISMISS, Deed.SOLVE])
def test_no_deed_on_many_ends_it_and_the_list_says_why(house: House, many: Deed) -> None:
    both(house)
    picked = [Picked(one.id, one.version) for one in (of("ali"), of("mette"))]
    with pytest.raises(Invalid, match="acute"), deed(house.anna, minutes(4)) as work:
        bulk.do(work, picked, many, reason="spam")

    assert of("ali").status == of("mette").status == "new"
    with deed(house.anna, minutes(4)) as work:
        done = bulk.do(work, picked, Deed.TAG, tag="Akut")
    assert len(done.done) == 2


def test_it_is_not_put_off(house: House) -> None:
    both(house)
    one = of("ali")
    with pytest.raises(Conflict), deed(house.anna, minutes(4)) as work:
        snoozing.snooze(work, one.id, one.version, minutes(120))


def test_it_is_dealt_to_nobody_while_others_are(house: House) -> None:
    with uow(SYSTEM) as work:
        for team in work.session.scalars(select(Team)):
            team.assignment = "in_turn"
        for agent in work.session.scalars(select(Agent)):
            agent.seen_at = minutes(0)
    both(house)
    assert of("mette").assignee_id is not None
    assert of("ali").assignee_id is None


def test_a_quiet_page_costs_one_statement_more(house: House) -> None:
    with statements() as sent:
        house.news(post(), post("Tak!", author=ALI))

    assert sum("acute" in sql and "conversation" not in sql.split("FROM", 1)[1][:40] for sql in sent) == 1


@contextmanager
def statements() -> Iterator[list[str]]:
    sent: list[str] = []

    def keep(*arguments: object) -> None:
        sql = str(arguments[2])
        if sql.startswith("SELECT"):
            sent.append(sql)

    engine = db.engines[None]
    event.listen(engine, "before_cursor_execute", keep)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", keep)
