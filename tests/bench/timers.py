"""Clocks: what it costs that many are armed, how fast those that are due get their verdict, and how late.

*Limit*: the bare claim, `UPDATE … SKIP LOCKED … RETURNING` of as many rows in a table of their own, and nothing else.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event
from unittest import mock

import psycopg

from inbox.domain import clock
from inbox.domain.actors import SYSTEM
from inbox.queries.owed import owed
from inbox.services import sla, verdicts
from inbox.uow import glancing, reading, uow
from tests.bench import ingest
from tests.bench.filling import fill
from tests.bench.ground import Ground, ground, percentile, settle
from tests.house import House, found

SMALL = 1_000
LOOKS = 200
PAGES = 40
SPREAD = 5.0
"""Seconds over which clocks fall due while the lag is measured."""
BARE = """
CREATE TABLE bare_clock AS SELECT id, conversation_id, kind, state, due_at, breached_at FROM clock;
ALTER TABLE bare_clock ADD PRIMARY KEY (id);
CREATE INDEX ON bare_clock (due_at, id) WHERE state = 'running';
"""
CLAIM = """
WITH late AS (SELECT id FROM bare_clock WHERE state = 'running' AND due_at < now()
    ORDER BY due_at, id LIMIT %s FOR UPDATE SKIP LOCKED)
UPDATE bare_clock SET state = 'breached', breached_at = due_at FROM late WHERE bare_clock.id = late.id
RETURNING bare_clock.conversation_id, bare_clock.due_at, bare_clock.kind
"""


def run(size: int, _batch: int) -> dict[str, object]:
    """Rates in clocks a second; `idle_ms` is one look for what is due when nothing is.

    `idle_growth` is that look with all clocks armed over the one with a thousand; `lag_p99_s` is from the due instant
    to the commit of the verdict, with a look each second; `arming` is the share that clocks add to taking posts in.
    """
    with ground() as at:
        house = found()
        small = min(SMALL, size)
        fill(at.superuser_url, house, 0, small, open_every=1)
        _due(at, "now() + interval '1 day'")
        before = _looks()
        fill(at.superuser_url, house, small, size, open_every=1)
        _due(at, "now() + interval '1 day'")
        idle = _looks()
        lags, early = _lags(at, min(size, 5_000))
        _due(at, "now() - interval '1 minute'")
        limit, bare = _bare(at)
        swept, ours = _sweep()
        arming = _arming(house)
    return {
        "size": size,
        "small": small,
        "p50_ms": percentile(ours, 0.5),
        "p95_ms": percentile(ours, 0.95),
        "per_s": round(swept / sum(ours), 1),
        "limit": round(limit / sum(bare), 1),
        "ratio": round(swept / sum(ours) / (limit / sum(bare)), 3),
        "idle_ms": percentile(idle, 0.5),
        "idle_growth": round(percentile(idle, 0.5) / percentile(before, 0.5), 2),
        "lag_p99_s": round(percentile(lags, 0.99) / 1000, 3),
        "early": early,
        "arming": round(arming, 3),
    }


def _due(at: Ground, when: str) -> None:
    """Every clock runs until then; the planner knows it."""
    with psycopg.connect(at.superuser_url) as connection:
        # Only our own expressions enter the text.
        connection.execute(f"UPDATE clock SET state = 'running', breached_at = NULL, due_at = {when}")
    settle(at.superuser_url)


def _looks() -> list[float]:
    taken = []
    for _ in range(LOOKS):
        begun = time.perf_counter()
        with glancing(SYSTEM) as view:
            due = owed(view)
        taken.append(time.perf_counter() - begun)
        assert not due.timers
    return taken


def _bare(at: Ground) -> tuple[int, list[float]]:
    taken: list[float] = []
    claimed = 0
    with psycopg.connect(at.superuser_url) as connection:
        connection.execute(BARE)
        connection.commit()
        while True:
            begun = time.perf_counter()
            found_now = len(connection.execute(CLAIM, (verdicts.BATCH,)).fetchall())
            connection.commit()
            if not found_now:
                return claimed, taken
            taken.append(time.perf_counter() - begun)
            claimed += found_now


def _sweep() -> tuple[int, list[float]]:
    """As the timers' job does it, batch by batch."""
    taken: list[float] = []
    swept = 0
    while True:
        begun = time.perf_counter()
        with uow(SYSTEM) as work:
            count = verdicts.breach(work)
        if not count:
            return swept, taken
        taken.append(time.perf_counter() - begun)
        swept += count


def _lags(at: Ground, many: int) -> tuple[list[float], int]:
    """Seconds from each due instant to its verdict, and how many came early: those must be none."""
    with psycopg.connect(at.superuser_url) as connection:
        connection.execute(
            "UPDATE clock SET due_at = now() + make_interval(secs => 1 + %s * random()) WHERE id IN"
            " (SELECT id FROM clock ORDER BY id LIMIT %s)",
            (SPREAD, many),
        )
        connection.commit()
        due = [
            row[0]
            for row in connection.execute(
                "SELECT due_at FROM clock WHERE due_at < now() + interval '1 hour' ORDER BY due_at, id"
            )
        ]
    lags: list[float] = []
    early = 0
    beat = Event()
    while len(lags) < many:
        beat.wait(1.0)
        with reading(SYSTEM) as view:
            ring = owed(view).timers
        more = ring
        while more:
            with uow(SYSTEM) as work:
                count = verdicts.breach(work)
                now = work.now
            given = clock.now()
            # They are claimed in the order in which they are due.
            batch = due[len(lags) : len(lags) + count]
            lags += [(given - one).total_seconds() for one in batch]
            early += sum(one >= now for one in batch)
            more = count == verdicts.BATCH
        print(f"{len(lags)} of {many} verdicts", file=sys.stderr)
    return lags, early


def _arming(house: House) -> float:
    """How much more a page costs with clocks than without, page by page in turn, as a share."""
    taken: dict[bool, list[float]] = {True: [], False: []}
    for number, items in enumerate(ingest.batches(PAGES * 1000, 1000)):
        armed = number % 2 == 0
        with _clocks(on=armed):
            begun = time.perf_counter()
            ingest.take_in(house.account_id, items)
            taken[armed].append(time.perf_counter() - begun)
    return _middle(taken[True]) / _middle(taken[False]) - 1


@contextmanager
def _clocks(*, on: bool) -> Iterator[None]:
    if on:
        yield
        return
    nothing = sla.Plan(0, (), (), (), {})
    with mock.patch.object(sla, "plan", return_value=nothing):
        yield


def _middle(seconds: Sequence[float]) -> float:
    return sorted(seconds)[len(seconds) // 2]
