"""Whether every part of the house is ready, for those who start it and those who watch it.

200 when all parts are, else 503; it names each part and nothing else. Who was seen alive before the whole house was
started last does not count: it has ended since. What it must not do: wait; a part that does not answer at once is
not ready.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, current_app, jsonify, request
from redis import Redis, RedisError
from rq import Queue, Worker
from sqlalchemy.exc import SQLAlchemyError

from inbox.domain import clock
from inbox.domain.actors import SYSTEM
from inbox.queries.health import Pulse, pulse
from inbox.uow import reading

blueprint = Blueprint("health", __name__)
QUEUES = ("deliver", "ingest", "timers")
"""The queues that must have a worker; a test holds this list against the bells' own."""
BEATS_WITHIN = timedelta(seconds=15)
"""Clock and sequencer beat every second."""
NUMBERED_WITHIN = timedelta(seconds=60)
"""An entry older than this without a number makes the ledger incomplete."""
WORKER_SPEAKS_WITHIN = timedelta(seconds=120)


@blueprint.get("/health")
def health() -> Response:
    """Each part by name, "ready" or why not; as JSON when it is asked for."""
    found = _pulse()
    parts = {**_database(found), **_machine_room(found.begun_at if found else None)}
    well = all(state == "ready" for state in parts.values())
    if request.accept_mimetypes.best_match(["text/plain", "application/json"]) == "application/json":
        answer = jsonify({"ready": well, "parts": parts})
    else:
        answer = Response("".join(f"{name}: {state}\n" for name, state in parts.items()), mimetype="text/plain")
    answer.status_code = 200 if well else 503
    return answer


def _pulse() -> Pulse | None:
    try:
        with reading(SYSTEM) as work:
            return pulse(work)
    except SQLAlchemyError:
        # What the driver says may name hosts and roles; the log has it, a stranger need not.
        return None


def _database(found: Pulse | None) -> dict[str, str]:
    if found is None:
        return {"database": "does not answer", "clock": "unknown", "sequencer": "unknown"}
    sequencer = _beating(found.sequencer_at, found.begun_at)
    waits = found.unnumbered_since
    if sequencer == "ready" and waits is not None and clock.now() - waits >= NUMBERED_WITHIN:
        sequencer = "is behind"
    return {"database": "ready", "clock": _beating(found.clock_at, found.begun_at), "sequencer": sequencer}


def _beating(at: datetime | None, begun: datetime | None) -> str:
    if at is None or (begun is not None and at < begun):
        return "has not started"
    return "ready" if clock.now() - at < BEATS_WITHIN else "is silent"


def _machine_room(begun: datetime | None) -> dict[str, str]:
    address: str = current_app.extensions["settings"].redis_url
    connection = Redis.from_url(address, socket_connect_timeout=1, socket_timeout=2)
    try:
        connection.ping()
        return {"redis": "ready", **{f"worker {name}": _worker(connection, name, begun) for name in QUEUES}}
    except (RedisError, OSError):
        return {"redis": "does not answer", **{f"worker {name}": "unknown" for name in QUEUES}}
    finally:
        connection.close()


def _worker(connection: Redis, queue: str, begun: datetime | None) -> str:
    since = max(clock.now() - WORKER_SPEAKS_WITHIN, begun or datetime.min.replace(tzinfo=UTC))
    heard = [worker.last_heartbeat for worker in Worker.all(queue=Queue(queue, connection=connection))]
    return "ready" if any(at is not None and at >= since for at in heard) else "is missing"
