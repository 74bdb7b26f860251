"""The ladder, climbed: each step once, in order, and nothing of it where it does not apply."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import event, select, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from inbox.domain.actors import SYSTEM
from inbox.domain.calendar import Calendar
from inbox.domain.ladder import Step, When
from inbox.extensions import db
from inbox.models import Clock, Conversation, Escalation
from inbox.models import Ladder as Row
from inbox.queries.explaining import explain
from inbox.queries.owed import owed
from inbox.services import acute, climbing, conversations, merging, tagging
from inbox.services.climbing_steps import STEPS, Done
from inbox.uow import reading, uow
from tests.house import ALI, NOON, House, edit, post
from tests.services.answering import answer, deed, minutes, one
from tests.services.ladder_scene import climb, climbs, founded, hold, lines, next_climb, rule, told
from tests.services.silo_scene import run

TICK = timedelta(microseconds=1)
OFFICE = Calendar("Europe/Copenhagen", {"tue": (("09:00", "13:30"),), "wed": (("09:00", "16:00"),)})


@pytest.fixture
def house(app: Flask) -> House:
    """The usual ladder; Mette asked at noon, and Anna has it."""
    made = founded()
    hold(made, made.anna.id)
    return made


def test_it_is_climbed_step_by_step_and_each_step_once(house: House) -> None:
    assert next_climb() == minutes(45)
    assert climb(minutes(44)) == 0
    assert climb(minutes(45)) == 1
    assert climb(minutes(45)) == climb(minutes(60)) == 0
    assert told() == [("reminded", house.anna.id)]
    assert next_climb() == minutes(60) + timedelta(microseconds=1)

    assert climb(minutes(61)) == 1
    assert told()[1:] == [("lead_told", house.lone.id)]
    assert house.conversation().assignee_id == house.anna.id

    assert climb(minutes(120)) == 1
    assert house.conversation().assignee_id is None
    assert told()[2:] == [("moved_on", house.anna.id)]
    assert climbs() == [(1, "remind", "done"), (2, "tell_lead", "done"), (3, "give_back", "done")]
    assert lines() == ["1 remind Anna Krogh", "2 tell_lead Lone Vestergaard", "3 give_back"]
    assert next_climb() is None


def test_after_a_long_stop_every_step_is_done_once_in_order_after_the_verdict(house: House) -> None:
    assert climb(minutes(300)) == 3
    assert [place for place, _step, _outcome in climbs()] == [1, 2, 3]
    assert one(Clock).state == "breached"
    assert climb(minutes(301)) == 0
    with reading(SYSTEM) as work:
        due = work.session.scalars(select(Escalation.due_at).order_by(Escalation.due_at)).all()
    assert due == [minutes(45), minutes(60) + timedelta(microseconds=1), minutes(120)]


def test_a_clock_that_jumps_forwards_and_back_does_nothing_twice(house: House) -> None:
    assert climb(minutes(50)) == 1
    assert climb(minutes(-200)) == climb(minutes(46)) == 0
    assert climb(minutes(70)) == 1
    assert climb(minutes(5)) == 0
    assert climb(minutes(500)) == 1
    assert len(climbs()) == 3


def test_an_answer_ends_it(house: House) -> None:
    answer(house)
    with deed(now=minutes(11)) as work:
        conversation = work.session.scalars(select(Conversation)).one()
        conversations.solve(work, conversation.id, conversation.version)
    assert next_climb() is None
    assert climb(minutes(500)) == 0


def test_what_nobody_has_is_reminded_of_to_nobody_and_stands_in_no_thread(house: House) -> None:
    hold(house, None)
    assert climb(minutes(500)) == 3
    assert climbs() == [(1, "remind", "nobody"), (2, "tell_lead", "done"), (3, "give_back", "nobody")]
    assert lines() == ["2 tell_lead Lone Vestergaard"]


def test_a_reminder_leaves_whoever_is_about_to_answer_alone(house: House) -> None:
    before = house.conversation().version
    climb(minutes(70))
    assert house.conversation().version == before
    climb(minutes(130))
    assert house.conversation().version > before


def test_quiet_hours_are_kept_also_by_what_was_missed(app: Flask) -> None:
    """Open on Tuesday until half past one (CET), on Wednesday from nine: 20 minutes of the 30 pass on Tuesday."""
    house = founded(calendar=OFFICE, minutes=30)
    hold(house, house.anna.id)
    with uow(SYSTEM) as work:
        assert work.session.scalars(select(Clock.due_at)).one() == minutes(30)
    # At half past one the promise is over and the doors are shut: its breach is told in the morning.
    assert climb(minutes(31)) == 0
    assert next_climb() == minutes(20 * 60)
    with reading(SYSTEM) as work:
        work.now = minutes(31)
        assert not owed(work).escalations
    assert climb(minutes(20 * 60)) == 2
    assert climb(minutes(21 * 60)) == 1


def test_danger_breaks_quiet_hours_on_the_ladder_until_a_person_says_that_there_is_none(app: Flask) -> None:
    """The same promise: due at half past one, when the doors shut, and nobody is there until nine."""
    house = founded(calendar=OFFICE, minutes=30, ask=False)
    house.news(post("@nordby Jeg vil tage mit liv."))
    hold(house, house.anna.id)

    assert next_climb() == minutes(22.5)
    assert climb(minutes(31)) == 2
    assert climbs() == [(1, "remind", "done"), (2, "tell_lead", "done")]
    assert climb(minutes(31)) == 0
    conversation = house.conversation()
    with reading(house.anna) as work:
        assert [one.at for one in explain(work, conversation.id).promises[0].climbs][1] == minutes(30) + TICK

    with deed(house.anna, minutes(32)) as work:
        acute.decide(work, conversation.id, conversation.version, is_acute=False)
    # An hour of opening time after the end is ten o'clock in the morning, and no sooner.
    assert next_climb() == minutes(21 * 60)
    conversation = house.conversation()
    with deed(house.anna, minutes(33)) as work:
        acute.undo(work, conversation.id, conversation.version)
    third = next_climb()
    assert third is not None
    assert climb(third) == 1
    # Told they are, by night as by day; what is theirs nobody takes from them.
    assert climbs()[2:] == [(3, "give_back", "refused")]


def test_words_changed_into_danger_while_we_are_closed_are_climbed_for_at_once(app: Flask) -> None:
    house = founded(calendar=OFFICE, minutes=30, ask=False)
    said = post()
    house.news(said)
    assert climb(minutes(60)) == 0
    house.news(edit(said, "@nordby Jeg vil tage mit liv.", timedelta(minutes=60)))
    assert climb(minutes(60)) == 2
    assert told() == [("lead_told", house.lone.id)]


def test_two_workers_at_one_moment_climb_once(own_app: Flask) -> None:
    with own_app.app_context():
        made = founded()
        hold(made, made.anna.id)
    started = threading.Barrier(2)
    got: list[int] = []

    def work_through() -> None:
        with own_app.app_context():
            started.wait(10)
            got.append(climb(minutes(300)))

    run(work_through, work_through)
    with own_app.app_context():
        assert sum(got) == len(climbs()) == len(told()) == 3


def test_the_database_refuses_a_rule_twice_for_one_promise(house: House) -> None:
    climb(minutes(50))
    row = one(Escalation)
    with pytest.raises(IntegrityError), uow(SYSTEM) as work:
        work.session.add(
            Escalation(
                conversation_id=row.conversation_id,
                kind=row.kind,
                number=row.number,
                rule_id=row.rule_id,
                place=9,
                step="remind",
                due_at=row.due_at,
                at=row.at,
                outcome="done",
                data={},
            )
        )
    with uow(SYSTEM) as work:
        work.session.execute(update(Clock).values(climbed=[], climb_at=minutes(45)))
    assert climb(minutes(51)) == 0
    assert told() == [("reminded", house.anna.id)]


def test_what_was_climbed_is_neither_changed_nor_taken_away(house: House) -> None:
    climb(minutes(50))
    for statement in (
        "UPDATE escalation SET step = 'nothing'",
        "DELETE FROM escalation",
        "UPDATE ladder SET version = 7",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), uow(SYSTEM) as work:
            work.session.execute(text(statement))


def test_a_step_that_breaks_leaves_nothing_and_is_done_later(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> Done:
        raise RuntimeError("invented")

    with monkeypatch.context() as patched:
        patched.setitem(cast("dict[Step, object]", STEPS), Step.TELL_LEAD, breaks)
        with pytest.raises(RuntimeError):
            climb(minutes(70))
    assert climbs() == []
    assert told() == []
    broken = house.conversation().id
    with deed(now=minutes(70)) as work:
        climbing.put_off(work, broken)
    assert climb(minutes(74)) == 0
    assert climb(minutes(75)) == 2


def test_tags_words_and_priority_are_asked_when_the_time_comes(app: Flask) -> None:
    house = founded(
        rule(When.PERCENT, 50, Step.TELL_LEAD, tags=("presse",)),
        rule(When.PERCENT, 60, Step.TELL_LEAD, words=("svømmehal",)),
        rule(When.PERCENT, 70, Step.TELL_LEAD, priorities=frozenset({2})),
    )
    climb(minutes(31))
    assert climbs() == []
    asked = house.conversation().id
    with uow(house.anna) as work:
        tagging.add(work, asked, "Presse")
    climb(minutes(59))
    assert climbs() == [(2, "tell_lead", "done")]
    assert next_climb() is None


def test_the_ladder_costs_a_page_of_news_no_statement(app: Flask) -> None:
    house = founded(ask=False)
    with_it = _statements(house, 0)
    with uow(SYSTEM) as work:
        work.session.add(Row(version=2, rules={"rules": []}, created_at=NOON - timedelta(days=2)))
    _statements(house, 100)
    assert _statements(house, 200) == with_it


def _statements(house: House, first: int) -> int:
    sent: list[str] = []

    def keep(*arguments: object) -> None:
        sent.append(str(arguments[2]))

    people = [{"id": f"c{n}", "handle": f"c{n}", "name": f"Borger {n}"} for n in range(first, first + 20)]
    # Once for whatever a process reads but once.
    house.news(post(f"@nordby Hallo {first}?", author=ALI))
    event.listen(db.engine, "before_cursor_execute", keep)
    try:
        house.news(*(post(f"@nordby Spørgsmål {n['id']}?", author=n) for n in people))
    finally:
        event.remove(db.engine, "before_cursor_execute", keep)
    return len(sent)


def test_what_was_joined_with_another_matter_climbs_there_alone(house: House) -> None:
    first = house.conversation().id
    house.news(post("@nordby Er broen ved åen åben?", at=minutes(10), own_id="bridge"))
    with reading(SYSTEM) as work:
        other = work.session.scalars(select(Conversation.id).where(Conversation.id != first)).one()
    with deed(now=minutes(20)) as work:
        gone, into = work.session.get_one(Conversation, first), work.session.get_one(Conversation, other)
        merging.merge(work, gone, into=into)
    climb(minutes(500))
    with reading(SYSTEM) as work:
        assert set(work.session.scalars(select(Escalation.conversation_id))) == {other}
        assert set(work.session.scalars(select(Clock.climb_at))) == {None}


def test_a_pause_stops_the_ladder_and_what_is_withdrawn_climbs_no_more(house: House) -> None:
    with deed(now=minutes(5)) as work:
        conversation = work.session.scalars(select(Conversation)).one()
        conversations.dismiss(work, conversation.id, conversation.version, "spam")
    assert climb(minutes(500)) == 0
    with deed(now=minutes(500)) as work:
        conversation = work.session.scalars(select(Conversation)).one()
        conversations.reopen(work, conversation.id, conversation.version)
    # The matter is as old as it was: what its time has passed meanwhile is climbed now, once.
    assert climb(minutes(501)) == 3
    assert [place for place, _step, _outcome in climbs()] == [1, 2, 3]
