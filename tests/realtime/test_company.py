"""Who looks and who writes, in a real Valkey: told once, gone by themselves, and never needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import redis
import time_machine

from inbox.realtime.company import LOOKS_FOR, WRITES_FOR, Around, Company

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MATTER, OTHER = "matter-1", "matter-2"
After = Callable[[float], None]


@pytest.fixture
def company(valkey_url: str) -> Company:
    return Company(valkey_url)


@pytest.fixture
def after() -> Iterator[After]:
    """The clock stands; a test moves it."""
    with time_machine.travel(NOON, tick=False) as clock:
        yield lambda seconds: clock.move_to(NOON + timedelta(seconds=seconds))


def around(company: Company, conversation: str = MATTER, but: str = "lone") -> Around:
    return company.around([conversation], but).get(conversation, Around())


def test_who_comes_is_news_once_and_who_goes_on_looking_is_none(company: Company, after: After) -> None:
    assert company.looks("anna", "p1", MATTER) == {MATTER}
    after(15)
    assert company.looks("anna", "p1", MATTER) == frozenset()
    assert around(company).looking == {"anna"}


def test_nobody_sees_themselves(company: Company, after: After) -> None:
    company.looks("anna", "p1", MATTER)
    assert company.around([MATTER, OTHER], "anna") == {}
    company.looks("jonas", "p2", MATTER)
    assert around(company, but="anna").looking == {"jonas"}


def test_who_opens_another_one_has_left_the_first(company: Company, after: After) -> None:
    company.looks("anna", "p1", MATTER)
    company.writes("anna", "p1", MATTER, on=True)
    assert company.looks("anna", "p1", OTHER) == {MATTER, OTHER}
    assert (around(company), around(company, OTHER)) == (Around(), Around(frozenset({"anna"})))


def test_a_hidden_page_looks_at_nothing(company: Company, after: After) -> None:
    company.looks("anna", "p1", MATTER)
    assert company.looks("anna", "p1", None) == {MATTER}
    assert company.looks("anna", "p1", None) == frozenset()
    assert around(company) == Around()


def test_two_pages_are_one_person_until_both_are_gone(company: Company, after: After) -> None:
    company.looks("anna", "p1", MATTER)
    company.looks("anna", "p2", MATTER)
    company.looks("anna", "p1", None)
    assert around(company).looking == {"anna"}
    company.looks("anna", "p2", None)
    assert around(company) == Around()


def test_a_dead_browser_is_gone_within_a_minute_and_news_when_it_comes_back(company: Company, after: After) -> None:
    company.looks("anna", "p1", MATTER)
    after(LOOKS_FOR)
    assert around(company).looking == {"anna"}
    after(LOOKS_FOR + 0.1)
    # Others look around every quarter of a minute, so the ring is gone from their screens within it.
    assert LOOKS_FOR + 15 < 60
    assert around(company) == Around()
    assert company.looks("anna", "p1", MATTER) == {MATTER}


def test_nothing_is_left_behind_in_redis(company: Company, valkey_url: str) -> None:
    company.looks("anna", "p1", MATTER)
    company.writes("anna", "p1", MATTER, on=True)
    company.may_tell("p1")
    with redis.Redis.from_url(valkey_url) as client:
        keys = client.keys("byline:*")
        assert isinstance(keys, list)
        assert len(keys) == 4
        assert all(0 < client.pttl(key) <= LOOKS_FOR * 1000 for key in keys)


def test_a_pen_is_seen_moving_and_put_down(company: Company, after: After) -> None:
    company.looks("anna", "p1", MATTER)
    assert company.writes("anna", "p1", MATTER, on=True) == {MATTER}
    after(5)
    assert company.writes("anna", "p1", MATTER, on=True) == frozenset()
    assert around(company) == Around(frozenset({"anna"}), frozenset({"anna"}))
    assert company.writes("anna", "p1", MATTER, on=False) == {MATTER}
    assert company.writes("anna", "p1", MATTER, on=False) == frozenset()
    assert around(company) == Around(frozenset({"anna"}))


def test_a_pen_that_lies_still_is_down_by_itself(company: Company, after: After) -> None:
    company.looks("anna", "p1", MATTER)
    company.writes("anna", "p1", MATTER, on=True)
    after(WRITES_FOR + 0.1)
    assert around(company) == Around(frozenset({"anna"}))


def test_one_page_causes_at_most_two_nudges_a_second(company: Company) -> None:
    told = [company.may_tell("p1") for _ in range(20)]
    assert told[0]
    # Twenty take far less than the half second after which another is allowed, save on a machine that sleeps meanwhile.
    assert sum(told) < len(told)
    assert company.may_tell("p2")


def test_all_of_it_may_be_lost(company: Company, valkey_url: str, after: After) -> None:
    company.looks("anna", "p1", MATTER)
    with redis.Redis.from_url(valkey_url) as client:
        client.flushall()
    assert around(company) == Around()
    assert company.looks("anna", "p1", MATTER) == {MATTER}


def test_a_silent_redis_costs_the_rings_and_nothing_else() -> None:
    silent = Company("redis://127.0.0.1:1/0")
    assert silent.looks("anna", "p1", MATTER) == frozenset()
    assert silent.writes("anna", "p1", MATTER, on=True) == frozenset()
    assert not silent.may_tell("p1")
    assert silent.around([MATTER], "anna") == {}


def test_a_list_is_asked_about_at_once(company: Company, after: After) -> None:
    for number in range(50):
        company.looks(f"person-{number}", f"p{number}", f"matter-{number}")
    found = company.around([f"matter-{number}" for number in range(60)], "person-7")
    assert set(found) == {f"matter-{number}" for number in range(50) if number != 7}
