"""The check of what entries claim: signatures, keys, heads, erasures, entries that wait, bodies that can't be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from inbox.domain.ledger.checkpoint import make
from inbox.domain.ledger.evidence import StoredHead, StoredKey
from inbox.domain.ledger.report import Fault, Status
from inbox.domain.ledger.shapes import EntryType
from inbox.domain.ledger.verification import TOLD
from tests.domain.ledger.logbook import ANNA, JONAS, LOG_KEY, NOON, ORIGIN, Log, a_log, faults


def test_a_foreign_signature_is_found() -> None:
    log = a_log()
    words = {"text": "Nej. – Anna", "signed_name": "– Anna", "author": str(ANNA)}
    log.write(EntryType.REPLY_APPROVED, words, JONAS)
    log.write(EntryType.POST_HIDDEN, None, JONAS, by=ANNA, cause="spam")
    log.write(EntryType.REPLY_APPROVED, words, ANNA)
    log.rewrite(12, lambda body: body["sig"].update(kid=f"{UUID(int=0xC)}/1"))
    log.write(EntryType.REPLY_APPROVED, words, ANNA)
    log.rewrite(13, lambda body: body.update(ts="2026-11-24T11:00:00.000Z"))
    log.sequence()
    report = log.verify()
    assert faults(report) == [("signature", number) for number in (10, 11, 12, 13)]
    told = [finding.sentence for finding in report.findings]
    assert f"names the agent {ANNA}, but is signed with a key of {JONAS}" in told[0]
    assert f"names the agent {ANNA}, but is signed with a key of {JONAS}" in told[1]
    assert "which the log never added" in told[2]
    assert "its signature is not by the key" in told[3]


def test_a_key_used_after_its_revocation_is_found_and_before_it_is_fine() -> None:
    log = a_log()
    log.write(EntryType.KEY_REVOKED, by="system", agent=ANNA, kid=f"{ANNA}/1", cause="left")
    log.sequence()
    assert log.verify().status is Status.OK
    log.write(EntryType.POST_HIDDEN, None, ANNA, by=ANNA, cause="spam")
    log.sequence()
    assert faults(log.verify()) == [("signature", 11)]


def test_a_key_added_twice_or_revoked_for_another_agent_is_found() -> None:
    log = a_log()
    log.write(EntryType.KEY_REVOKED, by="system", agent=JONAS, kid=f"{ANNA}/1", cause="left")
    log.write(EntryType.KEY_ADDED, by="system", agent=JONAS, kid=f"{ANNA}/1", key="A" * 43 + "=")
    log.sequence()
    assert faults(log.verify()) == [("key", 10), ("key", 11)]


def test_a_table_of_keys_that_departs_from_the_log_is_found() -> None:
    log = a_log()
    log.keys = [replace(log.keys[0], public_key=b"x" * 32), StoredKey("third/1", "third", b"y" * 32)]
    report = log.verify()
    assert [finding.fault for finding in report.findings] == [Fault.KEY] * 3


def test_a_foreign_head_is_found() -> None:
    log = a_log()
    other = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
    log.heads[1] = replace(log.heads[1], note=make(ORIGIN, 10, log.heads[1].root or b"", other))
    report = log.verify()
    assert faults(report) == [("checkpoint", 10), ("checkpoint", 6)]
    assert "did not sign" in report.findings[0].sentence
    assert "under no signed head" in report.findings[1].sentence


def test_a_head_whose_row_says_otherwise_is_found() -> None:
    log = a_log()
    log.heads[0] = replace(log.heads[0], root=b"\0" * 32)
    assert faults(log.verify()) == [("checkpoint", 6)]


def test_a_second_head_of_the_same_size_is_found() -> None:
    log = a_log()
    log.heads.append(StoredHead(make(ORIGIN, 6, b"\1" * 32, LOG_KEY)))
    assert faults(log.verify()) == [("checkpoint", 0)]


@pytest.mark.parametrize("place", range(8))
def test_a_changed_missing_or_foreign_node_is_found(place: int) -> None:
    log = a_log()
    sound = log.nodes
    log.nodes = [*sound[:place], replace(sound[place], hash=b"\0" * 32), *sound[place + 1 :]]
    assert [finding.fault for finding in log.verify().findings] == [Fault.NODE]
    log.nodes = [*sound[:place], *sound[place + 1 :]]
    assert [finding.fault for finding in log.verify().findings] == [Fault.NODE]
    log.nodes = [*sound[:place], sound[place], *sound[place:]]
    assert [finding.fault for finding in log.verify().findings] == [Fault.NODE]


def test_words_may_go_when_an_entry_says_so() -> None:
    log = a_log()
    log.change(3, openings={name: log.entries[3].openings[name] for name in ("author", "platform_id")})
    log.change(7, openings={})
    report = log.verify()
    assert faults(report) == [("erased", 3), ("erased", 7), ("erased", 7), ("erased", 7)]
    assert "has lost its text, and no entry says why" in report.findings[0].sentence
    log.write(
        EntryType.FIELD_REDACTED, None, ANNA, by=ANNA, cause="gdpr_17", entry=log.entries[3].id, fields={"text": True}
    )
    log.sequence()
    assert faults(log.verify()) == [("erased", 7)] * 3
    log.write(EntryType.RETENTION_RUN, before=NOON + timedelta(seconds=1), erased=3, cause="retention")
    log.sequence()
    report = log.verify()
    assert (report.status, report.erased) == (Status.OK, 4)


def test_a_run_of_retention_excuses_nothing_that_is_younger() -> None:
    log = a_log()
    log.change(3, openings={})
    log.write(EntryType.RETENTION_RUN, before=NOON, erased=3, cause="retention")
    log.sequence()
    assert faults(log.verify()) == [("erased", 3)] * 3


def test_an_entry_that_waits_for_its_number_over_a_minute_makes_the_log_incomplete() -> None:
    log = a_log()
    log.write(EntryType.POST_DELETED, at=NOON)
    log.now = NOON + timedelta(seconds=60)
    report = log.verify()
    assert (report.status, report.waiting) == (Status.OK, 1)
    log.now = NOON + timedelta(seconds=61)
    report = log.verify()
    assert report.status is Status.INCOMPLETE
    assert faults(report) == [("unsequenced", None)]
    log.change(3, openings=log.entries[4].openings)
    assert log.verify().status is Status.TAMPERED


def test_the_words_of_an_entry_without_a_number_are_checked_too() -> None:
    log = a_log()
    log.write(EntryType.POST_EDITED, {"text": "Tak"}, at=NOON)
    log.change(10, openings=log.entries[8].openings)
    assert faults(log.verify()) == [("words", None)]


@pytest.mark.parametrize("body", ["", "{}", '{"v":1}', "\ud83d", '{"v":1, "t":"post.seen"}'])
def test_a_body_that_cannot_be_read_is_a_finding_not_a_crash(body: str) -> None:
    log = a_log()
    log.change(3, body=body)
    assert faults(log.verify()) == [("entry", 3), ("leaf", 3)]


def test_an_entry_filed_under_another_type_is_found() -> None:
    log = a_log()
    log.change(9, type="post.seen")
    assert faults(log.verify()) == [("entry", 9)]


def test_many_findings_are_counted_and_the_first_are_told() -> None:
    log = Log()
    for _ in range(TOLD + 20):
        log.write(EntryType.POST_EDITED, {"text": "Tak"}, at=NOON)
    log.sequence()
    log.entries = [replace(stored, openings={}) for stored in log.entries]
    report = log.verify()
    assert report.found == TOLD + 20
    assert len(report.findings) == TOLD
