"""The lead's four numbers, and that each list behind one is as long as it says."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import select, update

from connectors.kit.contract import Delivered, Ref
from inbox.domain.actors import SYSTEM
from inbox.models import Account, Clock, Conversation, Delivery, Identity
from inbox.queries import inbox_list, lead
from inbox.queries.inbox_list import View
from inbox.services import deliveries, replies
from inbox.uow import reading, uow
from tests.house import House, post
from tests.web.conftest import Come

pytestmark = pytest.mark.usefixtures("noon")
ZONE = ZoneInfo("Europe/Copenhagen")


def mentions(founded: House, count: int) -> None:
    """Questions ten minutes apart, the newest a second old: nobody has answered in the instant in which they came."""
    with reading(SYSTEM) as work:
        now = work.now
    founded.news(
        *(
            post(
                f"@nordby Nummer {number}",
                author={"id": f"c{number}", "handle": f"c{number}", "name": f"Borger {number}"},
                at=now - timedelta(minutes=10 * number, seconds=1),
            )
            for number in range(count)
        )
    )


def answered(founded: House, handle: str) -> None:
    """Anna answers, and the platform takes it at once."""
    with reading(SYSTEM) as work:
        one = work.session.scalars(
            select(Conversation)
            .join(Identity, Identity.id == Conversation.identity_id)
            .where(Identity.handle == handle)
        ).one()
    with uow(founded.anna) as work:
        promised = replies.reply(work, one.id, version=one.version, visibility="public", body="Ja.")
        work.session.execute(update(Delivery).where(Delivery.message_id == promised.message_id).values(due_at=work.now))
    with uow(SYSTEM) as work:
        part = deliveries.claim(work, timedelta(seconds=45))
    assert part is not None
    with uow(SYSTEM) as work:
        deliveries.record(work, part, 1, Delivered(Ref(f"out-{handle}"), work.now), timedelta(seconds=2))


def test_each_list_is_as_long_as_its_number(founded: House) -> None:
    mentions(founded, 7)
    for handle in ("c1", "c2", "c5"):
        answered(founded, handle)

    with reading(founded.lone) as work:
        numbers = lead.now(work, ZONE)
        waiting = inbox_list.conversations(work, View.WAITING)
        promises = lead.promises(work, ZONE)
        answers = lead.answers(work, ZONE)

    assert numbers.waiting == len(waiting.rows) == 4
    assert numbers.decided == len(promises)
    assert numbers.on_time == sum(line.on_time for line in promises)
    assert numbers.answered == len(answers) == 3
    assert numbers.oldest_id in {row.id for row in waiting.rows}
    oldest = min(row.said_at for row in waiting.rows)
    assert numbers.oldest_since == oldest
    took = sorted(line.took for line in answers if line.took is not None)
    assert numbers.median == took[1]
    assert took == [timedelta(minutes=waited, seconds=1) for waited in (10, 20, 50)]


def test_today_is_the_organisations_day_whatever_zone_a_calendar_is_in(founded: House) -> None:
    """The calendar is in UTC, and Nordby's Friday begins there at eleven on Thursday evening."""
    mentions(founded, 4)
    friday = datetime(2026, 11, 27, tzinfo=ZONE).astimezone(UTC)
    saturday, second = friday + timedelta(days=1), timedelta(seconds=1)
    for number, at in enumerate((friday - second, friday, saturday - second, saturday)):
        with time_machine.travel(at, tick=False):
            answered(founded, f"c{number}")

    def told(at: datetime) -> list[str]:
        with time_machine.travel(at, tick=False), reading(founded.lone) as work:
            lines = lead.answers(work, ZONE)
            assert lead.now(work, ZONE).answered == len(lines)
        return sorted(line.who for line in lines)

    assert told(friday - second) == ["Borger 0"]
    assert told(friday) == told(saturday - second) == ["Borger 1", "Borger 2"]
    assert told(saturday) == ["Borger 3"]


def test_an_open_promise_that_is_not_due_is_in_neither_part_and_a_missed_one_is_late(founded: House) -> None:
    mentions(founded, 2)
    with uow(SYSTEM) as work:
        missed = work.session.scalars(select(Clock).order_by(Clock.due_at).limit(1)).one()
        missed.state, missed.due_at = "breached", work.now - timedelta(seconds=1)
        missed.breached_at = missed.due_at

    with reading(founded.lone) as work:
        numbers = lead.now(work, ZONE)
    assert (numbers.on_time, numbers.decided) == (0, 1)
    assert numbers.median is None


def test_a_practice_room_is_out_of_every_figure(founded: House) -> None:
    mentions(founded, 3)
    answered(founded, "c1")
    with uow(SYSTEM) as work:
        work.session.execute(update(Account).values(practice=True))

    with reading(founded.lone) as work:
        numbers = lead.now(work, ZONE)
        assert lead.answers(work, ZONE) == ()
        assert inbox_list.conversations(work, View.WAITING).rows == ()
        assert len(inbox_list.conversations(work, View.OPEN).rows) == 3
    assert (numbers.waiting, numbers.decided, numbers.answered) == (0, 0, 0)


def test_a_practice_room_is_marked_wherever_its_words_stand(founded: House, come: Come) -> None:
    mentions(founded, 1)
    with uow(SYSTEM) as work:
        work.session.execute(update(Account).values(practice=True))

    lone = come(founded.lone)
    for page in (f"/?view={View.OPEN}", "/audit", "/settings"):
        assert re.search("Øvelse|Øverum|øverum|[Pp]ractice", lone.get(page).text), page


def test_the_page_says_the_numbers_and_links_to_their_lists(founded: House, come: Come) -> None:
    mentions(founded, 3)
    answered(founded, "c1")
    lone = come(founded.lone)
    page = lone.get("/lead").text

    links = re.findall(r'class="figure"><a href="([^"]+)"', page)
    assert len(links) == 4
    for link in links:
        assert lone.get(link.replace("&amp;", "&")).status_code == 200
    assert lone.get("/lead/list/promises").status_code == 200
    assert lone.get("/lead/list/other").status_code == 404
