"""Paging through a narrowed list: each conversation exactly once, whatever is equal among them.

The hardest case first: equal deadlines across page ends, none at all, two teams' arms, and filters on top.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count
from random import Random
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from connectors.kit import registry
from connectors.kit.contract import Connector, Inbound, InboundPost, Raw
from inbox.domain.actors import SYSTEM, Actor
from inbox.domain.errors import Invalid
from inbox.domain.filters import Filters
from inbox.domain.ids import new_id
from inbox.models import Conversation, ConversationTag, Tag, Team
from inbox.queries import inbox_list
from inbox.queries.inbox_list import View
from inbox.queries.narrowing import EVERYTHING, Narrow
from inbox.queries.surroundings import around
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import CHANNEL, METTE, NOON, House, post

_numbers = count(1)


@pytest.fixture
def house(app: Flask) -> House:
    return scene.found()


def citizens(house: House, number: int, *, visibility: str = "public") -> None:
    """So many questions, each from somebody else."""
    house.news(
        *(
            post(
                f"@nordby Spørgsmål {one}",
                author={"id": f"c{one}", "handle": f"c{one}", "name": f"Borger {one}"},
                at=NOON + timedelta(seconds=one),
                visibility=visibility,
            )
            for one in (next(_numbers) for _ in range(number))
        )
    )


def every() -> list[UUID]:
    with reading(SYSTEM) as work:
        return list(work.session.scalars(select(Conversation.id).order_by(Conversation.id)))


def change(ids: list[UUID], **values: object) -> None:
    with uow(SYSTEM) as work:
        work.session.execute(update(Conversation).where(Conversation.id.in_(ids)).values(**values))


def tagged(ids: list[UUID], name: str) -> UUID:
    with uow(SYSTEM) as work:
        tag = Tag(id=new_id(), name=name, created_at=NOON)
        work.session.add(tag)
        work.session.flush()
        work.session.add_all(ConversationTag(conversation_id=one, tag_id=tag.id, at=NOON) for one in ids)
        return tag.id


def pages(actor: Actor, view: View, limit: int, narrow: Narrow = EVERYTHING) -> list[UUID]:
    """Every row of a view, page after page, as they came."""
    found: list[UUID] = []
    key = None
    while True:
        with reading(actor) as work:
            work.now = NOON
            page = inbox_list.conversations(work, view, key, limit, narrow)
        assert len(page.rows) <= limit
        found += [row.id for row in page.rows]
        key = page.next
        if key is None:
            return found
        assert len(page.rows) == limit


def ids_in(actor: Actor, view: View, narrow: Narrow = EVERYTHING) -> set[UUID]:
    return set(pages(actor, view, 50, narrow))


@pytest.mark.parametrize("seed", range(4))
def test_paged_through_with_filters_each_exists_exactly_once(house: House, seed: int) -> None:
    random = Random(seed)
    citizens(house, 30)
    ids = every()
    random.shuffle(ids)
    # Half of the deadlines are of two instants, a quarter are none, and a second team has its share of each.
    change(ids[:8], next_due_at=NOON)
    change(ids[8:15], next_due_at=NOON + timedelta(hours=1))
    change(ids[15:23], next_due_at=None)
    with uow(SYSTEM) as work:
        other = Team(id=new_id(), name="Vej og Park")
        work.session.add(other)
        work.session.flush()
        work.session.execute(
            update(Conversation).where(Conversation.id.in_(ids[::3])).values(team_id=other.id, version=7)
        )
    tag = tagged(ids[::2], "Vinter")
    lone = replace(house.lone, teams=house.lone.teams | {other.id})
    wanted = set(ids[::2])

    for limit in (1, 2, 3, 7, 15):
        found = pages(lone, View.OPEN, limit, Narrow(tag_ids=(tag,)))
        assert len(found) == len(set(found)), limit
        assert set(found) == wanted, limit
        assert found == pages(lone, View.OPEN, 50, Narrow(tag_ids=(tag,))), limit
    assert set(pages(lone, View.OPEN, 4)) == set(ids)
    assert set(pages(house.anna, View.OPEN, 4)) == set(ids) - set(ids[::3])


@pytest.mark.parametrize(
    ("view", "values"),
    [
        (View.OPEN, {"next_due_at": None}),
        (View.SOLVED, {"status": "solved", "changed_at": NOON}),
        (View.OTHER, {"klass": "noise", "changed_at": NOON}),
        (View.SNOOZED, {"snoozed_until": NOON + timedelta(hours=1)}),
    ],
)
def test_where_all_times_are_equal_or_none_nothing_is_skipped(
    house: House, view: View, values: dict[str, object]
) -> None:
    citizens(house, 9)
    ids = every()
    change(ids, **values)

    for limit in (1, 2, 4, 9):
        found = pages(house.anna, view, limit)
        assert sorted(found) == ids
        assert len(found) == len(ids)


def test_what_is_snoozed_stands_in_its_own_view_until_its_hour(house: House) -> None:
    citizens(house, 3)
    first, second, third = every()
    change([first], snoozed_until=NOON + timedelta(hours=2), assignee_id=house.anna.id)
    change([second], snoozed_until=NOON + timedelta(hours=1))
    change([third], snoozed_until=NOON)

    assert pages(house.anna, View.SNOOZED, 1) == [second, first]
    assert ids_in(house.anna, View.OPEN) == {third}
    assert ids_in(house.anna, View.UNASSIGNED) == {third}
    assert ids_in(house.anna, View.MINE) == set()
    with reading(house.anna) as work:
        work.now = NOON
        counts = around(work).counts
    assert counts == {
        View.MINE: 0,
        View.UNASSIGNED: 1,
        View.OPEN: 1,
        View.PENDING: 0,
        View.ON_HOLD: 0,
        View.SNOOZED: 2,
        View.TO_RELEASE: 0,
    }


def test_each_count_is_as_large_as_its_list_is_long(house: House) -> None:
    citizens(house, 12)
    ids = every()
    change(ids[:2], status="pending")
    change(ids[2:5], status="on_hold")
    change(ids[5:7], assignee_id=house.anna.id)
    change(ids[7:8], assignee_id=house.jonas.id)
    change(ids[8:9], snoozed_until=NOON + timedelta(days=1))

    with reading(house.anna) as work:
        work.now = NOON
        read = around(work)
    assert read.counts == {view: len(pages(house.anna, view, 5)) for view in inbox_list.COUNTED}
    [account] = read.accounts
    assert account.count == len(pages(house.anna, View.OPEN, 5, Narrow(account_id=account.id)))


def test_each_filter_narrows_to_its_own(house: House) -> None:
    citizens(house, 4)
    citizens(house, 2, visibility="private")
    ids = every()
    change(ids[:1], priority=1)
    change(ids[1:3], language="nb")
    change(ids[3:4], assignee_id=house.jonas.id)
    private = ids[4:]
    tag = tagged(ids[2:4], "Vinter")

    def found(**narrow: object) -> set[UUID]:
        return ids_in(house.anna, View.OPEN, Narrow(**narrow))  # type: ignore[arg-type] # One of several types.

    assert found(priority=1) == set(ids[:1])
    assert found(priority=0) == set(ids[1:])
    assert found(language="nb") == set(ids[1:3])
    assert found(assignee_id=house.jonas.id) == set(ids[3:4])
    assert found(visibility="private") == set(private)
    assert found(visibility="public") == set(ids[:4])
    assert found(tag_ids=(tag,)) == set(ids[2:4])
    assert found(tag_ids=(tag,), language="nb") == {ids[2]}
    assert found(account_id=house.account_id) == set(ids)


def test_the_language_is_that_of_the_first_words_that_tell_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    first = post(author=METTE)
    [own] = [first["post"]]
    assert isinstance(own, dict)
    platform = registry.connector(CHANNEL)
    plain = platform.normalize
    told: list[str | None] = [None, "no", "en-GB"]

    def normalize(self: Connector, raw: Raw) -> list[Inbound]:
        return [replace(one, language=told.pop(0)) if isinstance(one, InboundPost) else one for one in plain(self, raw)]

    monkeypatch.setattr(platform, "normalize", normalize)
    kept = []
    for number in range(3):
        house.news(first if number == 0 else post(f"Og {number}?", author=METTE, parent=str(own["id"])))
        kept.append(house.conversation().language)

    assert kept == [None, "nb", "nb"]


def test_what_is_not_there_or_not_ours_is_said(house: House) -> None:
    citizens(house, 1)
    tagged(every(), "Vinter")
    stranger = replace(house.anna, teams=frozenset({new_id()}))

    with reading(house.anna) as work:
        read = around(work)
    assert read.narrowed(Filters(tags=("VINTER",))).tag_ids == (read.tags[0].id,)
    for filters, said in (
        (Filters(account=new_id()), "no such account"),
        (Filters(agent=new_id()), "no such colleague"),
        (Filters(tags=("Vinter", "Sommer")), "no tag “Sommer”"),
    ):
        with pytest.raises(Invalid, match=said):
            read.narrowed(filters)
    with reading(stranger) as work:
        outside = around(work)
    with pytest.raises(Invalid, match="no such account"):
        outside.narrowed(Filters(account=house.account_id))
    with pytest.raises(Invalid, match="no such colleague"):
        outside.narrowed(Filters(agent=house.jonas.id))


def test_a_row_shows_its_tags_and_how_long_it_sleeps(house: House) -> None:
    citizens(house, 1)
    ids = every()
    tagged(ids, "Vinter")
    tagged(ids, "affald")
    until = NOON + timedelta(hours=1)
    change(ids, snoozed_until=until, priority=2)

    with reading(house.anna) as work:
        work.now = NOON
        [row] = inbox_list.conversations(work, View.SNOOZED).rows
    assert (row.tags, row.snoozed_until, row.priority) == (("affald", "Vinter"), until, 2)
