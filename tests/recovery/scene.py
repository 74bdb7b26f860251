"""A house whose worker may be killed, on a database of its own, with an account on the real square.

It exists so that every recovery test reads the same way: somebody speaks, somebody answers, something dies, the
house goes on, and the square is asked what was really posted. What it must not do: heal anything by a way that
the running house does not have (the clock's sweep, the jobs).
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select

import config
from connectors.square.pictures import Brought
from inbox.domain.actors import SYSTEM, Actor
from inbox.domain.pictures import Made
from inbox.embedded.processes import until
from inbox.models import Clock, Conversation, Delivery, LedgerEntry, Message, Picture
from inbox.services import accounts, deliveries, pictures, replies
from inbox.uow import reading, uow
from tests import house as cast
from tests.house import House
from tests.recovery.town import CHECKOUT, Town
from workers import deliver, ingest, sla_timers, sweep

SOON = 60.0
"""Seconds in which anything here must come to its end; a machine under load takes its time."""
ENDED = frozenset({"delivered", "rejected", "needs_human", "withdrawn"})


class Process(subprocess.Popen[bytes]):
    """A process of ours, killed at the end of its block at the latest: a test that fails must not wait for it."""

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        super().__exit__(kind, failure, trace)


@dataclass
class Scene:
    """The founded house, its account on the square, and its processes."""

    app: Flask
    settings: config.Settings
    town: Town
    house: House
    handle: str
    credentials: dict[str, str]

    def ask(
        self, words: str = "Hvornår åbner svømmehallen?", name: str = "Mette Holm", *, shows: Sequence[Brought] = ()
    ) -> UUID:
        """A citizen asks in public and the house fetches it; the conversation's id."""
        post = self.town.say(name, words, to=self.handle, shows=shows)
        ingest.pull(str(self.house.account_id))
        return self.about(post)

    def about(self, post: str) -> UUID:
        """The conversation that a post out there is in."""
        with reading(SYSTEM) as work:
            return work.session.scalars(select(Message.conversation_id).where(Message.external_id == post)).one()

    def answer(
        self,
        conversation_id: UUID,
        words: str = "Den åbner klokken 7.",
        *,
        by: Actor | None = None,
        shows: Sequence[Made] = (),
    ) -> UUID:
        """Promise an answer, and with it pictures that are numbered for those who can't see them; its first part."""
        actor = by or self.house.anna
        with uow(actor) as work:
            version = work.session.get_one(Conversation, conversation_id).version
            beside = [pictures.attach(work, conversation_id, "public", one) for one in shows]
            promised = replies.reply(
                work,
                conversation_id,
                version=version,
                visibility="public",
                body=words,
                described={one: f"Billede {number}" for number, one in enumerate(beside, start=1)},
            )
        with reading(SYSTEM) as work:
            first = select(Delivery.id).where(Delivery.message_id == promised.message_id, Delivery.part == 1)
            return work.session.scalars(first).one()

    def conversation(self, conversation_id: UUID) -> Conversation:
        """The conversation as it stands now."""
        with reading(SYSTEM) as work:
            found = work.session.get_one(Conversation, conversation_id)
            work.session.expunge(found)
            return found

    def delivery(self, delivery_id: UUID) -> Delivery:
        """The part as it stands now."""
        with reading(SYSTEM) as work:
            found = work.session.get_one(Delivery, delivery_id)
            work.session.expunge(found)
            return found

    def states(self) -> Counter[str]:
        """How many parts are in each state."""
        with reading(SYSTEM) as work:
            return Counter(work.session.scalars(select(Delivery.state)))

    def entries(self, kind: str) -> int:
        """How many lines of a kind the ledger holds."""
        with reading(SYSTEM) as work:
            return len(work.session.scalars(select(LedgerEntry.id).where(LedgerEntry.type == kind)).all())

    def seen(self) -> Counter[str]:
        """How many pictures of citizens are in each state."""
        with reading(SYSTEM) as work:
            return Counter(work.session.scalars(select(Picture.state).where(Picture.agent_id.is_(None))))

    def heard(self) -> int:
        """How many messages of citizens we have."""
        with reading(SYSTEM) as work:
            return len(work.session.scalars(select(Message.id).where(Message.direction == "in")).all())

    def clocks(self) -> Counter[str]:
        """How many promises are in each state."""
        with reading(SYSTEM) as work:
            return Counter(work.session.scalars(select(Clock.state)))

    def posts(self) -> dict[str, list[dict[str, Any]]]:
        """What was really posted, by key."""
        return self.town.posts(self.credentials)

    def outcomes(self, delivery_id: UUID) -> list[str]:
        """What really became of each call for this part."""
        return [call.outcome for call in self.town.calls(self.credentials, str(delivery_id))]

    def calls(self) -> int:
        """How often the square was asked to post, whatever became of it."""
        return self.town.called(self.credentials)

    def ended(self) -> bool:
        """Whether no part is still on its way by itself."""
        return set(self.states()) <= ENDED

    def go_on(self, reached: Callable[[], bool] | None = None) -> bool:
        """Run the jobs as the clock rings them, until every answer has ended or `reached`; False when time is up."""
        condition = reached or self.ended

        def turn() -> bool:
            if not condition():
                deliver.run()
                sla_timers.run()
            return condition()

        return until(turn, SOON, pause=0.1)

    def ring_until(self, reached: Callable[[], bool]) -> bool:
        """Sweep once a second, as the clock does, until `reached`; False when time is up."""

        def turn() -> bool:
            if not reached():
                self.rung()
            return reached()

        return until(turn, SOON, pause=1.0)

    def fetch_until(self, reached: Callable[[], bool]) -> bool:
        """Fetch as the clock rings, until `reached`; False when time is up."""

        def turn() -> bool:
            if not reached():
                ingest.pull(str(self.house.account_id))
                ingest.take_in()
            return reached()

        return until(turn, SOON, pause=0.1)

    def worker(self, *arguments: str) -> Process:
        """A real process of the machine room, `python -m workers …`."""
        return self._start("-m", "workers", *arguments)

    def doomed(self, point: str) -> Process:
        """A process that runs the real deliver or ingest job and dies, or stops, at a point (`crashing`)."""
        return self._start("-m", "tests.recovery.crashing", point, str(self.house.account_id))

    def kill_at(self, point: str) -> None:
        """Run the job in a process of its own, and see it die at the point."""
        with self.doomed(point) as process:
            assert process.wait(SOON) == -9, f"the worker did not die at {point!r}"

    def resume(self) -> None:
        """A person has mended the account."""
        with uow(self.house.lone) as work:
            accounts.resume(work, self.house.account_id)

    def due_now(self) -> None:
        """It is time to ask the platform for news again."""
        with uow(SYSTEM) as work:
            accounts.get(work, self.house.account_id, lock=True).due_at = work.now

    def decide(self, delivery_id: UUID, *, stands: bool) -> None:
        with uow(self.house.anna) as work:
            deliveries.decide(work, delivery_id, stands=stands)

    def rung(self) -> int:
        """One sweep."""
        return sweep.sweep()

    def _start(self, *arguments: str) -> Process:
        return Process(
            [sys.executable, *arguments],
            cwd=CHECKOUT,
            env=config.environment(self.settings),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=None,
            start_new_session=True,
        )


def built(app: Flask, settings: config.Settings, town: Town, *, undo_seconds: int = 0) -> Scene:
    """Found the house, in the pushed application, and lead its account to the square."""
    house = cast.found(undo_seconds=undo_seconds)
    handle, credentials = town.open_account()
    with uow(SYSTEM) as work:
        account = accounts.get(work, house.account_id, lock=True)
        accounts.change_credentials(work, account, credentials)
        known, _ = accounts.config_of(work, account)
    # Who we are out there is the platform's to say, as when an account is added by hand.
    identity = deliver.open_connector(cast.CHANNEL, known).probe().identity
    assert identity is not None
    with uow(SYSTEM) as work:
        account = accounts.get(work, house.account_id, lock=True)
        account.external_id, account.handle = identity.external_id, identity.handle
    return Scene(app, settings, town, house, handle, credentials)
