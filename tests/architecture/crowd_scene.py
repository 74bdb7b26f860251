"""Many who say the same, one of whom was answered together: for the walk through all doors (`scene.py`)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import select

from inbox.domain.actors import SYSTEM, Actor
from inbox.models import Conversation, Delivery, Gathering
from inbox.services import gathering, gathering_answers, own_posts
from inbox.services.gathering_answers import Chosen
from inbox.uow import uow
from tests.house import NOON, House
from tests.services.gathering_scene import ALIKE, say


def gathered(founded: House, signer: Actor) -> dict[str, UUID]:
    """The gathering, a batch of one answer by whoever signs (others wait), and a post of theirs that was rejected."""
    say(founded, ALIKE, first=70)
    with uow(SYSTEM) as work:
        work.now = NOON + timedelta(minutes=6)
        gathering.gather(work, next(iter(founded.anna.teams)))
    with uow(signer) as work:
        found = work.session.scalars(select(Gathering.id)).one()
        one = work.session.scalars(select(Conversation).where(Conversation.gathering_id == found).limit(1)).one()
        words = "Hej {fornavn}. Ja, kog vandet."
        chosen = [Chosen(one.id, one.version)]
        sent = gathering_answers.send(work, found, key=uuid4(), body=words, chosen=chosen, otherwise={})
        made = own_posts.post(work, founded.account_id, key=uuid4(), body="Kog vandet i Nordby by.")
    with uow(SYSTEM) as work:
        part = work.session.scalars(select(Delivery).where(Delivery.message_id == made.message_id)).one()
        part.state, part.due_at = "rejected", None
    return {"gathering_id": found, "batch_id": sent.batch_id, "own_post_id": made.message_id}
