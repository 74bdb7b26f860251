"""The worker is killed in the middle of a batch: everybody has their answer once, and nobody has two."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from inbox.domain.actors import SYSTEM
from inbox.models import Conversation, Gathering
from inbox.services import gathering_answers
from inbox.services.gathering_answers import Chosen
from inbox.uow import reading, uow
from tests.recovery.scene import Scene
from tests.services.gathering_scene import ALIKE, NAMES

WORDS = "Hej {fornavn}. Ja, kog vandet i 2 minutter."


def answer_all(scene: Scene) -> int:
    """They all ask, the job gathers them, and Anna answers everybody; how many."""
    for name, words in zip(NAMES, ALIKE, strict=True):
        scene.ask(words, name)
    with uow(scene.house.anna) as work:
        found = work.session.scalars(select(Gathering.id)).one()
        members = work.session.execute(
            select(Conversation.id, Conversation.version).where(Conversation.gathering_id == found)
        ).all()
        sent = gathering_answers.send(
            work,
            found,
            key=uuid4(),
            body=WORDS,
            chosen=[Chosen(one.id, one.version) for one in members],
            otherwise={},
        )
    return len(sent.answers)


@pytest.mark.parametrize("point", ["claim committed", "answer in hand", "outcome not committed"])
def test_killed_in_the_middle_of_a_batch_everybody_is_answered_once(scene: Scene, point: str) -> None:
    count = answer_all(scene)
    assert count == len(ALIKE)
    scene.town.misbehave("forget_keys")
    for killed in (1, 2, 3):
        scene.kill_at(point)
        assert scene.states() == {"sending": killed, "queued": count - killed}
    assert scene.go_on()
    assert scene.states() == {"delivered": count}
    posts = scene.posts()
    assert {len(made) for made in posts.values()} == {1}
    assert len(posts) == count
    with reading(SYSTEM) as work:
        statuses = set(work.session.scalars(select(Conversation.status)))
    assert statuses == {"pending"}
    assert all(scene.delivery(UUID(key)).state == "delivered" for key in posts)
