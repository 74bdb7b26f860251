"""Posts taken in, with clocks and ledger on, against the least honest work that the same driver can do.

*Limit*: look for what is known, look for the threads, insert into two tables with six indexes by `unnest`, commit.
*Floor*: the same through SQLAlchemy Core's own lists. All three take turns on the same posts, batch by batch.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import Engine, MetaData, Table, bindparam, create_engine, func, insert, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from connectors.kit.contract import Page
from inbox.domain import clock
from inbox.domain.actors import SYSTEM
from inbox.domain.calendar import Calendar
from inbox.domain.ids import new_id
from inbox.services import intake
from inbox.uow import uow
from tests.bench.ground import ground, percentile
from tests.house import found, post

HOURS = Calendar(
    zone="Europe/Copenhagen",
    hours=dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), (("09:00", "12:00"), ("12:30", "16:00"))),
)
ANSWERS_EVERY = 3
"""Every third post answers an earlier one of the same person: two thirds begin a conversation."""
BARE = """
CREATE SCHEMA {schema};
CREATE TABLE {schema}.matter (id uuid PRIMARY KEY, account_id uuid NOT NULL, who text NOT NULL, due_at timestamptz);
CREATE TABLE {schema}.post (id uuid PRIMARY KEY, matter_id uuid NOT NULL, account_id uuid NOT NULL,
    external_id text NOT NULL, said_at timestamptz NOT NULL, text text NOT NULL, UNIQUE (account_id, external_id));
CREATE INDEX ON {schema}.matter (account_id, due_at, id);
CREATE INDEX ON {schema}.matter (who);
CREATE INDEX ON {schema}.post (matter_id, said_at, id);
GRANT USAGE ON SCHEMA {schema} TO byline_app;
GRANT ALL ON ALL TABLES IN SCHEMA {schema} TO byline_app;
"""
Item = dict[str, Any]
Rows = tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]


def run(size: int, batch: int) -> dict[str, object]:
    """Rates in posts a second, times for one batch in milliseconds; `ratio` is ours over the limit's."""
    with ground() as at:
        house = found(calendar=HOURS)
        for schema in ("bare", "core"):
            with psycopg.connect(at.superuser_url) as connection:
                connection.execute(BARE.format(schema=schema))
        url = at.app.config["SQLALCHEMY_DATABASE_URI"]
        engine = create_engine(url)
        taken: dict[str, list[float]] = {"ours": [], "limit": [], "floor": []}
        with psycopg.connect(url.replace("+psycopg", "", 1)) as bare:
            ways: dict[str, Callable[[Sequence[Item]], None]] = {
                "ours": lambda items: take_in(house.account_id, items),
                "limit": lambda items: _by_unnest(bare, house.account_id, items),
                "floor": _by_core(engine, house.account_id),
            }
            for number, items in enumerate(batches(size, batch)):
                for way, take in ways.items():
                    begun = time.perf_counter()
                    take(items)
                    taken[way].append(time.perf_counter() - begun)
                if number % 10 == 0:
                    print(f"{min(size, (number + 1) * batch)} of {size} posts", file=sys.stderr)
        engine.dispose()
    rates = {way: round(size / sum(seconds), 1) for way, seconds in taken.items()}
    return {
        "size": size,
        "batch": batch,
        "p50_ms": percentile(taken["ours"], 0.5),
        "p95_ms": percentile(taken["ours"], 0.95),
        "per_s": rates["ours"],
        "limit": rates["limit"],
        "floor": rates["floor"],
        "ratio": round(rates["ours"] / rates["limit"], 3),
        "ratio_to_floor": round(rates["ours"] / rates["floor"], 3),
    }


def batches(size: int, batch: int) -> Iterator[list[Item]]:
    """Pages of posts as they come in, a second apart and the last one now, each third an answer to an earlier one."""
    begin = clock.now() - timedelta(seconds=size)
    made: list[Item] = []
    for number in range(size):
        who = number - number % ANSWERS_EVERY
        answers = number % ANSWERS_EVERY == ANSWERS_EVERY - 1
        made.append(
            post(
                f"@nordby Hvornår bliver nummer {number} på Æblevej ordnet? Vi har ventet siden i tirsdags.",
                own_id=f"post-{number}",
                author={"id": f"citizen-{who}", "handle": f"citizen{who}", "name": f"Borger {who}"},
                parent=f"post-{who}" if answers else None,
                at=begin + timedelta(seconds=number),
            )
        )
        if len(made) == batch or number == size - 1:
            yield made
            made = []


def take_in(account_id: UUID, items: Sequence[Item]) -> None:
    """One page, as the ingest job stores it."""
    with uow(SYSTEM) as work:
        taken = intake.take_in(work, account_id, "news", Page(items=items, next_cursor=str(items[-1]["post"]["id"])))
    assert taken.posts == len(items)


def _rows(account_id: UUID, posts: Sequence[Item], known: set[str], threads: dict[str, UUID]) -> Rows:
    matters: list[tuple[Any, ...]] = []
    said: list[tuple[Any, ...]] = []
    for one in posts:
        if one["id"] in known:
            continue
        matter = threads.get(one["root"])
        if matter is None:
            matter = threads[one["id"]] = new_id()
            matters.append((matter, account_id, one["author"]["id"], datetime.fromisoformat(one["said_at"])))
        at = datetime.fromisoformat(one["said_at"])
        said.append((new_id(), matter, account_id, one["id"], at, one["text"]))
    return matters, said


def _by_unnest(connection: psycopg.Connection, account_id: UUID, items: Sequence[Item]) -> None:
    posts = [item["post"] for item in items]
    ids, roots = [one["id"] for one in posts], [one["root"] for one in posts]
    known = {
        row[0]
        for row in connection.execute(
            "SELECT external_id FROM bare.post WHERE account_id = %s AND external_id = ANY(%s)", (account_id, ids)
        )
    }
    threads: dict[str, UUID] = dict(
        connection.execute(
            "SELECT external_id, matter_id FROM bare.post WHERE account_id = %s AND external_id = ANY(%s)",
            (account_id, roots),
        ).fetchall()
    )
    matters, said = _rows(account_id, posts, known, threads)
    if matters:
        connection.execute(
            "INSERT INTO bare.matter SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::timestamptz[])",
            [list(column) for column in zip(*matters, strict=True)],
        )
    connection.execute(
        "INSERT INTO bare.post SELECT * FROM "
        "unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::timestamptz[], %s::text[])",
        [list(column) for column in zip(*said, strict=True)],
    )
    connection.commit()


def _by_core(engine: Engine, account_id: UUID) -> Callable[[Sequence[Item]], None]:
    metadata = MetaData(schema="core")
    matter = Table("matter", metadata, autoload_with=engine)
    table = Table("post", metadata, autoload_with=engine)
    sought = select(table.c.external_id, table.c.matter_id).where(
        table.c.account_id == account_id, table.c.external_id == func.any(bindparam("ids", type_=ARRAY(Text)))
    )

    def take(items: Sequence[Item]) -> None:
        posts = [item["post"] for item in items]
        with engine.begin() as connection:
            known = {row[0] for row in connection.execute(sought, {"ids": [one["id"] for one in posts]})}
            threads = {row[0]: row[1] for row in connection.execute(sought, {"ids": [one["root"] for one in posts]})}
            matters, said = _rows(account_id, posts, known, threads)
            if matters:
                connection.execute(insert(matter), [dict(zip(matter.c.keys(), row, strict=True)) for row in matters])
            connection.execute(insert(table), [dict(zip(table.c.keys(), row, strict=True)) for row in said])

    return take
