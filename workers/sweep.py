"""The sweep: whatever is owed and nobody holds is rung for again.

It is why losing Redis loses latency and never work. What it must not do: do the work itself.
"""

from __future__ import annotations

from inbox import jobs
from inbox.domain.actors import SYSTEM
from inbox.queries.owed import owed
from inbox.uow import glancing
from workers import boot


def sweep() -> int:
    """Ring for everything due now. Returns how many bells were rung. Raises redis.RedisError when nobody hears."""
    with boot.app().app_context():
        with glancing(SYSTEM) as view:
            due = owed(view, mail=bool(boot.settings().smtp_url))
        bells: jobs.Bells = boot.app().extensions["bells"]
        rung = 0
        for job, wanted in (
            (jobs.DELIVER, due.deliveries),
            (jobs.CALLING, due.calling),
            (jobs.TIMERS, due.timers),
            (jobs.ESCALATION, due.escalations),
            (jobs.TAKE_IN, due.raw_events),
            (jobs.PICTURES, due.pictures),
            (jobs.DEEDS, due.deeds),
            (jobs.SILOS, due.silos),
            (jobs.RETURNING, due.returning),
            (jobs.DIGESTS, due.digests),
            (jobs.COMPLAINTS, due.complaints),
            (jobs.REACHING, due.reaching),
        ):
            if wanted:
                bells.enqueue(job)
                rung += 1
        for account_id in due.accounts:
            bells.enqueue(jobs.INGEST, str(account_id))
            rung += 1
        return rung
