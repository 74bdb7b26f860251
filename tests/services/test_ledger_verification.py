"""`ledger verify` against a real database: whatever a superuser changes there is found, and where."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import config
from inbox.domain.errors import Unavailable
from inbox.domain.ledger.checkpoint import make
from inbox.domain.ledger.report import Fault, Report, Status, told
from tests.cluster import Cluster
from tests.services.ledger_scene import ORIGIN, Scene, a_scene


@pytest.fixture
def scene(cluster: Cluster, own_database: config.Settings, tmp_path: Path) -> Iterator[Scene]:
    """Two keys (0, 1), three mentions (2-4), an answer (5) delivered (6), an edit (7) and a deletion (8)."""
    with a_scene(cluster, own_database, tmp_path) as made:
        one, _two, three = made.say("Hvornår ryddes Skolevej?", "Tak for i går!", "Er I åbne i dag?")
        assert made.sequencer().step() == 5
        made.answer(made.anna, "I morgen tidlig.")
        made.edit(one, "Hvornår ryddes Skolevej og Kirkevej?")
        made.edit(three, None)
        assert made.sequencer().step() == 4
        yield made


def found(report: Report) -> list[tuple[str, int | None]]:
    return [(finding.fault.value, finding.seq) for finding in report.findings]


def test_an_honest_house_is_whole(scene: Scene) -> None:
    report = scene.verify()
    assert report.findings == ()
    assert (report.status, report.entries, report.waiting, report.checkpoints) == (Status.OK, 9, 0, 3)
    assert told(report)[0].startswith("The ledger is whole")


def test_before_the_sequencer_ever_ran_there_is_nothing_to_check_with(
    cluster: Cluster, own_database: config.Settings, tmp_path: Path
) -> None:
    with a_scene(cluster, own_database, tmp_path) as made, pytest.raises(Unavailable):
        made.verify()


SEEN = "(SELECT id FROM ledger_entry WHERE seq = {})"
SECOND_ACCOUNT = """
INSERT INTO account SELECT (jsonb_populate_record(account, jsonb_build_object(
    'id', '00000000-0000-7000-8000-000000000001', 'external_id', 'other'))).* FROM account
"""
WORDS: dict[str, tuple[list[str], list[int]]] = {
    "a citizen's word": ([f"UPDATE message SET text = 'Nej' WHERE entry_id = {SEEN.format(3)}"], [3]),
    "an answer's word": (["UPDATE message SET text = 'Aldrig.' || signed_as WHERE direction = 'out'"], [5]),
    "who asked": (["UPDATE identity SET external_id = 'did:ali'"], [2, 3, 4]),
    "who answered": (
        ["UPDATE message SET agent_id = (SELECT id FROM agent WHERE public_name = 'Jonas') WHERE direction = 'out'"],
        [5, 5],
    ),
    "the signed name": (["UPDATE message SET signed_as = 'Nordby Kommune' WHERE direction = 'out'"], [5]),
    "the platform's id": ([f"UPDATE message SET external_id = 'x' WHERE entry_id = {SEEN.format(4)}"], [4]),
    "when it was said": (
        [f"UPDATE message SET said_at = said_at - interval '1 hour' WHERE entry_id = {SEEN.format(2)}"],
        [2],
    ),
    "what was posted": (["UPDATE delivery SET text = 'Aldrig.' || signed_as"], [6]),
    "where it was posted": (["UPDATE delivery SET external_id = 'x'"], [6]),
    "when it was posted": (["UPDATE delivery SET delivered_at = delivered_at - interval '1 hour'"], [6]),
    "that it was posted": (["UPDATE delivery SET delivered_at = NULL, state = 'rejected'"], [6, 6, 6, 6]),
    "an edit": (["UPDATE revision SET text = 'Hej' WHERE kind = 'edited'"], [7]),
    "when it was deleted": (["UPDATE revision SET at = at + interval '1 second' WHERE kind = 'deleted'"], [8]),
    "that it was deleted": (["DELETE FROM revision WHERE kind = 'deleted'"], [8]),
    "whose message was deleted": (
        ["UPDATE revision SET message_id = (SELECT id FROM message WHERE direction = 'out') WHERE kind = 'deleted'"],
        [8],
    ),
    "on which account": (
        [
            SECOND_ACCOUNT,
            "UPDATE message SET account_id = '00000000-0000-7000-8000-000000000001' WHERE entry_id = " + SEEN.format(2),
        ],
        [2, 7],
    ),
}


@pytest.mark.parametrize("what", WORDS)
def test_a_changed_word_is_found_at_its_entry(scene: Scene, what: str) -> None:
    statements, places = WORDS[what]
    scene.tamper(*statements)
    report = scene.verify()
    assert report.status is Status.TAMPERED
    assert sorted(seq or 0 for fault, seq in found(report) if fault != "unrecorded") == sorted(places)
    assert {finding.fault for finding in report.findings} <= {
        Fault.WORDS,
        Fault.ERASED,
        Fault.SIGNATURE,
        Fault.UNRECORDED,
    }
    assert all(finding.message_id and finding.message_id in finding.sentence for finding in report.findings)


def test_a_changed_salt_is_found(scene: Scene) -> None:
    scene.tamper('UPDATE ledger_entry SET salts = salts || \'{"text": "zz"}\' WHERE seq = 2')
    assert found(scene.verify()) == [("words", 2)]


def test_a_lost_salt_is_found(scene: Scene) -> None:
    scene.tamper("UPDATE ledger_entry SET salts = salts - 'text' WHERE seq = 2")
    assert found(scene.verify()) == [("erased", 2)]


def test_a_changed_time_is_found(scene: Scene) -> None:
    scene.tamper("UPDATE ledger_entry SET body = replace(body, 'T12:00:00.000Z', 'T11:00:00.000Z') WHERE seq = 8")
    assert ("leaf", 8) in found(scene.verify())


def test_a_changed_order_is_found(scene: Scene) -> None:
    scene.tamper(
        "UPDATE ledger_entry SET seq = 100 WHERE seq = 2",
        "UPDATE ledger_entry SET seq = 2 WHERE seq = 3",
        "UPDATE ledger_entry SET seq = 3 WHERE seq = 100",
    )
    places = found(scene.verify())
    assert ("leaf", 2) in places
    assert ("leaf", 3) in places


def test_a_deleted_entry_is_found(scene: Scene) -> None:
    scene.tamper("DELETE FROM ledger_entry WHERE seq = 3")
    report = scene.verify()
    assert ("missing", 3) in found(report)
    assert Fault.UNRECORDED in {finding.fault for finding in report.findings}  # its message now stands in no entry


def test_a_deleted_end_is_found_although_its_heads_went_with_it(scene: Scene) -> None:
    scene.tamper(
        "DELETE FROM revision",
        "DELETE FROM ledger_entry WHERE seq >= 7",
        "DELETE FROM ledger_checkpoint WHERE size > 7",
        "DELETE FROM ledger_node WHERE (idx + 1) << level > 7",
    )
    assert found(scene.verify()) == [("missing", 7)]
    scene.tamper(
        "DELETE FROM ledger_entry WHERE seq >= 5", "DELETE FROM delivery", "DELETE FROM message WHERE direction = 'out'"
    )
    scene.tamper("DELETE FROM ledger_node WHERE (idx + 1) << level > 5")
    assert found(scene.verify()) == [("missing", 5)]  # Only the head in the file outside remembers.


def test_a_replayed_entry_is_found(scene: Scene) -> None:
    """Inserted with the app's rights, and numbered by an honest sequencer."""
    scene.as_app(
        "INSERT INTO ledger_entry (id, type, body, salts, at)"
        " SELECT '00000000-0000-7000-8000-000000000009', type, body, salts, at FROM ledger_entry WHERE seq = 3"
    )
    assert scene.sequencer().step() == 1
    assert ("replayed", 9) in found(scene.verify())


def test_a_forged_tree_breaks_on_the_signed_head(scene: Scene) -> None:
    scene.tamper("UPDATE ledger_node SET hash = sha256('x') WHERE level = 1 AND idx = 2")
    assert found(scene.verify()) == [("node", 4)]


def test_a_foreign_or_changed_checkpoint_is_found(scene: Scene) -> None:
    scene.tamper("UPDATE ledger_checkpoint SET size = 8 WHERE size = 9")
    assert ("checkpoint", 8) in found(scene.verify())
    other = make(ORIGIN, 9, b"\0" * 32, Ed25519PrivateKey.from_private_bytes(b"o" * 32))
    scene.tamper(f"UPDATE ledger_checkpoint SET size = 9, note = '{other}' WHERE size = 8")
    assert ("checkpoint", 9) in found(scene.verify())


def test_a_head_that_somebody_else_kept_is_held_against_the_log(scene: Scene) -> None:
    head = scene.files.head
    assert head is not None
    assert scene.verify(head).status is Status.OK
    longer = make(ORIGIN, 12, b"\0" * 32, Ed25519PrivateKey.from_private_bytes(b"l" * 32))
    assert found(scene.verify(longer)) == [("missing", 9)]


def test_a_foreign_agents_signature_is_found(scene: Scene) -> None:
    """The signature is Anna's; the entry is made to name Jonas's key."""
    names = '\'"kid":"{}\''
    change = f"replace(body, {names.format(scene.anna.id)}, {names.format(scene.jonas.id)})"
    scene.tamper(f"UPDATE ledger_entry SET body = {change} WHERE seq = 5")
    report = scene.verify()
    assert ("signature", 5) in found(report)
    assert ("leaf", 5) in found(report)


def test_an_exchanged_key_is_found(scene: Scene) -> None:
    scene.tamper("UPDATE agent_key SET public_key = sha256('x')")
    assert found(scene.verify()) == [("key", None), ("key", None)]


def test_a_public_word_without_an_entry_of_its_own_is_found(scene: Scene) -> None:
    # The app's role may insert it; the check constraint is content.
    scene.as_app(
        "INSERT INTO message (id, conversation_id, account_id, direction, visibility, identity_id, kind, external_id,"
        " text, said_at, received_at, entry_id)"
        " SELECT '00000000-0000-7000-8000-000000000002', conversation_id, account_id, direction, visibility,"
        " identity_id, kind, 'made up', 'Det er aftalt', said_at, received_at, entry_id"
        " FROM message WHERE entry_id = (SELECT id FROM ledger_entry WHERE seq = 2)"
    )
    report = scene.verify()
    assert {finding.fault for finding in report.findings} == {Fault.UNRECORDED}
    assert report.findings[0].message_id == str(UUID("00000000-0000-7000-8000-000000000002"))


def test_a_word_that_is_hidden_from_the_public_dialogue_is_found(scene: Scene) -> None:
    scene.tamper("UPDATE message SET visibility = 'private' WHERE direction = 'out'")
    assert found(scene.verify()) == [("unrecorded", None)]


def test_a_posting_that_never_was_is_found(scene: Scene) -> None:
    scene.as_app(
        "INSERT INTO delivery SELECT (jsonb_populate_record(delivery, jsonb_build_object('part', 2, 'parts', 2,"
        " 'id', '00000000-0000-7000-8000-000000000003', 'external_id', 'made up'))).* FROM delivery"
    )
    report = scene.verify()
    assert [finding.fault for finding in report.findings] == [Fault.UNRECORDED]
    assert "no entry says that it was" in report.findings[0].sentence


def test_an_entry_that_waits_over_a_minute_makes_it_incomplete(scene: Scene) -> None:
    scene.say("Hallo?")
    scene.now += timedelta(seconds=59)
    assert (scene.verify().status, scene.verify().waiting) == (Status.OK, 1)
    scene.now += timedelta(seconds=2)
    report = scene.verify()
    assert report.status is Status.INCOMPLETE
    assert "more than a minute" in report.findings[0].sentence
    assert scene.sequencer().step() == 1
    assert scene.verify().status is Status.OK
