"""An answer is signed by whoever is logged in, inside the platform's limit, and taken back whole or not at all."""

from __future__ import annotations

import json
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from connectors.kit import registry
from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.errors import Conflict, Forbidden, Invalid, NotFound
from inbox.domain.events import DeliveriesDue
from inbox.domain.ids import new_id
from inbox.models import Delivery, Draft, Identity, LedgerEntry, Message, Organisation, Revision, Signature
from inbox.services import conversations, drafts, replies
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import House, post
from tests.services.answering import LONG, answer, claim, count, deed, minutes, one, parts, sent


@pytest.fixture
def house(app: Flask) -> House:
    founded = scene.found()
    founded.news(post())
    return founded


def message(message_id: UUID) -> Message:
    with reading(SYSTEM) as work:
        found = work.session.get_one(Message, message_id)
        work.session.expunge(found)
        return found


def entry_types() -> list[str]:
    with reading(SYSTEM) as work:
        return list(work.session.scalars(select(LedgerEntry.type).order_by(LedgerEntry.arrival)))


def test_the_actor_signs(house: House) -> None:
    said = message(answer(house).message_id)
    assert said.text == "Den åbner klokken 7.\n– Anna, Nordby Kommune"
    assert (said.agent_id, said.signed_as) == (house.anna.id, "– Anna, Nordby Kommune")
    assert entry_types()[-1] == "reply.approved"
    conversation = house.conversation()
    assert (conversation.status, conversation.assignee_id) == ("pending", house.anna.id)
    assert conversation.waiting_since is None


def test_a_name_in_the_text_is_only_text(house: House) -> None:
    said = message(answer(house, "Kom bare.\n– Jonas, Nordby Kommune", by=house.lone).message_id)
    assert said.text.endswith("– Jonas, Nordby Kommune\n– Lone, Nordby Kommune")
    assert (said.agent_id, said.signed_as) == (house.lone.id, "– Lone, Nordby Kommune")


def test_a_long_answer_becomes_a_chain_of_signed_parts(house: House) -> None:
    promised = answer(house, LONG)
    chain = parts(promised.message_id)
    assert len(chain) == promised.parts == 3
    assert [part.previous_id for part in chain] == [None, chain[0].id, chain[1].id]
    for number, part in enumerate(chain, start=1):
        assert part.text.endswith(f" ({number}/3)\n– Anna, Nordby Kommune")
        assert len(part.text) <= 280
    assert " ".join(part.text.partition(" (")[0] for part in chain) == LONG


def test_a_text_of_more_parts_than_anybody_reads_is_refused_and_nothing_stands(house: House) -> None:
    before = house.conversation().version
    for words in (LONG * 8, "a" * 100_001):
        with pytest.raises(Invalid, match="Make it shorter"):
            answer(house, words)
    assert sent() == count(Delivery) == 0
    assert house.conversation().version == before


def test_where_the_platform_has_no_threads_a_long_answer_is_refused(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    connector = registry.connector(scene.CHANNEL)
    monkeypatch.setattr(connector, "capabilities", replace(connector.capabilities, threads=False))
    with pytest.raises(Invalid, match="takes 280"):
        answer(house, LONG)
    assert sent() == 0


@pytest.mark.parametrize("words", ["", "  \n\t ", "\n"])
def test_an_empty_answer_is_refused(house: House, words: str) -> None:
    with pytest.raises(Invalid, match="empty"):
        answer(house, words)


@pytest.mark.parametrize("number", ["070761-4285", "Mit nummer er 070761 4285."])
def test_a_national_identity_number_is_refused(house: House, number: str) -> None:
    with pytest.raises(Invalid, match="national identity number"):
        answer(house, f"Er dit nummer {number}?")
    assert sent() == 0


def test_only_who_may_answer_answers(house: House) -> None:
    teams = house.anna.teams
    nobody = Actor(house.anna.id, "Rikke Dahl", frozenset({Role.AUDITOR}), teams)
    with pytest.raises(Forbidden):
        answer(house, by=nobody)
    with pytest.raises(NotFound):
        answer(house, by=replace(house.anna, teams=frozenset()))
    assert sent() == 0


@pytest.mark.parametrize(("visibility", "why"), [("private", "not written privately"), ("sideways", "Choose whether")])
def test_it_goes_only_the_way_the_citizen_came(house: House, visibility: str, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        answer(house, visibility=visibility)


def test_a_private_word_is_answered_in_private_and_stays_out_of_the_ledger(app: Flask) -> None:
    house = scene.found()
    house.news(post("Mit barn er sygt", visibility="private"))
    before = entry_types()
    assert message(answer(house, visibility="private").message_id).entry_id is None
    with pytest.raises(Invalid, match="only privately"):
        answer(house)
    assert entry_types() == before


def test_whoever_looked_before_something_new_happened_is_second(house: House) -> None:
    seen = house.conversation()
    house.news(post("Og i weekenden?", parent=str(first_external_id()), at=minutes(1)))
    with pytest.raises(Conflict, match="Something new"), deed(house.anna, minutes(2)) as work:
        replies.reply(work, seen.id, version=seen.version, visibility="public", body="Klokken 7.")
    assert sent() == 0


def first_external_id() -> str | None:
    with reading(SYSTEM) as work:
        return work.session.scalars(select(Message.external_id).order_by(Message.said_at)).first()


def test_what_a_colleague_has_taken_is_theirs_to_answer(house: House) -> None:
    seen = house.conversation()
    with deed(house.jonas) as work:
        conversations.take(work, seen.id, seen.version)
    with pytest.raises(Conflict, match="colleague"):
        answer(house)


def test_the_undo_window_is_the_organisations_and_may_be_none(house: House) -> None:
    promised = answer(house)
    assert promised.undo_seconds == 5
    (part,) = parts(promised.message_id)
    assert part.due_at is not None
    assert (part.due_at - part.created_at).total_seconds() == 5
    with uow(SYSTEM) as work:
        work.session.query(Organisation).one().undo_seconds = 0
    again = house.conversation()
    with deed(house.anna, minutes(11)) as work:
        second = replies.reply(work, again.id, version=again.version, visibility="public", body="Og i morgen også.")
        assert DeliveriesDue() in work.events
    (part,) = parts(second.message_id)
    assert part.due_at == part.created_at


def test_undone_all_parts_are_taken_back_and_the_words_are_the_draft_again(house: House) -> None:
    asked = house.conversation().waiting_since
    promised = answer(house, LONG)
    with deed(house.anna, minutes(10)) as work:
        replies.undo(work, promised.message_id)
    assert [part.state for part in parts(promised.message_id)] == ["withdrawn"] * 3
    assert one(Draft).text == LONG
    assert (one(Revision).kind, entry_types()[-1]) == ("deleted", "reply.deleted")
    conversation = house.conversation()
    assert (conversation.status, conversation.waiting_since) == ("open", asked)
    assert claim(minutes(60)) is None
    with pytest.raises(Conflict), deed(house.anna, minutes(11)) as work:
        replies.undo(work, promised.message_id)


def test_an_answer_on_its_way_is_not_undone_in_any_part(house: House) -> None:
    promised = answer(house, LONG)
    assert claim(minutes(11)) is not None
    with pytest.raises(Conflict, match="on its way"), deed(house.anna, minutes(11)) as work:
        replies.undo(work, promised.message_id)
    assert [part.state for part in parts(promised.message_id)] == ["sending", "queued", "queued"]
    assert count(Draft) == count(Revision) == 0


def test_only_who_signed_undoes(house: House) -> None:
    promised = answer(house)
    with pytest.raises(Forbidden), deed(house.lone, minutes(10)) as work:
        replies.undo(work, promised.message_id)
    with pytest.raises(NotFound), deed(house.anna, minutes(10)) as work:
        replies.undo(work, new_id())


def test_sending_forgets_the_draft_of_that_way_alone(house: House) -> None:
    conversation = house.conversation()
    with deed(house.anna) as work:
        for mode in drafts.MODES:
            drafts.keep(work, conversation.id, mode, f"en kladde ({mode})")
    answer(house)
    with reading(SYSTEM) as work:
        assert set(work.session.scalars(select(Draft.mode))) == {"private", "note"}


def stored_as(changes: dict[str, object], table: str = "message", where: str = "direction = 'out'") -> None:
    """Store the answer again with other values, by hand, past every service."""
    with uow(SYSTEM) as work:
        # What the database works out by itself nobody can store.
        columns = work.session.scalars(
            text(
                "SELECT quote_ident(column_name) FROM information_schema.columns"
                " WHERE table_schema = 'public' AND table_name = :table AND is_generated = 'NEVER'"
            ),
            {"table": table},
        ).all()
        work.session.execute(
            text(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(f'changed.{name}' for name in columns)}"
                f" FROM (SELECT * FROM {table} WHERE {where}) AS before,"
                f" jsonb_populate_record(CAST(before AS {table}), CAST(:changes AS jsonb)) AS changed"
            ),
            {"changes": json.dumps({"id": str(new_id()), **changes}, default=str)},
        )


def test_the_database_refuses_an_answer_without_its_authors_signature(house: House) -> None:
    answer(house, by=house.jonas)
    seen = house.conversation()
    with deed(house.lone, minutes(20)) as work:
        conversations.take(work, seen.id, seen.version)
    answer(house, by=house.lone, now=minutes(21))
    with reading(SYSTEM) as work:
        foreign = work.session.scalars(select(Signature).where(Signature.agent_id == house.lone.id)).one()
        citizen = work.session.scalars(select(Identity.id)).one()
    where = f"agent_id = '{house.jonas.id}'"
    refusals: list[tuple[str, dict[str, object]]] = [
        ("signed", {"signature_id": None}),
        ("signed", {"signed_as": None}),
        ("signed", {"text": "Den åbner klokken 7."}),
        ("signed", {"text": "Den åbner klokken 7.\n– Jonas, Nordby Kommune\nPS"}),
        ("fk_message_signature", {"signature_id": foreign.id}),
        ("fk_message_signature", {"signed_as": "Nordby Kommune"}),
        (
            "fk_message_signature",
            {"signature_id": foreign.id, "signed_as": foreign.signed_as, "text": foreign.signed_as},
        ),
        ("agents_speak_out", {"agent_id": None, "identity_id": citizen}),
        ("one_author", {"identity_id": citizen}),
        ("public_in_ledger", {"entry_id": None}),
    ]
    for why, changes in refusals:
        with pytest.raises(IntegrityError, match=why):
            stored_as(changes, where=where)
    assert sent() == 2


def test_the_database_refuses_a_part_without_the_answers_signature(house: House) -> None:
    answer(house)
    for why, changes in (
        ("signed", {"part": 2, "parts": 2, "text": "Den åbner klokken 7."}),
        ("fk_delivery_message", {"part": 2, "parts": 2, "signed_as": "Kommune"}),
    ):
        with pytest.raises(IntegrityError, match=why):
            stored_as(changes, table="delivery", where="true")
