"""Whatever order a platform tells its news in, and however often: the same day ends in the same state.

Posts, replies before their posts, edits before and after, deletions; pages cut anywhere, everything twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from itertools import count, pairwise
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from inbox.domain.actors import SYSTEM
from inbox.models import Conversation, Message, Revision
from inbox.services import intake
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import ALI, METTE, NOON, House, delete, edit, post

_days = count(1)


@pytest.fixture
def house(app: Flask) -> House:
    return scene.found()


def day(name: str, *, tells_roots: bool) -> list[dict[str, Any]]:
    """One small day: two persons in one thread, a thread of three steps, an edit, a deletion, a private talk."""

    def said(
        own: str, parent: str = "", minute: int = 0, author: dict[str, str] = METTE, **more: Any
    ) -> dict[str, Any]:
        item = post(
            f"Ord {own}",
            own_id=f"{name}-{own}",
            parent=f"{name}-{parent}" if parent else None,
            root=f"{name}-{own[0]}",
            author={**author, "id": f"{name}-{author['id']}"},
            at=NOON + timedelta(minutes=minute),
            **more,
        )
        body = item["post"]
        assert isinstance(body, dict)
        if not tells_roots and parent:
            body["root"] = None
        return item

    a, a1, a2 = said("a"), said("a1", "a", 2), said("a2", "a1", 4)
    other, b = said("a3", "a", 3, ALI), said("b", "", 5, ALI)
    alone = said("c", "", 6, visibility="private")
    return [a, a1, a2, other, b, alone, edit(a1, "Ord a1, rettet"), edit(b, "Ord b, rettet"), delete(a2)]


def state(name: str) -> tuple[set[tuple[str, str, frozenset[object]]], set[frozenset[str]]]:
    """What stands: words, what became of them, and who hangs together."""
    with reading(SYSTEM) as work:
        said = work.session.execute(
            select(Message.id, Message.external_id, Message.text, Message.conversation_id).where(
                Message.external_id.startswith(f"{name}-")
            )
        ).all()
        changes = defaultdict(set)
        for message_id, kind, text in work.session.execute(
            select(Revision.message_id, Revision.kind, Revision.text).where(
                Revision.message_id.in_([row.id for row in said])
            )
        ):
            changes[message_id].add((kind, text))
        together = defaultdict(set)
        for row in said:
            together[row.conversation_id].add(row.external_id)
        open_ = set(
            work.session.scalars(
                select(Conversation.id).where(Conversation.id.in_(together), Conversation.merged_into_id.is_(None))
            )
        )
    assert set(together) == open_, "messages hang in a conversation that was merged away"
    return (
        {(row.external_id.removeprefix(name), row.text, frozenset(changes[row.id])) for row in said},
        {frozenset(one.removeprefix(name) for one in group) for group in together.values()},
    )


def take(house: House, items: Sequence[dict[str, Any]], cuts: Sequence[int]) -> None:
    edges = sorted({0, len(items), *(cut % len(items) for cut in cuts)})
    for begin, end in pairwise(edges):
        house.news(*items[begin:end])
    # What waited for its post is taken up again, as the sweep does.
    with uow(SYSTEM) as work:
        work.now += intake.WAIT_FOR_ITS_POST * 2
        intake.take_in_waiting(work)


@pytest.mark.parametrize("tells_roots", [True, False])
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_any_order_ends_alike(house: House, tells_roots: bool, data: st.DataObject) -> None:
    plain, mixed = f"day{next(_days)}", f"day{next(_days)}"
    take(house, day(plain, tells_roots=tells_roots), [])
    items = data.draw(st.permutations(day(mixed, tells_roots=tells_roots) * 2))
    take(house, items, data.draw(st.lists(st.integers(0, 100), max_size=4)))
    assert state(mixed) == state(plain)
    words, groups = state(plain)
    assert len(words) == 6
    assert frozenset({"-a", "-a1", "-a2"}) in groups
