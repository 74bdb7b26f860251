"""The job that asks platforms to hide and block: what it asks for, in what order, and when it does not."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine

from connectors.kit.contract import Answer, Doubtful
from inbox.models import Moderation
from tests.house import METTE, NOON, House, post
from tests.services.answering import LONG, answer, claim, count, minutes, one, parts, record, taken
from tests.services.moderating_scene import decided, said
from tests.workers.wire import Wire, told
from workers import moderating

DONE = Answer(204, {}, b"")
pytestmark = pytest.mark.usefixtures("noon")


def test_it_asks_once_for_what_is_owed_and_for_nothing_more(house: House, wire: Wire) -> None:
    moderation_id = decided(house, said(house))
    wire.answers = [DONE]
    moderating.run()
    moderating.run()
    (asked,) = wire.asked
    assert (asked.method, asked.path) == ("POST", "/deeds")
    assert isinstance(asked.json, dict)
    assert (asked.json["deed"], one(Moderation).id) == ("hide", moderation_id)
    assert one(Moderation).state == "in_force"


def test_a_doubt_is_asked_again_after_a_while(house: House, wire: Wire) -> None:
    decided(house, said(house), "block")
    wire.answers = [Doubtful("cut")]
    moderating.run()
    moderating.run()
    assert (len(wire.asked), one(Moderation).state) == (1, "owed")
    wire.answers = [DONE]
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        moderating.run()
    assert (len(wire.asked), one(Moderation).state) == (2, "in_force")


def test_what_has_had_its_time_is_lifted_by_the_job_alone(house: House, wire: Wire) -> None:
    decided(house, said(house), "block")
    wire.answers = [DONE]
    moderating.run()
    wire.answers = [DONE]
    with time_machine.travel(NOON + timedelta(days=31), tick=False):
        moderating.run()
        moderating.run()
    assert [asked.json["deed"] for asked in wire.asked if isinstance(asked.json, dict)] == ["block", "unblock"]
    assert (one(Moderation).state, one(Moderation).ending) == ("lifted", "expired")


def test_an_answer_in_parts_goes_from_its_end(house: House, wire: Wire) -> None:
    house.news(post(author=METTE))
    message_id = answer(house, LONG, now=NOON).message_id
    for number, part in enumerate(parts(message_id), start=1):
        assert claim(minutes(1)) == part.id
        record(part.id, taken(NOON, f"ours-{number}"), minutes(1))
    decided(house, message_id, "delete", now=NOON)
    # The second call fails: the next turn begins anew, which does no harm.
    wire.answers = [DONE, told(500, {})]
    moderating.run()
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        wire.answers = [told(404, {"error": "no_such_post"}), DONE, DONE]
        moderating.run()
    posts = [asked.json["post"] for asked in wire.asked if isinstance(asked.json, dict)]
    assert posts == ["ours-3", "ours-2", "ours-3", "ours-2", "ours-1"]
    assert one(Moderation).state == "in_force"


def test_a_machine_that_slept_through_its_claim_asks_for_nothing(
    house: House, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided(house, said(house))
    hours = iter([0.0, 0.0, 0.0, 3_600.0, 3_600.0])
    # The job's own clock alone: everybody else's goes on.
    monkeypatch.setattr(moderating, "time", SimpleNamespace(monotonic=lambda: next(hours)))
    moderating.run()
    assert (wire.asked, one(Moderation).state, count(Moderation)) == ([], "owed", 1)
