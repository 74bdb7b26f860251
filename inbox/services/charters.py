"""Saving a charter: the whole of it, as another version, or nothing.

What it must not do: change a version that was saved once (answers were written by it), or judge an answer.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from inbox.domain.charters import Charter
from inbox.domain.errors import Conflict, Forbidden, NotFound
from inbox.domain.ids import new_id
from inbox.models import Account
from inbox.models import Charter as CharterRow
from inbox.queries import charters as reads
from inbox.uow import UnitOfWork


def save(work: UnitOfWork, account_id: UUID, charter: Charter, *, version: int) -> int:
    """Put this charter in force in the place of `version` (0: there was none); the number of the one in force now.

    The same words again are no new version. Raises Forbidden for all but administrators and the leads of the account's
    team, NotFound, Conflict when another version is the newest, `charters.Unfit` for words that can't stand.
    """
    account = work.session.get(Account, account_id)
    if account is None or not reads.may_read(work.actor, account.team_id):
        raise NotFound("There is no such account.")
    if not reads.may_edit(work.actor, account.team_id):
        raise Forbidden("Charters are changed by administrators and the leads of the team.")
    fit = charter.fit()
    newest = work.session.execute(
        select(CharterRow.version, CharterRow.words)
        .where(CharterRow.account_id == account_id)
        .order_by(CharterRow.version.desc())
        .limit(1)
    ).one_or_none()
    at = newest.version if newest else 0
    if version != at:
        raise _conflict(at)
    if newest and newest.words == fit.to_json():
        return version
    # Who is second at the same moment waits here for the first, and then gets no row.
    saved: int | None = work.session.scalar(
        insert(CharterRow)
        .values(
            id=new_id(),
            account_id=account_id,
            version=at + 1,
            words=fit.to_json(),
            created_at=work.now,
            agent_id=work.actor.id,
        )
        .on_conflict_do_nothing(index_elements=["account_id", "version"])
        .returning(CharterRow.version)
    )
    if saved is None:
        raise _conflict(at + 1)
    return saved


def begin(work: UnitOfWork, account_id: UUID, charter: Charter) -> None:
    """The first version, at the founding of an organisation; nothing where there is one already."""
    if not work.session.scalar(select(func.count()).where(CharterRow.account_id == account_id)):
        save(work, account_id, charter, version=0)


def _conflict(newest: int) -> Conflict:
    return Conflict("Version %(newest)s was saved meanwhile. Nothing of yours is saved yet.", newest=newest)
