"""What an agent has written and not sent. It is kept on the server, so that no conflict or crash takes it.

What it must not do: carry text from one way of writing to another.
"""

from __future__ import annotations

from functools import cache
from typing import cast
from uuid import UUID

from sqlalchemy import Delete, Table, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from inbox.domain.errors import Forbidden, Invalid
from inbox.domain.text import clean
from inbox.models import Draft
from inbox.uow import UnitOfWork

MODES = ("public", "private", "note")
LONGEST = 100_000
"""Characters. What is longer is no draft of an answer, and would be refused when sent."""


def keep(work: UnitOfWork, conversation_id: UUID, mode: str, text: str) -> None:
    """Keep the text as it stands; an empty one forgets the draft."""
    if work.actor.id is None:
        raise Forbidden("Only a person keeps drafts.")
    if mode not in MODES:
        raise Invalid("Choose public, private or note.", field="mode")
    words = clean(text).text[:LONGEST]
    if not words.strip():
        forget(work, conversation_id, mode)
        return
    kept = insert(Draft).values(
        conversation_id=conversation_id, agent_id=work.actor.id, mode=mode, text=words, saved_at=work.now
    )
    work.session.execute(
        kept.on_conflict_do_update(
            index_elements=["conversation_id", "agent_id", "mode"],
            set_={"text": kept.excluded.text, "saved_at": kept.excluded.saved_at},
        )
    )


def begun(work: UnitOfWork, conversation_id: UUID, mode: str) -> str | None:
    """What the actor has written that way and not sent."""
    return work.session.scalar(
        select(Draft.text).where(
            Draft.conversation_id == conversation_id, Draft.agent_id == work.actor.id, Draft.mode == mode
        )
    )


def offer(work: UnitOfWork, conversation_id: UUID, agent_id: UUID, mode: str, text: str) -> bool:
    """Lay words before a colleague who has not begun to write that way. False when they have: theirs stay."""
    offered = insert(Draft).values(
        conversation_id=conversation_id, agent_id=agent_id, mode=mode, text=text, saved_at=work.now
    )
    return work.session.scalar(offered.on_conflict_do_nothing().returning(Draft.mode)) is not None


def give_back(work: UnitOfWork, conversation_id: UUID, agent_id: UUID, mode: str, text: str) -> None:
    """Make the words of an answer that did not go out a person's draft again, before what they have begun since."""
    begun_since = work.session.scalar(
        select(Draft.text)
        .where(Draft.conversation_id == conversation_id, Draft.agent_id == agent_id, Draft.mode == mode)
        .with_for_update()
    )
    both = text if not begun_since or begun_since.strip() == text.strip() else f"{text}\n\n{begun_since}"
    back = insert(Draft).values(
        conversation_id=conversation_id, agent_id=agent_id, mode=mode, text=both[:LONGEST], saved_at=work.now
    )
    work.session.execute(
        back.on_conflict_do_update(
            index_elements=["conversation_id", "agent_id", "mode"],
            set_={"text": back.excluded.text, "saved_at": back.excluded.saved_at},
        )
    )


def move(work: UnitOfWork, conversation_id: UUID, *, to: UUID) -> None:
    """A conversation was joined with another: what anybody was writing in it is their draft there."""
    begun_here = work.session.execute(
        delete(Draft).where(Draft.conversation_id == conversation_id).returning(Draft.agent_id, Draft.mode, Draft.text)
    ).all()
    for agent_id, mode, text in begun_here:
        give_back(work, to, agent_id, mode, text)


def forget(work: UnitOfWork, conversation_id: UUID, mode: str) -> None:
    """It was sent, or emptied."""
    work.session.execute(_forgetting(), {"id": conversation_id, "me": work.actor.id, "way": mode})


@cache
def _forgetting() -> Delete:
    """Made once. By the table: nobody holds a draft as an object that would have to be told."""
    draft = cast("Table", Draft.__table__)
    return delete(draft).where(
        draft.c.conversation_id == bindparam("id"),
        draft.c.agent_id == bindparam("me"),
        draft.c.mode == bindparam("way"),
    )
