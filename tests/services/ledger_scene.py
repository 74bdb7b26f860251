"""A small house with a ledger, written by the real services into a real database, for tests that tamper with it.

The dialogue is stored as the intake and reply services store it, without a platform or a clock in the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

import config
from inbox.domain.actors import SYSTEM, Actor
from inbox.domain.ids import new_id
from inbox.domain.ledger.report import Report
from inbox.domain.ledger.shapes import EntryType
from inbox.domain.sealing import Sealer
from inbox.models import (
    Beat,
    Delivery,
    Message,
    Revision,
    Signature,
)
from inbox.services import ledger
from inbox.services.ledger_files import LedgerFiles
from inbox.services.verification import verify
from inbox.uow import UnitOfWork
from tests.cluster import Cluster
from tests.services.ledger_people import People, settle
from workers.sequencer import Sequencer

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ORIGIN = "dialogue.nordby.example/log1"
SEALER = Sealer(b"s" * 32)
LOG_KEY = Ed25519PrivateKey.from_private_bytes(b"l" * 32)


def engine_for(url: str) -> Engine:
    return create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), pool_size=2)


@dataclass
class Scene:
    """The house: an account, a citizen, two agents."""

    cluster: Cluster
    settings: config.Settings
    engine: Engine
    sequencer_engine: Engine
    files: LedgerFiles
    people: People
    now: datetime = NOON

    @property
    def anna(self) -> Actor:
        return self.people.anna

    @property
    def jonas(self) -> Actor:
        return self.people.jonas

    @contextmanager
    def work(self, actor: Actor = SYSTEM) -> Iterator[UnitOfWork]:
        """A deed that commits."""
        with Session(self.engine, expire_on_commit=False, autoflush=False) as session, session.begin():
            yield UnitOfWork(session, actor, self.now, SEALER)

    def beat(self) -> datetime | None:
        """When a sequencer was last seen alive."""
        with self.work() as work:
            return work.session.scalar(select(Beat.seen_at).where(Beat.name == "sequencer"))

    def say(self, *texts: str) -> list[UUID]:
        """Mette says these in public, all in one page."""
        with self.work() as work:
            lines, messages = [], []
            for text in texts:
                message = Message(
                    id=new_id(),
                    conversation_id=self.people.conversation_id,
                    account_id=self.people.account_id,
                    direction="in",
                    visibility="public",
                    identity_id=self.people.identity_id,
                    kind="mention",
                    external_id=f"at://mette/{new_id()}",
                    text=text,
                    said_at=self.now,
                    received_at=self.now,
                    entry_id=new_id(),
                )
                assert message.entry_id is not None
                assert message.external_id is not None
                words = {"text": text, "author": "did:mette", "platform_id": message.external_id}
                lines.append(ledger.Line(message.entry_id, ledger.about(message), words, {"at": message.said_at}))
                messages.append(message)
            ledger.record_many(work, EntryType.POST_SEEN, lines)
            work.session.add_all(messages)
        return [message.id for message in messages]

    def edit(self, message_id: UUID, text: str | None) -> None:
        """The citizen changes what was said, or takes it away."""
        with self.work() as work:
            message = work.session.get_one(Message, message_id)
            entry_id = ledger.record(
                work,
                EntryType.POST_DELETED if text is None else EntryType.POST_EDITED,
                ref=ledger.about(message),
                values={} if text is None else {"text": text},
                at=self.now,
            )
            work.session.add(
                Revision(
                    id=new_id(),
                    message_id=message.id,
                    kind="deleted" if text is None else "edited",
                    visibility="public",
                    text=text,
                    at=self.now,
                    received_at=self.now,
                    entry_id=entry_id,
                )
            )

    def answer(self, agent: Actor, text: str) -> UUID:
        """An agent answers in public, and the platform takes it."""
        with self.work(agent) as work:
            signed_as = f"– {agent.name}, Nordby Kommune"
            signature = Signature(
                id=new_id(),
                agent_id=agent.id,
                account_id=self.people.account_id,
                signed_as=signed_as,
                created_at=self.now,
            )
            message = Message(
                id=new_id(),
                conversation_id=self.people.conversation_id,
                account_id=self.people.account_id,
                direction="out",
                visibility="public",
                agent_id=agent.id,
                kind="answer",
                text=f"{text}\n{signed_as}",
                said_at=self.now,
                received_at=self.now,
                signature_id=signature.id,
                signed_as=signed_as,
            )
            message.entry_id = ledger.record(
                work,
                EntryType.REPLY_APPROVED,
                ref=ledger.about(message),
                values={"text": message.text, "author": str(agent.id), "signed_name": signed_as},
                agent_id=agent.id,
            )
            delivery = Delivery(
                id=new_id(),
                message_id=message.id,
                account_id=self.people.account_id,
                part=1,
                parts=1,
                text=message.text,
                signed_as=signed_as,
                state="delivered",
                external_id=f"at://nordby/{message.id}",
                created_at=self.now,
                delivered_at=self.now + timedelta(seconds=6),
            )
            assert delivery.delivered_at is not None
            for row in (signature, message, delivery):
                work.session.add(row)
                work.session.flush()
            ledger.record(
                work,
                EntryType.REPLY_DELIVERED,
                ref=ledger.about(message),
                values={"text": delivery.text, "signed_name": signed_as, "platform_id": delivery.external_id or ""},
                part=1,
                parts=1,
                at=delivery.delivered_at,
            )
        return message.id

    def sequencer(self) -> Sequencer:
        """A sequencer with the real rights, as it is after a start."""
        return Sequencer(self.sequencer_engine, LOG_KEY, self.files)

    def verify(self, *kept: str) -> Report:
        """The whole check, with the app's rights."""
        with Session(self.engine) as session:
            return verify(UnitOfWork(session, SYSTEM, self.now, SEALER), self.files, kept)

    def tamper(self, *statements: str) -> None:
        """Do what only the database's superuser can: change what the triggers and keys protect."""
        with psycopg.connect(self.cluster.as_superuser(self.settings)) as connection:
            connection.execute("SET session_replication_role = replica")
            for statement in statements:
                connection.execute(statement)

    def as_app(self, statement: str) -> None:
        """Do something with the rights of the app's own role."""
        with psycopg.connect(self.settings.database_url) as connection:
            connection.execute(statement)


@contextmanager
def a_scene(cluster: Cluster, settings: config.Settings, folder: Path) -> Iterator[Scene]:
    """A house in an empty database: nothing said yet, two agents with their keys."""
    engine, sequencer_engine = engine_for(settings.database_url), engine_for(settings.sequencer_database_url)
    try:
        with Session(engine) as session, session.begin():
            people = settle(session, ORIGIN, NOON)
            scene = Scene(cluster, settings, engine, sequencer_engine, LedgerFiles.of(folder), people)
            work = UnitOfWork(session, SYSTEM, NOON, SEALER)
            for agent in (scene.anna, scene.jonas):
                assert agent.id is not None
                ledger.add_agent_key(work, agent.id)
        yield scene
    finally:
        engine.dispose()
        sequencer_engine.dispose()
