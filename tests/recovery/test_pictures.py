"""Pictures and the deaths around them: an answer has its pictures once, and a citizen's come in the end."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from inbox.domain.actors import SYSTEM
from inbox.domain.pictures import made_anew
from inbox.embedded.processes import until
from inbox.models import Picture
from inbox.uow import reading
from tests.recovery.scene import SOON, Scene
from tests.services.picturing import HOLE, made
from workers import pictures


@pytest.mark.parametrize(
    ("point", "misbehaviour", "tries"),
    [
        ("claim committed", "", 2),
        # The first request is a picture's.
        ("request sent", "", 2),
        ("picture sent", "", 2),
        ("answer in hand", "invisible", 1),
        ("outcome not committed", "invisible", 1),
    ],
)
def test_a_worker_dies_between_an_answer_and_its_pictures(
    scene: Scene, point: str, misbehaviour: str, tries: int
) -> None:
    shows = (made("red"), made("green"))
    delivery_id = scene.answer(scene.ask(), shows=shows)
    scene.town.misbehave("forget_keys")
    if misbehaviour:
        scene.town.misbehave(misbehaviour, value=3)
    scene.kill_at(point)
    assert scene.states() == {"sending": 1}
    assert scene.go_on()
    ((key, (post,)),) = scene.posts().items()
    assert UUID(key) == delivery_id
    assert scene.town.pictures(str(post["id"])) == [("Billede 1", shows[0].data), ("Billede 2", shows[1].data)]
    part = scene.delivery(delivery_id)
    assert (part.state, part.attempts) == ("delivered", tries)
    assert scene.entries("picture.approved") == 2


@pytest.mark.parametrize("fault", ["throttle", "fail_before"])
def test_a_platform_that_fails_at_a_picture_has_taken_nothing(scene: Scene, fault: str) -> None:
    delivery_id = scene.answer(scene.ask(), shows=(made("red"),))
    scene.town.misbehave(fault, value=1 if fault == "throttle" else None, times=1)
    assert scene.go_on()
    assert scene.delivery(delivery_id).state == "delivered"
    ((post,),) = scene.posts().values()
    assert len(scene.town.pictures(str(post["id"]))) == 1


@pytest.mark.parametrize("point", ["picture claimed", "picture in hand", "picture not committed"])
def test_a_worker_dies_at_a_citizens_picture(scene: Scene, point: str) -> None:
    scene.ask("Se det hul!", shows=[HOLE])
    assert scene.seen() == {"owed": 1}
    scene.kill_at(point)
    assert scene.seen() == {"owed": 1}

    def turn() -> bool:
        pictures.run()
        return scene.seen() == {"kept": 1}

    # Nobody asks for it again before the dead worker's lease has run out.
    assert until(turn, SOON, pause=0.2)
    with reading(SYSTEM) as work:
        found = work.session.scalars(select(Picture)).one()
        assert (found.attempts, found.description, found.lease_until) == (2, "Et hul i vejen", None)
        assert found.data == made_anew(HOLE.data).data
    assert scene.entries("picture.seen") == 1
