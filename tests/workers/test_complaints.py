"""A complaint's passed deadline is rung for, told once, and then nothing of it is owed until the next."""

from __future__ import annotations

from datetime import timedelta

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from inbox import jobs
from inbox.domain import clock as times
from inbox.domain.actors import SYSTEM
from inbox.models import Complaint
from inbox.queries.owed import owed
from inbox.services import complaints
from inbox.uow import reading
from tests.house import House, post
from tests.services.answering import deed, one
from workers import complaints as job
from workers import sweep

pytestmark = pytest.mark.usefixtures("noon")


def test_the_bell_rings_and_the_job_tells_whatever_is_late(house: House, valkey_url: str) -> None:
    # Said thirty days ago, both of its deadlines have passed when a person decides.
    house.news(post("@nordby Jeg vil klage.", at=times.now() - timedelta(days=30)))
    seen = house.conversation()
    with deed(house.anna, times.now()) as work:
        complaints.decide(work, seen.id, seen.version, "service")
    sweep.sweep()
    queue = Queue(jobs.QUEUES[jobs.COMPLAINTS], connection=Redis.from_url(valkey_url), serializer=JSONSerializer)
    assert jobs.COMPLAINTS in [waiting.func_name for waiting in queue.jobs]
    queue.delete(delete_jobs=True)
    for _twice in range(2):
        job.run()
    found = one(Complaint)
    assert (found.receipt_missed_at, found.answer_missed_at) == (found.receipt_due_at, found.answer_due_at)
    assert found.due_at is None
    with reading(SYSTEM) as work:
        assert not owed(work).complaints
