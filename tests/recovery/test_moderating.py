"""Hiding and blocking, and the deaths around them: done once in the end, and what is on record is what stands."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select

from inbox.domain import clock
from inbox.domain.actors import SYSTEM, Actor
from inbox.domain.errors import Conflict
from inbox.embedded.processes import until
from inbox.models import Identity, Message, Moderation
from inbox.services import enforcing, moderating
from inbox.uow import reading, uow
from tests.recovery.scene import SOON, Scene
from workers import moderating as job

THREATS = "Trusler"


def said(scene: Scene) -> UUID:
    conversation_id = scene.ask("Jeg kommer og finder jer.", "Ali R.")
    with reading(SYSTEM) as work:
        return work.session.scalars(select(Message.id).where(Message.conversation_id == conversation_id)).one()


def decide(scene: Scene, message_id: UUID, kind: str, *, by: Actor | None = None) -> UUID:
    with uow(by or scene.house.anna) as work:
        return moderating.decide(work, message_id, kind, reason=THREATS)


def calls(scene: Scene, what: str) -> list[str]:
    """What the square remembers of what it was asked for, of the one post or person that this house knows."""
    with reading(SYSTEM) as work:
        about = Message.external_id if what in ("hide", "show") else Identity.external_id
        heard = select(about).select_from(Message).join(Identity, Identity.id == Message.identity_id)
        name = work.session.scalars(heard).one()
    return scene.town.deeds(scene.credentials, what, name or "")


def state(moderation_id: UUID) -> str:
    with reading(SYSTEM) as work:
        return work.session.get_one(Moderation, moderation_id).state


def go_on(moderation_id: UUID, reached: str) -> bool:
    """Run the job as the clock rings it, until the row stands so; False when time is up."""

    def turn() -> bool:
        job.run()
        return state(moderation_id) == reached

    return until(turn, SOON, pause=0.1)


@pytest.mark.parametrize(
    ("point", "outcomes"),
    [
        ("deed claimed", ["taken"]),
        ("deed sent", ["taken", "stood so already"]),
        ("deed done", ["taken", "stood so already"]),
        ("deed not committed", ["taken", "stood so already"]),
    ],
)
@pytest.mark.parametrize("kind", ["hide", "block"])
def test_a_worker_dies_around_the_call(scene: Scene, point: str, outcomes: list[str], kind: str) -> None:
    moderation_id = decide(scene, said(scene), kind)
    scene.kill_at(point)
    assert state(moderation_id) == "owed"
    assert go_on(moderation_id, "in_force")
    assert until(lambda: calls(scene, kind)[:1] == outcomes[:1], SOON)
    # Asked for twice it was done once.
    assert calls(scene, kind) == outcomes
    assert scene.entries("post.hidden" if kind == "hide" else "author.blocked") == 1
    with uow(scene.house.jonas) as work:
        moderating.undo(work, moderation_id)
    assert go_on(moderation_id, "lifted")
    assert calls(scene, "show" if kind == "hide" else "unblock") == ["taken"]


@pytest.mark.parametrize("fault", ["fail_before", "fail_after", "drop_after", "throttle"])
def test_a_platform_that_misbehaves_is_asked_until_it_stands(scene: Scene, fault: str) -> None:
    moderation_id = decide(scene, said(scene), "hide")
    scene.town.misbehave(fault, value=1 if fault == "throttle" else None, times=2)
    assert go_on(moderation_id, "in_force")
    assert sum(one.startswith("taken") for one in calls(scene, "hide")) == 1
    assert scene.entries("post.hidden") == 1
    assert scene.entries("post.shown") == 0


def test_a_block_whose_time_is_up_is_lifted_once_though_a_worker_dies_over_it(scene: Scene) -> None:
    moderation_id = decide(scene, said(scene), "block")
    assert go_on(moderation_id, "in_force")
    # It was decided long ago, as far as anybody can tell.
    with uow(SYSTEM) as work:
        held = work.session.get_one(Moderation, moderation_id)
        held.until = held.due_at = clock.now() - timedelta(seconds=1)
    scene.kill_at("lapsed deed not committed")
    assert (state(moderation_id), scene.entries("author.unblocked")) == ("in_force", 0)
    scene.kill_at("deed done")
    assert (state(moderation_id), scene.entries("author.unblocked")) == ("lifting", 1)
    assert go_on(moderation_id, "lifted")
    assert calls(scene, "unblock") == ["taken", "stood so already"]
    assert scene.entries("author.unblocked") == 1


def test_two_hide_and_two_show_at_once(scene: Scene) -> None:
    message_id = said(scene)
    people = (scene.house.anna, scene.house.jonas)
    ended: list[str] = []

    def at_once(deed: str, moderation_id: UUID | None) -> None:
        def one(actor: Actor) -> None:
            with scene.app.app_context():
                try:
                    if moderation_id is None:
                        decide(scene, message_id, "hide", by=actor)
                    else:
                        with uow(actor) as work:
                            moderating.undo(work, moderation_id)
                    ended.append(deed)
                except Conflict:
                    ended.append("too late")

        threads = [Thread(target=one, args=(actor,)) for actor in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(SOON)

    at_once("hidden", None)
    with reading(SYSTEM) as work:
        moderation_id = work.session.scalars(select(Moderation.id)).one()
    assert go_on(moderation_id, "in_force")
    at_once("shown", moderation_id)
    assert go_on(moderation_id, "lifted")
    assert sorted(ended) == ["hidden", "shown", "too late", "too late"]
    assert (scene.entries("post.hidden"), scene.entries("post.shown")) == (1, 1)
    assert calls(scene, "hide") == ["taken"]
    assert calls(scene, "show") == ["taken"]


def test_two_workers_lift_what_has_had_its_time_once(scene: Scene) -> None:
    moderation_id = decide(scene, said(scene), "mute")
    assert go_on(moderation_id, "in_force")
    lifted: list[bool] = []

    def one() -> None:
        with scene.app.app_context(), uow(SYSTEM) as work:
            lifted.append(enforcing.lapse(work))

    with time_machine.travel(clock.now() + timedelta(days=31)):
        threads = [Thread(target=one) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(SOON)
    assert True in lifted
    assert scene.entries("author.unmuted") == 1
