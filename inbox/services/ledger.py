"""Writing into the ledger, in the deed's own transaction: the entry, its salts and the agent's signature.

Why it exists: a public word that is not in the ledger can't be committed, so every deed that makes one records it
here. An entry gets no number here; the sequencer gives it after the commit, and nobody waits for anybody. What it must
not do: change an entry, or sign for anybody but the actor of the unit of work.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Select, Uuid, bindparam, func, select

from inbox.domain.ids import new_id
from inbox.domain.ledger.canonical import canonical
from inbox.domain.ledger.commitment import commit, fresh_salts
from inbox.domain.ledger.entry import Clear, build, must_be_signed, sign
from inbox.domain.ledger.shapes import SHAPES, SYSTEM_BY, EntryType
from inbox.models import Agent, AgentKey, LedgerEntry, Message
from inbox.models.arrays import insert_rows
from inbox.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Line:
    """One entry to be recorded: what it is about, the words it commits to, what it says in clear.

    `ref`, `values` and `clear` have exactly the keys of the type's shape (`inbox.domain.ledger.shapes`).
    """

    entry_id: UUID
    ref: Mapping[str, UUID]
    values: Mapping[str, str]
    clear: Mapping[str, Clear] = field(default_factory=dict)


def record(
    work: UnitOfWork,
    kind: EntryType,
    *,
    ref: Mapping[str, UUID],
    values: Mapping[str, str],
    agent_id: UUID | None = None,
    **clear: Clear,
) -> UUID:
    """Record one entry and return its id. With `agent_id` it is signed for that agent, who must be the actor.

    Raises `NotAnEntry` when the keys are not exactly those of the type, `ValueError` when a signature is due and
    nobody is named, or somebody else than the actor: all of these are bugs of the caller.
    """
    line = Line(new_id(), ref, values, clear)
    _store(work, kind, [line], agent_id)
    return line.entry_id


def record_many(work: UnitOfWork, kind: EntryType, lines: Sequence[Line]) -> list[UUID]:
    """Record many unsigned entries of one type with one statement; return their ids. Errors as in `record`."""
    _store(work, kind, lines, None)
    return [line.entry_id for line in lines]


def about(message: Message) -> dict[str, UUID]:
    """The `ref` of an entry about this message."""
    return {"account": message.account_id, "conversation": message.conversation_id, "message": message.id}


def add_agent_key(work: UnitOfWork, agent_id: UUID) -> str:
    """Make an Ed25519 key for an agent's account, sealed at rest, and say so in the ledger. Returns its name."""
    # One key at a time: whoever comes second sees the first one's number.
    work.session.scalars(select(Agent.id).where(Agent.id == agent_id).with_for_update(key_share=True)).one()
    count = work.session.scalar(select(func.count()).select_from(AgentKey).where(AgentKey.agent_id == agent_id))
    kid = f"{agent_id}/{(count or 0) + 1}"
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    work.session.add(
        AgentKey(
            id=kid,
            agent_id=agent_id,
            public_key=public,
            private_sealed=work.sealer.seal(key.private_bytes_raw(), _row(kid)),
            added_at=work.now,
        )
    )
    work.session.flush()
    record(
        work,
        EntryType.KEY_ADDED,
        ref={},
        values={},
        by=work.actor.id or SYSTEM_BY,
        agent=agent_id,
        kid=kid,
        key=base64.b64encode(public).decode(),
    )
    return kid


def revoke_agent_keys(work: UnitOfWork, agent_id: UUID, cause: str) -> int:
    """End all keys of an agent who left or lost a device; return how many. `cause` is a code, such as `left`."""
    keys = work.session.scalars(
        select(AgentKey)
        .where(AgentKey.agent_id == agent_id, AgentKey.revoked_at.is_(None))
        .order_by(AgentKey.added_at)
        .with_for_update()
    ).all()
    for key in keys:
        key.revoked_at = work.now
        record(
            work,
            EntryType.KEY_REVOKED,
            ref={},
            values={},
            by=work.actor.id or SYSTEM_BY,
            agent=agent_id,
            kid=key.id,
            cause=cause,
        )
    work.session.flush()
    return len(keys)


def _store(work: UnitOfWork, kind: EntryType, lines: Sequence[Line], agent_id: UUID | None) -> None:
    if not lines:
        return
    signer = None if agent_id is None else _signer(work, agent_id)
    may_be_signed = SHAPES[kind].signing != "never"
    rows: list[dict[str, object]] = []
    for line in lines:
        salts = fresh_salts(line.values)
        body = build(
            kind,
            entry_id=line.entry_id,
            ts=work.now,
            ref=line.ref,
            commitments={name: commit(name, value, salts[name]) for name, value in line.values.items()},
            **line.clear,
        )
        if may_be_signed and must_be_signed(body):
            if signer is None:
                raise ValueError(f"{kind.value} is an agent's deed, and no agent is named to sign it")
            body = sign(body, *signer)
        rows.append(
            {
                "id": line.entry_id,
                "type": kind.value,
                "body": canonical(body).decode(),
                "salts": {name: salt.hex() for name, salt in salts.items()},
                "at": work.now,
            }
        )
    insert_rows(work.session, LedgerEntry, rows)


def _signer(work: UnitOfWork, agent_id: UUID) -> tuple[str, Ed25519PrivateKey]:
    """The agent's newest key, held until the commit so that it can't be revoked before this entry stands."""
    if agent_id != work.actor.id:
        raise ValueError("an entry is signed for whoever acts, never for somebody else")
    asked = {"agent": agent_id}
    key = work.session.execute(_newest_key(), asked).one_or_none()
    if key is None:
        add_agent_key(work, agent_id)
        key = work.session.execute(_newest_key(), asked).one()
    kid, sealed = key
    return kid, Ed25519PrivateKey.from_private_bytes(work.sealer.open(sealed, _row(kid)))


@cache
def _newest_key() -> Select[str, bytes]:
    """Made once: every signed word asks for it."""
    return (
        select(AgentKey.id, AgentKey.private_sealed)
        .where(AgentKey.agent_id == bindparam("agent", type_=Uuid), AgentKey.revoked_at.is_(None))
        .order_by(AgentKey.added_at.desc(), AgentKey.id.desc())
        .limit(1)
        .with_for_update(read=True)
    )


def _row(kid: str) -> str:
    return f"agent_key:{kid}"
