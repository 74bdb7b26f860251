"""What a verification found: the verdict, and for each finding where it is, in a sentence.

Why it exists: the command, the auditor's page and the tests must speak of a finding alike. What it must not do: soften.
A report with one finding is not "mostly fine": its status says tampered.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from uuid import UUID


class Status(IntEnum):
    """The verdict, and the exit code of `python -m inbox ledger verify`."""

    OK = 0
    TAMPERED = 1
    INCOMPLETE = 2


class Fault(StrEnum):
    """The kinds of finding. Only `UNSEQUENCED` is no tampering: the sequencer is behind."""

    ENTRY = "entry"
    """The body is not canonical, not of its type's shape, or does not fit its row."""
    LEAF = "leaf"
    """The body or its place differs from what was hashed: a changed time, word or order."""
    MISSING = "missing"
    """Entries between two others, or behind the last, are gone."""
    REPLAYED = "replayed"
    """An entry stands twice."""
    SIGNATURE = "signature"
    """Not signed by a key of the agent it names, or by a revoked one."""
    WORDS = "words"
    """The stored words are not those that were recorded."""
    UNRECORDED = "unrecorded"
    """A public word that stands in no entry of its own."""
    ERASED = "erased"
    """Words are gone, and no entry says that they were erased."""
    NODE = "node"
    """A stored node of the tree is not what its leaves give."""
    CHECKPOINT = "checkpoint"
    """A signed head does not fit the entries, or the log's key did not sign it."""
    KEY = "key"
    """A stored public key differs from the one that the log names."""
    UNSEQUENCED = "unsequenced"
    """Recorded over a minute ago and not yet in the tree."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `seq`, `entry_id` and `message_id` say where, as far as it has a place."""

    fault: Fault
    sentence: str
    seq: int | None = None
    entry_id: UUID | None = None
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The whole verdict. `findings` is bounded; `found` counts all of them."""

    status: Status
    entries: int
    """How many numbered entries were read."""
    waiting: int
    """How many entries have no number yet, late or not."""
    checkpoints: int
    erased: int
    """How many words are gone as an entry in the log says they should be."""
    root: bytes
    found: int
    findings: tuple[Finding, ...]


def told(report: Report) -> list[str]:
    """The report in plain English, a sentence a line: the verdict first, then each finding."""
    verdict = {
        Status.OK: "The ledger is whole: nothing was changed, moved, taken away or slipped in.",
        Status.TAMPERED: f"The ledger was tampered with: {_counted(report.found, 'finding')}.",
        Status.INCOMPLETE: "The ledger is incomplete: the sequencer has not numbered everything.",
    }
    read = (
        f"Read {_counted(report.entries, 'entry', 'entries')}, {report.waiting} without a number yet, and "
        f"{_counted(report.checkpoints, 'signed head')}; {_counted(report.erased, 'word')} erased as recorded."
    )
    lines = [verdict[report.status], read, f"Root {report.root.hex()}", *(one.sentence for one in report.findings)]
    if report.found > len(report.findings):
        lines.append(f"And {report.found - len(report.findings)} more.")
    return lines


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"
