"""One mention goes the whole way against a real Bluesky network: heard, answered once, on time, in the ledger.

Everything of ours is real but the browser: the jobs, the services, the sequencer, the check of the ledger.
"""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from sqlalchemy import create_engine, select

import config
from connectors.kit import registry
from connectors.kit.contract import AccountConfig
from connectors.kit.http import HttpClient
from inbox.domain.actors import SYSTEM, Role
from inbox.domain.ledger import report
from inbox.models import Account, Clock, Conversation, Delivery, Message, Revision
from inbox.queries import audit, lead
from inbox.services import accounts, replies, verification
from inbox.services.accounts import AccountMemory
from inbox.services.ledger_files import LedgerFiles
from inbox.uow import reading, uow
from tests import house as scene
from tests.peers.citizen import Citizen
from tests.peers.conftest import BlueskyPeer
from tests.peers.until import until
from workers import boot, deliver, ingest
from workers.sequencer import Sequencer

pytestmark = pytest.mark.peers
ANSWER = "Hej Mette. Svømmehallen åbner kl. 6.30 i morgen."


def connected(desk: Citizen) -> str:
    """Add the desk's account as `account add` does; its id."""
    credentials = {"service": desk.service, "handle": desk.handle, "password": desk.app_password("byline")}
    kind = registry.connector("bluesky")
    probing = AccountConfig("", "Nordby", "", "", credentials, AccountMemory({}))
    health = kind(probing, HttpClient(15)).probe()
    with uow(SYSTEM) as work:
        return str(accounts.add(work, channel="bluesky", name="Nordby", credentials=credentials, health=health))


def test_one_mention_goes_the_whole_way(
    bluesky: BlueskyPeer, own_app: Flask, own_database: config.Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boot, "app", lambda: own_app)
    desk = bluesky.newcomer("nordby-house")
    with own_app.app_context():
        house = scene.found(undo_seconds=0)
        account_id = connected(desk)
        asked = bluesky.citizen.post(f"@{desk.handle} Hvornår åbner svømmehallen?", mentions=[desk])

    def heard() -> Conversation | None:
        ingest.pull(account_id)
        with own_app.app_context(), reading(SYSTEM) as work:
            query = (
                select(Conversation)
                .join(Message, Message.conversation_id == Conversation.id)
                .where(Message.external_id == asked.uri)
            )
            found = work.session.scalars(query).one_or_none()
            if found is not None:
                work.session.expunge(found)
            return found

    conversation = until(heard, "the mention is heard")
    with own_app.app_context(), uow(house.anna) as work:
        promised = replies.reply(work, conversation.id, version=conversation.version, visibility="public", body=ANSWER)
    deliver.run()
    deliver.run()

    with own_app.app_context():
        with reading(SYSTEM) as work:
            part = work.session.scalars(select(Delivery).where(Delivery.message_id == promised.message_id)).one()
            clock = work.session.scalars(select(Clock)).one()
            assert (part.state, clock.state) == ("delivered", "met")
            assert clock.answered_at == part.delivered_at
        answers = until(lambda: bluesky.citizen.replies(asked.uri), "the answer is shown")
        assert [answer["post"]["record"]["text"] for answer in answers] == [f"{ANSWER}\n– Anna, Nordby Kommune"]

        engine = create_engine(own_database.sequencer_database_url.replace("postgresql://", "postgresql+psycopg://", 1))
        files = LedgerFiles.of(own_database.data / "whole-house")
        sequencer = Sequencer(engine, Ed25519PrivateKey.generate(), files)
        while sequencer.step():
            pass
        engine.dispose()
        with reading(SYSTEM) as work:
            found = verification.verify(work, files)
        assert found.status == 0, report.told(found)

        rikke = replace(house.lone, roles=frozenset({Role.AUDITOR}))
        with reading(rikke) as work:
            assert [entry.ours for entry in audit.dialogue(work, "svømmehallen").entries] == [True, False]
        with reading(house.lone) as work:
            now = lead.now(work, ZoneInfo("Europe/Copenhagen"))
        assert now.waiting == 0


def test_the_citizens_edit_and_deletion_become_revisions(
    bluesky: BlueskyPeer, own_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boot, "app", lambda: own_app)
    desk = bluesky.newcomer("nordby-edits")
    with own_app.app_context():
        scene.found()
        account_id = connected(desk)
    asked = bluesky.citizen.post(f"@{desk.handle} Er der åbent?", mentions=[desk])

    def revisions(kind: str) -> bool:
        with own_app.app_context():
            with uow(SYSTEM) as work:
                # Due again at once: the test does not wait for the polling interval.
                work.session.query(Account).where(Account.channel == "bluesky").one().lease_until = None
            ingest.pull(account_id)
            with reading(SYSTEM) as work:
                known = select(Message.id).where(Message.external_id == asked.uri)
                if work.session.scalars(known).one_or_none() is None:
                    return False
                query = (
                    select(Revision.kind)
                    .join(Message, Message.id == Revision.message_id)
                    .where(Message.external_id == asked.uri)
                )
                return not kind or kind in work.session.scalars(query).all()

    until(lambda: revisions(""), "the mention is heard")
    bluesky.citizen.edit(asked, f"@{desk.handle} Er der åbent i morgen?", mentions=[desk])
    until(lambda: revisions("edited"), "the edit is seen")
    bluesky.citizen.delete(asked)
    until(lambda: revisions("deleted"), "the deletion is seen")
