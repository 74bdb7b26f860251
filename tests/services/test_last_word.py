"""“We stop here”: said once and signed; what comes afterwards is seen and no more, unless somebody is in danger."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from inbox.domain import stopping as rules
from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.errors import Conflict, Forbidden, Invalid, NotFound
from inbox.domain.policies import Policies
from inbox.domain.policy import Policy
from inbox.domain.sla import ClockKind
from inbox.models import CannedAnswer, Clock, Conversation, Draft, Message, Notice, Stop
from inbox.services import canned, conversations, drafts, last_word
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import ALI, House, delete, edit, post
from tests.services.answering import claim, count, deed, minutes, one, parts, record, taken
from tests.services.test_planned import lines

ASKED = post("@nordby I er håbløse!", own_id="asked")
WORD = "Hej Mette. Jeg stopper her."


@pytest.fixture
def house(app: Flask) -> House:
    return opened()


def opened() -> House:
    promises = {ClockKind.FIRST_RESPONSE: 60, ClockKind.NEXT_RESPONSE: 60, ClockKind.RESOLUTION: 600}
    found = scene.found(policies=Policies((Policy("Alt", promises, True),)))
    found.news(ASKED)
    return found


def stop(
    house: House,
    *,
    by: Actor | None = None,
    reason: str = "repetition",
    words: str = "",
    body: str = WORD,
    at: float = 10,
) -> UUID:
    seen = house.conversation()
    with deed(by or house.anna, minutes(at)) as work:
        return last_word.stop(work, seen.id, seen.version, reason=reason, words=words, body=body).message_id


def sent(message_id: UUID, at: float = 11) -> None:
    assert claim(minutes(at)) == parts(message_id)[0].id
    record(parts(message_id)[0].id, taken(minutes(at)), minutes(at))


def more(words: str, own_id: str, at: float, **how: object) -> dict[str, object]:
    return post(words, own_id=own_id, parent="asked", root="asked", at=minutes(at), **how)  # type: ignore[arg-type] # the post's own keywords


def clocks() -> list[tuple[str, str]]:
    with reading(SYSTEM) as work:
        return sorted((clock.kind, clock.state) for clock in work.session.scalars(select(Clock)))


def after(own_id: str) -> bool:
    with reading(SYSTEM) as work:
        return work.session.scalars(select(Message.after_stop).where(Message.external_id == own_id)).one()


def test_what_is_said_afterwards_is_seen_and_starts_nothing(house: House) -> None:
    sent(stop(house))
    before = house.conversation()
    assert (before.status, before.waiting_since, before.stopped_at) == ("solved", None, minutes(10))
    had = clocks()
    for number in range(3):
        house.news(more(f"Svar mig nu, nummer {number}!", f"more-{number}", 20 + number))
    # Months later as well: it is the same thread.
    house.news(more("Hallo?", "late", 60 * 24 * 40))
    conversation = house.conversation()
    assert (conversation.status, conversation.waiting_since, conversation.assignee_id) == (
        "solved",
        None,
        house.anna.id,
    )
    assert clocks() == had
    assert count(Conversation) == 1
    assert all(after(one) for one in ("more-0", "more-1", "more-2", "late"))
    with reading(SYSTEM) as work:
        assert work.session.scalars(select(Notice.kind).where(Notice.kind == "citizen_wrote")).all() == []
        assert len(work.session.scalars(select(Message.id)).all()) == 6
    # What reads the history anew says the same.
    seen = house.conversation()
    with deed(house.anna, minutes(60 * 24 * 41)) as work:
        conversations.reopen(work, seen.id, seen.version)
    assert house.conversation().waiting_since is None


@pytest.mark.parametrize(
    "words",
    ["Jeg vil ikke leve mere", "Mit nummer er 211062-5629", "I will kill myself", "Jeg orker ikke mer, selvmord"],
)
def test_danger_and_a_personal_number_come_through(house: House, words: str) -> None:
    sent(stop(house))
    house.news(more("Bare sig det", "seen", 20), more(words, "heard", 21))
    conversation = house.conversation()
    assert (conversation.status, conversation.waiting_since) == ("open", minutes(21))
    assert conversation.stopped_at == minutes(10)
    assert (after("seen"), after("heard")) == (True, False)
    with reading(SYSTEM) as work:
        assert work.session.scalars(select(Notice.agent_id).where(Notice.kind == "citizen_wrote")).one() == (
            house.anna.id
        )
        assert "running" in [clock.state for clock in work.session.scalars(select(Clock))]


def test_what_was_only_seen_and_is_changed_into_danger_comes_through(house: House) -> None:
    sent(stop(house))
    said = more("Bare sig det", "seen", 20)
    house.news(said)
    house.news(edit(said, "Jeg har en kniv og vil dø", timedelta(minutes=5)))
    conversation = house.conversation()
    assert (conversation.status, conversation.waiting_since, after("seen")) == ("open", minutes(20), False)


def test_a_deleted_one_and_an_edited_one_stay_seen(house: House) -> None:
    sent(stop(house))
    said = more("Bare sig det", "seen", 20)
    house.news(said)
    house.news(edit(said, "Sig det nu", timedelta(minutes=1)), delete(said, timedelta(minutes=2)))
    conversation = house.conversation()
    assert (conversation.status, conversation.waiting_since) == ("solved", None)


def test_another_matter_of_the_same_person_and_another_person_are_untouched(house: House) -> None:
    sent(stop(house))
    house.news(
        post("@nordby Hvornår åbner svømmehallen?", own_id="new", at=minutes(30)),
        post("Det er jeg enig i", own_id="ali", author=ALI, parent="asked", root="asked", at=minutes(31)),
    )
    with reading(SYSTEM) as work:
        found = work.session.scalars(select(Conversation).where(Conversation.stopped_at.is_(None))).all()
        assert sorted((one.status, one.waiting_since) for one in found) == [
            ("new", minutes(30)),
            ("new", minutes(31)),
        ]


def test_private_talk_has_one_thread_and_begins_anew_after_its_time(app: Flask) -> None:
    house = scene.found()
    house.news(post("I er idioter", own_id="p1", visibility="private"))
    sent(stop(house))
    with reading(SYSTEM) as work:
        said = work.session.scalars(select(Message).where(Message.direction == "out")).one()
        assert said.visibility == "private"
    house.news(post("Og det er I stadig", own_id="p2", visibility="private", at=minutes(60)))
    assert house.conversation().status == "solved"
    house.news(post("Hvornår åbner I?", own_id="p3", visibility="private", at=minutes(60 * 24 * 30)))
    with reading(SYSTEM) as work:
        new = work.session.scalars(select(Conversation).where(Conversation.stopped_at.is_(None))).one()
        assert (new.status, new.waiting_since) == ("new", minutes(60 * 24 * 30))


def test_it_is_a_signed_answer_that_meets_its_clock_and_keeps_what_was_begun(house: House) -> None:
    conversation = house.conversation()
    with deed(house.anna, minutes(5)) as work:
        drafts.keep(work, conversation.id, "public", "Det jeg var ved at skrive")
    message_id = stop(house, words="Fjerde gang.")
    with reading(SYSTEM) as work:
        message = work.session.get_one(Message, message_id)
        assert message.text == f"{WORD}\n– Anna, Nordby Kommune"
        assert message.entry_id is not None
    sent(message_id)
    assert ("first_response", "met") in clocks()
    assert one(Draft).text == "Det jeg var ved at skrive"
    kept = one(Stop)
    assert (kept.reason, kept.words, kept.agent_id, kept.lifted_at) == (
        "repetition",
        "Fjerde gang.",
        house.anna.id,
        None,
    )
    assert "stopped" in lines()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": "criticism"}, "why"),
        ({"reason": ""}, "why"),
        ({"reason": "other"}, "words"),
        ({"reason": "other", "words": " … "}, "words"),
        ({"words": "x" * (rules.LONGEST_WORDS + 1)}, "words"),
        ({"words": "Han hedder 211062-5629"}, "words"),
        ({"body": " "}, "body"),
        ({"body": "Hej {name}"}, "body"),
        ({"body": "Dit nummer er 211062-5629"}, "body"),
    ],
)
def test_what_can_not_be_is_refused_beside_its_field_and_nothing_is_stopped(
    house: House, given: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        stop(house, **given)  # type: ignore[arg-type] # words alone
    assert refusal.value.field == field
    assert (count(Stop), house.conversation().stopped_at) == (0, None)


def test_who_may_and_only_once(house: House) -> None:
    for actor, refusal in (
        (Actor(house.lone.id, "R", frozenset({Role.AUDITOR}), house.lone.teams), Forbidden),
        (Actor(house.jonas.id, "J", frozenset({Role.AGENT}), frozenset()), NotFound),
    ):
        with pytest.raises(refusal):
            stop(house, by=actor)
    stop(house)
    with pytest.raises(Conflict, match="already"):
        stop(house, at=20)
    assert count(Stop) == 1


def test_the_database_keeps_a_reason_as_it_was_given_and_one_stop_at_a_time(house: House) -> None:
    stop(house)
    for change in (
        "UPDATE stop SET reason = 'all_said'",
        "UPDATE stop SET words = 'noget andet'",
        "UPDATE stop SET agent_id = (SELECT id FROM agent WHERE full_name = 'Jonas Lind')",
        "DELETE FROM stop",
    ):
        with pytest.raises(IntegrityError), uow(SYSTEM) as work:
            work.session.execute(text(change))
    second = (
        "INSERT INTO stop (id, conversation_id, message_id, agent_id, at, reason, words) SELECT gen_random_uuid(),"
        " conversation_id, (SELECT id FROM message WHERE direction = 'in' LIMIT 1), agent_id, at, reason, words"
        " FROM stop"
    )
    with pytest.raises(IntegrityError, match="uq_stop_in_force"), uow(SYSTEM) as work:
        work.session.execute(text(second))


def test_its_template_is_a_canned_answer_of_the_organisation(house: House) -> None:
    conversation = house.conversation()
    with reading(house.anna) as work:
        shipped = last_word.wording(work, conversation.id)
    assert shipped.startswith("Hej Mette. ")
    assert "{" not in shipped
    stop(house, body=shipped)
    kept = one(CannedAnswer)
    assert (kept.shortcut, kept.language, kept.agent_id) == ("sidste-ord", "da", house.anna.id)
    with deed(house.lone, minutes(20)) as work:
        canned.save(
            work,
            canned.Wording("sidste-ord", "Vi stopper her", "da", "Kære {name}, nu er det slut. {agent}"),
            instead_of=kept.id,
        )
    with reading(house.anna) as work:
        assert last_word.wording(work, conversation.id) == "Kære Mette, nu er det slut. Anna"


@pytest.mark.parametrize("language", ["da", "nb", "en", "pl"])
def test_a_shipped_last_word_needs_nothing_but_a_name(language: str) -> None:
    shortcut, title, words = rules.shipped(language)
    canned._check(shortcut, title, "en", words)
    assert words.count("{") == 1
