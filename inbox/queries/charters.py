"""Charters in force and the versions before them: for the guard, for the side of the desk, for the settings.

What it must not do: save one (`inbox.services.charters`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Select, Uuid, bindparam, select, true

from inbox.domain.charters import Charter, Reference, Ruling, starting_rulings
from inbox.domain.errors import NotFound
from inbox.models import Account
from inbox.models import Charter as CharterRow
from inbox.uow import UnitOfWork

ACCOUNT: BindParameter[UUID] = bindparam("account", type_=Uuid)


@dataclass(frozen=True, slots=True)
class Guidance:
    """What an answer on one account is looked at with. `standard_line` is None where nothing is appended."""

    rulings: tuple[Ruling, ...]
    standard_line: str | None
    references: tuple[Reference, ...]


def guidance(work: UnitOfWork, account_id: UUID) -> Guidance:
    """The newest charter's, in one statement; before there is one, the starting list of the account's language.

    Raises NotFound for an account that does not exist.
    """
    row = work.session.execute(_newest(), {"account": account_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such account.")
    if row.words is None:
        return Guidance(starting_rulings(row.language), None, ())
    charter = Charter.from_json(row.words)
    return Guidance(charter.rulings, charter.standard_line or None, charter.references)


@cache
def _newest() -> Select[*tuple[Any, ...]]:
    """Made once: every answer that is sent asks it."""
    newest = (
        select(CharterRow.words)
        .where(CharterRow.account_id == Account.id)
        .order_by(CharterRow.version.desc())
        .limit(1)
        .lateral()
    )
    return select(Account.language, newest.c.words).outerjoin(newest, true()).where(Account.id == ACCOUNT)
