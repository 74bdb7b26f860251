"""Search: what is found, in which language, by whom; newest first, page by page, and nothing that was taken away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from connectors.kit import registry
from connectors.kit.contract import Connector, Inbound, InboundPost, Raw
from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.errors import Forbidden, Invalid
from inbox.domain.ids import new_id
from inbox.domain.personal_data import MASK
from inbox.domain.search_words import parsed
from inbox.extensions import db
from inbox.models import Conversation, Identity, Message, Team
from inbox.queries import search_ways
from inbox.queries.search import Hit, Results, results
from inbox.queries.surroundings import around
from inbox.services import conversations
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import ALI, CHANNEL, METTE, NOON, House, delete, edit, post
from tests.services.answering import deed

ZONE = ZoneInfo("Europe/Copenhagen")
_minutes = count(1)


@pytest.fixture
def told() -> Iterator[dict[str, str]]:
    """In which language the platform says that somebody writes, by the name of whoever does."""
    platform = registry.connector(CHANNEL)
    plain = platform.normalize
    languages: dict[str, str] = {}

    def normalize(self: Connector, raw: Raw) -> list[Inbound]:
        return [
            replace(one, language=languages.get(one.author.handle)) if isinstance(one, InboundPost) else one
            for one in plain(self, raw)
        ]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(platform, "normalize", normalize)
        yield languages


@pytest.fixture
def house(app: Flask, told: dict[str, str]) -> House:
    return scene.found()


def say(house: House, text: str, *, author: dict[str, str] = METTE, visibility: str = "public") -> dict[str, object]:
    """Somebody says it, a minute after whatever was said before."""
    said = post(text, author=author, visibility=visibility, at=NOON + timedelta(minutes=next(_minutes)))
    house.news(said)
    return said


def look(actor: Actor, text: str, after: str | None = None, limit: int = 30) -> Results:
    with reading(actor) as work:
        work.now = NOON + timedelta(days=2)
        return results(work, parsed(text), around(work), ZONE, after, limit)


def words(hit: Hit) -> str:
    return "".join(f"[{piece.text}]" if piece.found else piece.text for piece in hit.pieces)


def found(actor: Actor, text: str) -> list[str]:
    return [words(hit) for hit in look(actor, text).hits]


def the(handle: str) -> UUID:
    with reading(SYSTEM) as work:
        asks = select(Conversation.id).join(Identity, Identity.id == Conversation.identity_id)
        return work.session.scalars(asks.where(Identity.handle == handle)).first() or new_id()


def test_pages_hold_each_hit_once_whatever_is_equal_among_them(house: House) -> None:
    # Messages and notes of one instant, more than a page of them, and an edited one in between.
    for number in range(9):
        author = {"id": f"c{number}", "handle": f"c{number}", "name": f"Borger {number}"}
        house.news(post(f"Sne nummer {number}", author=author, at=NOON))
    with reading(SYSTEM) as work:
        ids = list(work.session.scalars(select(Conversation.id).order_by(Conversation.id)))
    for id_ in ids[:4]:
        with deed(house.anna) as work:
            conversations.note(work, id_, "Der er sne")
    house.news(
        edit(post("Regn", author=ALI, own_id="edited"), "Sne"), post("Regn", author=ALI, own_id="edited", at=NOON)
    )
    every = [hit.id for hit in look(house.anna, "sne", limit=50).hits]
    assert len(every) == len(set(every)) >= 13

    for limit in (1, 2, 3, 7, 13):
        paged: list[UUID] = []
        key = None
        while True:
            page = look(house.anna, "sne", key, limit)
            paged += [hit.id for hit in page.hits]
            key = page.next
            if key is None:
                break
        assert paged == every, limit


@pytest.mark.parametrize("walk", [1, 3, 2000])
def test_it_is_found_among_the_newest_or_by_the_index_alike(
    house: House, monkeypatch: pytest.MonkeyPatch, walk: int
) -> None:
    monkeypatch.setattr(search_ways, "WALK", walk)
    for number in range(8):
        say(house, f"{'Sne' if number % 3 == 0 else 'Regn'} nummer {number}")
    assert found(house.anna, "sne") == [f"[Sne] nummer {number}" for number in (6, 3, 0)]
    assert [words(hit) for hit in look(house.anna, "sne", limit=2).hits] == ["[Sne] nummer 6", "[Sne] nummer 3"]


def test_the_same_search_is_the_same_twelve_times_and_asks_at_most_three_things(house: House) -> None:
    for number in range(5):
        say(house, f"Sne nummer {number}")
    sent: list[str] = []

    def keep(*arguments: object) -> None:
        sent.append(str(arguments[2]))

    first = look(house.anna, 'sne "nummer 3"')
    engine = db.engines[None]
    event.listen(engine, "before_cursor_execute", keep)
    try:
        for _ in range(12):
            sent.clear()
            assert look(house.anna, 'sne "nummer 3"') == first
            # One more for what stands around; nothing is prepared, so the twelfth is planned as the first was.
            assert len([sql for sql in sent if sql.startswith(("SELECT", "WITH"))]) <= 4
    finally:
        event.remove(engine, "before_cursor_execute", keep)
    assert [words(hit) for hit in first.hits] == ["[Sne] [nummer] [3]"]


def test_words_are_stemmed_in_the_language_they_were_said_in(house: House, told: dict[str, str]) -> None:
    told.update(mette="da", ali="no", emma="en-GB")
    emma = {"id": "emma", "handle": "emma", "name": "Emma Reed"}
    say(house, "Svømmehallerne er lukkede")
    say(house, "Barnehagene er stengt", author=ALI)
    say(house, "The libraries are closing", author=emma)

    assert found(house.anna, "svømmehal") == ["[Svømmehallerne] er lukkede"]
    assert found(house.anna, "barnehager") == ["[Barnehagene] er stengt"]
    assert found(house.anna, "library closed") == ["The [libraries] are [closing]"]


def test_words_of_which_nobody_told_the_language_are_stemmed_as_the_account_speaks(house: House) -> None:
    say(house, "Svømmehallerne er lukkede")
    assert found(house.anna, "svømmehal") == ["[Svømmehallerne] er lukkede"]


def test_a_language_without_a_stemmer_is_found_as_it_is_written(house: House, told: dict[str, str]) -> None:
    told.update(mette="is")
    say(house, "Svømmehallerne åbner")
    assert found(house.anna, "svømmehallerne ÅBNER") == ["[Svømmehallerne] [åbner]"]
    assert found(house.anna, "svømmehal") == []


def test_all_words_must_stand_there_and_a_phrase_as_it_is(house: House) -> None:
    say(house, "Sne på Bakkevej")
    say(house, "På Bakkevej er der is, ikke sne")
    assert len(found(house.anna, "sne bakkevej")) == 2
    assert len(found(house.anna, '"sne på bakkevej"')) == 1
    assert found(house.anna, "sne regn") == []


def test_what_was_taken_away_is_not_found_and_what_was_changed_by_its_present_words(house: House) -> None:
    gone, changed = say(house, "Hemmeligt om sne"), say(house, "Regn og slud", author=ALI)
    house.news(delete(gone), edit(changed, "Sol og sne"))
    assert found(house.anna, "hemmeligt") == []
    assert found(house.anna, "slud") == []
    assert found(house.anna, "sne") == ["Sol og [sne]"]
    assert look(house.anna, "sne").hits[0].edited
    house.news(delete(changed, after=timedelta(minutes=9)))
    assert found(house.anna, "sne") == []
    assert found(house.anna, "from:ali") == []


def test_another_teams_words_are_never_found(house: House) -> None:
    say(house, "Sne for os")
    say(house, "Sne for dem", author=ALI)
    changed = say(house, "Regn", author=ALI)
    house.news(edit(changed, "Sne igen"))
    with uow(SYSTEM) as work:
        other = Team(id=new_id(), name="Vej og Park")
        work.session.add(other)
        work.session.flush()
        ali = work.session.scalars(select(Identity.id).where(Identity.handle == "ali")).one()
        work.session.execute(update(Conversation).where(Conversation.identity_id == ali).values(team_id=other.id))
    note_id = the("ali")
    with deed(replace(house.anna, teams=frozenset({other.id}))) as work:
        conversations.note(work, note_id, "Sne i en note")

    assert found(house.anna, "sne") == ["[Sne] for os"]
    assert found(house.anna, "from:ali") == found(house.anna, "is:note") == []
    stranger = replace(house.anna, teams=frozenset({new_id()}))
    assert found(stranger, "sne") == found(stranger, "is:open") == []
    both = replace(house.anna, teams=house.anna.teams | {other.id})
    assert len(found(both, "sne")) == 4


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.BACK_OFFICE])
def test_who_does_not_answer_finds_nothing_because_they_may_not_look(house: House, role: Role) -> None:
    say(house, "Sne", visibility="private")
    with reading(house.anna) as work:
        read = around(work)
    with pytest.raises(Forbidden), reading(replace(house.anna, roles=frozenset({role}))) as work:
        results(work, parsed("sne"), read, ZONE)


def test_no_national_number_is_shown_or_searched_for(house: House) -> None:
    say(house, "Sne, mit nummer er 070761-4285")
    assert found(house.anna, "sne") == [f"[Sne], mit nummer er {MASK}"]
    # A part of it finds the message, and the mark inside the number shows nothing.
    assert "070761" not in "".join(found(house.anna, "070761"))
    for number in ("070761-4285", "0707614285", '"070761 4285"', "070761 4285"):
        with pytest.raises(Invalid, match="does not belong in a search"):
            look(house.anna, number)


def test_signs_that_mark_are_never_taken_from_what_people_wrote(house: House) -> None:
    say(house, "Sne \ue000<b>is</b>\ue001")
    [hit] = look(house.anna, "sne").hits
    assert words(hit) == "[Sne] <b>is</b>"


def test_a_key_that_no_page_gave_is_refused(house: House) -> None:
    with pytest.raises(Invalid, match="no longer known"):
        look(house.anna, "sne", "nonsense")


def test_a_text_too_long_to_be_searched_whole_is_stored_all_the_same(house: House) -> None:
    long = " ".join(f"ord{number}" for number in range(90_000))
    say(house, long)
    with reading(SYSTEM) as work:
        assert work.session.scalars(select(Message.text)).one() == long
    assert len(found(house.anna, "ord7")) == 1
    assert found(house.anna, "ord89999") == []
