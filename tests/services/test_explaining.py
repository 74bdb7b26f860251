"""Why a promise stands as it does, for whoever may see the conversation: who did what, and by which rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from flask import Flask

from connectors.kit.contract import Retry
from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.errors import Forbidden, NotFound
from inbox.domain.ids import new_id
from inbox.domain.policies import Policies, Policy, Reason
from inbox.domain.sla import ClockKind
from inbox.domain.trails import Line
from inbox.queries.explaining import Explanation, Promise, explain, find
from inbox.services import conversations
from inbox.uow import reading
from tests.house import NOON, House, delete, post
from tests.services.answering import answer, claim, deed, minutes, parts, record, taken
from tests.services.promising import founded, saved
from tests.web.conftest import statements

ALL = {
    ClockKind.ACKNOWLEDGED: 15,
    ClockKind.FIRST_RESPONSE: 60,
    ClockKind.NEXT_RESPONSE: 15,
    ClockKind.RESOLUTION: 480,
}
PRIVATE = Policy("Privat besked", {ClockKind.FIRST_RESPONSE: 120}, business=False, visibility="private")
QUICK = Policy("Hurtig kanal", ALL, business=True, visibility="public")
REST = Policy("Alt andet", {ClockKind.FIRST_RESPONSE: 600}, business=True)


@pytest.fixture
def house(app: Flask) -> House:
    """Everything is promised in public, and an answer in private; the terms are a year old."""
    return founded(Policies((PRIVATE, QUICK, REST)))


def explained(house: House, now: datetime, *, by: Actor | None = None, id_: UUID | None = None) -> Explanation:
    id_ = id_ or house.conversation().id
    with reading(by or house.anna) as work:
        work.now = now
        return explain(work, id_)


def promise(found: Explanation, kind: ClockKind, number: int = 1) -> Promise:
    return next(one for one in found.promises if (one.kind, one.number) == (kind, number))


def told(found: Explanation, lines: tuple[Line, ...]) -> list[tuple[float, str, str | None]]:
    """Minutes past noon, the word, and who."""
    return [
        (
            (line.at - NOON).total_seconds() / 60,
            line.word,
            found.people[line.ref].name if line.ref and line.ref in found.people else None,
        )
        for line in lines
    ]


def answered(house: House, at: datetime, *, sent: datetime) -> None:
    (part,) = parts(answer(house, now=sent).message_id)
    assert claim(minutes((sent - NOON).total_seconds() / 60 + 0.1)) == part.id
    record(part.id, taken(at, f"ours-{part.id}"), at)


def noted(house: House, at: datetime, text: str) -> None:
    seen = house.conversation()
    with deed(house.jonas, at) as work:
        conversations.note(work, seen.id, text)


def test_the_day_of_one_question(house: House) -> None:
    house.news(post(own_id="1"))
    noted(house, minutes(2), "Hun bor i Sønderby.")
    answered(house, minutes(6), sent=minutes(5))
    house.news(post("Og hvad med min søn?", parent="1", at=minutes(29)))
    found = explained(house, minutes(32))

    assert (found.who, found.channel, found.account) == ("Mette Holm", "square", "Nordby Kommune")
    first = promise(found, ClockKind.FIRST_RESPONSE)
    assert told(found, first.lines) == [(0, "started", "Mette Holm"), (2, "noted", "Jonas"), (6, "met", "Anna")]
    assert (first.owed, first.spent) == (False, minutes(6) - NOON)

    following = promise(found, ClockKind.NEXT_RESPONSE)
    assert told(found, following.lines) == [(29, "started", "Mette Holm"), (32, "now", None), (44, "due", None)]
    assert found.next == following

    assert told(found, promise(found, ClockKind.RESOLUTION).lines) == [
        (0, "started", "Mette Holm"),
        (6, "paused", "Anna"),
        (29, "resumed", "Mette Holm"),
        (32, "now", None),
        (503, "due", None),
    ]
    assert [one.kind for one in found.promises] == [
        ClockKind.ACKNOWLEDGED,
        ClockKind.FIRST_RESPONSE,
        ClockKind.NEXT_RESPONSE,
        ClockKind.RESOLUTION,
    ]


def test_the_rule_behind_it_and_why(house: House) -> None:
    house.news(post())
    rule = promise(explained(house, minutes(1)), ClockKind.FIRST_RESPONSE).rule
    assert (rule.choice.number, rule.of, rule.version, rule.choice.policy.name) == (2, 3, 1, "Hurtig kanal")
    assert rule.choice.because == (Reason("visibility", "public"),)


def test_the_calendar_by_its_name_and_version(house: House) -> None:
    house.news(post())
    found = explained(house, minutes(1))
    hours = found.calendars[promise(found, ClockKind.FIRST_RESPONSE).calendar_id]
    assert (hours.name, hours.version) == ("Nordby", 1)


def test_missed_before_any_sweep_came_it_is_missed_all_the_same(house: House) -> None:
    house.news(post())
    found = explained(house, minutes(67))
    first = promise(found, ClockKind.FIRST_RESPONSE)
    assert told(found, first.lines)[-2:] == [(60, "breached", None), (67, "now", None)]
    assert first.owed
    # The word that it was seen was promised for earlier, and nobody has said that either.
    assert found.next == promise(found, ClockKind.ACKNOWLEDGED)


def test_other_terms_hold_from_their_own_moment(house: House) -> None:
    house.news(post())
    longer = replace(QUICK, targets={**ALL, ClockKind.FIRST_RESPONSE: 90})
    saved(house.lone, Policies((longer, REST)), now=minutes(10))
    found = explained(house, minutes(20))
    first = promise(found, ClockKind.FIRST_RESPONSE)
    assert told(found, first.lines) == [
        (0, "started", "Mette Holm"),
        (10, "terms", None),
        (20, "now", None),
        (90, "due", None),
    ]
    changed = first.lines[1].remarks[0]
    assert changed.word == "policies"
    assert changed.ref is not None
    assert found.lists[changed.ref] == 2
    assert (first.rule.choice.number, first.rule.of, first.rule.version) == (1, 2, 2)
    # What is promised otherwise as before still says under which list it was promised.
    assert promise(found, ClockKind.RESOLUTION).rule.version == 1


def test_tries_that_failed_are_one_line(house: House) -> None:
    house.news(post())
    (part,) = parts(answer(house, now=minutes(5)).message_id)
    for number, at in enumerate((6, 8, 11), 1):
        assert claim(minutes(at)) == part.id
        record(part.id, Retry("busy"), minutes(at), attempt=number)
    found = explained(house, minutes(12))
    assert told(found, promise(found, ClockKind.FIRST_RESPONSE).lines)[1] == (6, "failed", "Anna")
    assert promise(found, ClockKind.FIRST_RESPONSE).lines[1].remarks[0].number == 3


def test_who_ended_it_and_why(house: House) -> None:
    house.news(post())
    seen = house.conversation()
    with deed(house.anna, minutes(5)) as work:
        conversations.dismiss(work, seen.id, seen.version, "thanks")
    found = explained(house, minutes(6))
    first = promise(found, ClockKind.FIRST_RESPONSE)
    assert told(found, first.lines)[-1] == (5, "cancelled", "Anna")
    assert (first.lines[-1].reason, found.next) == ("dismissed:thanks", None)


def test_the_newest_cycle_comes_last(house: House) -> None:
    house.news(post(own_id="1"))
    seen = house.conversation()
    with deed(house.anna, minutes(5)) as work:
        conversations.solve(work, seen.id, seen.version)
    house.news(post("Og så?", parent="1", at=minutes(9)))
    found = explained(house, minutes(10))
    assert [(one.kind, one.number) for one in found.promises][-3:] == [
        (ClockKind.RESOLUTION, 1),
        (ClockKind.NEXT_RESPONSE, 1),
        (ClockKind.RESOLUTION, 2),
    ]


def test_taken_away_by_the_citizen(house: House) -> None:
    question = post()
    house.news(question)
    house.news(delete(question))
    found = explained(house, minutes(5))
    assert told(found, promise(found, ClockKind.FIRST_RESPONSE).lines)[-1] == (2, "cancelled", "Mette Holm")


def test_it_is_found_by_reference_and_by_id(house: House) -> None:
    house.news(post())
    seen = house.conversation()
    with reading(SYSTEM) as work:
        assert find(work, f" {seen.reference.lower()} ") == find(work, str(seen.id)) == seen.id
        for unknown in ("K-NONE22", str(uuid4()), ""):
            with pytest.raises(NotFound):
                find(work, unknown)


def test_who_may_see_it(house: House) -> None:
    house.news(post())
    seen = house.conversation()
    assert explained(house, minutes(1), by=SYSTEM, id_=seen.id).promises
    with pytest.raises(NotFound):
        explained(house, minutes(1), by=replace(house.anna, teams=frozenset({new_id()})), id_=seen.id)
    with pytest.raises(Forbidden):
        explained(house, minutes(1), by=replace(house.anna, roles=frozenset({Role.AUDITOR})), id_=seen.id)


def test_a_long_conversation_asks_no_more_than_a_short_one(house: House) -> None:
    house.news(post(own_id="1"))
    explained(house, minutes(1))
    with statements() as short:
        explained(house, minutes(1))
    house.news(*(post(f"Og {number}?", parent="1", at=minutes(number)) for number in range(2, 30)))
    for number in range(30, 35):
        noted(house, minutes(number), f"Note {number}")
    answered(house, minutes(40), sent=minutes(39))
    with statements() as long:
        explained(house, minutes(41))
    assert len(long) == len(short) <= 12
