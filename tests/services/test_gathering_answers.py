"""Many answered by one act: each in their own thread, signed and checked, never twice, never faster than allowed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select, text

from connectors.kit.contract import Pace
from inbox.domain.actors import SYSTEM, Actor
from inbox.domain.asking import Because, Reason
from inbox.domain.errors import Forbidden, Invalid, NotFound
from inbox.domain.gathering_answers import refers
from inbox.models import Conversation, Delivery, Draft, GatheringBatch, GatheringDraft, LedgerEntry, Message
from inbox.queries.gatherings import Whole, whole
from inbox.services import (
    accounts,
    conversations,
    gathering_answers,
    gathering_drafts,
    gathering_members,
    own_posts,
    replies,
)
from inbox.services.gathering_answers import Chosen, Sent
from inbox.uow import UnitOfWork, reading, uow
from tests import house as scene
from tests.house import House
from tests.services.answering import claim, count, deed, minutes, parts, record, taken
from tests.services.gathering_scene import ALIKE, NAMES, citizen, conversation_of, gather, one_gathering, root_of, say

WORDS = "Hej {fornavn}. Ja, kog vandet i 2 minutter. Vi skriver igen kl. 16."


@pytest.fixture
def house(app: Flask) -> House:
    made = scene.found()
    say(made)
    gather(made)
    return made


def seen(house: House, by: Actor | None = None) -> Whole:
    found = one_gathering().id
    with reading(by or house.anna) as work:
        work.now = minutes(6)
        return whole(work, found)


def chosen(house: House) -> list[Chosen]:
    return [Chosen(one.id, one.version) for one in seen(house).free]


def send(
    house: House,
    body: str = WORDS,
    *,
    by: Actor | None = None,
    to: list[Chosen] | None = None,
    key: UUID | None = None,
    otherwise: Mapping[UUID, str] = MappingProxyType({}),
    because: Because | None = None,
) -> Sent:
    found = one_gathering().id
    with deed(by or house.anna, minutes(6)) as work:
        return gathering_answers.send(
            work,
            found,
            key=key or uuid4(),
            body=body,
            chosen=_everybody(work) if to is None else to,
            otherwise=otherwise,
            because=because,
        )


def _everybody(work: UnitOfWork) -> list[Chosen]:
    rows = work.session.execute(
        select(Conversation.id, Conversation.version)
        .where(Conversation.gathering_id.is_not(None), Conversation.status.in_(("new", "open")))
        .order_by(Conversation.id)
    )
    return [Chosen(row.id, row.version) for row in rows]


def ours() -> dict[str, list[str]]:
    """What we said to each, by name."""
    with reading(SYSTEM) as work:
        rows = work.session.execute(
            text(
                "SELECT i.name, m.text FROM message m JOIN conversation c ON c.id = m.conversation_id"
                " JOIN identity i ON i.id = c.identity_id WHERE m.direction = 'out' AND m.kind = 'answer'"
                " ORDER BY m.said_at, m.id"
            )
        ).all()
    found: dict[str, list[str]] = {}
    for name, said in rows:
        found.setdefault(name, []).append(said)
    return found


def test_twice_by_one_form_by_two_forms_and_by_two_people_answers_everybody_once(house: House) -> None:
    key, stale = uuid4(), chosen(house)
    first = send(house, key=key, to=stale)
    assert (len(first.answers), first.left, first.before) == (len(ALIKE), (), False)
    again = send(house, "Andre ord.", key=key, to=stale)
    assert (again.answers, again.before) == ((), True)
    # Another window had the same page open, and so had a colleague.
    for by in (house.anna, house.jonas):
        other = send(house, "Andre ord.", by=by, to=stale)
        assert other.answers == ()
        assert len(other.left) == len(ALIKE)
    # Whoever reads the new versions and answers again still answers nobody twice.
    with reading(SYSTEM) as work:
        fresh = [Chosen(one.id, one.version) for one in work.session.scalars(select(Conversation)).all()]
    late = send(house, "Andre ord.", to=fresh)
    assert (late.answers, late.left) == ((), ())
    assert {len(said) for said in ours().values()} == {1}
    assert count(GatheringBatch) == 4


def test_each_is_spoken_to_by_name_signed_and_in_the_ledger_in_their_own_thread(house: House) -> None:
    house.news(scene.post("Skal vandet koges i nummer 9?", author=citizen(60, "nadia.k"), at=minutes(5)))
    gather(house, minutes(6))
    sent = send(house)
    said = ours()
    assert said["Lise Friis"] == [
        "Hej Lise. Ja, kog vandet i 2 minutter. Vi skriver igen kl. 16.\n– Anna, Nordby Kommune"
    ]
    assert said["nadia.k"] == ["Hej. Ja, kog vandet i 2 minutter. Vi skriver igen kl. 16.\n– Anna, Nordby Kommune"]
    with reading(SYSTEM) as work:
        answers = work.session.scalars(select(Message).where(Message.id.in_(sent.answers))).all()
        asked = {
            one.id: one.conversation_id
            for one in work.session.scalars(select(Message).where(Message.direction == "in")).all()
        }
        assert all(one.in_reply_to_id and asked[one.in_reply_to_id] == one.conversation_id for one in answers)
        approved = set(work.session.scalars(select(LedgerEntry.id).where(LedgerEntry.type == "reply.approved")).all())
        assert {one.entry_id for one in answers} <= approved
        assert {one.agent_id for one in answers} == {house.anna.id}
    after = seen(house)
    assert (after.members, after.answered, after.total) == ((), len(ALIKE) + 1, len(ALIKE) + 1)


def test_who_was_answered_written_or_left_meanwhile_is_left_with_why_and_the_others_are_told(house: House) -> None:
    page, found = chosen(house), one_gathering().id
    answered, wrote, out, danger, held = (conversation_of(name) for name in NAMES[:5])
    with deed(house.jonas, minutes(5)) as work:
        replies.reply(work, answered.id, version=answered.version, visibility="public", body="Ja, kog det.")
        gathering_members.take_out(work, found, out.id)
        conversations.take(work, held.id, held.version)
    for number, words in ((1, "Hallo??"), (3, "Jeg orker ikke leve mere")):
        house.news(
            scene.post(words, author=citizen(number), root=root_of(number), parent=root_of(number), at=minutes(5))
        )
    sent = send(house, to=page)
    assert {one.conversation_id for one in sent.left} == {answered.id, wrote.id, out.id, danger.id, held.id}
    assert len(sent.answers) == len(ALIKE) - 5
    assert len(ours()["Lise Friis"]) == 1
    # Read again, what is of another kind is still not answered with the others.
    fresh = [Chosen(conversation_of(NAMES[number]).id, conversation_of(NAMES[number]).version) for number in (1, 3)]
    again = send(house, to=fresh)
    assert ([one.conversation_id for one in again.left], len(again.answers)) == ([danger.id], 1)
    assert NAMES[3] not in ours()
    with reading(SYSTEM) as work:
        assert work.session.get_one(Conversation, danger.id).status == "new"


def test_the_guard_sees_every_single_one_and_one_word_for_all_stops_all(house: House) -> None:
    with pytest.raises(Invalid) as number:
        send(house, "Ring om 211062-5629")
    with pytest.raises(Invalid) as empty:
        send(house, "   ")
    with pytest.raises(Invalid) as place:
        send(house, "Hej {gade}. Kog vandet.")
    with pytest.raises(Invalid) as asked:
        send(house, "Hej {fornavn}. Ring til Pia på 55 00 00 00.")
    assert [one.value.field for one in (number, empty, place, asked)] == ["body", "body", "body", "reason"]
    assert ours() == {}
    assert count(GatheringBatch) == 0
    one = conversation_of(NAMES[0])
    mixed = send(house, otherwise={one.id: "Ring om 211062-5629"})
    assert [left.conversation_id for left in mixed.left] == [one.id]
    assert len(mixed.answers) == len(ALIKE) - 1
    because = Because(Reason.OTHER, "Det er vandværkets nummer")
    reasoned = send(house, "Hej {fornavn}. Ring til Pia på 55 00 00 00.", because=because)
    assert len(reasoned.answers) == 1
    assert count(Delivery) == len(ALIKE)


def test_one_is_told_in_words_of_their_own(house: House) -> None:
    one = conversation_of(NAMES[1])
    send(house, otherwise={one.id: "Hej Oskar. Ja, også til børn."})
    assert ours()["Oskar Brandt"] == ["Hej Oskar. Ja, også til børn.\n– Anna, Nordby Kommune"]
    assert ours()["Lise Friis"][0].startswith("Hej Lise. Ja, kog vandet")


def test_the_whole_batch_comes_back_while_it_can_and_what_is_under_way_goes_out(house: House) -> None:
    sent = send(house, otherwise={conversation_of(NAMES[1]).id: "Hej Oskar."})
    first = parts(sent.answers[0])[0]
    assert claim(minutes(6.2)) == first.id
    with deed(house.jonas, minutes(6)) as work, pytest.raises(Forbidden):
        gathering_answers.undo(work, sent.batch_id)
    with deed(house.anna, minutes(6.3)) as work:
        undone = gathering_answers.undo(work, sent.batch_id)
    assert (undone.back, undone.too_late) == (len(ALIKE) - 1, 1)
    record(first.id, taken(minutes(6.3)), minutes(6.3))
    assert claim(minutes(60)) is None
    after = seen(house)
    assert (len(after.free), after.answered, after.draft) == (len(ALIKE) - 1, 1, WORDS)
    assert list(after.otherwise.values()) == ["Hej Oskar."]
    assert count(Draft) == 0
    with deed(house.anna, minutes(7)) as work:
        assert gathering_answers.undo(work, sent.batch_id).back == 0
    again = send(house, to=[Chosen(one.id, one.version) for one in after.free])
    assert len(again.answers) == len(ALIKE) - 1
    assert count(GatheringDraft) == 0


def test_the_platforms_pace_spreads_the_hours(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with reading(SYSTEM) as work:
        connector = type(accounts.silent_connector(work, accounts.get(work, house.account_id)))
    slow = replace(connector.capabilities, pace=Pace(3, timedelta(minutes=10)))
    monkeypatch.setattr(connector, "capabilities", slow)
    page = chosen(house)
    send(house, to=page[:1])
    sent = send(house, to=page[1:])
    first = minutes(6) + timedelta(seconds=5)
    with reading(SYSTEM) as work:
        due = sorted(at for at in work.session.scalars(select(Delivery.due_at)) if at is not None)
    later = timedelta(minutes=10)
    assert due == [first] * 3 + [first + later] * 3 + [first + 2 * later] * 2
    assert sent.last_at == first + 2 * later
    assert claim(minutes(7)) is not None


def test_the_answers_refer_to_what_we_said_to_all(house: House) -> None:
    found = one_gathering()
    with deed(house.anna, minutes(5)) as work:
        made = own_posts.post(
            work, house.account_id, key=uuid4(), body="Kog vandet i Nordby by.", gathering_id=found.id,
            next_word_at=minutes(60),
        )  # fmt: skip
    before = seen(house)
    assert [(one.url, one.next_word_at) for one in before.statuses] == [(None, minutes(60))]
    claim(minutes(5.5))
    record(parts(made.message_id)[0].id, taken(minutes(5.5), "status"), minutes(5.5))
    url = seen(house).statuses[0].url
    assert url is not None
    send(house, refers("da", linked=True))
    assert ours()["Lise Friis"][0].startswith(f"Hej Lise. Vi har skrevet til alle her: {url}")


def test_without_a_link_its_place_is_not_sent(house: House) -> None:
    with pytest.raises(Invalid) as refused:
        send(house, refers("da", linked=True))
    assert refused.value.field == "body"


def test_on_a_persons_account_nobody_else_answers_many(house: House) -> None:
    with uow(SYSTEM) as work:
        own_posts.give_to(work, house.account_id, house.lone.id)
    sent = send(house)
    assert (sent.answers, len(sent.left)) == ((), len(ALIKE))
    assert len(send(house, by=house.lone).answers) == len(ALIKE)


def test_too_many_none_and_another_teams_are_refused(house: House) -> None:
    page = chosen(house)
    with pytest.raises(Invalid):
        send(house, to=[])
    with pytest.raises(Invalid):
        send(house, to=page * 20)
    stranger, found = replace(house.anna, teams=frozenset()), one_gathering().id
    with pytest.raises(NotFound):
        send(house, by=stranger, to=page)
    with reading(stranger) as work, pytest.raises(NotFound):
        whole(work, found)


def test_what_one_writes_is_kept_for_oneself(house: House) -> None:
    one, found = conversation_of(NAMES[0]), one_gathering().id
    with deed(house.anna, minutes(6)) as work:
        gathering_drafts.keep(work, found, "Hej {fornavn}.", {one.id: "Hej Lise.", uuid4(): "  "})
    mine = seen(house)
    assert (mine.draft, mine.otherwise) == ("Hej {fornavn}.", {one.id: "Hej Lise."})
    assert seen(house, house.jonas).draft == ""
    with deed(house.anna, minutes(6)) as work:
        gathering_drafts.keep(work, found, " ", {})
    assert count(GatheringDraft) == 0
