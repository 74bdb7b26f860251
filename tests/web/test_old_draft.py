"""A draft that was begun before somebody found its words wrong: the page that opens with it says so."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from sqlalchemy import text

from inbox.domain.actors import SYSTEM
from inbox.services import drafts
from inbox.uow import uow
from tests.house import House
from tests.services.answered_scene import PASS_AGAIN, RIGHT, WRONG, answered, asked, corrected
from tests.services.answering import deed, minutes
from tests.web.conftest import Come, Person, forget, statements

WARNING = "Contradicts a corrected answer."


@pytest.fixture
def house(founded: House) -> House:
    with uow(SYSTEM) as work:
        work.session.execute(text("UPDATE organisation SET undo_seconds = 0"))
    return founded


@pytest.fixture
def begun(house: House) -> UUID:
    """Jonas has begun to write what Anna finds wrong in her own answer afterwards."""
    wrong, asking = answered(house), asked(house, PASS_AGAIN, name="Ali R.")
    with deed(house.jonas, minutes(10)) as work:
        drafts.keep(work, asking, "public", WRONG.format("Ali"))
        drafts.keep(work, asking, "note", WRONG.format("Ali"))
    corrected(house, wrong)
    return asking


def places(page: str) -> list[str]:
    """What the page fetches by itself about drafts."""
    return re.findall(r'<div hidden hx-get="(/c/[^"]+/contradicts[^"]*)" hx-trigger="load"', page)


def fetched(person: Person, address: str) -> str:
    forget()
    answer = person.browser.get(address, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.text


def test_the_page_that_opens_with_it_fetches_the_warning(house: House, come: Come, begun: UUID) -> None:
    jonas = come(house.jonas)
    page = jonas.get(f"/c/{begun}").text
    assert WARNING not in page
    (place,) = places(page)
    with statements() as sent:
        warned = fetched(jonas, place)
    assert WARNING in warned
    assert RIGHT in warned
    assert "<html" not in warned
    assert len(sent) <= 6
    # Whoever goes on writing is warned by what is counted, which takes the place away.
    measured = jonas.post(f"/c/{begun}/measure", mode="public", body=WRONG.format("Ali")).text
    assert (measured.count(WARNING), places(measured)) == (1, [])
    # Without a script it is a page behind a link.
    assert "<noscript>" in page
    whole = jonas.get(place).text
    assert WARNING in whole
    assert f'href="/c/{begun}/reply' in whole


def test_opening_reads_nothing_more_for_it(house: House, come: Come, begun: UUID) -> None:
    jonas, anna = come(house.jonas), come(house.anna)
    numbers = []
    for person in (jonas, anna):
        person.get(f"/c/{begun}")
        forget()
        with statements() as sent:
            page = person.browser.get(f"/c/{begun}", headers={"HX-Target": "talk"}).text
        assert not any("near_right" in one for one in sent)
        numbers.append((len(sent), len(places(page))))
    assert numbers[0][0] == numbers[1][0]
    assert [number for _sent, number in numbers] == [1, 0]


def test_a_draft_that_is_right_is_let_be(house: House, come: Come, begun: UUID) -> None:
    with deed(house.jonas, minutes(22)) as work:
        drafts.keep(work, begun, "public", RIGHT)
    jonas = come(house.jonas)
    (place,) = places(jonas.get(f"/c/{begun}").text)
    assert fetched(jonas, place).strip() == ""
    assert "No corrected answer says otherwise" in jonas.get(place).text


def test_nobody_elses_draft_and_nobody_elses_conversation(house: House, come: Come, begun: UUID) -> None:
    anna = come(house.anna)
    assert fetched(anna, f"/c/{begun}/contradicts?mode=public").strip() == ""
    assert anna.get(f"/c/{UUID(int=7)}/contradicts").status_code == 404
