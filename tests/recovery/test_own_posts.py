"""The worker is killed while it posts what answers nobody: it stands once, though there is no parent to look under."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from inbox.domain.actors import SYSTEM
from inbox.models import Delivery, Message
from inbox.services import own_posts
from inbox.uow import reading, uow
from tests.recovery.scene import Scene

STATUS = "Vandet på Bakkevej undersøges. Kog det indtil videre."


def say(scene: Scene) -> UUID:
    """Promise it; the one part."""
    with uow(scene.house.anna) as work:
        made = own_posts.post(work, scene.house.account_id, key=uuid4(), body=STATUS)
    with reading(SYSTEM) as work:
        return work.session.scalars(select(Delivery.id).where(Delivery.message_id == made.message_id)).one()


@pytest.mark.parametrize(
    ("point", "tries"), [("claim committed", 2), ("answer in hand", 1), ("outcome not committed", 1)]
)
def test_a_post_of_our_own_stands_once_whenever_its_worker_dies(scene: Scene, point: str, tries: int) -> None:
    delivery_id = say(scene)
    scene.town.misbehave("forget_keys")
    scene.town.misbehave("invisible", value=2)
    scene.kill_at(point)
    assert scene.states() == {"sending": 1}
    assert scene.go_on()
    ((key, (post,)),) = scene.posts().items()
    part = scene.delivery(UUID(key))
    assert (part.id, part.state, part.attempts, part.external_id) == (delivery_id, "delivered", tries, post["id"])
    assert scene.entries("reply.delivered") == 1
    assert scene.conversation(_of(delivery_id)).root_external_id == post["id"]


def _of(delivery_id: UUID) -> UUID:
    """The conversation that it stands in."""
    with reading(SYSTEM) as work:
        where = select(Message.conversation_id).join(Delivery, Delivery.message_id == Message.id)
        return work.session.scalars(where.where(Delivery.id == delivery_id)).one()
