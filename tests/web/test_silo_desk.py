"""The back office's own page and its settings: who sees which question, and what of a conversation."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from inbox.domain.actors import SYSTEM, Actor
from inbox.domain.ids import new_id
from inbox.models import Delivery, LedgerEntry, Silo, SiloAnswer, SiloTicket
from inbox.services import silo_units
from inbox.uow import reading, uow
from tests.house import NOON, House, delete, edit, post
from tests.web.conftest import Come
from tests.web.silo_page import ASKED, answer, ask, joined, known, plain, ticket

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


def test_back_office_lands_at_its_questions(come: Come, ida: Actor, roads: UUID) -> None:
    assert come(ida).get("/start").headers["Location"] == "/silo"
    assert "When a colleague asks you something" in come(ida).get("/silo").text


def test_a_question_of_another_unit_is_not_there(founded: House, come: Come, ida: Actor, roads: UUID) -> None:
    founded.news(post())
    ask(come(founded.anna), founded, roads)
    henrik = come(joined(founded, "Henrik Toft"))
    id_ = ticket().id
    assert henrik.get(f"/silo/{id_}").status_code == 404
    assert henrik.post(f"/silo/{id_}", text="Ja.", key=str(new_id())).status_code == 404
    assert ASKED not in henrik.get("/silo").text
    assert ASKED not in henrik.get("/silo/rows?which=answered").text
    for nobody_there in (founded.anna, founded.lone):
        assert come(nobody_there).get("/silo").status_code == 403
        assert come(nobody_there).get(f"/silo/{id_}").status_code == 403
    conversation = founded.conversation()
    for closed in (f"/c/{conversation.id}", f"/c/{conversation.id}/silo", "/search?q=sne", "/"):
        assert come(ida).get(closed).status_code == 403
    assert ticket().state == "asked"


def test_the_private_part_is_shown_only_where_it_was_given_along(
    founded: House, come: Come, ida: Actor, roads: UUID
) -> None:
    founded.news(post("Mit nummer er 010190-1234, og jeg bor på Bakkevej.", visibility="private"))
    anna, at_roads = come(founded.anna), come(ida)
    assert 'name="shows_private" value="yes"><' in anna.get(f"/c/{founded.conversation().id}/silo").text
    assert ask(anna, founded, roads, mode="private")[0] == 303
    first = at_roads.get(f"/silo/{ticket().id}").text
    assert "Bakkevej" not in first
    assert "Nothing of it is public." in first
    with uow(SYSTEM) as work:
        work.session.scalars(select(SiloTicket)).one().shows_private = True
    shown = at_roads.get(f"/silo/{ticket().id}").text
    assert "Bakkevej" in shown
    assert "010190-1234" not in shown
    assert "identity number hidden" in shown


def test_a_number_in_the_question_is_hidden_from_everybody(founded: House, come: Come, ida: Actor, roads: UUID) -> None:
    founded.news(post())
    anna, at_roads = come(founded.anna), come(ida)
    ask(anna, founded, roads, question="Gælder det 010190-1234?", known="Eller 010190-1234.")
    answer(at_roads, "Ja, 010190-1234.")
    # What lies in the draft is guarded when it is sent, like whatever one writes oneself.
    desk = re.sub(
        r'>Ja, 010190-1234.</textarea>|data-swap="[^"]+"', "", anna.get(f"/c/{founded.conversation().id}").text
    )
    pages = (at_roads.get(f"/silo{part}").text for part in ("?which=answered", f"/{ticket().id}"))
    for page in (desk, *pages):
        assert "010190-1234" not in page
        assert "identity number hidden" in page


def test_a_notice_leads_to_the_question_and_is_read_when_it_is_opened(
    founded: House, come: Come, ida: Actor, roads: UUID
) -> None:
    founded.news(post())
    ask(come(founded.anna), founded, roads)
    at_roads = come(ida)
    link = re.search(r'href="(/notices/[0-9a-f-]+)"', at_roads.get("/notices").text)
    assert link is not None
    assert "Mette" not in at_roads.get("/notices").text
    assert at_roads.get(link[1]).headers["Location"] == f"/silo/{ticket().id}"
    at_roads.get(f"/silo/{ticket().id}")
    assert "data-unread" not in at_roads.get("/notices").text


def test_an_empty_answer_says_so_and_one_form_is_one_answer(
    founded: House, come: Come, ida: Actor, roads: UUID
) -> None:
    founded.news(post())
    ask(come(founded.anna), founded, roads)
    at_roads = come(ida)
    refused = at_roads.post(f"/silo/{ticket().id}", text=" ", key=str(new_id()))
    assert (refused.status_code, "Write an answer first." in refused.text) == (422, True)
    key = re.search(r'name="key" value="([^"]+)"', at_roads.get(f"/silo/{ticket().id}").text)
    assert key is not None
    assert [answer(at_roads, key=key[1]), answer(at_roads, key=key[1])] == [303, 303]
    with reading(SYSTEM) as work:
        assert len(work.session.scalars(select(SiloAnswer)).all()) == 1


def test_an_administrator_arranges_units(founded: House, come: Come, per: Actor, ida: Actor) -> None:
    at_settings = come(per)
    assert "There is no unit yet." in at_settings.get("/settings/back-office").text
    assert "Ida Berg" in at_settings.get("/settings/back-office/new").text
    fields = {"name": "Vej og Park", "knows": "Veje.", "topics": "vej, bom", "minutes": "90", "active": "yes"}
    assert at_settings.post("/settings/back-office", **fields, people=str(ida.id)).status_code == 303
    page = plain(at_settings.get("/settings/back-office").text)
    assert "Vej og Park answers within 1 h 30 in opening hours" in page
    assert "Who sits there Ida Berg Topic words vej, bom" in page
    with reading(SYSTEM) as work:
        unit = work.session.scalars(select(Silo.id)).one()
    assert 'value="vej, bom"' in at_settings.get(f"/settings/back-office/{unit}").text
    refusals: list[tuple[dict[str, str], str]] = [
        ({"name": "", "unit": str(unit)}, "A unit needs a name"),
        ({"minutes": "soon"}, "Give a number of minutes"),
        ({"tags": "Sne", "unit": str(unit)}, "There is no tag “Sne”."),
        ({"people": str(founded.anna.id), "unit": str(unit)}, "Only people of the back office"),
        ({"calendar": "Månen"}, "Choose opening hours"),
        ({}, "There is a unit of this name already."),
    ]
    for wrong, sentence in refusals:
        answer = at_settings.post("/settings/back-office", **(fields | wrong))
        assert (answer.status_code, sentence in answer.text) == (422, True), sentence
    changed = at_settings.post("/settings/back-office", **(fields | {"active": "", "unit": str(unit)}))
    assert changed.status_code == 303
    assert "is asked no more" in at_settings.get("/settings/back-office").text
    for other in (founded.anna, founded.lone, ida):
        assert come(other).get("/settings/back-office").status_code == 403


def test_what_was_taken_away_or_never_went_out_is_not_shown_and_the_newest_wording_is(
    founded: House, come: Come, ida: Actor, roads: UUID
) -> None:
    first = post("@nordby Bommen er nede.", at=NOON - timedelta(minutes=9))
    second = post("@nordby Det var forkert.", parent=str(own_id(first)), at=NOON - timedelta(minutes=8))
    founded.news(first, second)
    founded.news(edit(first, "@nordby Bommen er oppe."), delete(second))
    anna = come(founded.anna)
    ask(anna, founded, roads, tell="yes", line="Jeg spørger dem.")
    at_roads = come(ida)
    shown = at_roads.get(f"/silo/{ticket().id}").text
    assert "Bommen er oppe." in shown
    assert "Bommen er nede." not in shown
    assert "Det var forkert." not in shown
    assert "Jeg spørger dem." in shown
    with uow(SYSTEM) as work:
        for part in work.session.scalars(select(Delivery)):
            part.state, part.due_at = "rejected", None
    assert "Jeg spørger dem." not in at_roads.get(f"/silo/{ticket().id}").text


def own_id(said: dict[str, object]) -> object:
    found = said["post"]
    assert isinstance(found, dict)
    return found["id"]


def test_the_auditor_reads_that_a_question_went_to_the_back_office_and_no_word_of_it(
    founded: House, come: Come, rikke: Actor, roads: UUID
) -> None:
    founded.news(post())
    ask(come(founded.anna), founded, roads)
    with reading(SYSTEM) as work:
        entry = work.session.scalars(select(LedgerEntry.id).where(LedgerEntry.type == "conversation.escalated")).one()
    shown = come(rikke).get(f"/audit/entry/{entry}")
    assert (shown.status_code, "A question went to the back office" in shown.text) == (200, True)
    assert ASKED not in shown.text
