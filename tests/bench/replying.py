"""An answer sent from the desk: from the form to "it is promised", signed, split, in the ledger and rung for.

*Floor*: a bare Flask form that looks the matter up, stores a message and the promise to post it, and puts a job on a
queue. *Limit*: the same through the driver. Nobody waits for a platform in any of them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from uuid import UUID

import psycopg
from flask import Flask, redirect, request
from flask.testing import FlaskClient
from redis import Redis
from rq import Queue
from sqlalchemy import create_engine, text
from werkzeug.wrappers import Response

from inbox.domain.ids import new_id
from tests.architecture.scene import Visitor
from tests.bench.filling import fill
from tests.bench.ground import Ground, as_one_request, ground, in_turn, percentile, settle
from tests.house import House, found

ROUNDS = 150
WARM = 15
ANSWER = "Det er bestilt og bliver ordnet i denne uge. Skriv igen, hvis der ikke er sket noget på fredag."
BARE = """
CREATE SCHEMA bare;
CREATE TABLE bare.said (id uuid PRIMARY KEY, matter_id uuid NOT NULL, text text NOT NULL, at timestamptz NOT NULL);
CREATE INDEX ON bare.said (matter_id, at, id);
CREATE TABLE bare.promised (id uuid PRIMARY KEY, said_id uuid NOT NULL REFERENCES bare.said, state text NOT NULL,
    due_at timestamptz NOT NULL);
CREATE INDEX ON bare.promised (due_at, id) WHERE state = 'queued';
GRANT USAGE ON SCHEMA bare TO byline_app;
GRANT ALL ON ALL TABLES IN SCHEMA bare TO byline_app;
"""
MATTER = "SELECT version FROM conversation WHERE id = {0}"
SAID = "INSERT INTO bare.said VALUES ({0}, {1}, {2}, now())"
PROMISED = "INSERT INTO bare.promised VALUES ({0}, {1}, 'queued', now())"
JOB = "bare.post"


def run(size: int, _batch: int) -> dict[str, object]:
    """Times of one answer in milliseconds; `ratio` is ours over the floor's."""
    with ground() as at:
        house = found(undo_seconds=0)
        fill(at.superuser_url, house, 0, size, open_every=max(1, size // (2 * (WARM + ROUNDS))))
        with psycopg.connect(at.superuser_url) as connection:
            connection.execute(BARE)
        settle(at.superuser_url)
        taken = _measure(at, house)
    p50, floor = percentile(taken["ours"], 0.5), percentile(taken["floor"], 0.5)
    return {
        "size": size,
        "p50_ms": p50,
        "p95_ms": percentile(taken["ours"], 0.95),
        "per_s": round(len(taken["ours"]) / sum(taken["ours"]), 1),
        "limit": percentile(taken["limit"], 0.5),
        "floor": floor,
        "ratio": round(p50 / floor, 2),
    }


def _measure(at: Ground, house: House) -> dict[str, list[float]]:
    anna = Visitor(at.app, house.anna)
    settings = at.app.extensions["settings"]
    queue = Queue("bare", connection=Redis.from_url(settings.redis_url))
    bare = _bare(at.app.config["SQLALCHEMY_DATABASE_URI"], queue)
    with psycopg.connect(settings.database_url) as connection:
        waiting = connection.execute(
            "SELECT id FROM conversation WHERE status = 'open' AND assignee_id IS NULL ORDER BY id LIMIT %s",
            (WARM + ROUNDS,),
        ).fetchall()
        connection.commit()
        assert len(waiting) == WARM + ROUNDS, "too small: there are not enough conversations to answer"
        ids = [row[0] for row in waiting]
        ways: dict[str, Callable[[int], object]] = {
            "ours": as_one_request(lambda number: _answered(anna, ids[number])),
            "floor": lambda number: _redirected(bare.post(f"/{ids[number]}", data={"text": ANSWER})),
            "limit": lambda number: _by_driver(connection, queue, ids[number]),
        }
        taken = in_turn(ways, rounds=ROUNDS, warm=WARM)
    print(f"p50 {percentile(taken['ours'], 0.5)} ms", file=sys.stderr)
    return taken


def _answered(anna: Visitor, id_: UUID) -> None:
    fields = {"csrf_token": anna.token, "version": "1", "mode": "public", "body": ANSWER}
    _redirected(anna.browser.post(f"/c/{id_}/answer?view=open", data=fields))


def _redirected(answer: Response) -> None:
    assert answer.status_code in (302, 303), answer.status_code


def _by_driver(connection: psycopg.Connection, queue: Queue, matter: UUID) -> None:
    said = new_id()
    connection.execute(MATTER.format("%s"), (matter,)).fetchone()
    connection.execute(SAID.format("%s", "%s", "%s"), (said, matter, ANSWER))
    connection.execute(PROMISED.format("%s", "%s"), (new_id(), said))
    connection.commit()
    queue.enqueue(JOB, str(said))


def _bare(url: str, queue: Queue) -> FlaskClient:
    app = Flask("bare")
    engine = create_engine(url, connect_args={"prepare_threshold": None})

    @app.post("/<uuid:id_>")
    def answer(id_: UUID) -> Response:
        said = new_id()
        with engine.begin() as connection:
            connection.execute(text(MATTER.format(":matter")), {"matter": id_}).one()
            connection.execute(
                text(SAID.format(":id", ":matter", ":text")), {"id": said, "matter": id_, "text": request.form["text"]}
            )
            connection.execute(text(PROMISED.format(":id", ":said")), {"id": new_id(), "said": said})
        queue.enqueue(JOB, str(said))
        return redirect(f"/{id_}")

    return app.test_client()
