"""What another list would do is known beforehand, to the clock: the preview and the deed agree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from connectors.kit.contract import Author, Health
from inbox.domain.actors import SYSTEM
from inbox.domain.policies import Policies, Policy
from inbox.domain.sla import ClockKind
from inbox.models import Clock, Conversation, Identity
from inbox.queries.policy_preview import Kept, Line
from inbox.services import accounts, replies, sla
from inbox.uow import reading
from tests import house as scene
from tests.house import ALI, CHANNEL, NOON, House, post
from tests.services.answering import claim, deed, minutes, parts, record, taken
from tests.services.promising import FIRST, NOW, OTHER, REST, asked_before, founded, saved
from tests.web.conftest import statements


@pytest.fixture
def house(app: Flask) -> House:
    """Sixty minutes for a public word, a hundred and twenty for a private one, and both for a year."""
    return founded()


def conversation(who: str) -> tuple[UUID, int]:
    with reading(SYSTEM) as work:
        found = work.session.scalars(
            select(Conversation).join(Identity, Identity.id == Conversation.identity_id).where(Identity.handle == who)
        ).one()
        return found.id, found.version


def answered(house: House, who: str, at: datetime, visibility: str = "public") -> None:
    """Our answer stands out there at that time."""
    id_, version = conversation(who)
    with deed(house.anna, at - timedelta(seconds=10)) as work:
        message_id = replies.reply(
            work, id_, version=version, visibility=visibility, body="Den åbner klokken 7."
        ).message_id
    (part,) = parts(message_id)
    assert claim(at - timedelta(seconds=5)) == part.id
    record(part.id, taken(at, f"ours-{part.id}"), at)


def due(who: str) -> datetime | None:
    id_, _version = conversation(who)
    with reading(SYSTEM) as work:
        return work.session.scalars(select(Clock.due_at).where(Clock.conversation_id == id_, Clock.kind == FIRST)).one()


@pytest.fixture
def busy(house: House) -> House:
    """A morning: some were answered, some wait, and some count nowhere."""
    with deed() as work:
        room = accounts.add(
            work,
            channel=CHANNEL,
            name="Øverum",
            credentials={"url": "http://127.0.0.1:9", "token": "invented", "webhook_secret": "invented"},
            health=Health(ok=True, detail="", identity=Author("room", "room", "Øverum")),
            practice=True,
        )
    House(room, house.anna, house.jonas, house.lone).news(post(own_id="practice", at=minutes(0)))
    house.news(post(own_id="old", at=NOON - timedelta(days=8)))
    house.news(post(own_id="share", kind="share", at=minutes(0)))
    for who, at, visibility in (
        ("quick", 0, "public"),
        ("slow", 0, "public"),
        ("private", 0, "private"),
        ("forgotten", 0, "public"),
        ("stays", 130, "public"),
        ("longer", 150, "private"),
        ("shorter", 160, "public"),
    ):
        author = {"id": f"citizen-{who}", "handle": who, "name": "Ali R."}
        house.news(post(own_id=who, at=minutes(at), visibility=visibility, author=author))
    answered(house, "quick", minutes(20))
    answered(house, "slow", minutes(45))
    answered(house, "private", minutes(90), "private")
    return house


def test_last_weeks_conversations_under_both_lists(busy: House) -> None:
    """Quick and slow took 20 and 45 minutes; half an hour is too short for the second and for whoever waits."""
    seen = asked_before(busy.lone, OTHER)
    assert (seen.conversations, seen.moved, seen.more) == (7, 0, False)
    assert (seen.was, seen.becomes) == (Kept(3, 4), Kept(2, 5))
    assert seen.lines == (
        Line("Akut", None, 0, Kept(), Kept()),
        Line("Privat besked", 2, 2, Kept(1, 1), Kept(1, 1)),
        Line("Hurtig kanal", 5, 5, Kept(2, 3), Kept(1, 4)),
    )
    assert seen.was.share == 0.75
    assert Kept().share is None


def test_the_clocks_that_run_and_that_nobody_becomes_late(busy: House) -> None:
    seen = asked_before(busy.lone, OTHER)
    assert (seen.shorter, seen.longer, seen.stay) == (1, 1, 1)


def test_what_was_foretold_is_what_a_save_does(busy: House) -> None:
    waiting = ["stays", "longer", "shorter"]
    before = {who: due(who) for who in waiting}
    assert list(before.values()) == [minutes(190), minutes(270), minutes(220)]
    foretold = asked_before(busy.lone, OTHER)
    saved(busy.lone, OTHER)
    with deed(now=NOW + timedelta(seconds=30)) as work:
        assert sla.reread(work) > 0
    after = {who: due(who) for who in waiting}
    assert list(after.values()) == [minutes(190), minutes(390), minutes(190)]
    assert foretold.shorter == sum(after[who] < before[who] for who in waiting)  # type: ignore[operator] # all run
    assert foretold.longer == sum(after[who] > before[who] for who in waiting)  # type: ignore[operator] # all run
    # A verdict is a verdict: the forgotten one was due after an hour, and still is.
    assert due("forgotten") == minutes(60)


def test_a_list_in_another_order_moves_conversations_to_other_policies(busy: House) -> None:
    own = Policy("Nordby", {FIRST: 60}, business=True, accounts=frozenset({busy.account_id}))
    seen = asked_before(busy.lone, Policies((own, *scene.promised(60).policies)))
    assert (seen.conversations, seen.moved) == (7, 7)
    assert [(line.name, line.was, line.becomes) for line in seen.lines] == [
        ("Nordby", None, 7),
        ("Privat besked", 2, 0),
        ("Hurtig kanal", 5, 0),
    ]
    # The private ones get an hour less, and none of them is late by it.
    assert (seen.shorter, seen.longer, seen.stay) == (1, 0, 0)


def test_a_policy_that_is_gone_is_still_in_the_comparison(busy: House) -> None:
    seen = asked_before(busy.lone, Policies((REST,)))
    assert [(line.name, line.was, line.becomes) for line in seen.lines] == [
        ("Hurtig kanal", 5, 7),
        ("Privat besked", 2, None),
    ]


def test_the_list_in_force_changes_nothing(busy: House) -> None:
    seen = asked_before(busy.lone, scene.promised(60))
    assert (seen.shorter, seen.longer, seen.stay, seen.moved) == (0, 0, 0, 0)
    assert seen.was == seen.becomes


def test_a_clock_that_waits_for_the_citizen_is_counted_too(app: Flask) -> None:
    def resolving(within: int) -> Policies:
        return Policies((Policy("Alt", {ClockKind.RESOLUTION: within}, business=False),))

    house = founded(resolving(480))
    house.news(post(author=ALI))
    answered(house, "ali", minutes(20))
    assert asked_before(house.lone, resolving(240)).shorter == 1
    assert asked_before(house.lone, resolving(960)).longer == 1
    assert asked_before(house.lone, resolving(480)).stay == 0


def test_a_busy_week_takes_no_more_statements_than_a_quiet_one(house: House) -> None:
    def statements_of_a_preview() -> int:
        with statements() as sent:
            asked_before(house.lone, OTHER)
        return len(sent)

    house.news(post(own_id="first"))
    asked_before(house.lone, OTHER)
    quiet = statements_of_a_preview()
    crowd: Iterator[dict[str, object]] = (
        post(own_id=f"post-{number}", author={"id": f"c-{number}", "handle": f"c{number}", "name": "Mette Holm"})
        for number in range(40)
    )
    house.news(*crowd)
    assert asked_before(house.lone, OTHER).conversations == 41
    assert statements_of_a_preview() == quiet
    assert quiet < 15
