"""What those who write are called: chosen once, said on every page in the reader's language, with no statement more."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from inbox.domain.actors import SYSTEM
from inbox.models import Agent, Organisation
from inbox.uow import reading, uow
from tests.house import House, post
from tests.web.conftest import Come, statements

AT = "/settings/country"


def read_in(language: str) -> None:
    with uow(SYSTEM) as work:
        for agent in work.session.scalars(select(Agent)):
            agent.language = language


def kept() -> tuple[str, dict[str, str]]:
    """The word, and the places."""
    with reading(SYSTEM) as work:
        row = work.session.execute(select(Organisation.calling, Organisation.safe_places)).one()
        return row.calling, dict(row.safe_places)


@pytest.mark.parametrize(
    ("language", "waiting", "wrote"),
    [
        ("da", "Venter på kunde", "Kunden er indforstået med"),
        ("nb", "Venter på kunde", "Kunden har sagt ja til"),
        ("en", "Waiting for customer", "The customer has agreed"),
    ],
)
def test_every_page_follows_and_so_does_an_answer_that_reads_no_page(
    founded: House, come: Come, language: str, waiting: str, wrote: str
) -> None:
    founded.news(post("@nordby Hvornår får jeg svar?"))
    lone, anna = come(founded.lone), come(founded.anna)
    read_in(language)
    before = lone.get("/?view=open").text
    assert waiting not in before
    assert lone.post(AT, country="DK", version="0", calling="customer").status_code == 303
    page = lone.get(AT).text
    assert '<option value="customer" selected>' in page
    assert waiting in page
    desk = anna.get("/?view=open").text
    assert waiting in desk
    for old in ("borger", "innbygger", "citizen"):
        assert old not in desk.casefold().replace("borgerservice", "")
    measured = anna.post(
        f"/c/{founded.conversation().id}/measure", mode="public", body="Ring på 31 11 22 33, så ser vi på det."
    )
    assert measured.status_code == 200
    assert wrote in measured.text


def test_the_countrys_word_is_said_where_none_was_chosen(founded: House, come: Come) -> None:
    lone = come(founded.lone)
    assert "Waiting for citizen" in lone.get("/?view=open").text
    assert lone.post(AT, country="NO", version="0", calling="").status_code == 303
    assert "Waiting for resident" in lone.get("/?view=open").text
    read_in("nb")
    assert "Venter på innbygger" in lone.get("/?view=open").text
    assert kept()[0] == ""
    lone.post(AT, country="DK", version="1", calling="")
    # A Norwegian who reads a Danish organisation's pages sees whom they are about.
    assert "Venter på borger" in lone.get("/?view=open").text


def test_what_people_and_platforms_wrote_keeps_its_words(founded: House, come: Come) -> None:
    founded.news(post("@nordby I am a citizen, and citizens wait for you."))
    lone = come(founded.lone)
    lone.post(AT, country="DK", version="0", calling="customer")
    thread = lone.get(f"/c/{founded.conversation().id}?view=open").text
    assert "I am a citizen, and citizens wait for you." in thread
    assert "Waiting for customer" in thread


def test_a_word_of_ones_own_invention_is_refused_beside_its_field(founded: House, come: Come) -> None:
    lone = come(founded.lone)
    refused = lone.post(AT, country="DK", version="0", calling="subject", **{"way-phone": "70 10 20 30"})
    assert refused.status_code == 422
    assert "Choose a word from the list." in refused.text.split('id="wrong-calling">')[1].split("</p>")[0]
    assert 'value="70 10 20 30"' in refused.text
    assert kept() == ("", {})


def test_a_form_that_knows_nothing_of_the_word_leaves_it_and_going_back_takes_it_away(
    founded: House, come: Come
) -> None:
    lone = come(founded.lone)
    lone.post(AT, country="DK", version="0", calling="member")
    lone.post(AT, country="DK", version="1", **{"way-phone": "70 10 20 30"})
    assert (kept()[0], kept()[1]["phone"]) == ("member", "70 10 20 30")
    assert "Waiting for member" in lone.get("/?view=open").text
    lone.post(AT, country="DK", version="2", calling="")
    assert kept()[0] == ""
    assert "Waiting for citizen" in lone.get("/?view=open").text


def test_the_word_costs_no_statement(founded: House, come: Come) -> None:
    founded.news(post())
    lone = come(founded.lone)
    opened = f"/c/{founded.conversation().id}?view=open"
    lone.get(opened)
    with statements() as plain:
        lone.get(opened)
    lone.post(AT, country="DK", version="0", calling="customer")
    lone.get(opened)
    with statements() as worded:
        assert "Waiting for customer" in lone.get(opened).text
    assert len(worded) == len(plain)
