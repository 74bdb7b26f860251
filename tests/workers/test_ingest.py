"""The job that fetches: page after page, each with its cursor, and calm when the platform is not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.kit.contract import Doubtful
from inbox.domain.actors import SYSTEM
from inbox.models import Account, Cursor, Message, RawEvent
from inbox.services import intake, polling
from inbox.uow import reading, uow
from tests.house import House, edit, post
from tests.services.answering import count, deed, minutes, one
from tests.workers.wire import Wire, told
from workers import ingest


def page(*items: object, cursor: str, more: bool = False) -> dict[str, object]:
    return {"items": list(items), "cursor": cursor, "more": more}


def test_page_after_page_each_with_its_cursor(house: House, wire: Wire) -> None:
    wire.answers = [
        told(200, page(post(), post(), cursor="2", more=True)),
        told(200, page(post(), cursor="3")),
    ]
    ingest.pull(str(house.account_id))
    assert count(Message) == 3
    assert one(Cursor).position == "3"
    assert one(Account).lease_until is None


def test_the_cursor_stands_with_the_pages_before_a_failure(house: House, wire: Wire) -> None:
    wire.answers = [told(200, page(post(), cursor="1", more=True)), Doubtful("no answer")]
    ingest.pull(str(house.account_id))
    account = one(Account)
    assert (one(Cursor).position, account.attempts, account.health) == ("1", 1, "The square could not be reached.")
    assert account.lease_until is None


def test_a_backlog_is_no_reason_to_hold_a_worker_for_ever(house: House, wire: Wire) -> None:
    wire.answers = [told(200, page(post(), cursor=str(number), more=True)) for number in range(ingest.PAGES + 5)]
    ingest.pull(str(house.account_id))
    assert len(wire.asked) == ingest.PAGES
    due_at = one(Account).due_at
    assert due_at is not None
    with reading(SYSTEM) as work:
        assert due_at <= work.now


def test_a_platform_that_asks_for_silence_is_left_alone(house: House, wire: Wire) -> None:
    wire.answers = [told(429, {"error": "too_many"}, retry_after="600")]
    ingest.pull(str(house.account_id))
    ingest.pull(str(house.account_id))
    assert len(wire.asked) == 1
    assert one(Account).not_before == one(Account).due_at


def test_refused_access_stops_the_account(house: House, wire: Wire) -> None:
    wire.answers = [told(401, {"error": "no_access"})]
    ingest.pull(str(house.account_id))
    assert one(Account).state == "suspended"
    ingest.pull(str(house.account_id))
    assert len(wire.asked) == 1


def test_while_somebody_is_at_it_nobody_else_fetches(house: House, wire: Wire) -> None:
    wire.meanwhile = lambda: ingest.pull(str(house.account_id))
    wire.answers = [told(200, page(post(), cursor="1"))]
    ingest.pull(str(house.account_id))
    assert len(wire.asked) == 1


def test_one_worker_keeps_a_backlog_until_it_is_done_with_it(house: House, wire: Wire) -> None:
    """Between two pages, too, nobody else fetches what the same worker goes on with."""
    pages = 4
    wire.meanwhile = lambda: ingest.pull(str(house.account_id))
    wire.answers = [told(200, page(post(), cursor=str(number), more=number < pages)) for number in range(1, pages + 1)]
    ingest.pull(str(house.account_id))
    assert len(wire.asked) == pages
    assert one(Cursor).position == str(pages)
    assert one(Account).lease_until is None


def test_each_page_holds_the_account_for_another_lease(house: House, wire: Wire) -> None:
    """A backlog may take longer than one lease: what ran out in the middle would let another in."""
    held = []
    wire.meanwhile = lambda: held.append(one(Account).lease_until)
    wire.answers = [told(200, page(post(), cursor=str(number), more=number < 3)) for number in range(1, 4)]
    ingest.pull(str(house.account_id))
    first, second, third = (until for until in held if until is not None)
    assert first < second < third


def test_a_page_that_another_worker_has_passed_does_not_take_the_cursor_back(house: House, wire: Wire) -> None:
    """The platform kept us for longer than our lease; whoever took over has read further by now."""

    def another() -> None:
        wire.meanwhile = lambda: None
        with uow(SYSTEM) as work:
            work.session.query(Account).one().lease_until = minutes(0)
        ingest.pull(str(house.account_id))

    wire.meanwhile = another
    wire.answers = [
        told(200, page(post(), cursor="1", more=True)),
        told(200, page(post(), cursor="2")),
        told(200, page(post(), cursor="1", more=True)),
    ]
    ingest.pull(str(house.account_id))
    assert one(Cursor).position == "2"
    assert (count(Message), len(wire.asked)) == (2, 3)


def test_a_page_that_nobody_passed_is_kept_however_long_it_took(house: House, wire: Wire) -> None:
    """A platform slower than our lease would else be fetched for ever and never read."""

    def claimed_by_another() -> None:
        with uow(SYSTEM) as work:
            work.session.query(Account).one().lease_until = None
        with uow(SYSTEM) as work:
            assert polling.claim(work, house.account_id, timedelta(seconds=45))

    wire.meanwhile = claimed_by_another
    wire.answers = [told(200, page(post(), cursor="1", more=True))]
    ingest.pull(str(house.account_id))
    assert one(Cursor).position == "1"
    assert one(Account).lease_until is not None


def test_what_a_webhook_brought_is_taken_in_once(house: House, wire: Wire) -> None:
    news = post()
    with uow(SYSTEM) as work:
        intake.receive(work, house.account_id, [news, news, {"kind": "dance"}])
    ingest.take_in()
    ingest.take_in()
    assert count(Message) == 1
    with reading(SYSTEM) as work:
        states = sorted(work.session.scalars(RawEvent.__table__.select().with_only_columns(RawEvent.state)))
    assert states == ["done", "done", "done", "quarantined"]


@pytest.mark.usefixtures("noon")
@pytest.mark.parametrize("tries", [intake.TRIES])
def test_an_edit_whose_post_never_comes_is_set_aside_in_the_end(house: House, tries: int) -> None:
    house.news(edit(post(), "Hvornår lukker I?"))
    for number in range(tries):
        with deed(now=minutes(24 * 60 * (number + 1))) as work:
            assert intake.take_in_waiting(work) == 1
    with deed(now=minutes(10**6)) as work:
        assert intake.take_in_waiting(work) == 0
    with reading(SYSTEM) as work:
        last = work.session.query(RawEvent).filter(RawEvent.state == "quarantined").one()
    assert last.last_error == "its post never came"
