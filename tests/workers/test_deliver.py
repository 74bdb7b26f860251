"""The job that posts: the claim is committed before the call, nothing is open during it, and it looks once more."""

from __future__ import annotations

import pytest
import time_machine
from sqlalchemy import select

from connectors.kit.contract import Doubtful, NotSent
from connectors.square.connector import Square
from inbox.domain import personal_data
from inbox.domain.actors import SYSTEM
from inbox.domain.errors import Invalid
from inbox.models import Attempt, Delivery
from inbox.queries.outbox import UNREASONED
from inbox.services import guard
from inbox.uow import reading
from tests.house import House, post
from tests.services.answering import DUE, answer, one, parts, sent
from tests.workers.wire import Wire, standing, told
from workers import deliver


def test_the_claim_stands_and_nothing_is_open_while_the_platform_is_called(house: House, wire: Wire) -> None:
    house.news(post(own_id="asked"))
    (part,) = parts(answer(house).message_id)
    seen: list[tuple[str, int]] = []
    # A unit of work can't be opened inside another, so that this look proves both.
    wire.meanwhile = lambda: seen.append((one(Delivery).state, one(Attempt).number))
    wire.answers = [told(201, standing(part.text))]
    deliver.run()
    assert seen == [("sending", 1)]
    assert [(asked.method, asked.path, asked.key) for asked in wire.asked] == [("POST", "/posts", str(part.id))]
    assert wire.asked[0].json == {
        "text": "Den åbner klokken 7.\n– Anna, Nordby Kommune",
        "visibility": "public",
        "reply_to": "asked",
        "recipient": "mette",
    }
    assert one(Delivery).state == "delivered"


def test_a_doubled_job_finds_nothing(house: House, wire: Wire) -> None:
    house.news(post())
    (part,) = parts(answer(house).message_id)
    wire.answers = [told(201, standing(part.text))]
    deliver.run()
    deliver.run()
    assert len(wire.asked) == 1


def test_the_job_refuses_a_national_identity_number_that_came_past_the_service(
    house: House, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.news(post())
    words = "Dit nummer er 070761-4285."
    with pytest.raises(Invalid):
        answer(house, words)
    with monkeypatch.context() as blind:
        blind.setattr(personal_data, "find", lambda text, today=None: [])
        answer(house, words)
    assert sent() == 1
    deliver.run()
    assert wire.asked == []
    part = one(Delivery)
    assert (part.state, part.last_error) == ("rejected", "it holds a national identity number")
    assert house.conversation().status == "open"


@pytest.mark.parametrize(
    ("failure", "state"), [(NotSent("no connection"), "queued"), (Doubtful("no answer"), "unconfirmed")]
)
def test_what_was_certainly_not_sent_is_tried_again_and_what_perhaps_was_is_not(
    house: House, wire: Wire, failure: Exception, state: str
) -> None:
    house.news(post())
    answer(house)
    wire.answers = [failure]
    # Both jobs run in one instant, before anything may be tried again or looked up.
    with time_machine.travel(DUE, tick=False):
        deliver.run()
        assert one(Delivery).state == state
        deliver.run()
    assert len(wire.asked) == 1


def test_a_bug_in_a_connector_costs_its_own_part_a_lease_and_the_others_nothing(
    house: House, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.news(post())
    first, second = parts(answer(house).message_id) + again(house)
    with monkeypatch.context() as broken:
        broken.setattr(Square, "deliver", lambda self, post, key: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            deliver.run()
    wire.answers = [told(201, standing(second.text))]
    deliver.run()
    with reading(SYSTEM) as work:
        states = {part.id: part.state for part in work.session.query(Delivery)}
    assert states == {first.id: "sending", second.id: "delivered"}


def again(house: House) -> list[Delivery]:
    return parts(answer(house, "Og i weekenden klokken 9.").message_id)


def test_what_a_connector_remembers_is_stored_with_the_outcome(
    house: House, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.news(post())
    (part,) = parts(answer(house).message_id)
    real = Square.deliver

    def remembering(self: Square, post: object, key: str) -> object:
        self._account.memory.save("session", "fresh")
        return real(self, post, key)  # type: ignore[arg-type] # It is handed on as it came.

    monkeypatch.setattr(Square, "deliver", remembering)
    wire.answers = [told(201, standing(part.text))]
    deliver.run()
    assert deliver._trip(part.id).memory.load("session") == "fresh"


def test_the_job_refuses_contact_data_for_which_nobody_gave_a_reason(
    house: House, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.news(post())
    words = "Ring til Pia på 55 00 00 00."
    with pytest.raises(Invalid):
        answer(house, words)
    with monkeypatch.context() as blind:
        blind.setattr(guard, "keep", lambda *_: None)
        answer(house, words)
    deliver.run()
    assert wire.asked == []
    assert (one(Delivery).state, one(Delivery).last_error) == ("rejected", UNREASONED)


def test_a_number_over_two_parts_is_refused_whichever_part_is_due(
    house: House, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.news(post())
    with monkeypatch.context() as blind:
        blind.setattr(personal_data, "find", lambda text, today=None: [])
        answer(house, f"{'Vi skriver mere om det her. ' * 9}Nummeret 070761\n-\n4285 {'og mere. ' * 30}")
    deliver.run()
    assert wire.asked == []
    with reading(SYSTEM) as work:
        assert set(work.session.scalars(select(Delivery.state))) == {"rejected"}
