"""Who gets what comes in: never somebody who can't, and in turn means in turn."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.assigning import Assignment, Candidate, Deal, fits
from inbox.domain.attendance import HERE, REMEMBERED, here, to_be_written

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
GROUPS = st.sampled_from((None, "press", "company", "politician"))
LANGUAGES = st.sampled_from(("da", "nb", "no", "nn-NO", "en-GB", "uk", "", None))
AGO = st.timedeltas(timedelta(), timedelta(hours=2)).map(lambda ago: NOW - ago)


def candidate(number: int, **more: object) -> Candidate:
    plain = Candidate(UUID(int=number), 0, None, frozenset(), away=False, seen_at=NOW, assigned_at=None)
    return replace(plain, **more)  # type: ignore[arg-type] # whatever a test says


@st.composite
def teams(draw: st.DrawFn) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(
            UUID(int=number),
            draw(st.integers(0, 5)),
            draw(st.none() | st.integers(0, 6)),
            draw(st.frozensets(st.sampled_from(("da", "nb", "en")), max_size=3)),
            away=draw(st.booleans()),
            seen_at=draw(st.none() | AGO),
            assigned_at=draw(st.none() | AGO),
            groups=draw(st.frozensets(st.sampled_from(("press", "company")))),
        )
        for number in range(draw(st.integers(0, 5)))
    )


@given(teams(), st.sampled_from(Assignment), st.lists(LANGUAGES, max_size=25))
def test_nobody_gets_what_they_can_not_take(
    team: tuple[Candidate, ...], mode: Assignment, coming: list[str | None]
) -> None:
    deal = Deal(mode, team, NOW)
    for language in coming:
        before = {one.id: one for one in deal.candidates}
        chosen, deal = deal.give(language)
        if chosen is None:
            assert mode == Assignment.BY_HAND or not any(fits(one, language, NOW) for one in before.values())
            continue
        who = before[chosen]
        assert not who.away
        assert who.seen_at is not None
        assert NOW - who.seen_at <= timedelta(minutes=15)
        assert who.capacity is None or who.holds < who.capacity
        if who.languages and language:
            wanted = {"no": "nb", "nn-NO": "nb", "en-GB": "en"}.get(language, language)
            assert wanted in who.languages
        if mode == Assignment.BY_LOAD:
            assert who.holds == min(one.holds for one in before.values() if fits(one, language, NOW))
        after = {one.id: one for one in deal.candidates}
        assert after[chosen].holds == who.holds + 1
        assert {id_: one for id_, one in after.items() if id_ != chosen} == {
            id_: one for id_, one in before.items() if id_ != chosen
        }


@given(teams(), st.sampled_from(Assignment), st.lists(st.tuples(LANGUAGES, GROUPS), max_size=25))
def test_a_group_changes_who_is_asked_and_never_whether_somebody_is(
    team: tuple[Candidate, ...], mode: Assignment, coming: list[tuple[str | None, str | None]]
) -> None:
    """Beside the deal without groups: given as soon, and to a named one wherever a named one could take it."""
    deal = Deal(mode, team, NOW)
    for language, group in coming:
        before = deal
        chosen, deal = before.give(language, group)
        plain, _after = before.give(language)
        assert (chosen is None) == (plain is None)
        named = [one.id for one in before.candidates if group in one.groups and fits(one, language, NOW)]
        if named and mode != Assignment.BY_HAND:
            assert chosen in named
            among_them = replace(before, candidates=tuple(one for one in before.candidates if group in one.groups))
            assert chosen == among_them.give(language)[0]
        else:
            assert chosen == plain


@pytest.mark.parametrize("mode", [Assignment.IN_TURN, Assignment.BY_LOAD])
def test_press_goes_to_who_answers_it_and_past_them_when_they_are_full(mode: Assignment) -> None:
    team = (candidate(1), candidate(2, holds=3, capacity=5, assigned_at=NOW, groups=frozenset({"press"})))
    deal, got = Deal(mode, team, NOW), []
    for _ in range(4):
        chosen, deal = deal.give("da", "press")
        got.append(chosen)
    assert got == [UUID(int=2), UUID(int=2), UUID(int=1), UUID(int=1)]


@given(
    st.lists(st.none() | AGO, min_size=1, max_size=6),
    st.integers(1, 6),
    st.lists(st.timedeltas(timedelta(hours=-1), timedelta(hours=1)), min_size=36, max_size=36),
)
def test_in_turn_everybody_who_is_there_gets_as_many(
    turns: list[datetime | None], rounds: int, drift: list[timedelta]
) -> None:
    """Also when many come in one instant, and when clocks are set back in between."""
    team = tuple(candidate(number, assigned_at=turn) for number, turn in enumerate(turns))
    got: Counter[UUID] = Counter()
    for number in range(len(team) * rounds):
        now = NOW + drift[number]
        team = tuple(replace(one, seen_at=now) for one in team)
        chosen, deal = Deal(Assignment.IN_TURN, team, now).give(None)
        assert chosen is not None
        got[chosen] += 1
        team = deal.candidates
        if (number + 1) % len(team) == 0:
            assert set(got.values()) == {(number + 1) // len(team)}
    assert set(got.values()) == {rounds}


def test_who_was_never_given_anything_is_next() -> None:
    team = (candidate(1, assigned_at=NOW - timedelta(days=9)), candidate(2))
    assert Deal(Assignment.IN_TURN, team, NOW).give(None)[0] == UUID(int=2)


def test_of_two_with_as_little_the_one_whose_turn_it_is() -> None:
    team = (
        candidate(1, holds=1, assigned_at=NOW),
        candidate(2, holds=1, assigned_at=NOW - HERE),
        candidate(3, holds=2),
    )
    assert Deal(Assignment.BY_LOAD, team, NOW).give("da")[0] == UUID(int=2)


@pytest.mark.parametrize(
    ("more", "can"),
    [
        ({}, True),
        ({"away": True}, False),
        ({"seen_at": None}, False),
        ({"seen_at": NOW - HERE}, True),
        ({"seen_at": NOW - HERE - timedelta(microseconds=1)}, False),
        ({"capacity": 0}, False),
        ({"capacity": 2, "holds": 2}, False),
        ({"capacity": 2, "holds": 1}, True),
        ({"languages": frozenset({"nb"})}, False),
        ({"languages": frozenset({"nb", "da"})}, True),
    ],
)
def test_who_can_be_given_something(more: dict[str, object], can: bool) -> None:
    assert fits(candidate(1, **more), "da", NOW) is can


def test_a_language_that_nobody_told_is_everybodys() -> None:
    assert fits(candidate(1, languages=frozenset({"uk"})), None, NOW)


@given(st.none() | AGO)
def test_an_act_is_written_down_once_a_minute(seen_at: datetime | None) -> None:
    assert to_be_written(seen_at, NOW) == (seen_at is None or NOW - seen_at >= REMEMBERED)
    assert here(seen_at, NOW) == (seen_at is not None and NOW - seen_at <= HERE)
