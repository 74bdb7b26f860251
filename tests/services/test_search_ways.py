"""Whichever way a search goes (back from the newest, all of a few, week by week, by names), it finds the same.

What it must find is worked out here from the words themselves, on histories made by chance: years of them, with words
that were changed or taken away, conversations that were joined, and another team's.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text

from inbox.domain.actors import SYSTEM
from inbox.models import Conversation, Message, Revision
from inbox.queries import search_ways
from inbox.services import conversations, merging, replies
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import LONG_AGO, NOON, House, delete, edit, post, second_team
from tests.services.answering import deed
from tests.services.test_search import look

WORDS = ("torsk", "sild", "laks", "rødspætte", "ål")
MARCH = datetime.fromisoformat("2026-03-01T00:00+01:00")
SEPTEMBER = datetime.fromisoformat("2026-09-01T00:00+02:00")
SEEDS = (1, 2)
WAYS = ((1, 0), (9, 5), (3, 1000), (2000, 1000))
"""How far the walk goes, and how many are few: week by week, some of both, all at once, and the walk alone."""


@dataclass(frozen=True)
class Said:
    """One message as it stands: its place in the order, its words now, and what its conversation is."""

    at: datetime
    id: UUID
    who: str
    words: frozenset[str]
    ours: bool
    open: bool


@pytest.fixture
def house(app: Flask) -> House:
    return scene.found()


def history(house: House, seed: int) -> list[Said]:
    """A year and a half of it, clustered: many weeks have nothing, some have a lot. The newest first."""
    chance = random.Random(seed)
    theirs = second_team(house)
    weeks = [2, 5, 70, *(chance.randrange(80) for _ in range(6))]
    made: list[tuple[House, dict[str, object]]] = []
    for number in range(50):
        at = NOON - timedelta(weeks=chance.choice(weeks), minutes=chance.randrange(5000))
        # Several in one instant, and one in the very moment in which a week begins.
        at = at.replace(second=0, minute=0) if number % 7 else datetime.fromisoformat("2026-08-31T00:00+00:00")
        name = f"Borger {'AB'[number % 2]}{number % 5}"
        said = post(
            " ".join(chance.sample(WORDS, k=chance.randrange(1, 4))),
            author={"id": name, "handle": name.replace(" ", ""), "name": name},
            at=at,
        )
        made.append((theirs if chance.random() < 0.2 else house, said))
    for of, said in sorted(made, key=lambda one: str(one[1]["at"])):
        of.news(said)
        if chance.random() < 0.15:
            of.news(edit(said, " ".join(chance.sample(WORDS, k=2))))
        if chance.random() < 0.15:
            of.news(delete(said))
    with uow(SYSTEM) as work:
        pairs: dict[object, list[UUID]] = {}
        for one in work.session.scalars(select(Conversation).order_by(Conversation.id)):
            pairs.setdefault((one.identity_id, one.team_id), []).append(one.id)
        for ids in [ids for ids in pairs.values() if len(ids) > 1][:2]:
            gone, into = (conversations.locked(work, id_) for id_ in sorted(ids[:2]))
            merging.merge(work, gone, into=into)
    return standing(house)


def standing(house: House) -> list[Said]:
    with reading(SYSTEM) as work:
        changed: dict[UUID, Revision] = {}
        for revision in work.session.scalars(select(Revision).order_by(Revision.at, Revision.id)):
            changed[revision.message_id] = revision
        rows = work.session.execute(
            select(Message, Conversation).join(Conversation, Conversation.id == Message.conversation_id)
        ).all()
        found = []
        for message, conversation in rows:
            last = changed.get(message.id)
            if conversation.team_id not in house.anna.teams or (last is not None and last.kind == "deleted"):
                continue
            name = work.session.execute(
                text("SELECT name FROM identity WHERE id = :id"), {"id": conversation.identity_id}
            ).scalar_one()
            words = (last.text if last is not None else message.text) or ""
            state = conversation.klass == "ours" and conversation.status in ("new", "open", "pending", "on_hold")
            found.append(
                Said(message.said_at, message.id, name, frozenset(words.split()), message.direction == "out", state)
            )
    return sorted(found, key=lambda one: (one.at, one.id), reverse=True)


ASKED: dict[str, Callable[[Said], bool]] = {
    "torsk": lambda one: "torsk" in one.words,
    "ål torsk": lambda one: {"ål", "torsk"} <= one.words,
    "hvalros": lambda _one: False,
    "sild is:open": lambda one: "sild" in one.words and one.open,
    "sild before:2026-09": lambda one: "sild" in one.words and one.at < SEPTEMBER,
    "sild after:2026-09": lambda one: "sild" in one.words and one.at >= SEPTEMBER,
    "sild after:2026-03 before:2026-09": lambda one: "sild" in one.words and MARCH <= one.at < SEPTEMBER,
    "laks before:1999": lambda _one: False,
    "from:BorgerA0": lambda one: one.who == "Borger A0",
    "laks from:Borger": lambda one: "laks" in one.words,
    "from:BorgerB1 from:Borger": lambda one: one.who == "Borger B1",
    "from:Borger to:nordby is:public before:2026-09": lambda one: one.at < SEPTEMBER,
}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_way_finds_what_is_there_newest_first_and_page_by_page(
    house: House, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    there = history(house, seed)
    assert len({one.at.isocalendar()[:2] for one in there}) > 3
    for walk, few in WAYS:
        monkeypatch.setattr(search_ways, "WALK", walk)
        monkeypatch.setattr(search_ways, "FEW", few)
        for asked, is_meant in ASKED.items():
            expected = [one.id for one in there if is_meant(one)]
            for limit in (7, 50):
                paged: list[UUID] = []
                key = None
                while True:
                    page = look(house.anna, asked, key, limit)
                    paged += [hit.id for hit in page.hits]
                    key = page.next
                    if key is None:
                        break
                assert paged == expected, (asked, walk, few, limit)


def test_the_histories_hold_what_they_are_for(house: House) -> None:
    there = history(house, SEEDS[0])
    for asked, is_meant in ASKED.items():
        found = sum(map(is_meant, there))
        assert (found == 0) == (asked in {"hvalros", "laks before:1999"}), asked
        assert found < len(there) or asked.startswith("from:Borger to:"), asked
    with reading(SYSTEM) as work:
        assert work.session.scalars(select(Message.id).where(Message.came_from_id.is_not(None))).first()
        assert {"edited", "deleted"} == set(work.session.scalars(select(Revision.kind)))
    assert any(one.at < LONG_AGO for one in there)


def test_what_was_said_by_and_with_people_of_one_name_is_found_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_ways, "WALK", 1)
    house.news(post("Hvor er laksene?", author={"id": "anna", "handle": "annab", "name": "Anna Bæk"}))
    seen = house.conversation()
    with deed(house.anna, NOON + timedelta(hours=1)) as work:
        replies.reply(work, seen.id, version=seen.version, visibility="public", body="I åen.")
    first = look(house.anna, "from:anna", limit=1)
    second = look(house.anna, "from:anna", first.next, limit=1)
    assert [hit.who for hit in (*first.hits, *second.hits)] == ["Anna Krogh", "Anna Bæk"]
    assert second.next is None


def test_a_word_of_a_week_is_found_by_the_index_of_weeks_and_words(house: House) -> None:
    """By its own expression: another one would be right as well, and read everything that was ever said."""
    house.news(post("torsk"))
    week = search_ways.WEEK.format(at="m.said_at")
    with uow(SYSTEM) as work:
        work.session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = work.session.scalars(
            text(
                f"EXPLAIN SELECT m.id FROM message m WHERE {week} = TIMESTAMPTZ '2026-11-23 00:00+00'"
                " AND m.search @@ CAST('torsk' AS tsquery)"
            )
        ).all()
    condition = next(line for line in plan if "Index Cond" in line)
    assert any("ix_message_words" in line for line in plan)
    assert "date_bin" in condition
    assert "@@" in condition
