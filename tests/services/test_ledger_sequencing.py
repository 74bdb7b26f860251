"""The sequencer numbers whatever is committed, and signs only what extends its last head."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, text

import config
from inbox.domain.ledger import checkpoint
from inbox.domain.ledger.checkpoint import verifier_key
from inbox.domain.ledger.report import Status
from inbox.domain.ledger.tree import consistency_proof, inclusion_proof, verify_consistency, verify_inclusion
from inbox.models import LedgerCheckpoint, LedgerEntry
from inbox.queries.ledger_tree import StoredTree
from inbox.services.ledger_files import LedgerFiles
from inbox.services.sequencing import HeadRefused, sequence
from tests.cluster import Cluster
from tests.services.ledger_scene import LOG_KEY, NOON, ORIGIN, Scene, a_scene, engine_for
from workers.sequencer import Sequencer, number_entries

VKEY = verifier_key(ORIGIN, LOG_KEY.public_key())
CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture
def scene(cluster: Cluster, own_database: config.Settings, tmp_path: Path) -> Iterator[Scene]:
    """Two keys wait for their number."""
    with a_scene(cluster, own_database, tmp_path) as made:
        yield made


def until(true: Callable[[], bool]) -> bool:
    """Wait until it is true, for twenty seconds at most."""
    pause, deadline = threading.Event(), monotonic() + 20
    while not true():
        if monotonic() > deadline:
            return False
        pause.wait(0.02)
    return True


def test_each_batch_signs_a_head_that_extends_the_last(scene: Scene) -> None:
    for size in (3, 1, 7, 20):
        scene.say(*(f"Hej {number}" for number in range(size)))
        scene.sequencer().step()
    with scene.work() as work:
        heads = work.session.scalars(select(LedgerCheckpoint).order_by(LedgerCheckpoint.size)).all()
        entries = work.session.scalars(select(LedgerEntry).order_by(LedgerEntry.seq)).all()
        tree = StoredTree(work.session)
        assert [head.size for head in heads] == [5, 6, 13, 33]
        assert [entry.seq for entry in entries] == list(range(33))
        for head in heads:
            assert checkpoint.read(head.note, VKEY) == checkpoint.Checkpoint(ORIGIN, head.size, head.root)
            proof = consistency_proof(tree, head.size, 33)
            assert verify_consistency(head.size, head.root, 33, heads[-1].root, proof)
        for entry in entries:
            assert entry.seq is not None
            assert entry.leaf is not None
            proof = inclusion_proof(tree, entry.seq, 33)
            assert verify_inclusion(entry.leaf, entry.seq, 33, proof, heads[-1].root)
    assert scene.files.head == heads[-1].note
    assert (scene.files.vkey or "").strip() == VKEY


def test_a_large_backlog_is_taken_in_batches(scene: Scene) -> None:
    scene.say(*(f"Hej {number}" for number in range(8)))
    with scene.sequencer_engine.begin() as connection:
        assert sequence(connection, LOG_KEY, ORIGIN, None, NOON, batch=4).count == 4
    with scene.sequencer_engine.begin() as connection:
        assert sequence(connection, LOG_KEY, ORIGIN, None, NOON, batch=4).count == 4
    assert scene.sequencer().step() == 2
    assert scene.sequencer().step() == 0
    assert scene.verify().status is Status.OK


def test_an_entry_that_commits_later_with_a_lower_arrival_comes_in_the_next_batch(scene: Scene) -> None:
    """`arrival` is given at the insert, visibility at the commit: the two orders need not agree."""
    insert = (
        "INSERT INTO ledger_entry (id, type, body, salts, at)"
        " VALUES (gen_random_uuid(), 'post.deleted', '{}', '{}', now())"
    )
    with psycopg.connect(scene.settings.database_url) as slow:
        slow.execute(insert)
        scene.say("Hej")
        assert scene.sequencer().step() == 3
        slow.commit()
    assert scene.sequencer().step() == 1
    with scene.work() as work:
        arrivals = list(work.session.scalars(select(LedgerEntry.arrival).order_by(LedgerEntry.seq)))
    assert arrivals[3] < arrivals[2]


def test_two_sequencers_do_not_meet(scene: Scene) -> None:
    with scene.sequencer_engine.begin() as connection:
        assert sequence(connection, LOG_KEY, ORIGIN, None, NOON).count == 2
        assert scene.sequencer().step() == 0  # The other one's transaction is still open.
    scene.say("Hej")
    assert scene.sequencer().step() == 1
    assert scene.verify().status is Status.OK


def test_a_crash_after_the_commit_is_made_good(scene: Scene) -> None:
    """The head was stored but not remembered: the database is ahead, and extends what is remembered."""
    scene.sequencer().step()
    remembered = scene.files.head
    assert remembered is not None
    scene.say("Hej")
    with scene.sequencer_engine.begin() as connection:
        sequence(connection, LOG_KEY, ORIGIN, remembered, NOON)
    scene.say("Hej igen")
    assert scene.sequencer().step() == 1
    assert scene.verify().status is Status.OK


CUT_BACK = (
    "DELETE FROM ledger_entry WHERE seq >= 2",
    "DELETE FROM ledger_checkpoint WHERE size > 2",
    "DELETE FROM ledger_node WHERE (idx + 1) << level > 2",
)


@pytest.mark.parametrize(
    ("statements", "told"),
    [
        (CUT_BACK, "the log has 2 entries, but 5 were signed"),
        ((*CUT_BACK, "DELETE FROM ledger_checkpoint", "DELETE FROM ledger_node"), "the log has 0 entries"),
        (("UPDATE ledger_node SET hash = sha256('x') WHERE level = 2",), "not those that were signed"),
        (("UPDATE ledger_entry SET leaf = sha256('x') WHERE seq = 4",), "not those that were signed"),
        (("DELETE FROM ledger_node WHERE level = 2",), "is missing"),
        (("UPDATE ledger_checkpoint SET note = replace(note, E'\\n5\\n', E'\\n6\\n')",), "can't be accepted"),
    ],
)
def test_it_signs_nothing_on_top_of_a_log_that_is_not_its_own(
    scene: Scene, statements: tuple[str, ...], told: str
) -> None:
    scene.sequencer().step()
    scene.say("A", "B", "C")
    scene.sequencer().step()
    remembered = scene.files.head
    scene.tamper(*statements)
    scene.say("D")
    with pytest.raises(HeadRefused, match=told):
        scene.sequencer().step()
    assert scene.files.head == remembered
    with scene.work() as work:
        assert work.session.scalar(text("SELECT count(*) FROM ledger_entry WHERE seq IS NULL")) == 1


def test_a_log_that_was_forked_behind_its_back_is_not_extended(scene: Scene) -> None:
    """Even a head that is signed with the right key is refused when it does not extend the one remembered."""
    scene.sequencer().step()
    scene.say("A")
    scene.sequencer().step()
    remembered = scene.files.head
    assert remembered is not None
    scene.tamper(*CUT_BACK)
    scene.say("B", "C")
    with scene.sequencer_engine.begin() as connection:
        assert sequence(connection, LOG_KEY, ORIGIN, None, NOON).count == 2
    with pytest.raises(HeadRefused, match="first 3 entries are not those"):
        scene.sequencer().step()


def test_another_name_or_another_key_is_another_log(scene: Scene) -> None:
    scene.sequencer().step()
    other = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
    with pytest.raises(HeadRefused, match="published before"):
        Sequencer(scene.sequencer_engine, other, scene.files).step()
    scene.tamper("UPDATE organisation SET ledger_origin = 'dialogue.nordby.example/log2'")
    with pytest.raises(HeadRefused, match="published before"):
        scene.sequencer().step()
    scene.tamper("UPDATE organisation SET ledger_origin = 'not a name'")
    with pytest.raises(HeadRefused, match="no spaces"):
        scene.sequencer().step()


def test_before_there_is_an_organisation_it_waits(own_database: config.Settings, tmp_path: Path) -> None:
    engine = engine_for(own_database.sequencer_database_url)
    try:
        assert Sequencer(engine, LOG_KEY, LedgerFiles.of(tmp_path)).step() == 0
    finally:
        engine.dispose()
    assert LedgerFiles.of(tmp_path).vkey is None


def test_the_loop_numbers_what_comes(scene: Scene, tmp_path: Path) -> None:
    settings = replace(scene.settings, data=tmp_path / "data")
    files, stop = LedgerFiles.of(settings.data), threading.Event()
    thread = threading.Thread(target=number_entries, args=(settings, stop))
    thread.start()
    try:
        assert until(lambda: files.head is not None)
        first = files.head
        scene.say("Hej")
        assert until(lambda: files.head != first)
    finally:
        stop.set()
        thread.join(20)
    assert not thread.is_alive()
    scene.files = files
    assert scene.verify().status is Status.OK


SLIPPED_IN = """
INSERT INTO ledger_entry (id, type, body, salts, at, seq, leaf)
VALUES (gen_random_uuid(), 'x', '{}', '{}', now(), 2, sha256('x'))
"""


@pytest.mark.parametrize(
    ("statement", "reason"),
    [("UPDATE ledger_checkpoint SET note = ''", "can't be accepted"), (SLIPPED_IN, "UniqueViolation")],
)
def test_the_loop_outlives_a_log_that_was_tampered_with(
    scene: Scene, caplog: pytest.LogCaptureFixture, statement: str, reason: str
) -> None:
    scene.sequencer().step()
    scene.tamper(statement)
    scene.say("Hej")
    sequencer, stop = scene.sequencer(), threading.Event()
    thread = threading.Thread(target=sequencer.run, args=(stop,))
    thread.start()
    try:
        assert until(lambda: "ledger_head_refused" in caplog.text)
        assert reason in caplog.text
        assert thread.is_alive()
        # It signs nothing, and is alive: `/health` tells the two apart.
        seen = scene.beat()
        assert seen is not None
        assert until(lambda: scene.beat() != seen)
    finally:
        stop.set()
        thread.join(20)
    assert not thread.is_alive()


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_the_process_ends_when_it_is_told_to(scene: Scene, tmp_path: Path, sign: signal.Signals) -> None:
    data = tmp_path / "data"
    environment = {
        **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "VIRTUAL_ENV")},
        "DATA": str(data),
        "DATABASE_URL": scene.settings.database_url,
        "SEQUENCER_DATABASE_URL": scene.settings.sequencer_database_url,
        "REDIS_URL": scene.settings.redis_url,
    }
    process = subprocess.Popen([sys.executable, "-m", "workers", "--sequencer"], cwd=CHECKOUT, env=environment)
    try:
        assert until(lambda: LedgerFiles.of(data).head is not None)
        process.send_signal(sign)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
