"""Charters in force and the versions before them: for the guard, for the side of the desk, for the settings.

What it must not do: save one (`inbox.services.charters`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BindParameter, ScalarSelect, Select, Uuid, bindparam, select, true
from sqlalchemy.orm import InstrumentedAttribute

from inbox.domain.actors import Actor, Role
from inbox.domain.charters import Charter, Reference, Ruling, starting_rulings
from inbox.domain.errors import Forbidden, NotFound
from inbox.models import Account, Agent, Conversation
from inbox.models import Charter as CharterRow
from inbox.queries.inbox_list import answerers_only
from inbox.uow import UnitOfWork

READERS: Final = (Role.ADMINISTRATOR, Role.LEAD, Role.AGENT)
MOST_VERSIONS: Final = 100
"""Versions that are listed. An older one is still kept."""
ACCOUNT: BindParameter[UUID] = bindparam("account", type_=Uuid)


@dataclass(frozen=True, slots=True)
class Guidance:
    """What an answer on one account is looked at with. `standard_line` is None where nothing is appended."""

    rulings: tuple[Ruling, ...]
    standard_line: str | None
    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Saved:
    """One version. `by` is who saved it; nobody did at the founding."""

    version: int
    charter: Charter
    since: datetime
    by: str | None


@dataclass(frozen=True, slots=True)
class OfAccount:
    """An account and its charter in force, or None before it has one."""

    id: UUID
    name: str
    channel: str
    practice: bool
    language: str
    may_edit: bool
    saved: Saved | None


def may_read(actor: Actor, team_id: UUID) -> bool:
    """Whoever works in the account's team, and administrators."""
    return actor.is_system or actor.has(Role.ADMINISTRATOR) or (actor.has(*READERS) and team_id in actor.teams)


def may_edit(actor: Actor, team_id: UUID) -> bool:
    """The leads of the account's team, and administrators."""
    return actor.is_system or actor.has(Role.ADMINISTRATOR) or (actor.has(Role.LEAD) and team_id in actor.teams)


def guidance(work: UnitOfWork, account_id: UUID) -> Guidance:
    """The newest charter's, in one statement; before there is one, the starting list of the account's language.

    Raises NotFound for an account that does not exist.
    """
    row = work.session.execute(_guiding(), {"account": account_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such account.")
    return guidance_by(row.words, row.language)


def guidance_by(words: dict[str, Any] | None, language: str) -> Guidance:
    """The same for whoever has read `words_in_force` along with something else."""
    if words is None:
        return Guidance(starting_rulings(language), None, ())
    charter = Charter.from_json(words)
    return Guidance(charter.rulings, charter.standard_line or None, charter.references)


def words_in_force(account: InstrumentedAttribute[UUID]) -> ScalarSelect[Any]:
    """What an account's newest charter holds, as a column of another statement."""
    newest = select(CharterRow.words).where(CharterRow.account_id == account)
    return newest.order_by(CharterRow.version.desc()).limit(1).scalar_subquery()


def listing(work: UnitOfWork) -> tuple[OfAccount, ...]:
    """Every account that the actor may see, with its charter. Raises Forbidden for those who don't work here."""
    if not work.actor.has(*READERS):
        raise Forbidden("The settings are for those who work here.")
    rows = work.session.execute(_in_force().order_by(Account.channel, Account.name, Account.id))
    return tuple(_of_account(work, row) for row in rows if may_read(work.actor, row.team_id))


def of_account(work: UnitOfWork, account_id: UUID) -> OfAccount:
    """One account's. Raises NotFound for one of another team as for one that does not exist."""
    row = work.session.execute(_in_force().where(Account.id == account_id)).one_or_none()
    if row is None or not may_read(work.actor, row.team_id):
        raise NotFound("There is no such account.")
    return _of_account(work, row)


def of_conversation(work: UnitOfWork, conversation_id: UUID) -> OfAccount:
    """That of the account on which one talks. Raises NotFound for a conversation out of sight."""
    answerers_only(work.actor)
    row = work.session.execute(
        _in_force()
        .join(Conversation, Conversation.account_id == Account.id)
        .where(Conversation.id == conversation_id, Conversation.team_id.in_(work.actor.teams))
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such conversation.")
    return _of_account(work, row)


def versions(work: UnitOfWork, account_id: UUID) -> tuple[Saved, ...]:
    """The newest first, for an account that `of_account` has shown."""
    rows = work.session.execute(
        select(CharterRow.version, CharterRow.words, CharterRow.created_at, Agent.full_name)
        .outerjoin(Agent, Agent.id == CharterRow.agent_id)
        .where(CharterRow.account_id == account_id)
        .order_by(CharterRow.version.desc())
        .limit(MOST_VERSIONS)
    )
    return tuple(Saved(row.version, Charter.from_json(row.words), row.created_at, row.full_name) for row in rows)


def _newest(*columns: Any) -> Any:
    return (
        select(*columns)
        .where(CharterRow.account_id == Account.id)
        .order_by(CharterRow.version.desc())
        .limit(1)
        .lateral("newest")
    )


@cache
def _guiding() -> Select[*tuple[Any, ...]]:
    """Made once: every answer that is sent asks it."""
    newest = _newest(CharterRow.words)
    return (
        select(Account.language, newest.c.words)
        .select_from(Account)
        .outerjoin(newest, true())
        .where(Account.id == ACCOUNT)
    )


@cache
def _in_force() -> Select[*tuple[Any, ...]]:
    newest = _newest(CharterRow.version, CharterRow.words, CharterRow.created_at, CharterRow.agent_id)
    return (
        select(
            Account.id,
            Account.name,
            Account.channel,
            Account.practice,
            Account.language,
            Account.team_id,
            newest.c.version,
            newest.c.words,
            newest.c.created_at,
            Agent.full_name,
        )
        .select_from(Account)
        .outerjoin(newest, true())
        .outerjoin(Agent, Agent.id == newest.c.agent_id)
    )


def _of_account(work: UnitOfWork, row: Any) -> OfAccount:
    saved = None
    if row.words is not None:
        saved = Saved(row.version, Charter.from_json(row.words), row.created_at, row.full_name)
    return OfAccount(
        row.id, row.name, row.channel, row.practice, row.language, may_edit(work.actor, row.team_id), saved
    )
