"""The auditor's proof of one entry: it holds for an honest house, can be redone by hand, and breaks where it should."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

import config
from inbox.domain.actors import Actor, Role
from inbox.domain.errors import Forbidden, NotFound
from inbox.domain.ids import new_id
from inbox.domain.ledger import checkpoint
from inbox.domain.ledger.canonical import canonical
from inbox.domain.ledger.proof import State
from inbox.domain.ledger.report import Fault
from inbox.domain.ledger.tree import verify_inclusion
from inbox.models import LedgerEntry
from inbox.queries.ledger import Proof, proof
from tests.cluster import Cluster
from tests.services.ledger_scene import LOG_KEY, ORIGIN, Scene, a_scene

RIKKE = Actor(new_id(), "Rikke Dahl", frozenset({Role.AUDITOR}))
VKEY = checkpoint.verifier_key(ORIGIN, LOG_KEY.public_key())


@pytest.fixture
def scene(cluster: Cluster, own_database: config.Settings, tmp_path: Path) -> Iterator[Scene]:
    """Two keys (0, 1), three mentions (2-4), an answer (5) delivered (6), an edit (7), and a deletion that waits."""
    with a_scene(cluster, own_database, tmp_path) as made:
        one, _two, three = made.say("Hvornår ryddes Skolevej?", "Mit nummer er 010190-1234", "Er I åbne i dag?")
        made.sequencer().step()
        made.answer(made.anna, "I morgen tidlig.")
        made.edit(one, "Hvornår ryddes Skolevej og Kirkevej?")
        made.sequencer().step()
        made.edit(three, None)
        yield made


def shown(scene: Scene, seq: int | None, actor: Actor = RIKKE, vkey: str | None = VKEY) -> Proof:
    with scene.work(actor) as work:
        entry_id = work.session.scalars(select(LedgerEntry.id).where(LedgerEntry.seq.is_not_distinct_from(seq))).one()
        return proof(work, entry_id, vkey)


def test_every_numbered_entry_is_proved(scene: Scene) -> None:
    for seq in range(8):
        found = shown(scene, seq)
        assert (found.seq, found.verdict.state, found.verdict.faults, found.verdict.gone) == (seq, State.WHOLE, (), ())


def test_what_is_shown_is_enough_to_redo_it_by_hand(scene: Scene) -> None:
    found = shown(scene, 2)
    assert found.head is not None
    assert found.leaf is not None
    head = checkpoint.read(found.head.note, VKEY)
    assert (head.size, head.root.hex()) == (found.head.size, found.head.root)
    path = [bytes.fromhex(step) for step in found.path]
    assert verify_inclusion(bytes.fromhex(found.leaf), 2, head.size, path, head.root)
    text = next(word for word in found.words if word.field == "text")
    assert text.value == "Hvornår ryddes Skolevej?"
    opened = b"byline/v1/commit\0text\0" + bytes.fromhex(text.salt) + canonical(text.value)
    assert sha256(opened).hexdigest() == text.commitment
    assert text.commitment in found.body


def test_an_entry_that_waits_says_so(scene: Scene) -> None:
    found = shown(scene, None)
    assert (found.verdict.state, found.seq, found.leaf, found.path, found.head) == (State.WAITING, None, None, (), None)


def test_the_signers_account_is_named(scene: Scene) -> None:
    with scene.work() as work:
        approved = work.session.scalars(select(LedgerEntry.seq).where(LedgerEntry.type == "reply.approved")).one()
    assert shown(scene, approved).signer == "Anna Krogh"
    assert shown(scene, 2).signer is None


def test_a_national_number_is_masked_and_the_proof_holds_all_the_same(scene: Scene) -> None:
    found = shown(scene, 3)
    assert found.verdict.state is State.WHOLE
    assert "010190-1234" not in repr(found)


def test_without_the_public_key_nothing_is_claimed(scene: Scene) -> None:
    assert shown(scene, 2, vkey=None).verdict.state is State.UNCHECKED


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE message SET text = 'Nej' WHERE entry_id = (SELECT id FROM ledger_entry WHERE seq = 2)", Fault.WORDS),
        ("DELETE FROM message WHERE entry_id = (SELECT id FROM ledger_entry WHERE seq = 2)", Fault.WORDS),
        ("UPDATE ledger_entry SET leaf = sha256('x') WHERE seq = 2", Fault.LEAF),
        ("UPDATE ledger_entry SET leaf = sha256('x') WHERE seq = 3", Fault.CHECKPOINT),
        ("UPDATE ledger_node SET hash = sha256('x')", Fault.CHECKPOINT),
        ("DELETE FROM ledger_node", Fault.CHECKPOINT),
        ("UPDATE ledger_checkpoint SET note = replace(note, E'\\n8\\n', E'\\n9\\n')", Fault.CHECKPOINT),
        ("DELETE FROM ledger_checkpoint", Fault.CHECKPOINT),
        ("UPDATE ledger_entry SET type = 'post.edited' WHERE seq = 2", Fault.ENTRY),
        ("UPDATE ledger_entry SET body = '[]' WHERE seq = 2", Fault.ENTRY),
        ("UPDATE ledger_entry SET body = 'no' WHERE seq = 2", Fault.ENTRY),
        ("UPDATE ledger_entry SET body = replace(body, '\"v\":1', '\"v\":2') WHERE seq = 2", Fault.ENTRY),
        ("UPDATE ledger_entry SET id = gen_random_uuid() WHERE seq = 2", Fault.REPLAYED),
    ],
)
def test_what_was_tampered_with_does_not_prove(scene: Scene, statement: str, fault: Fault) -> None:
    scene.tamper(statement)
    found = shown(scene, 2)
    assert found.verdict.state is State.BROKEN
    assert fault in found.verdict.faults


def test_an_exchanged_key_does_not_prove_an_answer(scene: Scene) -> None:
    with scene.work() as work:
        approved = work.session.scalars(select(LedgerEntry.seq).where(LedgerEntry.type == "reply.approved")).one()
    scene.tamper("UPDATE agent_key SET public_key = sha256('x')")
    assert shown(scene, approved).verdict.faults == (Fault.SIGNATURE,)
    scene.tamper("DELETE FROM agent_key")
    assert shown(scene, approved).verdict.faults == (Fault.SIGNATURE,)


def test_words_that_are_gone_are_named(scene: Scene) -> None:
    scene.tamper("UPDATE ledger_entry SET salts = salts - 'author' WHERE seq = 2")
    found = shown(scene, 2)
    assert (found.verdict.state, found.verdict.gone) == (State.WHOLE, ("author",))
    assert [word.field for word in found.words] == ["platform_id", "text"]


def test_it_is_for_the_readers_of_the_history(scene: Scene) -> None:
    with pytest.raises(Forbidden):
        shown(scene, 2, actor=scene.anna)
    with scene.work(RIKKE) as work, pytest.raises(NotFound):
        proof(work, UUID(int=1), VKEY)
