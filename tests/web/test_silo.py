"""The back office by plain forms: asked from the desk, and back in the composer."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from sqlalchemy import select

from inbox.domain.actors import SYSTEM, Actor
from inbox.domain.ids import new_id
from inbox.models import Conversation, Draft, Message, Silo
from inbox.services import silo_units, tagging
from inbox.uow import reading, uow
from tests.house import House, post
from tests.web.conftest import Come, statements
from tests.web.silo_page import ANSWERED, ASKED, answer, ask, joined, known, plain, ticket

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def ida(founded: House) -> Actor:
    return joined(founded, "Ida Berg")


@pytest.fixture
def roads(ida: Actor) -> UUID:
    """“Vej og Park”, where Ida sits."""
    with uow(SYSTEM) as work:
        entry = silo_units.Entry("Vej og Park", "Veje, skilte og sne.", "bom, vej", minutes=90, people=[known(ida)])
        return silo_units.save(work, entry)


def test_there_and_back_by_plain_forms(founded: House, come: Come, ida: Actor, roads: UUID) -> None:
    founded.news(post("@nordby Bommen ved Mølledam er i stykker. Ring til Mette Holm."))
    anna, at_roads = come(founded.anna), come(ida)
    conversation = founded.conversation()
    form = plain(anna.get(f"/c/{conversation.id}/silo").text)
    assert "Vej og Park answers within 1 h 30 in opening hours" in form
    assert "Suggested: the citizen wrote “bom”" in form
    assert ask(anna, founded, roads, known="Meldt i går.", day="2026-11-24", hour="16:00")[0] == 303

    shown = plain(anna.get(f"/c/{conversation.id}").text)
    assert "Anna Krogh asked Vej og Park" in shown
    assert "Asked, not seen yet" in shown
    assert "With the back office 1" in shown

    listed = plain(at_roads.get("/silo").text)
    assert ASKED in listed
    assert "Open 1" in listed
    opened = at_roads.get(f"/silo/{ticket().id}").text
    assert "Anna Krogh asks" in opened
    assert "Meldt i går." in opened
    assert "Bommen ved Mølledam er i stykker." in opened
    assert "A citizen" in opened
    assert "mette" not in opened.replace("Ring til Mette Holm.", "")
    assert "Vej og Park has seen the question" in anna.get(f"/c/{conversation.id}").text

    assert answer(at_roads) == 303
    shown = anna.get(f"/c/{conversation.id}?mode=public").text
    assert f">{ANSWERED}</textarea>" in shown
    assert "Draft from Vej og Park." in plain(shown)
    assert "Ida Berg, Vej og Park:" in plain(shown)
    assert founded.conversation().status == "open"
    assert "Vej og Park has answered about Mette Holm" in anna.get("/notices").text
    assert ANSWERED not in anna.get("/notices").text


def test_words_that_are_begun_stay_and_one_button_puts_the_answer_in(
    founded: House, come: Come, ida: Actor, roads: UUID
) -> None:
    founded.news(post())
    anna = come(founded.anna)
    ask(anna, founded, roads)
    id_ = founded.conversation().id
    anna.post(f"/c/{id_}/measure", mode="public", body="Hej Mette.")
    answer(come(ida))
    shown = anna.get(f"/c/{id_}?mode=public").text
    assert ">Hej Mette.</textarea>" in shown
    assert "Your own words stand as they were." in shown
    door = re.search(r'formaction="([^"]+)" formnovalidate>Put it in', shown)
    assert door is not None
    assert anna.post(door[1], body="Hej Mette!", mode="public", version="0").status_code == 303
    with reading(SYSTEM) as work:
        assert work.session.scalars(select(Draft.text)).one() == f"Hej Mette!\n\n{ANSWERED}"
    assert "Draft from Vej og Park." in plain(anna.get(f"/c/{id_}?mode=public").text)


def test_sent_and_signed_it_is_over_and_the_note_is_gone(founded: House, come: Come, ida: Actor, roads: UUID) -> None:
    founded.news(post())
    anna = come(founded.anna)
    ask(anna, founded, roads)
    answer(come(ida))
    conversation = founded.conversation()
    code = anna.post(
        f"/c/{conversation.id}/answer", mode="public", body=ANSWERED, version=str(conversation.version)
    ).status_code
    assert (code, ticket().state) == (303, "used")
    shown = plain(anna.get(f"/c/{conversation.id}").text)
    assert "Draft from Vej og Park" not in shown
    assert "Answered, and the citizen has it" in shown


def test_the_form_comes_back_with_every_word_when_it_is_refused(
    founded: House, come: Come, ida: Actor, roads: UUID
) -> None:
    founded.news(post())
    anna = come(founded.anna)
    refusals: list[tuple[dict[str, str], str]] = [
        ({"silo": ""}, "Choose whom to ask."),
        ({"question": " "}, "Write what you need to know."),
        ({"day": "2026-11-01", "hour": "09:00"}, "That time is past"),
        ({"hour": "soon"}, "Give a date and a time of day."),
        ({"mode": "note"}, "Choose whether the answer shall be public or private."),
        ({"tell": "yes", "line": "Dit nummer er 010190-1234."}, "national identity number"),
        ({"tell": "yes", "line": " "}, "The answer is empty."),
    ]
    for fields, sentence in refusals:
        code, page = ask(anna, founded, roads, **({"known": "Husk mig."} | fields))
        assert (code, sentence in page, "Husk mig." in page, "Nothing was asked." in page) == (422, True, True, True)
        assert "aria-invalid" in page
    code, page = ask(anna, founded, roads, version="0", known="Husk mig.")
    assert (code, "Something new has happened here" in page, "Husk mig." in page) == (409, True, True)
    assert f'name="version" value="{founded.conversation().version}"' in page
    assert founded.conversation().status == "new"


def test_with_a_tick_the_citizen_gets_a_signed_line(founded: House, come: Come, roads: UUID) -> None:
    founded.news(post())
    anna = come(founded.anna)
    assert "Hej. Jeg spørger dem, der ved det" in anna.get(f"/c/{founded.conversation().id}/silo").text
    ask(anna, founded, roads, line="Jeg spørger.")
    with reading(SYSTEM) as work:
        assert work.session.scalars(select(Message.id).where(Message.direction == "out")).all() == []
    with uow(SYSTEM) as work:
        work.session.add(
            Silo(
                id=new_id(), name="Borgerservice", knows="", topics=[], minutes=60, target="desk", active=True,
                created_at=work.now,
            )
        )  # fmt: skip
        work.session.flush()
        desk = work.session.scalars(select(Silo.id).where(Silo.name == "Borgerservice")).one()
    ask(anna, founded, desk, tell="yes", line="Jeg spørger.")
    with reading(SYSTEM) as work:
        said = work.session.scalars(select(Message).where(Message.direction == "out")).one()
        assert (said.text, said.holding) == ("Jeg spørger.\n– Anna, Nordby Kommune", True)
    assert founded.conversation().status == "on_hold"


def test_a_tag_says_whom_to_ask_before_words_do(founded: House, come: Come, roads: UUID) -> None:
    founded.news(post("@nordby Bommen er i stykker."))
    id_ = founded.conversation().id
    with uow(founded.anna) as work:
        tagging.add(work, id_, "Pas")
    with uow(SYSTEM) as work:
        silo_units.save(work, silo_units.Entry("Borgerservice", tags="pas", minutes=60))
    form = plain(come(founded.anna).get(f"/c/{id_}/silo").text)
    assert form.index("Suggested: it has the tag Pas") < form.index("Vej og Park answers")
    assert "the citizen wrote" not in form


def test_recalled_and_reminded_by_one_act_each(founded: House, come: Come, ida: Actor, roads: UUID) -> None:
    founded.news(post())
    anna, at_roads = come(founded.anna), come(ida)
    ask(anna, founded, roads)
    for verb, line in (("remind", "Anna Krogh reminded Vej og Park"), ("recall", "Anna Krogh recalled the question")):
        conversation = founded.conversation()
        shown = anna.get(f"/c/{conversation.id}").text
        assert f'action="/c/{conversation.id}/silo/{verb}' in shown
        anna.post(f"/c/{conversation.id}/silo/{verb}", ticket=str(ticket().id), version=str(conversation.version))
        assert line in anna.get(f"/c/{conversation.id}").text
    assert founded.conversation().status == "open"
    assert "Anna Krogh reminds Vej og Park of a question" in at_roads.get("/notices").text
    assert "Recalled." in at_roads.get(f"/silo/{ticket().id}").text
    answer(at_roads)
    shown = plain(anna.get(f"/c/{founded.conversation().id}").text)
    assert "Vej og Park has answered, too late" in shown
    assert "Came late" in shown
    assert "It came late." in shown
    with reading(SYSTEM) as work:
        assert work.session.scalars(select(Draft)).all() == []


def test_opening_a_conversation_asks_no_question_more(founded: House, come: Come, ida: Actor, roads: UUID) -> None:
    founded.news(post())
    anna = come(founded.anna)
    id_ = founded.conversation().id
    anna.get(f"/c/{id_}")
    with statements() as before:
        anna.get(f"/c/{id_}")
    ask(anna, founded, roads)
    answer(come(ida))
    with statements() as after:
        anna.get(f"/c/{id_}")
    assert len(after) == len(before)


def test_where_there_is_nobody_to_ask_the_form_says_so(founded: House, come: Come) -> None:
    founded.news(post())
    with reading(SYSTEM) as work:
        id_ = work.session.scalars(select(Conversation.id)).one()
    assert "There is nobody to ask yet." in come(founded.anna).get(f"/c/{id_}/silo").text
