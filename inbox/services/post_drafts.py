"""What somebody has written for an account and not posted: kept for them, and offered to its owner if they say so.

What it must not do: post, or show anybody's words to others than those two.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from inbox.domain.errors import Forbidden
from inbox.domain.text import clean
from inbox.models import PostDraft
from inbox.services import drafts
from inbox.uow import UnitOfWork


def keep(work: UnitOfWork, account_id: UUID, text: str) -> None:
    """Keep the actor's words as they stand; none forgets them. Offered words that change are offered no more."""
    if work.actor.id is None:
        raise Forbidden("Only a person keeps drafts.")
    words = clean(text).text[: drafts.LONGEST]
    if not words.strip():
        forget(work, account_id, work.actor.id)
        return
    kept = insert(PostDraft).values(account_id=account_id, agent_id=work.actor.id, text=words, saved_at=work.now)
    work.session.execute(
        kept.on_conflict_do_update(
            index_elements=["account_id", "agent_id"],
            set_={"text": kept.excluded.text, "saved_at": kept.excluded.saved_at, "offered_at": None},
            where=PostDraft.text != kept.excluded.text,
        )
    )


def offer(work: UnitOfWork, account_id: UUID, agent_id: UUID) -> bool:
    """Show the agent's words to the account's owner from now on. False where there are none."""
    shown = (
        update(PostDraft)
        .where(PostDraft.account_id == account_id, PostDraft.agent_id == agent_id)
        .values(offered_at=work.now)
        .returning(PostDraft.agent_id)
    )
    return work.session.scalars(shown).one_or_none() is not None


def offered(work: UnitOfWork, account_id: UUID, by: UUID) -> PostDraft | None:
    """What that person has offered for this account, held until the commit."""
    return work.session.scalars(
        select(PostDraft)
        .where(PostDraft.account_id == account_id, PostDraft.agent_id == by, PostDraft.offered_at.is_not(None))
        .with_for_update()
    ).one_or_none()


def begun(work: UnitOfWork, account_id: UUID) -> PostDraft | None:
    """What the actor has written for this account."""
    return work.session.get(PostDraft, (account_id, work.actor.id), populate_existing=True)


def give_back(work: UnitOfWork, account_id: UUID, agent_id: UUID, text: str) -> None:
    """Make the words of a post that did not go out a person's draft again, before what they have begun since."""
    since = work.session.scalar(
        select(PostDraft.text)
        .where(PostDraft.account_id == account_id, PostDraft.agent_id == agent_id)
        .with_for_update()
    )
    both = text if not since or since.strip() == text.strip() else f"{text}\n\n{since}"
    back = insert(PostDraft).values(
        account_id=account_id, agent_id=agent_id, text=both[: drafts.LONGEST], saved_at=work.now
    )
    work.session.execute(
        back.on_conflict_do_update(
            index_elements=["account_id", "agent_id"],
            set_={"text": back.excluded.text, "saved_at": back.excluded.saved_at},
        )
    )


def forget(work: UnitOfWork, account_id: UUID, agent_id: UUID | None) -> None:
    """They were posted, or emptied."""
    work.session.execute(delete(PostDraft).where(PostDraft.account_id == account_id, PostDraft.agent_id == agent_id))
