"""The names of the jobs and how they are put on a queue.

Redis is a doorbell: a job carries ids at most, and losing it loses nothing, since the sweep rings again.
What it must not do: import `workers`; a job is named by a dotted string, and a test resolves each.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

DELIVER: Final = "workers.deliver.run"
INGEST: Final = "workers.ingest.pull"
TAKE_IN: Final = "workers.ingest.take_in"
PICTURES: Final = "workers.pictures.run"
DEEDS: Final = "workers.moderating.run"
SILOS: Final = "workers.silo.run"
TIMERS: Final = "workers.sla_timers.run"
ESCALATION: Final = "workers.escalation.run"
RETURNING: Final = "workers.returning.run"
DIGESTS: Final = "workers.digests.run"
COMPLAINTS: Final = "workers.complaints.run"
CALLING: Final = "workers.reaching.call"
REACHING: Final = "workers.reaching.run"

QUEUES: Final[Mapping[str, str]] = {
    DELIVER: "deliver",
    INGEST: "ingest",
    TAKE_IN: "ingest",
    PICTURES: "ingest",
    DEEDS: "ingest",
    # A unit outside the house may keep a worker waiting, which no answer to a citizen is to wait for.
    SILOS: "ingest",
    TIMERS: "timers",
    ESCALATION: "timers",
    RETURNING: "timers",
    # A mail server may keep a worker waiting, which no verdict is to wait for.
    DIGESTS: "ingest",
    COMPLAINTS: "timers",
    # Danger waits behind no page of news. A slow mail server holds this queue up for one call at a time and a few
    # seconds (`workers.reaching`); answers have their own queue, and a verdict is not later for being looked at later.
    CALLING: "timers",
    REACHING: "ingest",
}
"""Each job's queue. Answers have their own, so that ingest never starves them."""

LONGEST: Final = timedelta(minutes=5)
KEEP_FAILED: Final = timedelta(days=7)


class Bells:
    """Puts jobs on queues. One for each process."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def enqueue(self, job: str, *ids: str) -> None:
        """Ring for a job. Raises redis.RedisError when nobody can hear it."""
        queue = Queue(QUEUES[job], connection=self._redis, serializer=JSONSerializer)
        queue.enqueue(
            job,
            *ids,
            job_timeout=int(LONGEST.total_seconds()),
            result_ttl=0,
            failure_ttl=int(KEEP_FAILED.total_seconds()),
        )
