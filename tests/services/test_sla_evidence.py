"""What we hear of late, or store in another order than it happened: the rows say in the end what the history says.

Our answer stood out there all the while and its delivery was in doubt; or two deeds came at the same time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from connectors.kit.contract import Found, Unconfirmed
from inbox.domain.actors import SYSTEM
from inbox.domain.policies import Policies
from inbox.domain.policy import Policy
from inbox.domain.sla import ClockKind
from inbox.models import Clock, Conversation, ConversationEvent, Fact, Message, Organisation
from inbox.models import Policies as PoliciesRow
from inbox.services import conversations, policies, replies, sla, verdicts
from inbox.uow import reading
from tests import house as scene
from tests.house import House, delete, post
from tests.services.answering import DUE, answer, claim, claim_doubt, count, deed, look, minutes, parts, record, taken

FOUR = {
    ClockKind.ACKNOWLEDGED: 15,
    ClockKind.FIRST_RESPONSE: 60,
    ClockKind.NEXT_RESPONSE: 120,
    ClockKind.RESOLUTION: 240,
}


@pytest.fixture
def house(app: Flask) -> House:
    return scene.found(policies=promises(FOUR))


def promises(targets: dict[ClockKind, int]) -> Policies:
    return Policies((Policy("Alle", targets, True),))


def clocks() -> dict[str, list[tuple[str, datetime | None, datetime | None]]]:
    """State, end and answer of every clock, by kind."""
    with reading(SYSTEM) as work:
        found: dict[str, list[tuple[str, datetime | None, datetime | None]]] = {}
        for row in work.session.scalars(select(Clock).order_by(Clock.kind, Clock.conversation_id, Clock.number)):
            found.setdefault(row.kind, []).append((row.state, row.due_at, row.answered_at))
        return found


def lines(kind: str = "breached") -> list[tuple[datetime, str]]:
    with reading(SYSTEM) as work:
        found = work.session.scalars(select(ConversationEvent).where(ConversationEvent.kind == kind))
        return sorted((one.at, one.data["clock"]) for one in found)


def facts() -> dict[str, list[tuple[bool, timedelta]]]:
    with reading(SYSTEM) as work:
        found: dict[str, list[tuple[bool, timedelta]]] = {}
        for one in work.session.scalars(select(Fact).order_by(Fact.started_at)):
            found.setdefault(one.kind, []).append((one.on_time, one.wall_time))
        return found


def sweep(now: datetime) -> int:
    with deed(now=now) as work:
        return verdicts.breach(work)


def doubtful(house: House, now: datetime) -> UUID:
    """An answer whose fate nobody knows."""
    (part,) = parts(answer(house, now=now).message_id)
    assert claim(now + timedelta(seconds=5)) == part.id
    record(part.id, Unconfirmed("no answer"), now + timedelta(seconds=6))
    return part.id


def found_at(delivery_id: UUID, stood: datetime, now: datetime) -> None:
    """It stands there since `stood`; we see it now."""
    assert claim_doubt(now) == delivery_id
    look(delivery_id, Found(taken(stood, f"ours-{delivery_id}")), now)


def delivered(house: House, at: datetime) -> None:
    (part,) = parts(answer(house, now=at).message_id)
    assert claim(at + timedelta(seconds=5)) == part.id
    record(part.id, taken(at, f"ours-{part.id}"), at + timedelta(seconds=6))


def finish(house: House, now: datetime, verb: str = "solve") -> None:
    seen = house.conversation()
    with deed(house.anna, now) as work:
        match verb:
            case "solve":
                conversations.solve(work, seen.id, seen.version)
            case "reopen":
                conversations.reopen(work, seen.id, seen.version)
            case _:
                conversations.dismiss(work, seen.id, seen.version, "thanks")


def test_it_rested_since_the_answer_stood_although_we_judged_it_meanwhile(house: House) -> None:
    house.news(post())
    part = doubtful(house, minutes(10))
    assert sweep(minutes(250)) == 3
    found_at(part, minutes(11), minutes(260))
    assert clocks() == {
        "acknowledged": [("met", minutes(15), minutes(11))],
        "first_response": [("met", minutes(60), minutes(11))],
        "resolution": [("paused", None, None)],
    }
    assert house.conversation().next_due_at is None
    assert sweep(minutes(9000)) == 0


def test_a_question_taken_away_had_been_answered(house: House) -> None:
    asked = post()
    house.news(asked)
    part = doubtful(house, minutes(10))
    house.news(delete(asked), received_at=minutes(20))
    assert [state for state, _, _ in clocks()["resolution"]] == ["cancelled"]
    found_at(part, minutes(11), minutes(30))
    assert [state for state, _, _ in clocks()["first_response"]] == ["met"]
    assert [state for state, _, _ in clocks()["resolution"]] == ["paused"]


def test_opened_again_for_a_question_that_had_been_answered_nobody_waits(house: House) -> None:
    house.news(post())
    part = doubtful(house, minutes(10))
    finish(house, minutes(20))
    finish(house, minutes(30), "reopen")
    assert [state for state, _, _ in clocks()["first_response"]] == ["cancelled", "running"]
    found_at(part, minutes(11), minutes(40))
    assert clocks()["first_response"] == [("met", minutes(60), minutes(11))]
    assert sweep(minutes(900)) == 1  # The solution alone, of the second cycle.
    with deed(now=minutes(901)) as work:
        assert sla.reread(work) == 0


def test_clocks_that_move_one_place_on_are_told_and_measured_once(house: House) -> None:
    """Two questions, both answered; a third, answered late; then it turns out that the first one had its answer."""
    house.news(post(own_id="1"))
    part = doubtful(house, minutes(10))
    house.news(post("Og bagefter?", parent="1", at=minutes(20)))
    delivered(house, minutes(50))
    house.news(post("Hallo?", parent="1", at=minutes(60)))
    assert sweep(minutes(181)) == 1
    delivered(house, minutes(200))
    told = [(minutes(15), "acknowledged"), (minutes(180), "next_response")]
    assert lines() == told
    assert facts()["next_response"] == [(False, timedelta(minutes=140))]
    found_at(part, minutes(11), minutes(300))
    assert clocks()["next_response"] == [
        ("met", minutes(140), minutes(50)),
        ("breached", minutes(180), minutes(200)),
    ]
    assert lines() == told
    assert facts()["first_response"] == [(True, timedelta(minutes=11))]
    assert facts()["next_response"] == [(True, timedelta(minutes=30)), (False, timedelta(minutes=140))]


def test_a_figure_follows_the_earlier_answer(house: House) -> None:
    house.news(post(own_id="1"))
    part = doubtful(house, minutes(10))
    sweep(minutes(61))
    delivered(house, minutes(70))
    assert facts()["first_response"] == [(False, timedelta(minutes=70))]
    found_at(part, minutes(59), minutes(80))
    assert facts()["first_response"] == [(True, timedelta(minutes=59))]


def test_what_came_in_while_somebody_finished_it_is_asked_afterwards(house: House) -> None:
    """The page was fetched before and stored after: the status says open, so a clock must run."""
    house.news(post(own_id="1"))
    finish(house, minutes(10))
    house.news(post("Hallo?", parent="1", at=minutes(9)), received_at=minutes(9.9))
    assert house.conversation().status == "open"
    assert clocks()["next_response"] == [("running", minutes(129), None)]
    assert house.conversation().next_due_at == minutes(129)


def test_what_came_in_while_somebody_answered_is_not_answered_by_that(house: House) -> None:
    house.news(post(own_id="1"))
    answer(house, now=minutes(10))
    house.news(post("Hallo?", parent="1", at=minutes(9)), received_at=minutes(9.9))
    part = claim(DUE)
    assert part is not None
    record(part, taken(minutes(11)), minutes(11))
    assert [state for state, _, _ in clocks()["first_response"]] == ["met"]
    assert clocks()["next_response"] == [("running", minutes(129), None)]


def test_a_wrong_clock_of_ours_moves_nothing_that_far(house: House) -> None:
    """Two hours ahead, somebody solved it. What comes in at the right time again stays at the right time."""
    house.news(post(own_id="1"))
    finish(house, minutes(130))
    house.news(post("Hallo?", parent="1", at=minutes(9)), received_at=minutes(10))
    with reading(SYSTEM) as work:
        assert {row.received_at for row in work.session.scalars(select(Message))} == {minutes(0), minutes(10)}


@pytest.mark.parametrize("verb", ["solve", "dismiss"])
def test_answering_what_was_finished_opens_it_again(house: House, verb: str) -> None:
    """Or one could finish it just before it is late, and answer at leisure."""
    house.news(post())
    finish(house, minutes(59), verb)
    promised = answer(house, now=minutes(70))
    assert [state for state, _, _ in clocks()["first_response"]] == ["cancelled", "breached"]
    with deed(house.anna, minutes(70)) as work:
        replies.undo(work, promised.message_id)
    assert house.conversation().status == "open"
    assert house.conversation().next_due_at == minutes(15)
    delivered(house, minutes(80))
    assert clocks()["first_response"][1] == ("breached", minutes(60), minutes(80))


@pytest.mark.parametrize("whose", [scene.METTE, scene.ALI], ids=["their own", "somebody else's"])
def test_a_late_parent_joins_it_to_one_that_was_finished_and_it_is_open(house: House, whose: dict[str, str]) -> None:
    """Nobody could see a question in a finished conversation."""
    house.news(post(own_id="root"))
    finish(house, minutes(10))
    child = post("Og i morgen?", own_id="child", parent="middle", at=minutes(20))
    middle = post("Nå?", own_id="middle", parent="root", author=whose, kind="own", at=minutes(19))
    for item in (child, middle):
        assert isinstance(item["post"], dict)
        item["post"]["root"] = None
    house.news(child)
    house.news(middle, received_at=minutes(21))
    with reading(SYSTEM) as work:
        stays = work.session.scalars(select(Conversation).where(Conversation.created_at == minutes(0))).one()
        assert (stays.status, stays.next_due_at) == ("open", minutes(80))


def test_a_reply_told_before_its_parent_in_one_page_joins_as_well(house: House) -> None:
    """Said in the same second, so that nothing says which came first."""
    house.news(post(own_id="root"))
    child = post("Og i morgen?", own_id="a-child", parent="b-middle", at=minutes(20))
    middle = post("Nå?", own_id="b-middle", parent="root", at=minutes(20))
    for item in (child, middle):
        assert isinstance(item["post"], dict)
        item["post"]["root"] = None
    house.news(child, middle)
    stays = house.conversation()
    with reading(SYSTEM) as work:
        messages = work.session.scalars(select(Message)).all()
    assert len(messages) == 3
    assert {one.conversation_id for one in messages} == {stays.id}
    assert [row for row in clocks()["first_response"] if row[0] == "running"] == [("running", minutes(60), None)]
    delivered(house, minutes(30))
    assert house.conversation().next_due_at is None


def save(house: House, now: datetime, **targets: int) -> None:
    with deed(house.lone, now) as work:
        version = work.session.scalars(select(PoliciesRow.version).order_by(PoliciesRow.version)).all()[-1]
        policies.save(work, promises({ClockKind(kind): at for kind, at in targets.items()}), version=version)


def test_every_clock_that_a_change_moves_is_told_of(house: House) -> None:
    house.news(post())
    save(house, minutes(5), acknowledged=30, first_response=60, resolution=480)
    with deed(now=minutes(6)) as work:
        assert sla.reread(work) == 1
    with deed(now=minutes(7)) as work:
        assert sla.reread(work) == 0
    assert [kind for _, kind in lines("terms_changed")] == ["acknowledged", "resolution"]
    assert clocks()["acknowledged"] == [("running", minutes(30), None)]


def test_a_list_saved_while_our_clock_was_ahead_is_in_force_from_its_own_time(house: House) -> None:
    """Until then nothing is judged by it, nothing waits for it, and nobody is late before the end."""
    save(house, minutes(120), first_response=20)
    house.news(post())
    assert clocks()["first_response"] == [("running", minutes(60), None)]
    delivered(house, minutes(5))
    house.news(post("Og mig?", author=scene.ALI, at=minutes(10)))
    assert sweep(minutes(30)) == 1  # Only Ali's acknowledgement.
    assert sweep(minutes(71)) == 1
    with deed(now=minutes(72)) as work:
        assert sla.reread(work) == 0
    with deed(now=minutes(121)) as work:
        assert sla.reread(work) == 2


def test_a_change_and_a_verdict_at_the_same_moment(house: House) -> None:
    """Saved before the end, committed after the sweep had looked: the change holds, and nobody is blocked by it."""
    house.news(post())
    assert sweep(minutes(61)) == 2
    save(house, minutes(59), first_response=90)
    house.news(post("Hallo?", author=scene.METTE, parent="x", at=minutes(62)))
    with deed(now=minutes(63)) as work:
        work.session.execute(update(Organisation).values(undo_seconds=0))
        seen = work.session.scalars(select(Conversation).order_by(Conversation.created_at)).first()
        assert seen is not None
        sla.follow(work, seen)
    assert ("running", minutes(90), None) in clocks()["first_response"]
    assert count(Fact) == 0
