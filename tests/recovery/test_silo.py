"""The worker that asks a unit outside the house is killed at every point: each question comes there exactly once.

The other end keeps its own truth and knows no key, so that a second call would be a second question.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
import redis
import time_machine
from sqlalchemy import select, update

from connectors.kit.contract import WebhookRequest
from inbox.domain import clock
from inbox.domain.actors import SYSTEM
from inbox.embedded.processes import until
from inbox.models import Conversation, Draft, Silo, SiloAnswer, SiloErrand, SiloInbound, SiloTicket
from inbox.services import silo, silo_receiving
from inbox.services import silo_units as units
from inbox.uow import reading, uow
from tests.cluster import Cluster
from tests.connectors.mail_house import PASSWORD, USER, mailbox
from tests.recovery.scene import SOON, Scene
from tests.workers.post_office import PostOffice, opened
from tests.workers.silo_receiver import KEY, KEY_ID, Receiver, receiving, signed
from workers import silo as job


class Asked:
    """A question that was put to a unit at a receiver of the test's."""

    def __init__(self, scene: Scene, receiver: Receiver) -> None:
        self.scene, self.receiver = scene, receiver
        settings = {"url": receiver.url, "key_id": KEY_ID, "key": KEY}
        with uow(SYSTEM) as work:
            self.unit = units.save(work, units.Entry("Vej og Park", minutes=90, target="webhook", settings=settings))
        self.conversation = scene.ask()
        self.ticket = self.ask()

    def ask(self) -> UUID:
        with uow(self.scene.house.anna) as work:
            version = work.session.get_one(Conversation, self.conversation).version
            return silo.ask(work, self.conversation, version, silo.Question(self.unit, "Hvornår er bommen oppe?"))

    def states(self) -> list[str]:
        with reading(SYSTEM) as work:
            return list(work.session.scalars(select(SiloErrand.state).order_by(SiloErrand.created_at)))

    def go_on(self) -> bool:
        """Run the job as the clock rings it, until every errand has come."""

        def turn() -> bool:
            if set(self.states()) != {"delivered"}:
                job.run()
            return set(self.states()) == {"delivered"}

        return until(turn, SOON, pause=0.1)

    def tries(self) -> int:
        with reading(SYSTEM) as work:
            return work.session.scalars(select(SiloErrand.attempts)).one()

    def bring(self, words: str) -> None:
        """The unit answers by a call."""
        with reading(SYSTEM) as work:
            number = work.session.get_one(SiloTicket, self.ticket).number
        body = json.dumps({"id": "a1", "number": number, "text": words}).encode()
        headers = {name.lower(): value for name, value in signed(body, int(clock.now().timestamp())).items()}
        with uow(SYSTEM) as work:
            silo_receiving.called(work, self.unit, WebhookRequest("POST", headers, {}, body))


@pytest.fixture
def asked(scene: Scene) -> Iterator[Asked]:
    with receiving() as receiver:
        receiver.forgets = True
        yield Asked(scene, receiver)


@pytest.mark.parametrize(
    ("point", "tries"),
    [
        ("errand claim committed", 2),
        ("question sent", 1),
        ("errand not committed", 1),
    ],
)
def test_killed_on_the_way(asked: Asked, point: str, tries: int) -> None:
    asked.scene.kill_at(point)
    assert asked.states() == ["sending"]
    assert asked.go_on()
    assert (asked.receiver.errands(), asked.tries()) == (["ask"], tries)


def test_killed_while_looking_for_it(asked: Asked) -> None:
    asked.receiver.does = ["fail_after"]
    job.run()
    assert asked.states() == ["unconfirmed"]
    with reading(SYSTEM) as work:
        due_at = work.session.scalars(select(SiloErrand.due_at)).one()
    assert due_at is not None
    assert until(lambda: clock.now() >= due_at, SOON)
    asked.scene.kill_at("question found, not committed")
    assert asked.states() == ["unconfirmed"]
    assert asked.go_on()
    assert asked.receiver.errands() == ["ask"]


def test_killed_while_taking_an_answer_in(asked: Asked) -> None:
    assert asked.go_on()
    asked.bring("Bommen er oppe igen fredag.")
    asked.scene.kill_at("answer not committed")
    with reading(SYSTEM) as work:
        assert work.session.scalars(select(SiloInbound.state)).one() == "waiting"
        assert work.session.scalars(select(SiloAnswer.id)).all() == []
    job.run()
    asked.bring("Bommen er oppe igen fredag.")
    job.run()
    with reading(SYSTEM) as work:
        assert work.session.scalars(select(Draft.text)).one() == "Bommen er oppe igen fredag."
        assert len(work.session.scalars(select(SiloAnswer.id)).all()) == 1


def test_an_emptied_redis_loses_no_question(asked: Asked, cluster: Cluster) -> None:
    """The bell of the asking is lost; the clock rings again, and a worker of the machine room does it."""
    with redis.Redis.from_url(cluster.valkey.url()) as client:
        client.flushall()
    with asked.scene.worker("--queues", "timers,ingest"):
        assert asked.scene.ring_until(lambda: asked.states() == ["delivered"])
    assert asked.receiver.errands() == ["ask"]


def test_after_two_hours_without_workers_and_bells_every_question_and_answer_is_there_once(
    asked: Asked, cluster: Cluster
) -> None:
    """One lay in a dead worker's hands, an answer waited to be taken in, and Redis forgot both."""
    asked.scene.kill_at("question sent")
    asked.bring("Bommen er oppe igen fredag.")
    with redis.Redis.from_url(cluster.valkey.url()) as client:
        client.flushall()
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        for _ in range(3):
            job.run()
        asked.bring("Bommen er oppe igen fredag.")
        job.run()
    assert asked.states() == ["delivered"]
    assert asked.receiver.errands() == ["ask"]
    with reading(SYSTEM) as work:
        assert work.session.scalars(select(Draft.text)).all() == ["Bommen er oppe igen fredag."]
        assert len(work.session.scalars(select(SiloAnswer.id)).all()) == 1


def test_killed_before_what_a_mailbox_brought_is_kept(scene: Scene) -> None:
    """The place in the mailbox moves in the commit that keeps the mail: it is fetched again, and answers once."""
    with opened(PostOffice()) as smtp, mailbox() as box:
        settings = {"to": "vej@nordby.example", "from": "svar@nordby.example", "user": USER, "password": PASSWORD}
        settings |= {"smtp_host": "127.0.0.1", "smtp_port": str(smtp)}
        settings |= {"imap_host": "127.0.0.1", "imap_port": str(box.port)}
        with uow(SYSTEM) as work:
            units.save(work, units.Entry("Vej og Park", minutes=90, target="email", settings=settings))
        job.run()
        with uow(SYSTEM) as work:
            before = work.session.scalars(select(Silo.cursor)).one()
            work.session.execute(update(Silo).values(due_at=work.now))
        box.bring(b"From: vej@nordby.example\r\nTo: svar@nordby.example\r\nMessage-ID: <1@x>\r\n\r\nEn bom.\r\n")
        scene.kill_at("mail fetched, not committed")
        assert (kept(), place()) == ([], before)
        assert until(looked, SOON, pause=0.5)
        with uow(SYSTEM) as work:
            work.session.execute(update(Silo).values(due_at=work.now))
        job.run()
        assert (len(kept()), place() != before) == (1, True)


def looked() -> bool:
    """Whether the job has fetched something by now: not before the dead one's lease has run out."""
    job.run()
    return bool(kept())


def kept() -> list[str]:
    with reading(SYSTEM) as work:
        return list(work.session.scalars(select(SiloInbound.state)))


def place() -> str | None:
    with reading(SYSTEM) as work:
        return work.session.scalars(select(Silo.cursor)).one()
