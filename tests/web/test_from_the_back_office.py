"""What the back office said is found again: marked with the unit in what is suggested, and never with who said it."""

from __future__ import annotations

import html
import re
from datetime import datetime
from importlib import import_module
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text

from inbox.domain.actors import SYSTEM, Actor
from inbox.domain.errors import NotFound
from inbox.models import CannedAnswer, Conversation, Draft, EarlierAnswer, SiloAnswer
from inbox.queries import silo_source
from inbox.services import remembering
from inbox.services import silo_units as units
from inbox.uow import reading, uow
from tests.house import NOON, House, post
from tests.services.answered_scene import asked, deliver
from tests.services.answering import minutes
from tests.web import silo_page
from tests.web.conftest import Come, Person, forget
from tests.web.silo_page import ANSWERED, joined, known


def local_day(at: datetime) -> str:
    """The day as the organisation has it, which near midnight is another than the database's."""
    here = at.astimezone(ZoneInfo("Europe/Copenhagen"))
    return f"{here.day} {here:%b} {here.year}"


BARRIER = "@nordby Hvornår kommer bommen ved Mølledam op igen?"
BARRIER_AGAIN = "@nordby Ved I, hvornår bommen ved Mølledam er oppe?"


@pytest.fixture
def ida(founded: House) -> Actor:
    with uow(SYSTEM) as work:
        work.session.execute(text("UPDATE organisation SET undo_seconds = 0"))
    return joined(founded, "Ida Berg")


@pytest.fixture
def roads(founded: House, ida: Actor) -> UUID:
    founded.news(post(BARRIER, at=NOON))
    with uow(SYSTEM) as work:
        return units.save(work, units.Entry("Vej og Park", topics="bom, vej", minutes=90, people=[known(ida)]))


def draft() -> str:
    with reading(SYSTEM) as work:
        return work.session.scalars(select(Draft.text)).one()


def send(person: Person, conversation_id: UUID, body: str) -> None:
    with reading(SYSTEM) as work:
        version = work.session.get_one(Conversation, conversation_id).version
    sent = person.post(f"/c/{conversation_id}/answer", version=str(version), mode="public", body=body)
    assert sent.status_code == 303
    assert deliver(minutes(60 * 24 * 365))


def beside(person: Person, conversation_id: UUID) -> str:
    forget()
    return person.browser.get(f"/c/{conversation_id}/answered", headers={"HX-Request": "true"}).text


def told(founded: House, come: Come, roads: UUID, ida: Actor, body: str | None = None) -> Person:
    """Anna asked, the unit answered, and she told the citizen: what lay in her draft, or words of her own."""
    anna, first = come(founded.anna), founded.conversation().id
    assert silo_page.ask(anna, founded, roads)[0] == 303
    assert silo_page.answer(come(ida)) == 303
    assert draft() == ANSWERED
    send(anna, first, body or f"Hej Mette. {draft()}")
    return anna


def test_asked_answered_sent_and_found_again_with_the_units_mark(
    founded: House, come: Come, roads: UUID, ida: Actor
) -> None:
    anna = told(founded, come, roads, ida)
    alike = asked(founded, BARRIER_AGAIN, name="Ali R.")
    page = beside(anna, alike)
    with reading(SYSTEM) as work:
        said = work.session.scalars(select(SiloAnswer.at)).one()
    assert f"Hej Ali. {ANSWERED}" in page
    assert f"from Vej og Park, {local_day(said)}" in page
    assert "Ida" not in page
    assert "from Vej og Park" in anna.get(f"/c/{alike}/answered").text
    # Into the answer goes what was said, and nothing of where it came from.
    (found,) = anna.get(f"/c/{alike}").text.split('class="answered"')[1:2]
    assert "Vej og Park" not in found.split("</section>")[0]
    with reading(SYSTEM) as work:
        id_ = work.session.scalars(select(EarlierAnswer.message_id)).one()
    anna.post(f"/c/{alike}/answered/{id_}", mode="public")
    assert draft() == f"Hej Ali. {ANSWERED}"


def test_whoever_says_it_again_says_it_after_the_unit(founded: House, come: Come, roads: UUID, ida: Actor) -> None:
    told(founded, come, roads, ida)
    jonas = come(founded.jonas)
    send(jonas, asked(founded, BARRIER_AGAIN, name="Ali R."), f"Hej Ali. {ANSWERED}")
    page = beside(jonas, asked(founded, BARRIER_AGAIN, name="Kirsten Vang"))
    assert page.count("<blockquote") == 1
    assert "from Vej og Park" in page
    assert "used 2 times" in page


def test_words_of_ones_own_are_not_said_to_be_the_units(founded: House, come: Come, roads: UUID, ida: Actor) -> None:
    anna = told(founded, come, roads, ida, "Hej Mette. Det kan vi desværre ikke love noget om endnu; ring til os.")
    with reading(SYSTEM) as work:
        assert work.session.scalars(select(SiloAnswer.message_id)).one() is not None
    page = beside(anna, asked(founded, BARRIER_AGAIN, name="Ali R."))
    assert "ikke love noget" in page
    assert "Vej og Park" not in page


@pytest.mark.parametrize(
    ("body", "theirs"),
    [
        ("Hej Mette. Godt nyt! Bommen ved Mølledam er oppe igen på fredag klokken 12, siger vores kolleger.", True),
        ("Hej Mette. Fredag kl. 12 er bommen oppe igen. Tak for din tålmodighed.", True),
        ("Hej Mette. Vi har fået din besked om Mølledam og vender tilbage, så snart vi ved mere.", False),
    ],
)
def test_shaped_by_the_agent_it_is_still_the_units(
    founded: House, come: Come, roads: UUID, ida: Actor, body: str, theirs: bool
) -> None:
    told(founded, come, roads, ida, body)
    with reading(SYSTEM) as work:
        assert (work.session.scalars(select(EarlierAnswer.silo_answer_id)).one() is not None) == theirs


def test_kept_anew_the_mark_is_the_same(founded: House, come: Come, roads: UUID, ida: Actor) -> None:
    told(founded, come, roads, ida)
    everything = text("SELECT e::text FROM earlier_answer e ORDER BY message_id")
    with uow(SYSTEM) as work:
        before = work.session.execute(everything).all()
        answer = work.session.scalars(select(SiloAnswer.id)).one()
        assert work.session.scalars(select(EarlierAnswer.silo_answer_id)).one() == answer
        assert remembering.rebuild(work) == 1
        assert work.session.execute(everything).all() == before
        # So does the migration, for the answers of the time before it.
        work.session.execute(text("UPDATE earlier_answer SET silo_answer_id = NULL"))
        work.session.execute(text(import_module("inbox.migrations.versions.0024_remembered").FILL))
        assert work.session.execute(everything).all() == before


def test_what_the_unit_said_in_private_alone_marks_nothing(founded: House, come: Come, roads: UUID, ida: Actor) -> None:
    told(founded, come, roads, ida)
    jonas = come(founded.jonas)
    send(jonas, asked(founded, BARRIER_AGAIN, name="Ali R."), f"Hej Ali. {ANSWERED}")
    alike = asked(founded, BARRIER_AGAIN, name="Kirsten Vang")
    assert "from Vej og Park" in beside(jonas, alike)
    with uow(SYSTEM) as work:
        work.session.execute(
            text("UPDATE earlier_answer SET visibility = 'private', search = NULL WHERE silo_answer_id IS NOT NULL")
        )
    page = beside(jonas, alike)
    assert f"Hej Kirsten. {ANSWERED}" in page
    assert "Vej og Park" not in page


def the_answer() -> SiloAnswer:
    with reading(SYSTEM) as work:
        found = work.session.scalars(select(SiloAnswer)).one()
        work.session.expunge(found)
        return found


def offered() -> list[CannedAnswer]:
    with reading(SYSTEM) as work:
        found = list(work.session.scalars(select(CannedAnswer).where(CannedAnswer.retired_at.is_(None))))
        work.session.expunge_all()
        return found


def value(page: str, name: str) -> str:
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert found
    return html.unescape(found[0].split('value="')[1].split('"')[0])


def day() -> str:
    return local_day(the_answer().at)


def test_a_lead_keeps_it_as_a_canned_answer_with_its_source(
    founded: House, come: Come, roads: UUID, ida: Actor
) -> None:
    anna, first = come(founded.anna), founded.conversation().id
    silo_page.ask(anna, founded, roads)
    silo_page.answer(come(ida), "Hej Mette Holm. Bommen er oppe igen fredag. Ring 211062-5629.")
    lone = come(founded.lone)
    link = f'href="/settings/answers/new?said={the_answer().id}"'
    assert link in lone.get(f"/c/{first}").text
    assert link not in anna.get(f"/c/{first}").text
    form = lone.get(f"/settings/answers/new?said={the_answer().id}").text
    assert f"Source: Vej og Park, {day()}" in form
    assert "Ida" not in form
    assert value(form, "title") == silo_page.ASKED
    text_ = form.split('name="text"')[1].split(">", 1)[1].split("</textarea>")[0]
    assert text_.startswith("Hej {name}. Bommen er oppe igen fredag.")
    assert "211062" not in text_
    kept = {
        "said": value(form, "said"),
        "shortcut": "bom",
        "title": "Bommen",
        "language": "da",
        "text": "Bommen er oppe igen fredag.",
    }
    refused = lone.post("/settings/answers", **{**kept, "title": " "})
    assert refused.status_code == 422
    assert (value(refused.text, "said"), f"Vej og Park, {day()}" in refused.text) == (kept["said"], True)
    assert lone.post("/settings/answers", **kept).status_code == 303
    (one,) = offered()
    assert (one.silo_id, one.sourced_at, one.silo_answer_id) == (roads, the_answer().at, the_answer().id)
    # Where it is read, looked for and put in.
    for address in ("/settings/answers", f"/c/{first}/canned"):
        page = anna.get(address).text
        assert f"Source: Vej og Park, {day()}" in page
        assert "Ida" not in page
    forget()
    assert "Source: Vej og Park" in anna.browser.get(f"/c/{first}/canned", headers={"HX-Request": "true"}).text
    assert "Vej og Park" not in anna.get(f"/c/{first}/canned/{one.id}").text
    # It is told where somebody is about to keep it twice.
    assert "It is kept already." in lone.get(f"/settings/answers/new?said={the_answer().id}").text
    # Another wording is still what the unit said.
    assert "Source: Vej og Park" in lone.get(f"/settings/answers/{one.id}").text
    changed = {**kept, "instead_of": str(one.id), "said": "", "text": "Bommen er oppe fredag kl. 12."}
    again = lone.post("/settings/answers", **{**changed, "text": ""})
    assert (again.status_code, "Source: Vej og Park" in again.text) == (422, True)
    assert lone.post("/settings/answers", **changed).status_code == 303
    (now,) = offered()
    assert (now.text, now.silo_id, now.sourced_at) == (changed["text"], roads, the_answer().at)


def test_what_must_not_be_said_in_public_is_no_canned_answer(
    founded: House, come: Come, roads: UUID, ida: Actor
) -> None:
    silo_page.ask(come(founded.anna), founded, roads)
    assert silo_page.answer(come(ida), public="") == 303
    lone = come(founded.lone)
    address = f"/settings/answers/new?said={the_answer().id}"
    assert address not in lone.get(f"/c/{founded.conversation().id}").text
    refused = lone.get(address)
    assert refused.status_code == 409
    assert "does not want these words said in public" in refused.text
    kept = {"shortcut": "bom", "title": "Bommen", "language": "da", "text": ANSWERED, "said": str(the_answer().id)}
    assert lone.post("/settings/answers", **kept).status_code == 409
    assert offered() == []


def test_who_does_not_see_the_conversation_keeps_nothing_of_it(
    founded: House, come: Come, roads: UUID, ida: Actor, per: Actor
) -> None:
    silo_page.ask(come(founded.anna), founded, roads)
    silo_page.answer(come(ida))
    address = f"/settings/answers/new?said={the_answer().id}"
    assert come(per).get(address).status_code == 403
    assert come(founded.anna).get(address).status_code == 403
    assert come(founded.lone).get(f"/settings/answers/new?said={UUID(int=7)}").status_code == 404
    elsewhere, answer_id = Actor(founded.lone.id, "Lone Friis", founded.lone.roles, frozenset()), the_answer().id
    with reading(elsewhere) as work, pytest.raises(NotFound):
        silo_source.ground(work, answer_id)
    kept = {"shortcut": "bom", "title": "Bommen", "language": "da", "text": ANSWERED, "said": str(the_answer().id)}
    assert come(per).post("/settings/answers", **kept).status_code == 403
    assert offered() == []
