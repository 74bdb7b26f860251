"""Who is on call, in which order people are called, and that each is called once a round whatever is restarted."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.errors import Conflict, Forbidden, Invalid
from inbox.domain.ids import new_id
from inbox.models import Acute, AcuteCall, Agent, Notice
from inbox.queries import on_call as reads
from inbox.services import acute, agents, calling, on_call
from inbox.services.calling import Came, Claimed
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import NOON, House, post
from tests.services.answering import LEASE, answer, deed, minutes
from tests.services.test_acute import DANGER


@pytest.fixture
def house(app: Flask) -> House:
    return scene.found()


def usual(house: House, first: Actor | None, second: Actor | None = None, every: int = 10) -> None:
    with deed(house.lone) as work:
        version = reads.plan(work).version
        on_call.usual(work, version, first.id if first else None, second.id if second else None, every)


def shift(house: House, first: Actor, begins: float, ends: float, second: Actor | None = None) -> UUID:
    with deed(house.lone) as work:
        return on_call.plan(work, first.id, second.id if second else None, minutes(begins), minutes(ends))


def steps(house: House, at: datetime = NOON) -> list[list[str]]:
    with reading(house.anna) as work:
        work.now = at
        return [list(step) for step in reads.plan(work).steps]


def rounds(at: float, *, mail: bool = True) -> int:
    begun = 0
    while True:
        with deed(SYSTEM, minutes(at)) as work:
            if not calling.next_round(work, mail=mail):
                return begun
        begun += 1


def claim(at: float) -> Claimed | None:
    with deed(SYSTEM, minutes(at)) as work:
        return calling.claim(work, LEASE)


def record(claimed: Claimed | None, came: Came, at: float) -> None:
    assert claimed is not None
    with deed(SYSTEM, minutes(at)) as work:
        calling.record(work, claimed, came)


def calls(channel: str | None = None) -> list[tuple[str, int, str]]:
    with reading(SYSTEM) as work:
        query = (
            select(Agent.full_name, AcuteCall.round, AcuteCall.state)
            .join(Agent, Agent.id == AcuteCall.agent_id)
            .order_by(AcuteCall.round, Agent.full_name)
        )
        if channel:
            query = query.where(AcuteCall.channel == channel)
        return [(row.full_name.split()[0], row.round, row.state) for row in work.session.execute(query)]


def gone_lease() -> None:
    """The worker died; its lease is over."""
    with uow(SYSTEM) as work:
        for call in work.session.scalars(select(AcuteCall)):
            if call.lease_until is not None:
                call.lease_until = NOON - timedelta(days=1)


# ── the plan ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_with_nobody_on_call_the_leads_are_called_at_once(house: House) -> None:
    assert steps(house) == [["Lone Vestergaard"]]
    with reading(house.anna) as work:
        assert reads.plan(work).leads_only


def test_a_shift_goes_before_the_usual_ones_and_leads_come_last(house: House) -> None:
    usual(house, house.anna)
    assert steps(house) == [["Anna Krogh"], ["Lone Vestergaard"]]
    shift(house, house.jonas, 10, 20, second=house.anna)

    assert steps(house, minutes(9)) == [["Anna Krogh"], ["Lone Vestergaard"]]
    assert steps(house, minutes(10)) == [["Jonas Lind"], ["Anna Krogh"], ["Lone Vestergaard"]]
    assert steps(house, minutes(20)) == [["Anna Krogh"], ["Lone Vestergaard"]]


def test_of_two_shifts_at_one_time_the_later_planned_goes_first(house: House) -> None:
    shift(house, house.anna, 0, 60)
    shift(house, house.jonas, 10, 20)

    assert steps(house, minutes(15))[:2] == [["Jonas Lind"], ["Anna Krogh"]]


def test_a_dropped_shift_calls_nobody_and_stays_with_who_dropped_it(house: House) -> None:
    usual(house, house.anna)
    one = shift(house, house.jonas, 0, 60)
    for _ in range(2):
        with deed(house.lone) as work:
            on_call.drop(work, one)
    assert steps(house, minutes(1))[0] == ["Anna Krogh"]


def test_whoever_has_left_is_called_no_more(house: House) -> None:
    usual(house, house.anna, house.jonas)
    with uow(SYSTEM) as work:
        work.session.get_one(Agent, house.anna.id).left_at = NOON
    assert steps(house)[0] == ["Jonas Lind"]


def test_an_auditor_is_never_on_call(house: House) -> None:
    with uow(SYSTEM) as work:
        rikke = agents.add(
            work, email="rikke@nordby.example", full_name="Rikke Dahl", roles=[Role.AUDITOR], password_hash="invented"
        )
    with pytest.raises(Invalid), deed(house.lone) as work:
        on_call.usual(work, 0, rikke, None, 5)
    with pytest.raises(Invalid), deed(house.lone) as work:
        on_call.plan(work, new_id(), None, minutes(0), minutes(5))


@pytest.mark.parametrize(
    ("begins", "ends", "field"),
    [(None, 5, "starts"), (5, 5, "ends"), (5, None, "ends"), (-9, -5, "ends"), (0, 50_000, "ends")],
)
def test_times_that_are_none_are_refused(house: House, begins: float | None, ends: float | None, field: str) -> None:
    with pytest.raises(Invalid) as refused, deed(house.lone) as work:
        on_call.plan(
            work,
            house.anna.id,
            None,
            None if begins is None else minutes(begins),
            None if ends is None else minutes(ends),
        )
    assert refused.value.field == field


def test_what_can_be_no_plan_is_refused(house: House) -> None:
    for first, second, every in ((None, house.anna.id, 5), (house.anna.id, house.anna.id, 5), (house.anna.id, None, 0)):
        with pytest.raises(Invalid), deed(house.lone) as work:
            on_call.usual(work, 0, first, second, every)
    with pytest.raises(Forbidden), uow(house.anna) as work:
        on_call.usual(work, 0, house.anna.id, None, 5)
    usual(house, house.anna)
    with pytest.raises(Conflict), deed(house.lone) as work:
        on_call.usual(work, 0, house.jonas.id, None, 5)


# ── the rounds ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_each_is_called_once_a_round_by_each_way_and_the_next_in_line_joins(house: House) -> None:
    usual(house, house.anna, house.jonas)
    house.news(post(DANGER))
    for at in (0, 0, 5, 9.9):
        rounds(at)
    assert calls() == [("Anna", 1, "made"), ("Anna", 1, "owed")]
    rounds(10)
    rounds(20)

    assert calls("page") == [
        ("Anna", 1, "made"), ("Anna", 2, "made"), ("Anna", 3, "made"), ("Jonas", 3, "made"),
    ]  # fmt: skip
    for at in range(30, 50, 10):
        assert rounds(at) == 1
    assert ("Lone", 5, "made") in calls("page")


def test_a_stop_of_two_hours_is_one_round_not_twelve(house: House) -> None:
    usual(house, house.anna)
    house.news(post(DANGER))
    rounds(0)
    assert rounds(120) == 1
    assert calls("page") == [("Anna", 1, "made"), ("Anna", 2, "made")]


def test_the_page_holds_one_notice_that_comes_up_again(house: House) -> None:
    usual(house, house.anna)
    house.news(post(DANGER))
    for at in (0, 10, 20):
        rounds(at)
    with reading(SYSTEM) as work:
        (told,) = work.session.scalars(select(Notice).where(Notice.agent_id == house.anna.id)).all()
        assert (told.kind, told.at) == ("acute", minutes(20))
        assert "liv" not in str(told.data)


def test_a_house_without_mail_calls_in_the_page_alone(house: House) -> None:
    house.news(post(DANGER))
    rounds(0, mail=False)
    assert calls() == [("Lone", 1, "made")]


def test_acknowledging_stops_the_rounds_and_the_mails_that_are_owed(house: House) -> None:
    usual(house, house.anna)
    house.news(post(DANGER))
    rounds(0)
    conversation = house.conversation()
    with deed(house.jonas, minutes(1)) as work:
        acute.acknowledge(work, conversation.id)

    assert claim(2) is None
    assert rounds(60) == 0
    assert calls("mail") == [("Anna", 1, "stopped")]


def test_who_answers_has_seen_it(house: House) -> None:
    house.news(post(DANGER))
    rounds(0)
    answer(house)
    rounds(60)
    assert [row for row in calls("page") if row[1] > 1] == []


# ── at least once ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_worker_that_dies_with_the_mail_in_hand_makes_one_more_and_no_third(house: House) -> None:
    usual(house, house.anna)
    house.news(post(DANGER))
    rounds(0)
    assert claim(0) is not None
    assert claim(0) is None, "nobody else sends it meanwhile"
    gone_lease()
    assert claim(1) is not None
    gone_lease()
    assert claim(2) is None
    assert calls("mail") == [("Anna", 1, "made")]


def test_a_server_that_is_away_is_asked_again_until_the_next_round_takes_over(house: House) -> None:
    usual(house, house.anna)
    house.news(post(DANGER))
    rounds(0)
    at, tries = 0.0, 0
    while at < 9.9:
        claimed = claim(at)
        if claimed is not None:
            record(claimed, Came.NOT, at)
            tries += 1
        at += 0.25
    assert tries >= 4
    rounds(10)
    assert calls("mail") == [("Anna", 1, "failed"), ("Anna", 2, "owed")]
    record(claim(10), Came.TAKEN, 10)
    assert calls("mail")[1] == ("Anna", 2, "made")


def test_what_was_perhaps_taken_is_sent_once_more(house: House) -> None:
    usual(house, house.anna)
    house.news(post(DANGER))
    rounds(0)
    record(claim(0), Came.PERHAPS, 0)
    record(claim(1), Came.PERHAPS, 1)
    assert calls("mail") == [("Anna", 1, "made")]


def test_what_is_refused_for_good_is_failed_and_the_next_round_comes_all_the_same(house: House) -> None:
    usual(house, house.anna)
    house.news(post(DANGER))
    rounds(0)
    record(claim(0), Came.NEVER, 0)
    rounds(10)
    assert calls("mail") == [("Anna", 1, "failed"), ("Anna", 2, "owed")]


def test_an_outcome_of_an_older_try_counts_nothing(house: House) -> None:
    house.news(post(DANGER))
    rounds(0)
    old = claim(0)
    gone_lease()
    new = claim(1)
    record(old, Came.NEVER, 1)
    assert calls("mail") == [("Lone", 1, "owed")]
    record(new, Came.TAKEN, 1)
    assert calls("mail") == [("Lone", 1, "made")]


def test_two_people_in_danger_are_two_callings(house: House) -> None:
    house.news(post(DANGER), post(DANGER, author=scene.ALI))
    assert rounds(0) == 2
    with reading(SYSTEM) as work:
        assert [row.round for row in work.session.scalars(select(Acute))] == [1, 1]
