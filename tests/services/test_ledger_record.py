"""Recording: in the deed's own transaction, signed for whoever acts and for nobody else, with salts that open it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import func, select

import config
from inbox.domain.ledger.commitment import opens
from inbox.domain.ledger.entry import NotAnEntry, parse, verify_signature
from inbox.domain.ledger.report import Status
from inbox.domain.ledger.shapes import EntryType
from inbox.domain.sealing import CannotOpen
from inbox.models import AgentKey, LedgerEntry, Message
from inbox.services import ledger
from tests.cluster import Cluster
from tests.services.ledger_scene import NOON, SEALER, Scene, a_scene


@pytest.fixture
def scene(cluster: Cluster, own_database: config.Settings, tmp_path: Path) -> Iterator[Scene]:
    with a_scene(cluster, own_database, tmp_path) as made:
        yield made


def entry(scene: Scene, kind: EntryType) -> LedgerEntry:
    with scene.work() as work:
        return work.session.scalars(select(LedgerEntry).where(LedgerEntry.type == kind)).one()


def hide(scene: Scene, **changed: UUID) -> None:
    agent_id = scene.anna.id
    assert agent_id is not None
    with scene.work(scene.anna) as work:
        ledger.record(
            work,
            EntryType.POST_HIDDEN,
            ref=dict.fromkeys(("account", "conversation", "message"), agent_id),
            values={},
            cause="spam",
            **{"by": agent_id, "agent_id": agent_id, **changed},
        )


def test_an_entry_holds_commitments_and_its_salts_open_them(scene: Scene) -> None:
    scene.say("Hvornår ryddes Skolevej?")
    stored = entry(scene, EntryType.POST_SEEN)
    assert "Skolevej" not in stored.body
    assert "mette" not in stored.body
    body = json.loads(stored.body)
    assert opens(body["c"]["text"], "text", "Hvornår ryddes Skolevej?", bytes.fromhex(stored.salts["text"]))
    assert opens(body["c"]["author"], "author", "did:mette", bytes.fromhex(stored.salts["author"]))
    assert (body["id"], body["at"], body["ts"]) == (
        str(stored.id),
        "2026-11-24T12:00:00.000Z",
        "2026-11-24T12:00:00.000Z",
    )
    assert (stored.seq, stored.leaf, stored.at) == (None, None, NOON)


def test_an_answer_is_signed_with_the_key_of_its_author(scene: Scene) -> None:
    scene.answer(scene.anna, "I morgen.")
    body = parse(entry(scene, EntryType.REPLY_APPROVED).body)
    with scene.work() as work:
        key = work.session.scalars(select(AgentKey).where(AgentKey.agent_id == scene.anna.id)).one()
    assert body["sig"]["kid"] == key.id  # type: ignore[index]  # `parse` saw to its shape
    assert verify_signature(body, Ed25519PublicKey.from_public_bytes(key.public_key))


def test_a_private_key_lies_sealed_and_belongs_to_its_row(scene: Scene) -> None:
    with scene.work() as work:
        one, other = work.session.scalars(select(AgentKey).order_by(AgentKey.id)).all()
    raw = SEALER.open(one.private_sealed, f"agent_key:{one.id}")
    assert raw not in one.private_sealed
    with pytest.raises(CannotOpen):
        SEALER.open(other.private_sealed, f"agent_key:{one.id}")


def test_nobody_signs_for_somebody_else(scene: Scene) -> None:
    assert scene.jonas.id is not None
    with pytest.raises(ValueError, match="never for somebody else"):
        hide(scene, agent_id=scene.jonas.id)


def test_an_agents_deed_needs_a_signer(scene: Scene) -> None:
    with scene.work(scene.anna) as work, pytest.raises(ValueError, match="no agent is named"):
        ledger.record_many(
            work,
            EntryType.REPLY_APPROVED,
            [
                ledger.Line(
                    scene.people.account_id,
                    dict.fromkeys(("account", "conversation", "message"), scene.people.account_id),
                    {"text": "Nej", "author": "x", "signed_name": "x"},
                )
            ],
        )


def test_a_wrong_key_is_refused_before_anything_is_stored(scene: Scene) -> None:
    with scene.work() as work, pytest.raises(NotAnEntry, match="lacks at"):
        ledger.record(work, EntryType.POST_DELETED, ref={}, values={})


def test_a_deed_that_fails_leaves_no_entry(scene: Scene) -> None:
    class Failed(Exception):
        pass

    def fail() -> None:
        with scene.work() as work:
            ledger.record(work, EntryType.RETENTION_RUN, ref={}, values={}, before=NOON, erased=0, cause="retention")
            raise Failed

    with pytest.raises(Failed):
        fail()
    with scene.work() as work:
        assert work.session.scalar(select(func.count()).select_from(LedgerEntry)) == 2


def test_an_agent_without_a_key_gets_one_at_the_first_deed(scene: Scene) -> None:
    assert scene.anna.id is not None
    with scene.work() as work:
        assert ledger.revoke_agent_keys(work, scene.anna.id, "lost") == 1
        assert ledger.revoke_agent_keys(work, scene.anna.id, "lost") == 0
    hide(scene)
    with scene.work() as work:
        keys = work.session.scalars(
            select(AgentKey).where(AgentKey.agent_id == scene.anna.id).order_by(AgentKey.id)
        ).all()
    assert [key.id for key in keys] == [f"{scene.anna.id}/1", f"{scene.anna.id}/2"]
    assert [key.revoked_at for key in keys] == [NOON, None]
    scene.sequencer().step()
    assert scene.verify().findings == ()


def test_many_are_recorded_in_their_order(scene: Scene) -> None:
    texts = [f"Spørgsmål {number}" for number in range(300)]
    ids = scene.say(*texts)
    with scene.work() as work:
        rows = work.session.execute(
            select(Message.id).join(LedgerEntry, LedgerEntry.id == Message.entry_id).order_by(LedgerEntry.arrival)
        ).scalars()
        assert rows.all() == ids
    assert scene.sequencer().step() == 302
    assert scene.verify().status is Status.OK
