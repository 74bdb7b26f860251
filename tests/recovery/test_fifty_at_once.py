"""Fifty people want the same conversation: one wins, and nobody loses what they wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import select

from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.errors import Conflict
from inbox.models import Conversation, Draft, Message, Team
from inbox.services import agents, conversations, drafts, replies
from inbox.uow import reading, uow
from tests.recovery.scene import Scene

PEOPLE = 50


@pytest.fixture
def everybody(scene: Scene) -> list[Actor]:
    """Fifty agents, each with a public name of their own."""
    with uow(SYSTEM) as work:
        team = work.session.scalars(select(Team.id)).one()
        names = [f"Vagt {number:02}" for number in range(PEOPLE)]
        ids = [
            agents.add(
                work,
                email=f"vagt{number}@nordby.example",
                full_name=name,
                roles=["agent"],
                password_hash="invented",
                signs_as="full",
            )
            for number, name in enumerate(names)
        ]
    return [Actor(id_, name, frozenset({Role.AGENT}), frozenset({team})) for id_, name in zip(ids, names, strict=True)]


def at_once(scene: Scene, conversation_id: UUID, everybody: list[Actor], deed: Callable[[Actor], None]) -> Counter[str]:
    """All of them in the same moment, each in a thread and on a connection of their own."""
    start = Barrier(len(everybody))

    def one(actor: Actor) -> str:
        with scene.app.app_context():
            start.wait(30)
            try:
                deed(actor)
            except Conflict:
                # As the door does it: in a deed of its own, since the refused one was rolled back.
                with uow(actor) as work:
                    drafts.keep(work, conversation_id, "public", words(actor))
                return "conflict"
            return "won"

    with ThreadPoolExecutor(len(everybody)) as threads:
        return Counter(threads.map(one, everybody))


def words(actor: Actor) -> str:
    return f"Den åbner klokken 7, siger {actor.name}."


def test_fifty_take_and_answer_it(scene: Scene, everybody: list[Actor]) -> None:
    conversation_id = scene.ask()
    version = scene.conversation(conversation_id).version

    def deed(actor: Actor) -> None:
        with uow(actor) as work:
            conversations.take(work, conversation_id, version)
        with uow(actor) as work:
            replies.reply(work, conversation_id, version=version + 1, visibility="public", body=words(actor))

    assert at_once(scene, conversation_id, everybody, deed) == {"won": 1, "conflict": PEOPLE - 1}
    one_answer_and_a_draft_of_everybody_else(scene, everybody)


def test_fifty_answer_it(scene: Scene, everybody: list[Actor]) -> None:
    conversation_id = scene.ask()
    version = scene.conversation(conversation_id).version

    def deed(actor: Actor) -> None:
        with uow(actor) as work:
            replies.reply(work, conversation_id, version=version, visibility="public", body=words(actor))

    assert at_once(scene, conversation_id, everybody, deed) == {"won": 1, "conflict": PEOPLE - 1}
    one_answer_and_a_draft_of_everybody_else(scene, everybody)


def one_answer_and_a_draft_of_everybody_else(scene: Scene, everybody: list[Actor]) -> None:
    with reading(SYSTEM) as work:
        answer = work.session.scalars(select(Message).where(Message.direction == "out")).one()
        kept = {row.agent_id: row.text for row in work.session.scalars(select(Draft))}
        assert work.session.scalars(select(Conversation.assignee_id)).one() == answer.agent_id
    assert kept == {actor.id: words(actor) for actor in everybody if actor.id != answer.agent_id}
    assert scene.go_on()
    assert [len(posts) for posts in scene.posts().values()] == [1]
