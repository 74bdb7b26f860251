"""How a process of the machine room starts: one application, and engines that survive a fork.

What it must not do: know any job. A forked work-horse must not share its parent's connections, and must
not close them either.
"""

from __future__ import annotations

import gc
from functools import cache

from flask import Flask
from redis.backoff import ConstantBackoff
from redis.retry import Retry
from rq import Queue, Worker
from rq.job import Job
from rq.serializers import JSONSerializer

import config
from inbox import embedded, log
from inbox.app import create_app, redis
from inbox.extensions import db


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


class HouseWorker(Worker):
    """RQ's forking worker. RQ carries work and is never asked what has been done."""

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
    connection = redis(settings(), patience=Retry(ConstantBackoff(0.5), retries=60))
    HouseWorker(
        [Queue(name, connection=connection, serializer=JSONSerializer) for name in queues],
        connection=connection,
        serializer=JSONSerializer,
        worker_ttl=60,
        maintenance_interval=60,
    ).work(burst=burst, logging_level="WARNING", with_scheduler=False)
