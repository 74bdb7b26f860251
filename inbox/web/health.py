"""Whether every part of the house is ready, for those who start it and those who watch it.

200 when all parts are, else 503; it names each part and nothing else. What it must not do: wait; a part that
does not answer at once is not ready.
"""

from __future__ import annotations

from datetime import timedelta

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
CLOCK_BEATS_WITHIN = timedelta(seconds=15)
NUMBERED_WITHIN = timedelta(seconds=60)
"""An entry older than this without a number makes the ledger incomplete."""
WORKER_SPEAKS_WITHIN = timedelta(seconds=120)


@blueprint.get("/health")
def health() -> Response:
    """Each part by name, "ready" or why not; as JSON when it is asked for."""
    parts = _database()
    parts.update(_machine_room())
    well = all(state == "ready" for state in parts.values())
    if request.accept_mimetypes.best_match(["text/plain", "application/json"]) == "application/json":
        answer = jsonify({"ready": well, "parts": parts})
    else:
        answer = Response("".join(f"{name}: {state}\n" for name, state in parts.items()), mimetype="text/plain")
    answer.status_code = 200 if well else 503
    return answer


def _database() -> dict[str, str]:
    try:
        with reading(SYSTEM) as work:
            found = pulse(work)
    except SQLAlchemyError:
        # What the driver says may name hosts and roles; the log has it, a stranger need not.
        return {"database": "does not answer", "clock": "unknown", "sequencer": "unknown"}
    return {"database": "ready", "clock": _clock(found), "sequencer": _sequencer(found)}


def _clock(found: Pulse) -> str:
    if found.clock_at is None:
        return "has not started"
    return "ready" if clock.now() - found.clock_at < CLOCK_BEATS_WITHIN else "is silent"


def _sequencer(found: Pulse) -> str:
    if found.unnumbered_since is None or clock.now() - found.unnumbered_since < NUMBERED_WITHIN:
        return "ready"
    return "is behind"


def _machine_room() -> dict[str, str]:
    address: str = current_app.extensions["settings"].redis_url
    connection = Redis.from_url(address, socket_connect_timeout=1, socket_timeout=2)
    try:
        connection.ping()
        return {"redis": "ready", **{f"worker {name}": _worker(connection, name) for name in QUEUES}}
    except (RedisError, OSError):
        return {"redis": "does not answer", **{f"worker {name}": "unknown" for name in QUEUES}}
    finally:
        connection.close()


def _worker(connection: Redis, queue: str) -> str:
    heard = [worker.last_heartbeat for worker in Worker.all(queue=Queue(queue, connection=connection))]
    awake = any(at is not None and clock.now() - at < WORKER_SPEAKS_WITHIN for at in heard)
    return "ready" if awake else "is missing"
