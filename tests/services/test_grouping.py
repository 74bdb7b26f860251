"""A citizen's group follows them into their conversations, and the clocks follow the policy for that group."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from inbox.domain.actors import SYSTEM
from inbox.domain.policies import Policies, Reason
from inbox.domain.policy import Policy
from inbox.domain.sla import ClockKind
from inbox.models import Clock, Contact, Conversation, ConversationEvent, Identity
from inbox.queries import explaining, replaying
from inbox.services import contacts, conversations
from inbox.uow import reading
from tests import house as scene
from tests.house import ALI, METTE, NOON, House, post
from tests.services.answering import deed, minutes
from tests.services.test_contacts import join, the, undo
from tests.services.test_joining import at_once

REASON = "Deres avis går i trykken; alle andre venter ikke længere for det."
POLICIES = Policies(
    (
        Policy("Presse", {ClockKind.FIRST_RESPONSE: 20}, True, groups=frozenset({"press"}), reason=REASON),
        Policy("Alle andre", {ClockKind.FIRST_RESPONSE: 60, ClockKind.NEXT_RESPONSE: 90}, True),
    )
)


@pytest.fixture
def house(app: Flask) -> House:
    return populated()


def populated() -> House:
    """Mette and Ali have asked something at noon."""
    founded = scene.found(policies=POLICIES)
    founded.news(*(post("@nordby Hvornår?", author=author, own_id=author["id"]) for author in (METTE, ALI)))
    return founded


def put(house: House, contact_id: UUID, group: str, now: datetime = NOON + timedelta(minutes=1)) -> None:
    with deed(house.anna, now) as work:
        contacts.put_in_group(work, contact_id, group)


def of(handle: str) -> Sequence[Conversation]:
    """The conversations that somebody has had under that name, the oldest first."""
    with reading(SYSTEM) as work:
        found = work.session.scalars(
            select(Conversation)
            .join(Identity, Identity.id == Conversation.identity_id)
            .where(Identity.handle == handle)
            .order_by(Conversation.created_at, Conversation.id)
        ).all()
        work.session.expunge_all()
        return found


def due(conversation: Conversation) -> datetime | None:
    with reading(SYSTEM) as work:
        return work.session.scalars(select(Clock.due_at).where(Clock.conversation_id == conversation.id)).one()


def told(conversation: Conversation) -> list[tuple[str, bool]]:
    """The groups that a conversation was told of, and whether by somebody of ours."""
    with reading(SYSTEM) as work:
        return [
            (event.data["group"], event.agent_id is not None)
            for event in work.session.scalars(
                select(ConversationEvent)
                .where(ConversationEvent.conversation_id == conversation.id, ConversationEvent.kind == "grouped")
                .order_by(ConversationEvent.at, ConversationEvent.id)
            )
        ]


def differences(now: datetime) -> Sequence[replaying.Difference]:
    with reading(SYSTEM) as work:
        work.now = now
        return replaying.replay(work, replaying.following(work, None, 500)).differences


def test_what_is_open_follows_the_policy_for_the_group_and_back_again(house: House) -> None:
    [mette], [ali] = of("mette"), of("ali")
    put(house, the("mette"), "press")
    assert due(mette) == of("mette")[0].next_due_at == minutes(20)
    assert due(ali) == minutes(60)
    with reading(house.anna) as work:
        work.now = minutes(2)
        promise = explaining.explain(work, mette.id).promises[0]
    assert promise.rule.choice.because == (Reason("group", "press"),)
    assert promise.rule.choice.policy.reason == REASON
    assert [(line.word, line.remarks[0].word) for line in promise.lines if line.remarks][1] == ("terms", "group")
    # Nothing is said twice.
    version = of("mette")[0].version
    put(house, the("mette"), "press", minutes(3))
    assert (of("mette")[0].version, told(mette)) == (version, [("press", True)])
    put(house, the("mette"), "company", minutes(4))
    assert due(mette) == minutes(60)
    assert differences(minutes(5)) == ()


def test_whoever_is_in_a_group_is_promised_what_it_is_promised_from_the_first_word_on(house: House) -> None:
    put(house, the("mette"), "press")
    house.news(
        post("@nordby En anden sag", author=METTE, at=minutes(5)), post("@nordby Og?", author=ALI, at=minutes(5))
    )
    _, fresh = of("mette")
    assert due(fresh) == fresh.next_due_at == minutes(25)
    assert due(of("ali")[1]) == minutes(65)
    assert (told(fresh), told(of("ali")[1])) == ([("press", False)], [])
    with reading(house.anna) as work:
        work.now = minutes(6)
        assert [line.word for line in explaining.explain(work, fresh.id).promises[0].lines] == ["started", "now", "due"]
    assert differences(minutes(6)) == ()


def test_a_verdict_stands_and_what_comes_afterwards_follows_the_group(house: House) -> None:
    [mette] = of("mette")
    with deed(house.anna, minutes(10)) as work:
        conversations.solve(work, mette.id, mette.version)
    [solved] = of("mette")
    put(house, the("mette"), "press", minutes(11))
    [after] = of("mette")
    # Whether a later message opens it again is reckoned from when it was solved, not from this.
    assert (after.version, after.changed_at, due(after)) == (solved.version, solved.changed_at, minutes(60))
    assert told(after) == [("press", True)]
    house.news(post("@nordby Mere", author=METTE, parent=METTE["id"], root=METTE["id"], at=minutes(12)))
    [opened] = of("mette")
    with reading(SYSTEM) as work:
        kinds = work.session.execute(select(Clock.kind, Clock.state).where(Clock.conversation_id == opened.id)).all()
    # The press is promised no next answer here, so that nothing runs.
    assert [tuple(kind) for kind in kinds] == [("first_response", "cancelled")]
    assert differences(minutes(13)) == ()


def test_one_person_is_in_one_group_and_two_after_all_are_not(house: House) -> None:
    mette, ali = the("mette"), the("ali")
    put(house, mette, "press")
    joining = join(house.anna, mette, ali)
    [conversation] = of("ali")
    assert told(conversation) == [("press", True)]
    assert due(conversation) == minutes(20)
    undo(house.anna, mette, joining)
    assert told(conversation) == [("press", True), ("", True)]
    assert due(conversation) == minutes(60)
    assert differences(minutes(2)) == ()


def test_news_and_a_group_at_once_leave_no_conversation_untold(own_app: Flask) -> None:
    with own_app.app_context():
        house = populated()
        mette = the("mette")
    for number, group in enumerate(("press", "", "press", "company", "press", "")):
        at = minutes(2 + number)
        ends = at_once(
            own_app,
            partial(house.news, post("@nordby Nyt", author=METTE, at=at)),
            partial(put, house, mette, group, at),
            partial(house.news, post("@nordby Mere", author=METTE, at=at), stream="more"),
        )
        assert ends == [None] * 3
        with own_app.app_context():
            assert {dict(told(one)[-1:] or [("", False)]).popitem()[0] for one in of("mette")} == {group}
            assert differences(at) == ()
    with own_app.app_context(), reading(SYSTEM) as work:
        assert work.session.scalar(select(func.count()).select_from(Contact)) == 2
