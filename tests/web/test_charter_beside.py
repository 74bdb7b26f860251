"""The charter beside an answer: short at once, whole when asked for, its rules one press away, and words all of it."""

from __future__ import annotations

import html
from dataclasses import replace

from sqlalchemy import select

from inbox.domain.actors import SYSTEM
from inbox.models import Draft
from inbox.uow import reading
from tests.house import House, post
from tests.web.conftest import Come, statements
from tests.web.test_charters import PASSPORT, municipality, written
from tests.web.test_desk import the_one


def test_it_costs_no_statement_to_have_it_beside_the_answer(founded: House, come: Come) -> None:
    founded.news(post())
    anna, address = come(founded.anna), f"/c/{the_one().id}"
    anna.get(address)
    with statements() as without:
        anna.get(address)
    written(founded)
    with statements() as beside:
        assert 'id="charter-sheet"' in anna.get(address).text
    assert len(beside) == len(without)


def test_the_whole_of_it_has_the_hours_of_the_calendar_and_every_part(founded: House, come: Come) -> None:
    founded.news(post())
    written(founded)
    page = html.unescape(come(founded.anna).get(f"/c/{the_one().id}/charter").text)
    for words in (
        "Bakkevej stod forkert",
        "Det fremgår af hjemmesiden.",
        "Vejledende svar",
        "du har ret til",
        "som udgangspunkt kan man få",
        "Pas til børn",
        "Vi skjuler trusler",
        "From the calendar “Nordby”.",
        "00:00–24:00",
    ):
        assert words in page


def test_a_reference_goes_to_the_end_of_the_draft_without_a_script(founded: House, come: Come) -> None:
    founded.news(post())
    written(founded)
    anna, one = come(founded.anna), the_one()
    anna.post(f"/c/{one.id}/measure", mode="public", body="Hej Mette.\n")
    answer = anna.post(f"/c/{one.id}/charter/reference", title="Pas til børn")
    assert answer.status_code == 303
    assert "mode=public" in answer.location
    with reading(SYSTEM) as work:
        assert work.session.scalars(select(Draft.text)).one() == (
            "Hej Mette. Reglen står her: https://nordby.example/pas"
        )
    assert anna.post(f"/c/{one.id}/charter/reference", title="Findes ikke").status_code == 409


def test_words_of_a_charter_are_words_and_no_markup(founded: House, come: Come) -> None:
    founded.news(post())
    nasty = "</textarea><script>alert(1)</script>"
    written(founded, replace(municipality(), tone=nasty, references=(replace(PASSPORT, title=nasty, text='"x'),)))
    for page in (
        come(founded.lone).get(f"/settings/charters/{founded.account_id}").text,
        come(founded.anna).get(f"/c/{the_one().id}").text,
        come(founded.anna).get(f"/c/{the_one().id}/charter").text,
        come(founded.anna).get(f"/settings/charters/{founded.account_id}/versions").text,
    ):
        assert "<script>alert" not in page
        assert html.escape(nasty) in page


def test_whoever_may_write_it_is_asked_to_while_there_is_none(founded: House, come: Come) -> None:
    founded.news(post())
    asked = "Nobody has written it down yet. Write the charter"
    assert asked in come(founded.lone).get(f"/c/{the_one().id}").text
    assert asked not in come(founded.anna).get(f"/c/{the_one().id}").text
    assert "Nobody has written it down yet." in come(founded.anna).get(f"/c/{the_one().id}/charter").text
