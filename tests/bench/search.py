"""Search over a house that has run for years: words of every frequency, phrases, operators, second pages.

*Limit*: the keys of the newest thirty alone, through the driver, by whatever way the planner chooses. `query_*` is the
search with everything that a line shows, which the goals are for: p50 at most 10 ms, p95 at most 50 ms, none above
500 ms at a million messages. `p50_ms` and `p95_ms` are the whole page as a browser gets it, rail and counts included.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from urllib.parse import quote_plus
from zoneinfo import ZoneInfo

import psycopg

from inbox.domain.search_words import parsed
from inbox.queries.search import results
from inbox.queries.surroundings import around
from inbox.uow import reading
from tests.architecture.scene import Visitor
from tests.bench.filling import fill
from tests.bench.ground import Ground, ground, percentile, settle
from tests.house import House, found

ROUNDS = 12
"""Of the whole mix; more than the five runs after which a driver would prepare its statements."""
WARM = 2
ZONE = ZoneInfo("Europe/Copenhagen")
WORDS = """(SELECT string_agg('ord' || exp(random() * ln(20000) + (n + g) * 0)::int, ' ')
        FROM generate_series(1, 12) AS g)
    || CASE WHEN n < {half} AND n %% 10 = 0 THEN ' gammelt' WHEN n >= {half} AND n %% 10 = 0 THEN ' nyt' ELSE '' END
    || CASE WHEN n %% 5000 = 7 THEN ' sjælden' ELSE '' END || ' nummer' || n"""
"""The r-th word is as frequent as one r-th of the first; two that never meet, one of them only said long ago."""
MIX = {
    "in most": "ord1",
    "common": "ord9",
    "usual": "ord300",
    "seldom": "ord9000",
    "rare": "sjælden",
    "once": "nummer77",
    "in none": "skøjtebahn",
    "long ago": "gammelt",
    "two common": "ord2 ord5",
    "common and rare": "ord1 sjælden",
    "never together": "gammelt nyt",
    "phrase": '"ord1 ord2"',
    "phrase that is none": '"gammelt nyt"',
    "of one": "from:borger77",
    "of one, common word": "ord1 from:borger77",
    "open": "is:open ord40",
    "late, no words": "is:late",
    "in a month": "ord9 before:2026-11-24",
}
LIMIT = """SELECT m.id FROM message m JOIN conversation c ON c.id = m.conversation_id
    WHERE c.team_id = %s AND m.search @@ plainto_tsquery('danish', %s) ORDER BY m.said_at DESC, m.id DESC LIMIT 31"""


def run(size: int, _batch: int) -> dict[str, object]:
    """Times of one search in milliseconds; `slowest` is the worst single one and what it looked for."""
    with ground() as at:
        house = found()
        fill(at.superuser_url, house, 0, size, words=WORDS.format(half=size // 2))
        settle(at.superuser_url)
        taken = _measure(at, house)
    pages = [seconds for name in MIX for seconds in taken["page"][name]]
    queries = [seconds for name in MIX for seconds in taken["query"][name]]
    limits = [seconds for times in taken["limit"].values() for seconds in times]
    worst = max(MIX, key=lambda name: max(taken["page"][name]))
    for name in MIX:
        print(f"{name}: {percentile(taken['query'][name], 0.5)} ms", file=sys.stderr)
    return {
        "size": size,
        "p50_ms": percentile(pages, 0.5),
        "p95_ms": percentile(pages, 0.95),
        "max_ms": percentile(pages, 1),
        "slowest": worst,
        "query_p50_ms": percentile(queries, 0.5),
        "query_p95_ms": percentile(queries, 0.95),
        "query_max_ms": percentile(queries, 1),
        "limit": percentile(limits, 0.5),
        "limit_p95": percentile(limits, 0.95),
        "limit_max": percentile(limits, 1),
        "ratio": round(percentile(queries, 0.5) / percentile(limits, 0.5), 2),
        "first_to_last": _drift(taken["query"]),
    }


def _drift(queries: dict[str, list[float]]) -> float:
    """The largest ratio of a search's last run to its first: a plan that is kept and wrong would show here."""
    return round(max(times[-1] / times[0] for times in queries.values()), 2)


def _measure(at: Ground, house: House) -> dict[str, dict[str, list[float]]]:
    """Three ways in turn, so that whatever else the machine does falls on all of them."""
    browser = Visitor(at.app, house.anna).browser
    team = next(iter(house.anna.teams))
    taken: dict[str, dict[str, list[float]]] = {way: {} for way in ("page", "query", "limit")}
    with reading(house.anna) as work:
        beside = around(work)
    url = at.app.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", "", 1)
    with psycopg.connect(url, autocommit=True, prepare_threshold=None) as connection:

        def page(asked: str) -> None:
            answer = browser.get(f"/search?q={quote_plus(asked)}")
            assert answer.status_code == 200
            assert 'id="wrong-search"' not in answer.text

        def query(asked: str) -> None:
            with reading(house.anna) as work:
                results(work, parsed(asked), beside, ZONE)

        def limit(asked: str) -> None:
            connection.execute(LIMIT, (team, asked)).fetchall()

        ways: dict[str, Callable[[str], None]] = {"page": page, "query": query, "limit": limit}
        for number in range(WARM + ROUNDS):
            for name, asked in MIX.items():
                for way, look in ways.items():
                    if way == "limit" and (":" in asked or '"' in asked):
                        continue
                    begun = time.perf_counter()
                    look(asked)
                    if number >= WARM:
                        taken[way].setdefault(name, []).append(time.perf_counter() - begun)
    return taken
