"""What people decide about a gathering: this one is another matter, this one says the same. It stays so.

What it must not do: look for what is alike (`gathering.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert

from inbox.domain import kinds
from inbox.domain.conversation import Klass
from inbox.domain.errors import Conflict, Forbidden, Invalid, NotFound
from inbox.domain.events import MuchChanged
from inbox.models import Conversation, Gathering, GatheringMember
from inbox.models.arrays import among
from inbox.services import conversations
from inbox.uow import UnitOfWork


def take_out(work: UnitOfWork, gathering_id: UUID, conversation_id: UUID) -> None:
    """This one is another matter: it stands alone in the list, and is not put in again by itself.

    Raises NotFound for what the actor does not see, Conflict where it is in no such gathering.
    """
    visible(work, gathering_id)
    conversation = conversations.locked(work, conversation_id)
    if conversation.gathering_id != gathering_id:
        raise Conflict("It stands in no gathering any more.")
    decide(work, gathering_id, [conversation_id], "out", "by_hand")
    conversation.gathering_id = None
    work.say(MuchChanged(conversation.team_id))


def put_in(work: UnitOfWork, gathering_id: UUID, conversation_id: UUID) -> None:
    """This one says the same. Raises Invalid for what is private, of another kind or not waiting, NotFound as above."""
    found = visible(work, gathering_id)
    conversation = conversations.locked(work, conversation_id)
    if conversation.team_id != found.team_id:
        raise NotFound("There is no such conversation.")
    if conversation.gathering_id == gathering_id:
        return
    said = work.session.execute(
        text(
            "SELECT m.text, m.visibility FROM message m WHERE m.conversation_id = :id AND m.direction = 'in'"
            " ORDER BY m.said_at DESC, m.id DESC"
        ),
        {"id": conversation.id},
    ).all()
    if conversation.klass != Klass.OURS or conversation.status not in ("new", "open") or not said:
        raise Invalid("Only what waits for an answer can stand in a gathering.", field="conversation")
    if any(one.visibility != "public" for one in said):
        raise Invalid("What was said in private is answered alone.", field="conversation")
    if conversation.complaint or conversation.acute_at or any(kinds.kind(one.text, work.now.date()) for one in said):
        raise Invalid(
            "This one is of another kind: danger, a national number, an impostor or a complaint. Answer it alone.",
            field="conversation",
        )
    if conversation.gathering_id is not None:
        decide(work, conversation.gathering_id, [conversation.id], "out", "by_hand")
    decide(work, gathering_id, [conversation.id], "in", "by_hand")
    conversation.gathering_id = gathering_id
    work.say(MuchChanged(conversation.team_id))


def called(work: UnitOfWork, reference: str) -> UUID:
    """The conversation with this reference. Raises Invalid (`conversation`) where the actor sees none."""
    found = work.session.scalar(
        select(Conversation.id).where(
            func.upper(Conversation.reference) == reference.strip().upper(),
            among(Conversation.team_id, work.actor.teams),
        )
    )
    if found is None:
        raise Invalid("There is no conversation with that reference.", field="conversation")
    return found


def visible(work: UnitOfWork, gathering_id: UUID) -> Gathering:
    """The gathering, if the actor's teams may see it. Raises Forbidden, NotFound."""
    if not work.actor.has(*conversations.ANSWERERS):
        raise Forbidden("Only agents and leads work in conversations.")
    found = work.session.get(Gathering, gathering_id)
    if found is None or found.team_id not in work.actor.teams:
        raise NotFound("There is no such gathering.")
    return found


def decide(work: UnitOfWork, gathering_id: UUID, ids: Sequence[UUID], state: str, why: str) -> None:
    """Write who stands in a gathering, or was taken out of it. The caller holds the conversations, and tells them."""
    by = work.actor.id if why == "by_hand" else None
    for id_ in ids:
        row = insert(GatheringMember).values(
            gathering_id=gathering_id, conversation_id=id_, state=state, why=why, agent_id=by, at=work.now
        )
        work.session.execute(
            row.on_conflict_do_update(
                index_elements=["gathering_id", "conversation_id"],
                set_={name: row.excluded[name] for name in ("state", "why", "agent_id", "at")},
            )
        )
