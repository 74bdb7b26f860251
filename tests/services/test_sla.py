"""A promise runs from the citizen's words to our answer, both by the platform's time; our own lateness counts never."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from inbox.domain.actors import SYSTEM
from inbox.domain.calendar import Calendar
from inbox.domain.errors import Invalid
from inbox.domain.policies import Policies
from inbox.domain.policy import Policy
from inbox.domain.sla import ClockKind
from inbox.models import Clock, Conversation, ConversationEvent, Fact
from inbox.services import conversations, verdicts
from inbox.uow import reading
from tests import house as scene
from tests.house import NOON, House, post
from tests.services.answering import answer, claim, count, deed, minutes, one, parts, record, taken

TEN_PAST = minutes(10)
NINE_TO_THREE = Calendar("Europe/Copenhagen", dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), (("09:00", "15:00"),)))


@pytest.fixture
def house(app: Flask) -> House:
    """Sixty minutes for a public word, a hundred and twenty for a private one."""
    return scene.found()


def breached(now: datetime) -> int:
    with deed(now=now) as work:
        return verdicts.breach(work)


def answered(house: House, at: datetime, *, now: datetime | None = None, promised_at: datetime = TEN_PAST) -> None:
    """Our answer stands out there since `at`; we hear of it at `now`."""
    (part,) = parts(answer(house, now=promised_at).message_id)
    due = promised_at + timedelta(seconds=5)
    assert claim(due) == part.id
    record(part.id, taken(at, f"ours-{part.id}"), now or at)


def test_it_starts_once_at_the_platforms_time(house: House) -> None:
    house.news(post(own_id="1", at=NOON), post("Hallo?", parent="1", at=minutes(5)))
    house.news(post("Er der nogen?", parent="1", at=minutes(30)))
    clock = one(Clock)
    assert (clock.kind, clock.state, clock.started_at, clock.due_at) == (
        "first_response",
        "running",
        NOON,
        minutes(60),
    )
    assert house.conversation().next_due_at == minutes(60)


def test_a_private_word_has_its_own_promise(house: House) -> None:
    house.news(post("Mit barn er sygt", visibility="private"))
    assert one(Clock).due_at == minutes(120)


def test_answered_in_time_it_is_met_and_measured(house: House) -> None:
    house.news(post())
    answered(house, minutes(42), now=minutes(44))
    clock, fact = one(Clock), one(Fact)
    assert (clock.state, clock.answered_at, clock.breached_at) == ("met", minutes(42), None)
    assert (fact.on_time, fact.wall_time, fact.opening_time) == (True, timedelta(minutes=42), timedelta(minutes=42))
    assert house.conversation().next_due_at is None


def test_met_by_the_platforms_time_even_when_the_sweep_was_first(house: House) -> None:
    """The answer stood there in time, and we heard of it late."""
    house.news(post())
    assert breached(minutes(61)) == 1
    answered(house, minutes(59), now=minutes(90), promised_at=minutes(50))
    assert (one(Clock).state, one(Clock).breached_at, one(Fact).on_time) == ("met", None, True)


def test_missed_it_is_missed_at_the_due_instant_whenever_we_look(house: House) -> None:
    house.news(post())
    assert breached(minutes(60)) == 0
    assert breached(minutes(600)) == 1
    assert breached(minutes(601)) == 0
    clock = one(Clock)
    assert clock.breached_at == clock.due_at == minutes(60)
    assert [event.at for event in missed()] == [minutes(60)]
    assert house.conversation().next_due_at == minutes(60)


def missed() -> list[ConversationEvent]:
    with reading(SYSTEM) as work:
        return list(work.session.scalars(select(ConversationEvent).where(ConversationEvent.kind == "breached")))


def test_answered_too_late_it_stays_missed_and_is_measured_once(house: House) -> None:
    house.news(post())
    breached(minutes(61))
    answered(house, minutes(70), promised_at=minutes(69))
    clock, fact = one(Clock), one(Fact)
    assert (clock.state, clock.breached_at, clock.answered_at) == ("breached", minutes(60), minutes(70))
    assert (fact.on_time, fact.wall_time) == (False, timedelta(minutes=70))
    assert house.conversation().next_due_at is None
    answered(house, minutes(80), promised_at=minutes(79))
    assert count(Fact) == 1
    assert one(Clock).answered_at == minutes(70)


def test_late_and_not_yet_swept_it_is_missed_all_the_same(house: House) -> None:
    house.news(post())
    answered(house, minutes(61), promised_at=minutes(59))
    assert (one(Clock).state, one(Clock).breached_at) == ("breached", minutes(60))
    assert breached(minutes(90)) == 0


@pytest.mark.parametrize("verb", ["dismiss", "solve"])
def test_finished_without_an_answer_it_is_cancelled_and_taken_back_it_runs_from_its_old_start(
    house: House, verb: str
) -> None:
    house.news(post())
    seen = house.conversation()
    with deed(house.anna, minutes(5)) as work:
        if verb == "dismiss":
            conversations.dismiss(work, seen.id, seen.version, "thanks")
        else:
            conversations.solve(work, seen.id, seen.version)
    assert one(Clock).state == "cancelled"
    assert house.conversation().next_due_at is None
    assert breached(minutes(90)) == 0
    assert count(Fact) == 0
    with deed(house.anna, minutes(20)) as work:
        conversations.reopen(work, seen.id, seen.version + 1)
    with reading(SYSTEM) as work:
        running = work.session.scalars(select(Clock).where(Clock.state == "running")).one()
    assert (running.started_at, running.due_at) == (NOON, minutes(60))
    assert house.conversation().next_due_at == minutes(60)


def test_the_missed_come_first(house: House) -> None:
    house.news(post(own_id="old"), post("Og mig?", own_id="new", author=scene.ALI, at=minutes(30)))
    breached(minutes(61))
    with reading(SYSTEM) as work:
        urgent = work.session.scalars(
            select(Conversation.root_external_id).order_by(Conversation.next_due_at, Conversation.id)
        ).all()
    assert urgent == ["old", "new"]


def test_what_is_made_work_by_hand_is_due_from_then_on(house: House) -> None:
    """Nobody could answer before it was ours to answer."""
    house.news(post(kind="own", author={"id": "nordby", "handle": "nordby", "name": "Nordby Kommune"}))
    assert count(Clock) == 0
    seen = house.conversation()
    with deed(house.anna, minutes(30)) as work:
        conversations.make_work(work, seen.id, seen.version)
    assert one(Clock).due_at == minutes(90)


def test_opening_hours_count_and_not_the_night(app: Flask) -> None:
    """Asked on a Tuesday at nine in the evening, Danish time, an hour is over on Wednesday at ten."""
    house = scene.found(calendar=NINE_TO_THREE)
    evening = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
    house.news(post(at=evening))
    assert one(Clock).due_at == datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
    answered(house, datetime(2026, 11, 25, 8, 30, tzinfo=UTC), promised_at=evening + timedelta(minutes=1))
    assert one(Fact).opening_time == timedelta(minutes=30)
    assert one(Fact).day.isoformat() == "2026-11-25"


def test_a_batch_is_bounded(house: House) -> None:
    house.news(*(post(f"Hallo {number}?", own_id=str(number)) for number in range(5)))
    with deed(now=minutes(61)) as work:
        assert verdicts.breach(work, limit=3) == 3
    assert breached(minutes(61)) == 2


def test_who_finds_it_important_shortens_the_wait_and_nobody_becomes_late_by_it(app: Flask) -> None:
    urgent = Policy("Vigtig", {ClockKind.FIRST_RESPONSE: 15}, True, priorities=frozenset({1}))
    usual = Policy("Alt andet", {ClockKind.FIRST_RESPONSE: 60}, True)
    house = scene.found(policies=Policies((urgent, usual)))
    house.news(post())
    seen = house.conversation()
    with deed(house.anna, minutes(5)) as work:
        conversations.rank(work, seen.id, seen.version, 1)
    assert (one(Clock).minutes, one(Clock).due_at) == (15, minutes(15))
    with deed(house.anna, minutes(6)) as work:
        conversations.rank(work, seen.id, seen.version + 1, 0)
    assert one(Clock).due_at == house.conversation().next_due_at == minutes(60)
    with deed(house.anna, minutes(30)) as work:
        conversations.rank(work, seen.id, seen.version + 2, 1)
    assert one(Clock).due_at == minutes(60)
    with pytest.raises(Invalid), deed(house.anna, minutes(31)) as work:
        conversations.rank(work, seen.id, seen.version + 3, 7)


def test_a_platform_whose_clock_is_ahead_makes_no_answer_late(house: House) -> None:
    """Nothing stands in the future: it was in time by our clock, and the platform's is wrong."""
    house.news(post())
    answered(house, minutes(63), now=minutes(59), promised_at=minutes(58))
    assert (one(Clock).state, one(Clock).answered_at) == ("met", minutes(59))
