"""What somebody is writing to everybody in a gathering, and to single ones otherwise. It is theirs alone.

What it must not do: send.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from inbox.domain.text import clean
from inbox.models import GatheringDraft
from inbox.services import drafts, gathering_members
from inbox.uow import UnitOfWork


def keep(work: UnitOfWork, gathering_id: UUID, body: str, otherwise: Mapping[UUID, str]) -> None:
    """Keep what the actor is writing to a gathering; nothing at all forgets it."""
    gathering_members.visible(work, gathering_id)
    words = clean(body).text[: drafts.LONGEST]
    own = {str(id_): clean(said).text[: drafts.LONGEST] for id_, said in otherwise.items() if said.strip()}
    if not words.strip() and not own:
        forget(work, gathering_id)
        return
    kept = insert(GatheringDraft).values(
        gathering_id=gathering_id, agent_id=work.actor.id, text=words, otherwise=own, saved_at=work.now
    )
    work.session.execute(
        kept.on_conflict_do_update(
            index_elements=["gathering_id", "agent_id"],
            set_={name: kept.excluded[name] for name in ("text", "otherwise", "saved_at")},
        )
    )


def forget(work: UnitOfWork, gathering_id: UUID) -> None:
    """It was sent, or emptied."""
    work.session.execute(
        delete(GatheringDraft).where(
            GatheringDraft.gathering_id == gathering_id, GatheringDraft.agent_id == work.actor.id
        )
    )
