"""Every second of a cycle has one holder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.history import Happening, What, waits_since
from inbox.domain.holders import Holder, Stretch, shares, stretches

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def asked(minutes: float, number: int = 1, since: float | None = None) -> Happening:
    return Happening(at(minutes), What.ASKED, UUID(int=number), since=at(minutes if since is None else since))


def answered(sent: float, stands: float) -> list[Happening]:
    return [Happening(at(sent), What.PROMISED), Happening(at(stands), What.ANSWERED, since=at(sent))]


def split(*history: Happening, until: float, outages: tuple[tuple[float, float], ...] = ()) -> list[tuple[float, str]]:
    """Holder and minutes, one after the other."""
    down = [(at(began), at(ended)) for began, ended in outages]
    return [
        ((part.ended - part.began) / timedelta(minutes=1), part.holder.value)
        for part in stretches(history, down, at(until))
    ]


def test_from_the_platform_through_queue_and_agent_to_the_citizen() -> None:
    taken = Happening(at(10), What.TAKEN)
    assert split(asked(2, since=0), taken, *answered(15, 16), until=30) == [
        (2, "platform"),
        (8, "queue"),
        (5, "agent"),
        (1, "platform"),
        (14, "citizen"),
    ]


def test_the_back_office_holds_what_was_handed_over() -> None:
    history = [asked(0), Happening(at(5), What.HANDED), Happening(at(65), What.RETURNED), *answered(70, 70)]
    assert split(*history, until=80) == [(5, "queue"), (60, "silo"), (5, "queue"), (10, "citizen")]


def test_an_outage_takes_over_what_nobody_could_act_on() -> None:
    history = [asked(0), *answered(50, 50)]
    assert split(*history, until=100, outages=((60, 70), (10, 20))) == [
        (10, "queue"),
        (10, "outage"),
        (30, "queue"),
        (50, "citizen"),
    ]


def test_what_failed_or_was_undone_is_the_agents_again() -> None:
    history = [asked(0), Happening(at(5), What.PROMISED), Happening(at(7), What.FAILED)]
    assert split(*history, until=10) == [(5, "queue"), (2, "platform"), (3, "agent")]


def test_a_message_that_came_after_the_answer_was_sent_is_not_answered_by_it() -> None:
    history = [asked(0), *answered(5, 7), asked(6, number=2)]
    assert split(*history, until=10) == [(5, "queue"), (2, "platform"), (3, "agent")]


def test_nobody_holds_what_is_finished_and_reopened_it_goes_on() -> None:
    history = [asked(0), Happening(at(10), What.SOLVED), Happening(at(20), What.REOPENED), asked(30, number=2)]
    assert split(*history, until=40) == [(10, "queue"), (20, "queue")]
    assert split(asked(0), Happening(at(10), What.SOLVED), asked(22, number=2, since=8), until=30) == [
        (10, "queue"),
        (12, "platform"),
        (8, "queue"),
    ]


KINDS = st.sampled_from(
    [
        What.ASKED,
        What.PROMISED,
        What.ANSWERED,
        What.FAILED,
        What.TAKEN,
        What.RELEASED,
        What.HANDED,
        What.RETURNED,
        What.WITHDRAWN,
        What.SOLVED,
        What.DISMISSED,
        What.REOPENED,
    ]
)
HISTORIES = st.lists(st.tuples(st.integers(0, 500), KINDS, st.integers(1, 4), st.integers(0, 20)), max_size=30)


@given(HISTORIES, st.lists(st.tuples(st.integers(0, 500), st.integers(1, 60)), max_size=5))
def test_the_parts_sum_to_the_whole_and_never_overlap(
    drawn: list[tuple[int, What, int, int]], down: list[tuple[int, int]]
) -> None:
    history = [
        Happening(at(minute), what, UUID(int=ref), since=at(minute - early)) for minute, what, ref, early in drawn
    ]
    outages = [(at(began), at(began + length)) for began, length in down]
    parts = stretches(history, outages, at(600))
    assert all(part.began < part.ended for part in parts)
    assert all(one.ended <= after.began for one, after in pairwise(parts))
    whole = stretches(history, [], at(600))
    assert sum(shares(parts).values(), timedelta()) == sum(shares(whole).values(), timedelta())
    if parts and not any(one.what in (What.SOLVED, What.DISMISSED) for one in history):
        began = min(waits_since(one) if one.what == What.ASKED else one.at for one in _starts(history))
        assert sum(shares(parts).values(), timedelta()) == at(600) - began


def _starts(history: list[Happening]) -> list[Happening]:
    """What can begin a cycle, the first of them only: later ones find it begun."""
    return sorted((one for one in history if one.what in (What.ASKED, What.REOPENED)), key=lambda one: one.at)[:1]


def test_nothing_happened_nobody_held() -> None:
    assert stretches([], [(at(0), at(10))], at(20)) == []
    assert shares([Stretch(at(0), at(1), Holder.QUEUE)])[Holder.QUEUE] == timedelta(minutes=1)
