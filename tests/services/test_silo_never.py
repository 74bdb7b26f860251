"""A unit that never answers: its time passes where agent, unit and lead see it, and the question can be taken back."""

from __future__ import annotations

import pytest
from flask import Flask

from inbox.domain.conversation import Status
from inbox.queries import lead_now, silo_desk
from inbox.services import silo
from tests.services.answering import deed, minutes
from tests.services.silo_scene import Scene


@pytest.fixture
def there(app: Flask) -> Scene:
    return Scene()


def test_a_question_that_nobody_answers_is_late_for_everybody_and_never_lost(there: Scene) -> None:
    ticket = there.ask(at=5)
    with deed(there.house.lone, minutes(94)) as work:
        in_time = lead_now.with_others(work)
    with deed(there.house.lone, minutes(96)) as work:
        late = lead_now.with_others(work)
        behind = lead_now.on_hold(work)
    assert (in_time.waiting, in_time.late) == (1, 0)
    assert (late.waiting, late.late, late.oldest_since) == (1, 1, minutes(5))
    assert [row.id for row in behind] == [there.house.conversation().id]
    with deed(there.ida, minutes(60 * 24)) as work:
        assert [row.id for row in silo_desk.questions(work, silo_desk.Which.OPEN).rows] == [ticket]

    seen = there.house.conversation()
    with deed(there.house.anna, minutes(60 * 24)) as work:
        silo.recall(work, seen.id, seen.version, ticket)
    assert there.house.conversation().status == Status.OPEN
    with deed(there.house.lone, minutes(60 * 24 + 1)) as work:
        assert lead_now.with_others(work).waiting == 0
