"""How a process of the machine room starts: one application, and engines that survive a fork.

What it must not do: know any job. A forked work-horse must not share its parent's connections, and must
not close them either.
"""

from __future__ import annotations

import gc
from functools import cache
from typing import Any, Self

from flask import Flask
from redis import RedisError
from redis.backoff import ConstantBackoff
from redis.retry import Retry
from rq import Queue, Worker
from rq.exceptions import StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer

import config
from inbox import embedded, log
from inbox.app import create_app, redis
from inbox.extensions import db

_log = log.get(__name__)


@cache
def app() -> Flask:
    """This process's application, made at the first use; a work-horse inherits its parent's."""
    settings = embedded.attached(config.read())
    log.configure(settings.log_level)
    made = create_app(settings, people=False)
    # What is there now stays for ever: the collector need not walk through it again during each page of posts, and
    # a forked work-horse shares it with its parent.
    gc.collect()
    gc.freeze()
    return made


def settings() -> config.Settings:
    """The settings the application was made with."""
    found: config.Settings = app().extensions["settings"]
    return found


class Patience(Retry):
    """Half a minute for a Redis that is gone, until somebody asks us to end: one patience for all connections."""

    def __init__(self) -> None:
        super().__init__(ConstantBackoff(0.5), retries=60)

    def __deepcopy__(self, _memo: dict[int, Any]) -> Self:
        # Each connection would take a copy, which could not be told any more.
        return self

    def end(self) -> None:
        """Wait no more."""
        self.update_retries(0)


class HouseWorker(Worker):
    """RQ's forking worker. RQ carries work and is never asked what has been done."""

    def __init__(self, *arguments: Any, patience: Patience, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._patience = patience

    def _shutdown(self) -> None:
        """Asked to end. RQ asks Redis what this worker is doing; when the whole house was killed, Redis is gone too."""
        self._patience.end()
        try:
            super()._shutdown()  # type: ignore[no-untyped-call] # RQ's own, and the one place between asked and gone.
        except RedisError as gone:
            if not self.horse_pid:
                raise StopRequested from gone
            self._stop_requested = True

    def teardown(self) -> None:
        """The last farewell is for Redis's list of workers, from which a silent one falls by itself."""
        try:
            super().teardown()  # type: ignore[no-untyped-call] # As above.
        except RedisError as gone:
            _log.warning("left_without_redis", error=type(gone).__name__)

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        with app().app_context():
            # The parent's connections belong to the parent: forget them here without closing them.
            db.engine.dispose(close=False)
        super().main_work_horse(job, queue)


def work(queues: list[str], *, burst: bool = False) -> None:
    """Work on these queues until told to stop.

    A worker waits half a minute for a Redis that is gone, also when its job ends meanwhile (RQ itself waits only
    between two jobs, and would leave); after that it ends, and whoever watches over it starts it again.
    """
    patience = Patience()
    connection = redis(settings(), patience=patience)
    HouseWorker(
        [Queue(name, connection=connection, serializer=JSONSerializer) for name in queues],
        connection=connection,
        patience=patience,
        serializer=JSONSerializer,
        worker_ttl=60,
        maintenance_interval=60,
    ).work(burst=burst, logging_level="WARNING", with_scheduler=False)
