"""The check of words and places: a sound log is found sound, and each tampering is found where it was done."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from inbox.domain.ledger.commitment import commit
from inbox.domain.ledger.evidence import Opening, StoredHead
from inbox.domain.ledger.report import Status
from inbox.domain.ledger.shapes import EntryType
from inbox.domain.ledger.tree import EMPTY_ROOT, leaf_hash
from tests.domain.ledger.logbook import NOON, Log, a_log, faults


def test_a_sound_log_is_sound() -> None:
    log = a_log()
    report = log.verify()
    assert report.findings == ()
    assert (report.status, report.entries, report.waiting, report.checkpoints) == (Status.OK, 10, 0, 2)
    assert report.root == log.heads[1].root


def test_an_empty_log_is_sound_and_has_the_empty_root() -> None:
    report = Log().verify()
    assert (report.status, report.entries, report.root) == (Status.OK, 0, EMPTY_ROOT)


@pytest.mark.parametrize("name", ["text", "author", "platform_id"])
def test_a_changed_word_is_found(name: str) -> None:
    log = a_log()
    opening = log.entries[3].openings[name]
    log.change(3, openings={**log.entries[3].openings, name: replace(opening, value=opening.value + ".")})
    report = log.verify()
    assert report.status is Status.TAMPERED
    assert faults(report) == [("words", 3)]
    assert report.findings[0].message_id == str(UUID(int=3))
    assert report.findings[0].entry_id == log.entries[3].id
    assert f"number 3 ({log.entries[3].id}, post.seen)" in report.findings[0].sentence
    assert name in report.findings[0].sentence


def test_words_of_another_entry_do_not_open_this_one() -> None:
    log = a_log()
    log.change(3, openings=log.entries[4].openings)
    assert faults(log.verify()) == [("words", 3), ("words", 3), ("words", 3)]


def test_a_changed_time_is_found() -> None:
    log = a_log()
    log.rewrite(3, lambda body: body.update(ts="2026-11-24T11:00:00.000Z"))
    assert faults(log.verify()) == [("leaf", 3)]


def test_a_time_that_the_tables_changed_is_found() -> None:
    log = a_log()
    log.change(3, stated={"at": "2026-11-24T11:00:00.000Z", "message": str(UUID(int=3))})
    report = log.verify()
    assert faults(report) == [("words", 3)]
    assert "at 2026-11-24T12:00:00.000Z" in report.findings[0].sentence


def test_a_message_that_points_to_another_messages_entry_is_found() -> None:
    log = a_log()
    log.change(3, stated={"message": str(UUID(int=4))})
    assert faults(log.verify()) == [("words", 3)]


def test_a_word_changed_everywhere_but_in_the_tree_is_found_there() -> None:
    """The body, its salt and its leaf are all forged to fit each other."""
    log = a_log()
    opening = Opening("Nej.", log.entries[3].openings["text"].salt)
    log.rewrite(3, lambda body: body["c"].update(text=commit("text", opening.value, opening.salt)))
    log.change(3, openings={**log.entries[3].openings, "text": opening})
    log.change(3, leaf=leaf_hash(log.entries[3].body.encode(), 3))
    report = log.verify()
    assert faults(report) == [("node", 2), ("checkpoint", 0)]
    assert "2 to 3" in report.findings[0].sentence


def test_the_whole_tree_forged_breaks_on_the_signed_head() -> None:
    log = a_log()
    heads = log.heads
    log.rewrite(7, lambda body: body.update(at="2026-11-24T11:00:00.000Z"))
    log.sequence()
    log.heads = heads[:2]
    report = log.verify()
    assert faults(report) == [("checkpoint", 6)]
    assert "Between number 6 and number 9" in report.findings[0].sentence


def test_a_changed_order_is_found() -> None:
    log = a_log()
    log.entries[3], log.entries[4] = replace(log.entries[4], seq=3), replace(log.entries[3], seq=4)
    assert ("leaf", 3) in faults(log.verify())
    assert ("leaf", 4) in faults(log.verify())


def test_a_deleted_entry_is_found() -> None:
    log = a_log()
    del log.entries[3]
    report = log.verify()
    assert faults(report) == [("missing", 3)]
    assert "number 3 is missing before 4" in report.findings[0].sentence


def test_a_deleted_end_is_found_by_the_head() -> None:
    log = a_log()
    del log.entries[8:]
    assert ("missing", 8) in faults(log.verify())


def test_an_end_deleted_with_its_head_and_nodes_is_found_by_a_head_kept_elsewhere() -> None:
    log = a_log()
    kept = StoredHead(log.heads.pop().note)
    del log.entries[6:]
    log.nodes = [node for node in log.nodes if ((node.position[1] + 1) << node.position[0]) <= 6]
    assert log.verify().status is Status.OK
    log.heads.append(kept)
    assert faults(log.verify()) == [("missing", 6)]


def test_a_deleted_entry_with_all_behind_it_renumbered_is_found() -> None:
    log = a_log()
    heads = log.heads
    del log.entries[3]
    log.sequence()
    log.heads = heads[:2]
    assert faults(log.verify())[0][0] == "checkpoint"
    assert ("missing", 9) in faults(log.verify())


def test_a_replayed_entry_is_found() -> None:
    for copy in (
        replace(a_log().entries[3], id=UUID(int=0xFFFF)),  # under another id, as the app's role could insert it
        a_log().entries[3],  # under its own, with the table's primary key out of the way
    ):
        log = a_log()
        log.entries.append(replace(copy, seq=None, leaf=None))
        log.sequence()  # An honest sequencer numbers it and signs the head.
        report = log.verify()
        assert report.status is Status.TAMPERED
        assert ("replayed", 10) in faults(report)


def test_an_entry_twice_at_one_number_is_found() -> None:
    log = a_log()
    log.entries.insert(4, log.entries[3])
    assert ("replayed", 3) in faults(log.verify())


def test_an_entry_slipped_in_behind_the_last_head_is_found() -> None:
    log = a_log()
    log.write(EntryType.POST_DELETED, at=NOON)
    log.sequence()
    log.heads.pop()
    assert faults(log.verify()) == [("checkpoint", 10)]
