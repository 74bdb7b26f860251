"""The check of the whole ledger against the database: `python -m inbox ledger verify`.

Why it exists: everything is recomputed from the words as they stand now, up to the signed heads and the last head kept
outside the database. It reads one snapshot in a stream, so it may run beside a working house. What it must not do:
write, or decide anything; the rules are `inbox.domain.ledger.verification`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing

from sqlalchemy import select, text

from inbox.domain.errors import Unavailable
from inbox.domain.ledger import verification
from inbox.domain.ledger.evidence import Stored, StoredHead, StoredKey, StoredNode
from inbox.domain.ledger.report import Fault, Finding, Report
from inbox.models import AgentKey, LedgerCheckpoint, LedgerEntry, LedgerNode
from inbox.queries.ledger_evidence import entries, with_words
from inbox.services.ledger_files import LedgerFiles
from inbox.uow import UnitOfWork

AT_ONCE = 2_000
"""Entries whose words are looked up together."""

_PUBLIC = """
    SELECT message.id AS message_id, message.entry_id FROM message WHERE visibility = 'public'
    UNION ALL
    SELECT revision.message_id, revision.entry_id FROM revision WHERE visibility = 'public'
"""
_UNRECORDED = text(
    f"SELECT public.message_id FROM ({_PUBLIC}) AS public"  # noqa: S608 -- our own constant
    " LEFT JOIN ledger_entry ON ledger_entry.id = public.entry_id"
    # Canonical JSON has one spelling, so the reference can be looked for as text, without reading a body.
    " WHERE coalesce(strpos(ledger_entry.body, '\"message\":\"' || public.message_id || '\"'), 0) = 0"
)
_SHARED = text(
    f"SELECT min(public.message_id::text) AS message_id FROM ({_PUBLIC}) AS public"  # noqa: S608 -- as above
    " GROUP BY public.entry_id HAVING count(*) > 1"
)
_HIDDEN = text(
    "SELECT id AS message_id FROM message WHERE visibility <> 'public' AND entry_id IS NOT NULL"
    " UNION ALL SELECT message_id FROM revision WHERE visibility <> 'public' AND entry_id IS NOT NULL"
)
_UNDELIVERED = text(
    'WITH said AS (SELECT substring(body FROM \'"message":"([0-9a-f-]{36})"\') AS message,'
    " substring(body FROM '\"part\":([0-9]{1,9})') AS part FROM ledger_entry WHERE type = 'reply.delivered')"
    " SELECT delivery.message_id FROM delivery JOIN message ON message.id = delivery.message_id"
    " LEFT JOIN said ON said.message = delivery.message_id::text AND said.part = delivery.part::text"
    " WHERE delivery.state = 'delivered' AND message.visibility = 'public' AND said.message IS NULL"
)
_BY_COMPLETION = text("(ledger_node.idx + 1) << ledger_node.level, ledger_node.level")


def verify(work: UnitOfWork, files: LedgerFiles, kept: Iterable[str] = ()) -> Report:
    """Check everything. `kept` are notes of signed heads that others have kept, an auditor's for one.

    Opens the work's snapshot, so it must be the first thing that the work does. Raises `Unavailable` before the
    sequencer's first start, when there is no public key to check with.
    """
    vkey = files.vkey
    if vkey is None:
        raise Unavailable("The ledger has no public key yet. Start the house once, then try again.")
    # Before the snapshot: a head is remembered after its commit, so the snapshot then holds at least that much.
    remembered = files.head
    work.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    outside = [*kept] if remembered is None else [*kept, remembered]
    # Both streams are closed here, since a broken tree leaves its nodes half read.
    with closing(_entries(work)) as stored, closing(_nodes(work)) as nodes:
        return verification.verify(
            stored,
            vkey=vkey,
            heads=[*_heads(work), *(StoredHead(note) for note in outside)],
            now=work.now,
            nodes=nodes,
            keys=_keys(work),
            also=_beside(work),
        )


def _entries(work: UnitOfWork) -> Generator[Stored, None, None]:
    numbered = entries().where(LedgerEntry.seq.is_not(None)).order_by(LedgerEntry.seq, LedgerEntry.arrival)
    waiting = entries().where(LedgerEntry.seq.is_(None)).order_by(LedgerEntry.arrival)
    for statement in (numbered, waiting):
        with work.session.execute(statement.execution_options(yield_per=AT_ONCE)) as result:
            for rows in result.partitions():
                yield from with_words(work.session, rows)


def _heads(work: UnitOfWork) -> list[StoredHead]:
    columns = (LedgerCheckpoint.note, LedgerCheckpoint.size, LedgerCheckpoint.root)
    rows = work.session.execute(select(*columns).order_by(LedgerCheckpoint.size))
    return [StoredHead(row.note, row.size, row.root) for row in rows]


def _nodes(work: UnitOfWork) -> Generator[StoredNode, None, None]:
    columns = (LedgerNode.level, LedgerNode.idx, LedgerNode.hash)
    statement = select(*columns).where(LedgerNode.level > 0).order_by(_BY_COMPLETION)
    with work.session.execute(statement.execution_options(yield_per=AT_ONCE)) as result:
        for row in result:
            yield StoredNode((row.level, row.idx), row.hash)


def _keys(work: UnitOfWork) -> list[StoredKey]:
    rows = work.session.execute(select(AgentKey.id, AgentKey.agent_id, AgentKey.public_key).order_by(AgentKey.id))
    return [StoredKey(row.id, str(row.agent_id), row.public_key) for row in rows]


def _beside(work: UnitOfWork) -> Iterator[Finding]:
    """Public words that no entry, or no entry of their own, is about."""
    for statement, what in (
        (_UNRECORDED, "is public, but the entry it points to is not about it"),
        (_SHARED, "shares its entry with other words"),
        (_HIDDEN, "has a public entry, but is no longer shown as public"),
        (_UNDELIVERED, "has a part that is shown as posted, but no entry says that it was"),
    ):
        for row in work.session.execute(statement):
            message = str(row.message_id)
            yield Finding(Fault.UNRECORDED, f"The message {message} {what}.", message_id=message)
