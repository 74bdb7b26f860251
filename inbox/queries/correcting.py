# ruff: noqa: S608 -- only fragments of this file and of `answered.py` enter the text; values are always bound.
"""A wrong answer: what stands instead, who got the same words, and who was told; and the correction on the old answer.

What it must not do: show a conversation outside the actor's teams, a national number, or a private word to who may not
read it (`matter` is for the answer's author and for leads).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, literal_column, text
from sqlalchemy.dialects.postgresql import JSONB

from inbox.domain import alike, corrections
from inbox.domain.actors import Actor, Role
from inbox.domain.errors import Conflict, Forbidden, NotFound
from inbox.domain.personal_data import mask
from inbox.queries.answered import STANDING, Right
from inbox.queries.inbox_list import answerers_only
from inbox.uow import UnitOfWork

LISTED = 200
"""Conversations that got the wrong words and are listed."""
_RIGHT = f"""
    SELECT k.message_id, k.at, k.entry_id, k.same_words, author.full_name, said.text, said.signed_as,
        said.conversation_id
    FROM correction k JOIN message said ON said.id = k.message_id JOIN agent author ON author.id = k.agent_id
    WHERE k.wrong_id = {{wrong}} AND {STANDING} ORDER BY k.at DESC LIMIT 1"""
_STANDS = """m.direction = 'out' AND m.visibility = 'public'
    AND NOT EXISTS (SELECT FROM delivery d WHERE d.message_id = m.id AND d.state <> 'delivered')
    AND EXISTS (SELECT FROM delivery d WHERE d.message_id = m.id)
    AND change.kind IS DISTINCT FROM 'deleted'"""
_CHANGE = """LEFT JOIN LATERAL (
        SELECT r.kind, r.text FROM revision r WHERE r.message_id = m.id ORDER BY r.at DESC, r.id DESC LIMIT 1
    ) AS change ON true"""
_MATTER = text(f"""
SELECT m.id, m.agent_id, m.said_at, m.conversation_id, coalesce(change.text, m.text) AS text, m.signed_as,
    agent.full_name, c.version, c.reference, i.name, a.language, a.channel, q.text AS asked, {_STANDS} AS stands,
    (SELECT d.url FROM delivery d WHERE d.message_id = m.id ORDER BY d.part LIMIT 1) AS url,
    k.message_id AS right_id, k.at AS right_at, k.full_name AS right_by, k.text AS right_text,
    k.signed_as AS right_signed, k.conversation_id AS right_in
FROM message m JOIN conversation c ON c.id = m.conversation_id JOIN account a ON a.id = c.account_id
JOIN identity i ON i.id = c.identity_id JOIN agent ON agent.id = m.agent_id
LEFT JOIN message q ON q.id = m.in_reply_to_id
{_CHANGE}
LEFT JOIN LATERAL ({_RIGHT.format(wrong="m.id")}) AS k ON true
WHERE m.id = :id AND m.direction = 'out' AND c.team_id = ANY(:teams)""")
_REACHED = text(f"""
SELECT * FROM (
    SELECT DISTINCT ON (c.id) c.id, c.reference, i.name, a.channel, m.id AS message_id, m.visibility, m.said_at,
        agent.full_name, told.message_id AS told_id, told.failed
    FROM earlier_answer e JOIN message m ON m.id = e.message_id
    JOIN conversation c ON c.id = m.conversation_id JOIN account a ON a.id = c.account_id
    JOIN identity i ON i.id = c.identity_id JOIN agent ON agent.id = m.agent_id
    {_CHANGE}
    LEFT JOIN LATERAL (
        SELECT t.message_id, EXISTS (SELECT FROM delivery d WHERE d.message_id = t.message_id
            AND d.state IN ('rejected', 'withdrawn')) AS failed
        FROM correction_told t JOIN message said ON said.id = t.message_id
        WHERE t.correction_id = :correction AND said.conversation_id = c.id
        ORDER BY said.said_at DESC LIMIT 1) AS told ON true
    WHERE e.same_words = :same AND c.team_id = ANY(:teams) AND c.id <> :conversation
        AND change.kind IS DISTINCT FROM 'deleted'
    ORDER BY c.id, m.said_at DESC) AS each
ORDER BY said_at DESC, id DESC LIMIT {LISTED}""")


@dataclass(frozen=True, slots=True)
class Reached:
    """A conversation that got the wrong words. `told_id` is what told them; `failed`: that did not go out."""

    conversation_id: UUID
    reference: str
    who: str
    channel: str
    private: bool
    at: datetime
    by: str
    told_id: UUID | None
    failed: bool

    @property
    def told(self) -> bool:
        return self.told_id is not None and not self.failed


@dataclass(frozen=True, slots=True)
class Matter:
    """One answer of ours and what hangs on its being wrong. `said` is unsigned and unmasked, for comparing alone."""

    id: UUID
    conversation_id: UUID
    version: int
    reference: str
    who: str
    channel: str
    language: str
    by: str
    at: datetime
    said: str
    text: str
    asked: str
    url: str | None
    right: Right | None
    reached: tuple[Reached, ...]

    @property
    def untold(self) -> tuple[Reached, ...]:
        """Those who got the wrong words and do not know it."""
        return tuple(one for one in self.reached if not one.told)


@dataclass(frozen=True, slots=True)
class Corrected:
    """What is shown on the old answer: masked, without the signature."""

    id: UUID
    conversation_id: UUID
    at: datetime
    by: str
    text: str
    entry_id: UUID


def may_correct(actor: Actor, author_id: UUID | None) -> bool:
    """Its author, or a lead."""
    return actor.has(Role.LEAD) or (actor.has(Role.AGENT) and author_id is not None and actor.id == author_id)


def matter(work: UnitOfWork, answer_id: UUID) -> Matter:
    """Everything about a public answer of ours that is to be corrected, or was.

    Raises NotFound out of sight, Forbidden for who is neither its author nor a lead, Conflict where it does not stand.
    """
    answerers_only(work.actor)
    row = work.session.execute(_MATTER, {"id": answer_id, "teams": list(work.actor.teams)}).one_or_none()
    if row is None:
        raise NotFound("There is no such answer.")
    if not may_correct(work.actor, row.agent_id):
        raise Forbidden("Only the person who signed an answer, or a lead, can correct it.")
    if not row.stands:
        raise Conflict("Only a public answer that stands out there can be corrected.")
    said, right, today = alike.unsigned(row.text, row.signed_as or ""), None, work.now.date()
    if row.right_id is not None:
        words = mask(corrections.plain(alike.unsigned(row.right_text, row.right_signed or "")), today)
        right = Right(row.right_id, row.right_in, row.right_at, row.right_by, words)
    asked = {
        "same": alike.same(said, str(row.id)),
        "teams": list(work.actor.teams),
        "conversation": row.conversation_id,
        "correction": row.right_id,
    }
    return Matter(
        id=row.id,
        conversation_id=row.conversation_id,
        version=row.version,
        reference=row.reference,
        who=row.name,
        channel=row.channel,
        language=row.language,
        by=row.full_name,
        at=row.said_at,
        said=said,
        text=mask(said, today),
        asked=mask(row.asked or "", today),
        url=row.url,
        right=right,
        reached=tuple(_reached(line) for line in work.session.execute(_REACHED, asked)),
    )


def column() -> ColumnElement[Any]:
    """The correction that stands for a line of `message`, as a piece of a statement that shows messages."""
    named = "'id', message_id, 'at', at, 'by', full_name, 'text', text, 'signed_as', signed_as, 'entry_id', entry_id"
    correction = _RIGHT.format(wrong="message.id")
    return literal_column(
        f"(SELECT jsonb_build_object({named}, 'conversation_id', conversation_id) FROM ({correction}) AS made_right)",
        JSONB,
    )


def corrected(found: Mapping[str, Any] | None) -> Corrected | None:
    """What `column` read."""
    if found is None:
        return None
    return Corrected(
        id=UUID(found["id"]),
        conversation_id=UUID(found["conversation_id"]),
        at=datetime.fromisoformat(found["at"]),
        by=found["by"],
        text=mask(corrections.plain(alike.unsigned(found["text"], found["signed_as"] or ""))),
        entry_id=UUID(found["entry_id"]),
    )


def _reached(line: Any) -> Reached:
    return Reached(
        conversation_id=line.id,
        reference=line.reference,
        who=line.name,
        channel=line.channel,
        private=line.visibility == "private",
        at=line.said_at,
        by=line.full_name,
        told_id=line.told_id,
        failed=bool(line.failed),
    )
