"""Whatever happens in whatever order, and however the terms change: what must hold of every reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.domain.calendar import ALWAYS, DAYS, Calendar
from inbox.domain.clocks import read
from inbox.domain.history import Happening, What
from inbox.domain.runs import Run
from inbox.domain.sla import OWED, TRANSITIONS, ClockKind, ClockState
from tests.domain.clock_scene import Era, Eras, answer, ask, clock, does, withdraw

MINUTE = timedelta(minutes=1)
OFFICE = Calendar("Europe/Copenhagen", dict.fromkeys(DAYS[:5], (("08:00", "12:00"), ("12:30", "16:00"))))
NIGHTS = Calendar("America/New_York", dict.fromkeys(DAYS, (("00:00", "03:00"), ("20:00", "24:00"))))
RESPONSES = (ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE)
VERDICTS = (ClockState.MET, ClockState.BREACHED)
DEEDS = (What.SOLVED, What.DISMISSED, What.REOPENED, What.HANDED, What.RETURNED, What.NOTED, What.OPENED, What.PENDED)
GAPS = (1, 2, 5, 14, 15, 16, 45, 59, 60, 61, 300, 1000)


@dataclass(frozen=True)
class Case:
    """A history, each happening at a minute of its own, and the terms it happened under."""

    history: Sequence[Happening]
    terms: Eras

    def __repr__(self) -> str:
        return "\n".join(map(str, (self.terms._eras, *self.history)))


@st.composite
def eras(draw: st.DrawFn, most: int = 3) -> Eras:
    since = [0, *sorted(draw(st.lists(st.integers(1, 2000), max_size=most - 1, unique=True)))]
    targets = st.dictionaries(
        st.sampled_from(("ack", "first", "next", "solve")), st.sampled_from((1, 15, 60, 120, 480)), min_size=2
    )
    return Eras(
        *(
            Era(
                draw(targets),
                minute,
                draw(st.sampled_from((ALWAYS, OFFICE, NIGHTS))),
                draw(st.booleans()),
                draw(st.booleans()),
                draw(st.booleans()),
                draw(st.dictionaries(st.sampled_from((1, 2)), targets, max_size=1)),
                private=draw(st.one_of(st.just({}), targets)),
                by_group=draw(st.dictionaries(st.just("press"), targets, max_size=1)),
            )
            for minute in since
        )
    )


@st.composite
def cases(draw: st.DrawFn, most_eras: int = 3, longest: int = 30) -> Case:
    """Most of what happens is asking and answering; anything may follow upon anything."""
    at, asked = 0, 0
    history: list[Happening] = []
    for _ in range(draw(st.integers(1, longest))):
        at += draw(st.sampled_from(GAPS))
        before = draw(st.sampled_from((0, 0, 0, 1, 5, 60, 400)))
        match draw(st.sampled_from("aaaaaansssswrgddddb")):
            case "a":
                asked += 1
                more = {"visibility": draw(st.sampled_from(("public", "public", "private")))}
                history.append(ask(at, f"q{asked}", since=at - before, **more))
            case "s" | "n" as how:
                history.append(answer(at, sent=at - before, holding=how == "n"))
            case "w":
                history.append(withdraw(at, f"q{draw(st.integers(1, max(1, asked)))}"))
            case "r":
                history.append(does(at, What.RANKED, priority=draw(st.integers(0, 2))))
            case "g":
                history.append(does(at, What.GROUPED, group=draw(st.sampled_from(("", "press")))))
            case "b":
                history.append(does(at, What.BEGAN))
            case _:
                history.append(does(at, draw(st.sampled_from(DEEDS))))
    return Case(history, draw(eras(most_eras)))


def verdicts(runs: Iterable[Run]) -> dict[tuple[ClockKind, int], tuple[object, ...]]:
    return {
        (run.kind, run.number): (run.state, run.started_at, run.due_at, run.breached_at)
        + ((run.answered_at,) if run.state == ClockState.MET else ())
        for run in runs
        if run.state in VERDICTS
    }


def looked_at(case: Case, at: datetime) -> list[Run]:
    """The runs as somebody found them at that instant, who knew nothing of what came later."""
    runs = read([one for one in case.history if one.at <= at], case.terms, until=at).runs
    for run in runs:
        run.lapse(at)
    return runs


@given(cases(), st.randoms(use_true_random=False))
def test_a_reading_is_a_function_of_what_happened_alone(case: Case, chance: st.Random) -> None:  # type: ignore[name-defined]
    before = read(case.history, case.terms)
    mixed = list(case.history)
    chance.shuffle(mixed)
    assert read(mixed, case.terms) == before == read(case.history, case.terms)


@given(cases())
def test_a_verdict_once_given_stands(case: Case) -> None:
    """Whatever is appended, whatever the terms become, and whenever somebody looked."""
    given_before: dict[tuple[ClockKind, int], tuple[object, ...]] = {}
    for one in case.history:
        for late in (timedelta(), MINUTE / 2):
            runs = looked_at(case, one.at + late)
            now = verdicts(runs)
            assert now == {**now, **given_before}
            given_before = now
    final = verdicts(looked_at(case, case.history[-1].at + timedelta(days=9)))
    assert final == {**final, **given_before}


@given(cases())
def test_each_step_is_one_that_the_table_allows(case: Case) -> None:
    """Without evidence that comes late nothing is taken back."""
    before: dict[tuple[ClockKind, int], ClockState] = {}
    for one in case.history:
        now = {(run.kind, run.number): run.state for run in looked_at(case, one.at)}
        for key, state in before.items():
            assert now[key] == state or now[key] in TRANSITIONS[state] or state == ClockState.RUNNING
            if state == ClockState.BREACHED:
                assert now[key] == state
        before = now


@given(cases())
def test_a_missed_promise_is_missed_at_its_end_and_never_before(case: Case) -> None:
    for run in looked_at(case, case.history[-1].at):
        assert (run.breached_at is not None) == (run.state == ClockState.BREACHED)
        if run.breached_at is not None:
            assert run.breached_at == run.due_at
            assert run.breached_at < case.history[-1].at
            assert run.answered_at is None or run.answered_at > run.breached_at
        if run.state == ClockState.MET and run.due_at is not None:
            assert run.answered_at is not None
            assert run.started_at <= run.answered_at <= run.due_at
        if run.state == ClockState.RUNNING:
            assert run.due_at is not None
            assert run.due_at >= case.history[-1].at


@given(cases())
def test_one_answer_is_owed_at_a_time_and_only_to_somebody_who_waits(case: Case) -> None:
    for one in case.history:
        reading = read([before for before in case.history if before.at <= one.at], case.terms, until=one.at)
        owed = Counter("answer" if run.kind in RESPONSES else run.kind.value for run in reading.runs if run.owed)
        assert all(number == 1 for number in owed.values())
        asked = {message.ref for message in reading.unanswered}
        for run in reading.runs:
            if run.owed and run.kind != ClockKind.RESOLUTION:
                assert run.message_id in asked
            assert (run.state in OWED) <= run.owed
        assert not (reading.finished and owed)
        numbers = Counter(run.kind for run in reading.runs)
        assert all(run.number <= numbers[run.kind] for run in reading.runs)
        assert len({(run.kind, run.number) for run in reading.runs}) == len(reading.runs)


@given(cases(most_eras=1))
def test_met_is_what_took_no_longer_than_promised(case: Case) -> None:
    """In one kind of time all along. Over at closing time with its last minute, a promise may be late by none."""
    for run in read(case.history, case.terms).runs:
        if run.answered_at is None or any(step.word == "terms" for step in run.steps):
            continue
        took, target = run.spent(run.answered_at), run.term.minutes * MINUTE
        assert took <= target if run.state == ClockState.MET else took >= target
        if run.hours is ALWAYS:
            assert (took <= target) == (run.state == ClockState.MET)
        if run.term.business:
            assert took == run.opening_time()


@settings(max_examples=60)
@given(cases(longest=12))
def test_the_end_is_where_a_slow_count_of_minutes_ends(case: Case) -> None:
    """Minute by minute on the wall. Pauses are taken from what the run says of itself, not from its sums."""
    for run in read(case.history, case.terms).runs:
        if run.state != ClockState.RUNNING or run.due_at is None:
            continue
        at, left = run.started_at, run.term.minutes
        rests = pauses(run)
        while left:
            resting = any(began <= at < ended for began, ended in rests)
            left -= not resting and (run.hours is ALWAYS or is_open(run.hours, at))
            at += MINUTE
        assert run.due_at == at


def pauses(run: Run) -> list[tuple[datetime, datetime]]:
    began = [step.at for step in run.steps if step.word == "paused"]
    ended = [step.at for step in run.steps if step.word == "resumed"]
    return list(zip(began, ended, strict=True))


def is_open(hours: Calendar, at: datetime) -> bool:
    local = at.astimezone(ZoneInfo(hours.zone))
    return any(opens <= f"{local:%H:%M}" < closes for opens, closes in hours.hours.get(DAYS[local.weekday()], ()))


@given(cases(), st.data())
def test_an_answer_that_is_found_later_takes_no_kept_promise_back(case: Case, data: st.DataObject) -> None:
    """Evidence may clear a breach and make a promise never have been; it makes none late that was kept."""
    at = data.draw(st.integers(0, 2000)) + 0.25
    found = answer(at, sent=at - data.draw(st.sampled_from((0, 5, 60))), ref="found")
    end = max(case.history[-1].at, clock(at)) + timedelta(days=9)
    before = looked_at(case, end)
    after = looked_at(Case([*case.history, found], case.terms), end)
    kept = {(run.kind, run.number, run.message_id): run for run in after}
    for run in before:
        now = kept.get((run.kind, run.number, run.message_id))
        if now is None or run.kind == ClockKind.RESOLUTION:
            continue
        if run.state == ClockState.MET:
            assert now.state == ClockState.MET
