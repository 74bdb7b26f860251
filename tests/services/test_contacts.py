"""What we know of people: groups, notes only with a purpose, handles, dialogues; and only of whom one may see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.errors import Forbidden, Invalid, NotFound, Refused
from inbox.domain.groups import LONGEST_NOTE, LONGEST_PURPOSE, Group
from inbox.domain.ids import new_id
from inbox.models import Contact, ContactJoining, ContactNote
from inbox.queries import contact as reads
from inbox.services import contacts
from inbox.uow import UnitOfWork, reading
from tests import house as scene
from tests.house import ALI, METTE, NOON, House, edit, post
from tests.services.answering import DUE, answer, claim, count, deed, one, record, taken

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


def join(actor: Actor, into: UUID, other: UUID | None) -> UUID:
    with deed(actor) as work:
        return contacts.join(work, into, other)


def undo(actor: Actor, into: UUID, joining: UUID) -> None:
    with deed(actor) as work:
        contacts.undo_join(work, into, joining)


def shown(actor: Actor, contact_id: UUID) -> reads.Person:
    with reading(actor) as work:
        return reads.person(work, contact_id)


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
