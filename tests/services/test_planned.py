"""An answer that goes out when we open: not before, not after the question changed, and never lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text

from connectors.kit.contract import Page
from inbox.domain.actors import SYSTEM, Actor
from inbox.domain.calendar import ALWAYS, Calendar
from inbox.domain.errors import Conflict, Invalid
from inbox.domain.policies import Policies
from inbox.domain.policy import Policy
from inbox.domain.sla import ClockKind
from inbox.extensions import db
from inbox.models import Clock, ConversationEvent, Draft, LedgerEntry, Message, Notice
from inbox.services import conversations, deliveries, drafts, intake, replies, verdicts
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import ALI, House, delete, edit, post
from tests.services.answering import LEASE, LONG, claim, deed, minutes, one, parts, record, state, taken

OFFICE = Calendar("Europe/Copenhagen", dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), (("08:00", "16:00"),)))
EVENING = minutes(7 * 60)
"""Eight o'clock in the evening where the office is."""
OPENING = minutes(19 * 60)
"""Eight the next morning."""
ASKED = post(own_id="asked", at=EVENING - timedelta(minutes=10))


@pytest.fixture
def house(app: Flask) -> House:
    return opened()


def opened() -> House:
    found = scene.found(calendar=OFFICE)
    found.news(ASKED)
    return found


def plan(house: House, body: str = "Den åbner klokken 7.", *, by: Actor | None = None) -> UUID:
    seen = house.conversation()
    with deed(by or house.anna, EVENING) as work:
        promised = replies.reply(
            work, seen.id, version=seen.version, visibility="public", body=body, planned_for=OPENING
        )
    return promised.message_id


def lines() -> list[str]:
    with reading(SYSTEM) as work:
        return list(work.session.scalars(select(ConversationEvent.kind).order_by(ConversationEvent.id)))


def clock() -> Clock:
    with reading(SYSTEM) as work:
        found = work.session.scalars(select(Clock).where(Clock.kind == "first_response")).one()
        work.session.expunge(found)
        return found


def test_a_message_and_a_worker_in_the_same_instant_the_worker_first(own_app: Flask) -> None:
    with own_app.app_context():
        house = opened()
        message_id = plan(house)
        house.news(received_at=OPENING)
        spoke = running(own_app, lambda: house.news(again()))
        with deed(now=OPENING) as work:
            assert deliveries.claim(work, LEASE) is not None
            spoke.start()
            wait_until_somebody_waits()
        spoke.join(timeout=30)
        assert not spoke.is_alive()
        assert [part.state for part in parts(message_id)] == ["sending"]
        with reading(SYSTEM) as work:
            assert work.session.scalars(select(Draft.text)).all() == []
            assert work.session.scalars(select(Notice.kind).where(Notice.kind == "planned_taken_back")).all() == []
        assert house.conversation().status == "open"


def test_a_message_and_a_worker_in_the_same_instant_the_message_first(own_app: Flask) -> None:
    claimed: list[UUID | None] = []
    with own_app.app_context():
        house = opened()
        message_id = plan(house)
        worker = running(own_app, lambda: claimed.append(claim(OPENING)))
        with uow(SYSTEM) as work:
            work.now = OPENING
            # What `House.news` does, with the commit still to come.
            intake.take_in(work, house.account_id, "news", Page(items=(again(),), next_cursor="9"))
            worker.start()
            worker.join(timeout=30)
            assert not worker.is_alive()
        claimed.append(claim(OPENING + timedelta(minutes=1)))
        assert claimed == [None, None]
        assert [part.state for part in parts(message_id)] == ["withdrawn"]
        assert one(Draft).text == "Den åbner klokken 7."


def again() -> dict[str, object]:
    return post("Glem det, jeg fandt det selv", own_id="again", parent="asked", root="asked", at=OPENING)


def running(app: Flask, deed_of_another: Callable[[], object]) -> threading.Thread:
    def run() -> None:
        with app.app_context():
            deed_of_another()
            db.session.remove()

    return threading.Thread(target=run)


def wait_until_somebody_waits() -> None:
    """Until another transaction stands behind ours."""
    tries = threading.Event()
    with db.engine.connect() as outside:
        for _ in range(600):
            if outside.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                return
            tries.wait(0.05)
    raise AssertionError("the second one never came to the first")


def test_it_goes_out_when_we_open_and_not_before(house: House) -> None:
    message_id = plan(house)
    assert one_message(message_id).planned_for == OPENING
    assert claim(OPENING - timedelta(seconds=1)) is None
    house.news(received_at=OPENING)
    assert claim(OPENING) == parts(message_id)[0].id


def test_it_waits_for_a_look_at_the_platform_since_its_hour(house: House) -> None:
    """What the citizen has said and we have not fetched yet would take it back."""
    message_id = plan(house)
    house.news(received_at=OPENING - timedelta(seconds=1))
    assert claim(OPENING + timedelta(seconds=10)) is None
    house.news(received_at=OPENING + timedelta(seconds=11))
    assert claim(OPENING + timedelta(seconds=12)) == parts(message_id)[0].id


def test_a_platform_that_cannot_be_read_holds_it_up_for_five_minutes(house: House) -> None:
    message_id = plan(house)
    assert claim(OPENING + timedelta(minutes=4, seconds=59)) is None
    assert claim(OPENING + timedelta(minutes=5)) == parts(message_id)[0].id


def test_no_clock_is_met_before_it_stands_out_there(house: House) -> None:
    message_id = plan(house)
    assert (clock().state, clock().answered_at) == ("running", None)
    house.news(received_at=OPENING)
    assert claim(OPENING) is not None
    assert clock().state == "running"
    record(parts(message_id)[0].id, taken(OPENING + timedelta(seconds=2)), OPENING + timedelta(seconds=3))
    assert (clock().state, clock().answered_at) == ("met", OPENING + timedelta(seconds=2))


def test_planned_is_not_answered_where_the_promise_runs_round_the_clock(app: Flask) -> None:
    house = scene.found(calendar=OFFICE, policies=by_the_wall())
    house.news(ASKED)
    message_id = plan(house)
    with deed(now=EVENING + timedelta(hours=2)) as work:
        assert verdicts.breach(work) == 1
    assert clock().state == "breached"
    house.news(received_at=OPENING)
    assert claim(OPENING) is not None
    record(parts(message_id)[0].id, taken(OPENING), OPENING)
    assert (clock().state, clock().answered_at) == ("breached", OPENING)


def by_the_wall() -> Policies:
    return Policies((Policy("Døgnet rundt", {ClockKind.FIRST_RESPONSE: 60}, False),))


@pytest.mark.parametrize(
    "change",
    [
        post("Og i weekenden?", own_id="more", parent="asked", root="asked", at=EVENING + timedelta(hours=1)),
        edit(ASKED, "@nordby Hvornår LUKKER svømmehallen?", after=timedelta(hours=1)),
        delete(ASKED, after=timedelta(hours=1)),
    ],
    ids=["spoken", "edited", "deleted"],
)
def test_who_changes_the_question_has_it_taken_back(house: House, change: dict[str, object]) -> None:
    message_id = plan(house, LONG)
    house.news(change)
    assert {part.state for part in parts(message_id)} == {"withdrawn"}
    assert claim(OPENING) is None
    draft = one(Draft)
    assert (draft.text, draft.agent_id, draft.mode) == (LONG, house.anna.id, "public")
    assert lines()[-1] == "planned_taken_back"
    with reading(SYSTEM) as work:
        told = work.session.scalars(select(Notice).where(Notice.kind == "planned_taken_back")).one()
        assert (told.agent_id, told.data) == (house.anna.id, {})
        last = work.session.scalars(select(LedgerEntry).order_by(LedgerEntry.arrival)).all()
        assert "reply.deleted" in [entry.type for entry in last]
    conversation = house.conversation()
    # Whose question is gone waits for nothing.
    assert conversation.status == ("pending" if change["kind"] == "delete" else "open")


def test_another_citizens_word_takes_nothing_back(house: House) -> None:
    message_id = plan(house)
    house.news(post(author=ALI, own_id="other", parent="asked", root="asked", at=EVENING + timedelta(hours=1)))
    assert [part.state for part in parts(message_id)] == ["queued"]


def test_what_was_begun_since_is_kept_behind_the_words(house: House) -> None:
    plan(house)
    conversation = house.conversation()
    with deed(house.anna, EVENING) as work:
        drafts.keep(work, conversation.id, "public", "Et til:")
    house.news(again())
    assert one(Draft).text == "Den åbner klokken 7.\n\nEt til:"


def test_it_can_be_undone_all_night_and_written_again(house: House) -> None:
    message_id = plan(house)
    with deed(house.anna, OPENING - timedelta(minutes=1)) as work:
        replies.undo(work, message_id)
    assert one(Draft).text == "Den åbner klokken 7."
    conversation = house.conversation()
    with deed(house.anna, OPENING - timedelta(minutes=1)) as work:
        drafts.forget(work, conversation.id, "public")
        replies.write_again(work, message_id)
    assert one(Draft).text == "Den åbner klokken 7."


def test_only_the_hour_that_stood_there_is_planned_for(house: House) -> None:
    seen = house.conversation()

    def planned(now: datetime, planned_for: datetime) -> None:
        with deed(house.anna, now) as work:
            replies.reply(
                work,
                seen.id,
                version=seen.version,
                visibility="public",
                body="Klokken 7.",
                planned_for=planned_for,
            )

    with pytest.raises(Conflict, match="opened meanwhile"):
        planned(OPENING, OPENING)
    with pytest.raises(Conflict, match="hours have changed"):
        planned(EVENING, OPENING + timedelta(hours=1))
    with reading(SYSTEM) as work:
        assert work.session.scalars(select(Message.id).where(Message.direction == "out")).all() == []


def test_what_is_always_open_plans_nothing(app: Flask) -> None:
    house = scene.found(calendar=ALWAYS)
    house.news(ASKED)
    with pytest.raises(Conflict, match="opened meanwhile"):
        plan(house)


def test_a_solved_conversation_whose_answer_does_not_go_out_is_open_again(house: House) -> None:
    message_id = plan(house)
    seen = house.conversation()
    with deed(house.anna, EVENING) as work:
        conversations.solve(work, seen.id, seen.version)
    with deed(house.anna, EVENING + timedelta(minutes=5)) as work:
        replies.undo(work, message_id)
    conversation = house.conversation()
    assert (conversation.status, conversation.waiting_since) == ("open", EVENING - timedelta(minutes=10))
    assert "came_back" in lines()
    with reading(SYSTEM) as work:
        running_ = work.session.scalars(select(Clock.state).where(Clock.kind == "first_response")).all()
    assert "running" in running_


def test_an_empty_place_never_goes_out(house: House) -> None:
    with pytest.raises(Invalid, match="still to be filled"):
        plan(house, "Hej {name}, den åbner klokken 7.")


def one_message(message_id: UUID) -> Message:
    with reading(SYSTEM) as work:
        found = work.session.get_one(Message, message_id)
        work.session.expunge(found)
        return found


def test_under_way_it_is_left_alone(house: House) -> None:
    message_id = plan(house, LONG)
    house.news(received_at=OPENING)
    first = claim(OPENING)
    assert first is not None
    house.news(again())
    assert state(first) == "sending"
    assert [part.state for part in parts(message_id)][1:] == ["queued", "queued"]
