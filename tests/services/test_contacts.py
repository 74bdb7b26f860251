"""People: joined by two at once and taken apart again, notes only with a purpose, and only of whom one may see."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from inbox.domain.groups import LONGEST_NOTE, LONGEST_PURPOSE, Group
from inbox.domain.ids import new_id
from inbox.extensions import db
from inbox.models import Contact, ContactJoining, ContactNote, Identity, Message
from inbox.queries import contact as reads
from inbox.services import contacts
from inbox.uow import UnitOfWork, reading
from tests import house as scene
from tests.house import ALI, METTE, NOON, House, edit, post
from tests.services.answering import DUE, answer, claim, count, deed, one, record, taken

PATIENCE = 30
KIRSTEN = {"id": "citizen-kirsten", "handle": "kirsten", "name": "Kirsten V."}
PEOPLE = (METTE, ALI, KIRSTEN)


@pytest.fixture
def house(app: Flask) -> House:
    return populated()


def populated() -> House:
    founded = scene.found()
    founded.news(*(post(f"@nordby Her er {author['name']}", author=author, own_id=author["id"]) for author in PEOPLE))
    return founded


def the(handle: str) -> UUID:
    """The contact that somebody came with, wherever their identity is now."""
    with reading(SYSTEM) as work:
        name = next(author["name"] for author in PEOPLE if author["handle"] == handle)
        return work.session.scalars(select(Contact.id).where(Contact.name == name)).one()


def whose() -> dict[str, UUID]:
    with reading(SYSTEM) as work:
        return {
            row.handle: row.contact_id for row in work.session.execute(select(Identity.handle, Identity.contact_id))
        }


def join(actor: Actor, into: UUID, other: UUID | None) -> UUID:
    with deed(actor) as work:
        return contacts.join(work, into, other)


def undo(actor: Actor, into: UUID, joining: UUID) -> None:
    with deed(actor) as work:
        contacts.undo_join(work, into, joining)


def shown(actor: Actor, contact_id: UUID) -> reads.Person:
    with reading(actor) as work:
        return reads.person(work, contact_id)


def at_once(app: Flask, *deeds: Callable[[], object]) -> list[BaseException | None]:
    """Each in a thread of its own, begun together; what became of each."""
    together = threading.Barrier(len(deeds), timeout=PATIENCE)
    ends: list[BaseException | None] = [AssertionError("it never ended")] * len(deeds)

    def run(number: int) -> None:
        with app.app_context():
            together.wait()
            try:
                deeds[number]()
                ends[number] = None
            except Refused as refused:
                ends[number] = refused
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return ends


def test_of_people_who_join_the_same_at_once_in_any_direction_one_is_first_and_nothing_is_half(own_app: Flask) -> None:
    with own_app.app_context():
        house = populated()
        mette, ali, kirsten = the("mette"), the("ali"), the("kirsten")
    for _ in range(5):
        ends = at_once(
            own_app,
            lambda: join(house.anna, mette, ali),
            lambda: join(house.jonas, ali, mette),
            lambda: join(house.lone, mette, ali),
        )
        assert sorted(type(end).__name__ for end in ends) == ["Conflict", "Conflict", "NoneType"]
        with own_app.app_context():
            assert len({whose()["mette"], whose()["ali"]}) == 1
            with reading(SYSTEM) as work:
                live = work.session.scalars(select(ContactJoining).where(ContactJoining.undone_at.is_(None))).one()
                work.session.expunge(live)
            assert whose()["mette"] == live.into_id
            # Both take it back at once: one does, and each has what was theirs.
            ends = at_once(
                own_app,
                partial(undo, house.anna, live.into_id, live.id),
                partial(undo, house.jonas, live.into_id, live.id),
            )
            assert sorted(type(end).__name__ for end in ends) == ["Conflict", "NoneType"]
            assert whose() == {"mette": mette, "ali": ali, "kirsten": kirsten}


def test_three_in_a_ring_never_make_a_circle(own_app: Flask) -> None:
    with own_app.app_context():
        house = populated()
        mette, ali, kirsten = the("mette"), the("ali"), the("kirsten")
    ends = at_once(
        own_app,
        lambda: join(house.anna, mette, ali),
        lambda: join(house.jonas, ali, kirsten),
        lambda: join(house.lone, kirsten, mette),
    )
    assert None in ends
    with own_app.app_context(), reading(SYSTEM) as work:
        homes = {reads.home(work, id_) for id_ in (mette, ali, kirsten)}
        owners = set(work.session.scalars(select(Identity.contact_id)))
        assert homes == owners


def test_joined_and_taken_apart_everybody_has_what_was_theirs_and_no_word_changed(house: House) -> None:
    mette, ali = the("mette"), the("ali")
    with reading(SYSTEM) as work:
        words = work.session.execute(select(Message.id, Message.identity_id, Message.text).order_by(Message.id)).all()
    joining = join(house.anna, mette, ali)
    assert whose() == {"mette": mette, "ali": mette, "kirsten": the("kirsten")}
    assert one(ContactJoining).agent_id == house.anna.id
    person = shown(house.jonas, mette)
    assert {one.handle for one in person.handles} == {"mette", "ali"}
    assert len(person.dialogues) == 2
    assert [(one.name, one.by, one.whole) for one in person.joinings] == [("Ali R.", "Anna Krogh", True)]
    gone = shown(house.jonas, ali)
    assert (gone.went_to, gone.handles, gone.dialogues) == (mette, (), ())
    undo(house.jonas, mette, joining)
    assert whose()["ali"] == ali
    assert shown(house.anna, ali).went_to is None
    assert shown(house.anna, mette).joinings == ()
    with reading(SYSTEM) as work:
        after = work.session.execute(select(Message.id, Message.identity_id, Message.text).order_by(Message.id)).all()
    assert after == words


def test_what_moved_on_is_given_back_only_in_turn(house: House) -> None:
    mette, ali, kirsten = the("mette"), the("ali"), the("kirsten")
    first, second = join(house.anna, mette, ali), join(house.anna, kirsten, mette)
    assert shown(house.anna, ali).went_to == kirsten
    with pytest.raises(Conflict, match="Undo that first"):
        undo(house.anna, mette, first)
    assert set(whose().values()) == {kirsten}
    undo(house.anna, kirsten, second)
    undo(house.anna, mette, first)
    assert whose() == {"mette": mette, "ali": ali, "kirsten": kirsten}
    with pytest.raises(Conflict, match="already"):
        undo(house.anna, mette, first)


def test_what_somebody_says_after_the_joining_comes_to_the_same_person(house: House) -> None:
    mette, ali = the("mette"), the("ali")
    join(house.anna, mette, ali)
    house.news(post("@nordby Og nu?", author={**ALI, "name": "Ali Rahimi"}, at=NOON.replace(hour=13)))
    assert whose()["ali"] == mette
    assert count(Contact) == 3
    assert len(shown(house.anna, mette).dialogues) == 3


@pytest.mark.parametrize("other", ["none", "self"])
def test_nobody_is_joined_with_nobody_or_with_themselves(house: House, other: str) -> None:
    mette = the("mette")
    with pytest.raises(Invalid) as refused:
        join(house.anna, mette, mette if other == "self" else None)
    assert refused.value.field == "other"


def test_a_note_needs_a_purpose_and_holds_no_national_number(house: House) -> None:
    mette = the("mette")
    for purpose, text, field, said in (
        ("", "Hun er døv", "purpose", "what the note is for"),
        ("  ", "Hun er døv", "purpose", "what the note is for"),
        ("Tilgængelighed", " \n", "text", "empty"),
        ("Tilgængelighed", "x" * (LONGEST_NOTE + 1), "text", "longer than 2000"),
        ("x" * (LONGEST_PURPOSE + 1), "Hun er døv", "purpose", "longer than 200"),
        ("Sagen", "Hendes nummer er 211062-5629", "text", "national number"),
        ("211062 5629", "Hun er døv", "purpose", "national number"),
    ):
        with pytest.raises(Invalid, match=said) as refused, deed(house.anna) as work:
            contacts.note(work, mette, purpose, text)
        assert refused.value.field == field
    assert count(ContactNote) == 0
    with deed(house.anna) as work:
        contacts.note(work, mette, " Tilgængelighed ", "Hun er døv: ring ikke.")
    [kept] = shown(house.jonas, mette).notes
    assert (kept.purpose, kept.text, kept.author, kept.own) == (
        "Tilgængelighed",
        "Hun er døv: ring ikke.",
        "Anna Krogh",
        False,
    )


def test_notes_are_seen_on_whoever_they_were_joined_to_and_only_their_author_takes_them_away(house: House) -> None:
    mette, ali, kirsten = the("mette"), the("ali"), the("kirsten")
    with deed(house.anna) as work:
        written = contacts.note(work, ali, "Sprog", "Svar på engelsk")
    join(house.anna, mette, ali)
    join(house.anna, kirsten, mette)
    assert [one.text for one in shown(house.anna, kirsten).notes] == ["Svar på engelsk"]
    with pytest.raises(Forbidden), deed(house.jonas) as work:
        contacts.remove_note(work, kirsten, written)
    for _ in range(2):
        with deed(house.anna) as work:
            contacts.remove_note(work, kirsten, written)
    assert count(ContactNote) == 0


def test_a_note_is_not_taken_away_by_way_of_another_person(house: House) -> None:
    with deed(house.anna) as work:
        written = contacts.note(work, the_in(work, "Ali R."), "Sprog", "Svar på engelsk")
    mette = the("mette")
    with pytest.raises(NotFound), deed(house.anna) as work:
        contacts.remove_note(work, mette, written)
    assert count(ContactNote) == 1


def the_in(work: UnitOfWork, name: str) -> UUID:
    return work.session.scalars(select(Contact.id).where(Contact.name == name)).one()


def test_a_group_is_one_of_a_few_words_and_can_be_taken_back(house: House) -> None:
    mette = the("mette")
    for group in (*Group, ""):
        with deed(house.anna) as work:
            contacts.put_in_group(work, mette, group)
        assert shown(house.anna, mette).group == (group or None)
    with pytest.raises(Invalid) as refused, deed(house.anna) as work:
        contacts.put_in_group(work, mette, "influencer")
    assert refused.value.field == "group"


def test_whoever_s_answers_stand_out_there_has_spoken_with_them_and_nobody_else(app: Flask) -> None:
    house = scene.found()
    first = post()
    house.news(first)
    mette = the("mette")
    answer(house)
    assert shown(house.anna, mette).spoken == ()
    delivery_id = claim(DUE)
    assert delivery_id is not None
    record(delivery_id, taken(DUE), DUE)
    house.news(edit(first, "Noget andet"))
    assert shown(house.lone, mette).spoken == ("Anna",)


@pytest.mark.parametrize("who", ["stranger", Role.AUDITOR, Role.ADMINISTRATOR, Role.BACK_OFFICE])
def test_nobody_without_a_conversation_of_theirs_does_or_sees_anything(house: House, who: str) -> None:
    mette, ali = the("mette"), the("ali")
    joining = join(house.anna, mette, ali)
    with deed(house.anna) as work:
        written = contacts.note(work, mette, "Sprog", "Svar på engelsk")
    refusal: type[Refused]
    if who == "stranger":
        somebody, refusal = replace(house.anna, teams=frozenset({new_id()})), NotFound
    else:
        somebody, refusal = replace(house.anna, roles=frozenset({Role(who)})), Forbidden
    kirsten = the("kirsten")
    for attempt in (
        lambda: join(somebody, mette, kirsten),
        lambda: undo(somebody, mette, joining),
        lambda: shown(somebody, mette),
        lambda: shown(somebody, ali),
        lambda: _do(somebody, lambda work: contacts.put_in_group(work, mette, "press")),
        lambda: _do(somebody, lambda work: contacts.note(work, mette, "Sprog", "Svar på engelsk")),
        lambda: _do(somebody, lambda work: contacts.remove_note(work, mette, written)),
    ):
        with pytest.raises(refusal):
            attempt()
    assert (count(ContactNote), one(ContactJoining).undone_at, shown(house.anna, mette).group) == (1, None, None)


def _do(actor: Actor, what: Callable[[UnitOfWork], object]) -> None:
    with deed(actor) as work:
        what(work)


def test_others_are_found_by_the_beginning_of_a_name_or_handle_and_never_outside_ones_teams(house: House) -> None:
    mette = the("mette")

    def found(actor: Actor, words: str) -> list[str]:
        with reading(actor) as work:
            return [one.name for one in reads.others(work, mette, words)]

    assert found(house.anna, "ali") == ["Ali R."]
    assert found(house.anna, "@KIRS") == ["Kirsten V."]
    assert found(house.anna, "mette") == []
    assert found(house.anna, " & | ! ") == []
    assert found(replace(house.anna, teams=frozenset({new_id()})), "ali") == []


def test_what_is_listed_has_a_bound_and_says_how_much_more_there_is(house: House) -> None:
    mette = the("mette")
    house.news(*(post(f"@nordby Nummer {number}", at=NOON.replace(minute=number)) for number in range(1, 8)))
    with reading(house.anna) as work:
        all_of_them = reads.person(work, mette)
        brief = reads.person(work, mette, most=3, besides=all_of_them.dialogues[0].id)
    assert (len(all_of_them.dialogues), all_of_them.more) == (8, 0)
    assert [one.id for one in brief.dialogues] == [one.id for one in all_of_them.dialogues[1:4]]
    assert brief.more == 4
