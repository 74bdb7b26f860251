"""Splitting some off a gathering: what the method put together may be two matters, and somebody sees which is which.

Who is split off stands in a gathering of its own, which is people's alone: the method neither fills it nor joins it
with where it came from (`gathering.py`), and takes nobody back. What it must not do: look for what is alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select, text

from inbox.domain import gathering as alike
from inbox.domain.errors import Conflict, Invalid
from inbox.domain.events import MuchChanged
from inbox.domain.gathering import Centre
from inbox.domain.ids import new_id
from inbox.models import Conversation, Gathering
from inbox.models.arrays import among
from inbox.services import gathering
from inbox.services.gathering_members import decide, visible
from inbox.uow import UnitOfWork

FEWEST = 2
"""One alone is taken out: it needs no line for many."""
_SAID = text("""
SELECT coalesce((SELECT r.text FROM revision r WHERE r.message_id = said.id AND r.kind = 'edited'
    ORDER BY r.at DESC, r.id DESC LIMIT 1), said.text) AS text, said.said_at
FROM unnest(CAST(:ids AS uuid[])) AS c (id)
CROSS JOIN LATERAL (
    SELECT m.id, m.text, m.said_at FROM message m WHERE m.conversation_id = c.id AND m.direction = 'in'
    ORDER BY m.said_at DESC, m.received_at DESC, m.id DESC LIMIT 1) AS said
ORDER BY said.said_at""")


def split_off(work: UnitOfWork, gathering_id: UUID, ids: Sequence[UUID]) -> UUID:
    """These are a matter of their own: a new gathering's id, with them alone in it.

    Raises Invalid (`apart`) for fewer than two and for all who stand there, Conflict for one who stands there no more,
    NotFound for a gathering of another team.
    """
    origin = visible(work, gathering_id)
    chosen = sorted(set(ids))
    if len(chosen) < FEWEST:
        raise Invalid("Choose at least two who belong together. One alone is taken out.", field="apart")
    _hold(work, origin.id, chosen)
    if not work.session.scalar(
        select(exists().where(Conversation.gathering_id == origin.id, ~among(Conversation.id, chosen)))
    ):
        raise Invalid("That would be all of them: somebody must stay behind.", field="apart")
    apart = _begun(work, origin, chosen)
    _move(work, chosen, origin.id, apart.id)
    work.say(MuchChanged(origin.team_id))
    return apart.id


def put_back(work: UnitOfWork, gathering_id: UUID) -> UUID:
    """Undo it: whoever stands there now stands where they were split off again; that gathering's id.

    Whoever was answered or taken out meanwhile stays so. Raises Conflict for one that was not split off, or in which
    nobody stands any more, NotFound as above.
    """
    apart = visible(work, gathering_id)
    if apart.split_from_id is None:
        raise Conflict("This gathering was not split off another.")
    origin = visible(work, apart.split_from_id)
    ids = sorted(work.session.scalars(select(Conversation.id).where(Conversation.gathering_id == apart.id)))
    if not ids:
        raise Conflict("Nobody stands in it any more.")
    _hold(work, apart.id, ids)
    _move(work, ids, apart.id, origin.id)
    work.say(MuchChanged(origin.team_id))
    return origin.id


def _hold(work: UnitOfWork, gathering_id: UUID, ids: Sequence[UUID]) -> None:
    """These conversations until the commit, in one order, so that two who split at once wait and never lock up."""
    held = work.session.scalars(
        select(Conversation.gathering_id)
        .where(among(Conversation.id, ids), Conversation.merged_into_id.is_(None))
        .order_by(Conversation.id)
        .with_for_update(key_share=True)
    ).all()
    if len(held) != len(ids) or any(one != gathering_id for one in held):
        raise Conflict("Some of them stand in this gathering no more. Look who does, then choose again.")


def _begun(work: UnitOfWork, origin: Gathering, ids: Sequence[UUID]) -> Gathering:
    """A gathering called by what these said last."""
    rows = work.session.execute(_SAID, {"ids": list(ids)}).all()
    own = gathering.own_words(work, origin.team_id)
    texts: list[str] = [row.text for row in rows]
    times: list[datetime] = [row.said_at for row in rows]
    centre = Centre()
    for one in texts:
        centre.add(alike.stems(one) - own)
    apart = Gathering(
        id=new_id(),
        team_id=origin.team_id,
        called=alike.called(texts, centre) or origin.called,
        began_at=min(times, default=origin.began_at),
        last_at=max(times, default=origin.last_at),
        centre=centre.to_json(),
        split_from_id=origin.id,
    )
    work.session.add(apart)
    work.session.flush()
    return apart


def _move(work: UnitOfWork, ids: Sequence[UUID], out_of: UUID, into: UUID) -> None:
    """Out first: nobody stands in two gatherings, not for a moment."""
    decide(work, out_of, ids, "out", "by_hand")
    decide(work, into, ids, "in", "by_hand")
    for one in work.session.scalars(
        select(Conversation).where(among(Conversation.id, ids)).execution_options(populate_existing=True)
    ):
        one.gathering_id = into
    work.session.flush()
