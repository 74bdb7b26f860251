"""The list of policies is saved whole or not at all, and what it would do is known beforehand, to the clock."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from connectors.kit.contract import Author, Health
from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.conversation import Priority
from inbox.domain.errors import Conflict, Forbidden, Invalid
from inbox.domain.ids import new_id
from inbox.domain.policies import Policies, Policy
from inbox.domain.sla import ClockKind
from inbox.extensions import db
from inbox.models import Calendar, Clock, Conversation, Identity
from inbox.models import Policies as Row
from inbox.queries import policies as reads
from inbox.queries.policy_preview import Kept, Line, Preview, preview
from inbox.services import accounts, policies, replies, sla
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import ALI, CHANNEL, NOON, House, post
from tests.services.answering import claim, count, deed, minutes, parts, record, taken
from tests.web.conftest import statements

NOW = minutes(180)
FIRST = ClockKind.FIRST_RESPONSE
PRIVATE = Policy("Privat besked", {FIRST: 240}, business=True, visibility="private")
REST = Policy("Hurtig kanal", {FIRST: 30}, business=True)
ACUTE = Policy("Akut", {FIRST: 5}, business=False, priorities=frozenset({Priority.ACUTE}))
OTHER = Policies((ACUTE, PRIVATE, REST))


@pytest.fixture
def house(app: Flask) -> House:
    """Sixty minutes for a public word, a hundred and twenty for a private one, and both for a year."""
    return founded()


def founded(whole: Policies | None = None) -> House:
    made = scene.found(policies=whole)
    with deed() as work:
        for table in (Row, Calendar):
            work.session.execute(update(table).values(created_at=NOON - timedelta(days=365)))
    return made


def saved(actor: Actor, whole: Policies, version: int = 1, now: datetime = NOW) -> int:
    with deed(actor, now) as work:
        return policies.save(work, whole, version=version)


def asked_before(actor: Actor, whole: Policies, now: datetime = NOW) -> Preview:
    """What the preview says."""
    with reading(actor) as work:
        work.now = now
        return preview(work, whole)


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


# ── saving ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_save_is_another_version_with_its_time_and_its_author(house: House) -> None:
    assert saved(house.lone, OTHER) == 2
    with reading(house.anna) as work:
        found = reads.in_force(work)
    assert (found.version, found.policies, found.since, found.by) == (2, OTHER, NOW, "Lone Vestergaard")
    with reading(SYSTEM) as work:
        # What clocks run by is never written over.
        assert work.session.scalars(select(Row.version).order_by(Row.version)).all() == [1, 2]
        assert work.session.scalars(select(Row.rules).where(Row.version == 1)).one() == scene.promised(60).to_json()


def test_the_list_of_the_founding_was_saved_by_nobody(house: House) -> None:
    with reading(house.anna) as work:
        found = reads.in_force(work)
    assert (found.version, found.policies, found.by) == (1, scene.promised(60), None)


def test_the_same_list_again_is_no_new_version(house: House) -> None:
    assert saved(house.lone, scene.promised(60)) == 1
    assert count(Row) == 1


@pytest.mark.parametrize("role", [Role.AGENT, Role.AUDITOR, Role.BACK_OFFICE])
def test_only_leads_and_administrators_change_promises_or_try_others_out(house: House, role: Role) -> None:
    somebody = Actor(house.anna.id, "Anna Krogh", frozenset({role}), house.anna.teams)
    with pytest.raises(Forbidden):
        saved(somebody, OTHER)
    with pytest.raises(Forbidden):
        asked_before(somebody, OTHER)
    assert count(Row) == 1
    administrator = Actor(house.anna.id, "Anna Krogh", frozenset({Role.ADMINISTRATOR}), house.anna.teams)
    assert saved(administrator, OTHER) == 2


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.BACK_OFFICE])
def test_the_list_is_for_those_who_work_with_it(house: House, role: Role) -> None:
    with pytest.raises(Forbidden), reading(Actor(house.anna.id, "Anna Krogh", frozenset({role}))) as work:
        reads.in_force(work)


@pytest.mark.parametrize("version", [0, 1, 3])
def test_who_did_not_see_the_newest_list_saves_nothing(house: House, version: int) -> None:
    saved(house.lone, OTHER)
    with pytest.raises(Conflict):
        saved(house.lone, Policies((PRIVATE, REST)), version)
    assert count(Row) == 2


def test_an_account_that_does_not_exist_is_named_and_nothing_is_saved(house: House) -> None:
    gone = Policy("Nedlagt", {FIRST: 15}, business=True, accounts=frozenset({house.account_id, new_id()}))
    with pytest.raises(Invalid) as raised:
        saved(house.lone, Policies((PRIVATE, gone, REST)))
    assert raised.value.field == "2.accounts"
    assert count(Row) == 1


def test_of_two_who_save_at_the_same_moment_one_is_told(own_app: Flask) -> None:
    with own_app.app_context():
        lone = scene.found().lone
    outcomes: list[str] = []

    def second() -> None:
        with own_app.app_context():
            try:
                with uow(lone) as work:
                    policies.save(work, Policies((PRIVATE, REST)), version=1)
                outcomes.append("saved")
            except Conflict as conflict:
                outcomes.append(str(conflict.values["newest"]))

    with own_app.app_context():
        with uow(lone) as work:
            policies.save(work, OTHER, version=1)
            thread = threading.Thread(target=second)
            thread.start()
            wait_until_somebody_waits()
        thread.join(timeout=30)
        assert not thread.is_alive()
        with reading(lone) as work:
            assert reads.in_force(work).policies == OTHER
    assert outcomes == ["2"]


def wait_until_somebody_waits() -> None:
    """Until another transaction stands behind ours."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    tries = threading.Event()
    with db.engine.connect() as outside:
        for _ in range(600):
            if outside.scalar(waiting):
                return
            tries.wait(0.05)
    raise AssertionError("the second one never came to the first")


# ── what it would do, and what it does ───────────────────────────────────────────────────────────────────────────────
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
