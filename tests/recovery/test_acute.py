"""Calls for what may be acute, and the deaths around them: each round once, each mail once or, in doubt, twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from redis import Redis
from sqlalchemy import func, select

from inbox.domain import clock
from inbox.domain.actors import SYSTEM
from inbox.embedded.processes import until
from inbox.models import Acute, AcuteCall, Notice
from inbox.services import acute, on_call
from inbox.uow import reading, uow
from tests.recovery.scene import SOON, Scene
from tests.workers.post_office import PostOffice, opened
from workers import boot
from workers import reaching as job

DANGER = "Jeg kan ikke mere, jeg vil tage mit liv"


@pytest.fixture
def office() -> PostOffice:
    return PostOffice()


@pytest.fixture
def mailing(scene: Scene, office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """The house sends mail, and Anna is on call."""
    with opened(office) as port:
        told = replace(scene.settings, smtp_url=f"smtp://127.0.0.1:{port}", mail_from="byline@nordby.example")
        monkeypatch.setattr(scene, "settings", told)
        monkeypatch.setitem(boot.app().extensions, "settings", told)
        with uow(scene.house.lone) as work:
            on_call.usual(work, 0, scene.house.anna.id, None, 10)
        yield scene


def count(*where: object) -> int:
    with reading(SYSTEM) as work:
        query = select(func.count()).select_from(AcuteCall)
        for one in where:
            query = query.where(one)  # type: ignore[arg-type] # Conditions.
        return work.session.scalar(query) or 0


def made() -> bool:
    """Run the job as the clock rings it, until the mail counts as sent."""

    def turn() -> bool:
        job.call()
        return count(AcuteCall.channel == "mail", AcuteCall.state == "made") == 1

    return until(turn, SOON, pause=0.2)


@pytest.mark.parametrize(
    ("point", "mails"),
    [
        ("round not committed", [1]),
        ("call claimed, not committed", [1]),
        ("call claimed", [1]),
        ("call taken", [2]),
        ("call not committed", [2]),
    ],
)
def test_a_worker_dies_around_a_call(mailing: Scene, office: PostOffice, point: str, mails: list[int]) -> None:
    mailing.ask(DANGER)
    mailing.kill_at(point)
    assert made()
    assert [len(office.taken)] == mails
    with reading(SYSTEM) as work:
        assert [row.round for row in work.session.scalars(select(Acute))] == [1]
    # Each of the two ways stands there once, and the page was told once.
    assert count() == 2
    with reading(SYSTEM) as work:
        assert work.session.scalar(select(func.count()).select_from(Notice).where(Notice.kind == "acute")) == 1


def test_an_emptied_redis_and_a_stop_of_two_hours_lose_no_call_and_double_none(
    mailing: Scene, office: PostOffice
) -> None:
    conversation_id = mailing.ask(DANGER)
    with Redis.from_url(mailing.settings.redis_url) as client:
        client.flushall()
    assert made()
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        for _ in range(3):
            job.call()
    assert len(office.taken) == 2
    with reading(SYSTEM) as work:
        assert [row.round for row in work.session.scalars(select(Acute))] == [2]
    with uow(mailing.house.anna) as work:
        acute.acknowledge(work, conversation_id)
    with time_machine.travel(clock.now() + timedelta(hours=4)):
        job.call()
    assert len(office.taken) == 2
