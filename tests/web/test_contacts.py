"""A person's page and the panel beside a conversation: what stands there, what is refused, and how little it costs."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from connectors.kit.contract import Author
from inbox.domain.actors import SYSTEM
from inbox.models import Contact, Conversation, Identity
from inbox.services import contacts, people
from inbox.uow import reading, uow
from tests.house import ALI, METTE, NOON, House, post
from tests.web.conftest import Come, Person, forget, statements

pytestmark = pytest.mark.usefixtures("noon")
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def founded(founded: House) -> House:
    founded.news(post(), post("@nordby Er jeg den samme?", author=ALI))
    return founded


def the(name: str) -> UUID:
    with reading(SYSTEM) as work:
        return work.session.scalars(select(Contact.id).where(Contact.name == name)).one()


def conversation(handle: str) -> UUID:
    with reading(SYSTEM) as work:
        return work.session.scalars(
            select(Conversation.id)
            .join(Identity, Identity.id == Conversation.identity_id)
            .where(Identity.handle == handle)
            .order_by(Conversation.created_at.desc())
            .limit(1)
        ).one()


def panel(person: Person, conversation_id: UUID) -> str:
    forget()
    answer = person.browser.get(f"/c/{conversation_id}/contact", headers=FRAGMENT)
    assert answer.status_code == 200
    return answer.text


def test_joined_by_plain_forms_and_taken_apart_again(founded: House, come: Come) -> None:
    anna, mette, ali = come(founded.anna), the("Mette Holm"), the("Ali R.")
    page = anna.get(f"/contacts/{mette}?find=ali").text
    other = re.findall(r'name="other" value="([^"]+)"', page)
    assert other == [str(ali)]
    assert anna.post(f"/contacts/{mette}/join", other=other[0]).status_code == 303
    page = anna.get(f"/contacts/{mette}").text
    assert "Ali R. was joined by Anna Krogh" in page
    assert page.count('<span class="channel" aria-hidden="true">') == 2
    gone = anna.get(f"/contacts/{ali}").text
    assert "they are one person" in gone
    assert f'href="/contacts/{mette}"' in gone
    assert "<form" not in gone.partition("<main")[2].partition("</main>")[0]
    address = re.findall(r'action="([^"]+/undo)"', page)[0]
    assert anna.post(address).status_code == 303
    assert "was joined by" not in anna.get(f"/contacts/{mette}").text
    again = anna.post(address)
    assert (again.status_code, "taken them apart already" in again.text) == (409, True)


def test_a_note_that_can_not_be_kept_stands_in_the_form_with_why(founded: House, come: Come) -> None:
    anna, mette = come(founded.anna), the("Mette Holm")
    answer = anna.post(f"/contacts/{mette}/notes", purpose="Sagen", text="Nummer 211062-5629")
    assert answer.status_code == 422
    assert re.search(r'<textarea[^>]*name="text"[^>]*aria-describedby="wrong-text"', answer.text)
    assert 'value="Sagen"' in answer.text
    assert "We keep none in notes" in answer.text
    answer = anna.post(f"/contacts/{mette}/notes", purpose=" ", text="Hun er døv")
    assert (answer.status_code, "Without a purpose" in answer.text, "Hun er døv</textarea>" in answer.text) == (
        422,
        True,
        True,
    )
    assert anna.post(f"/contacts/{mette}/notes", purpose="Tilgængelighed", text="Hun er døv").status_code == 303
    assert anna.get(f"/contacts/{mette}").text.count("/remove") == 1
    assert "/remove" not in come(founded.jonas).get(f"/contacts/{mette}").text
    shown = panel(anna, conversation("mette"))
    assert "Tilgængelighed" in shown
    assert "Hun er døv" in shown


def test_the_group_is_set_and_neither_it_nor_anything_else_counts_followers(founded: House, come: Come) -> None:
    anna, mette = come(founded.anna), the("Mette Holm")
    assert "<dd>Citizen</dd>" in panel(anna, conversation("mette"))
    assert anna.post(f"/contacts/{mette}/group", group="press").status_code == 303
    assert "<dd>Press</dd>" in panel(anna, conversation("mette"))
    wrong = anna.post(f"/contacts/{mette}/group", group="influencer")
    assert (wrong.status_code, "There is no such group." in wrong.text) == (422, True)
    for page in (panel(anna, conversation("mette")), anna.get(f"/contacts/{mette}").text):
        assert "follower" not in page.lower()


def test_the_conversations_say_whom_their_citizen_speaks_for_and_who_said_so(founded: House, come: Come) -> None:
    anna, mette = come(founded.anna), the("Mette Holm")
    anna.post(f"/contacts/{mette}/group", group="press")
    assert "Anna Krogh set the citizen’s group: Press" in anna.get(f"/c/{conversation('mette')}").text
    assert "s group: Press" not in anna.get(f"/c/{conversation('ali')}").text
    founded.news(post("@nordby En anden sag", at=NOON + timedelta(minutes=1)))
    assert "The citizen’s group: Press" in anna.get(f"/c/{conversation('mette')}").text


def test_the_panel_lists_other_conversations_and_leads_on(founded: House, come: Come) -> None:
    founded.news(*(post(f"@nordby Nr. {number}", at=NOON + timedelta(minutes=number)) for number in range(6)))
    here = conversation("mette")
    shown = panel(come(founded.anna), here)
    assert shown.count('href="/c/') == 3
    assert f'href="/c/{here}"' not in shown
    assert ">3 more</a>" in shown
    assert f'href="/contacts/{the("Mette Holm")}"' in shown


def test_the_desk_fetches_the_panel_apart_and_without_a_script_a_link_leads_on(founded: House, come: Come) -> None:
    anna, here = come(founded.anna), conversation("mette")
    page = anna.get(f"/c/{here}").text
    assert f'hx-get="/c/{here}/contact"' in page
    assert "Has spoken with" not in page
    answer = anna.get(f"/c/{here}/contact")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/contacts/{the('Mette Holm')}")


def test_neither_the_page_nor_the_panel_asks_much_however_much_there_is(founded: House, come: Come) -> None:
    anna, mette, here = come(founded.anna), the("Mette Holm"), conversation("mette")
    counts = []
    for number in range(2):
        for address, headers in ((f"/contacts/{mette}?find=ali", {}), (f"/c/{here}/contact", FRAGMENT)):
            anna.get(address)
            forget()
            with statements() as sent:
                assert anna.browser.get(address, headers=headers).status_code == 200
            own = [sql for sql in sent if not sql.startswith(("SELECT agent.id", "SELECT team", "SELECT agent_1"))]
            counts.append(len(own))
        with uow(founded.anna) as work:
            for note in range(5):
                contacts.note(work, mette, "Sprog", f"Nummer {number} {note}")
        founded.news(*(post(f"@nordby {number} {n}", at=NOON + timedelta(minutes=n)) for n in range(5)))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 8, counts


def test_words_of_citizens_are_words_alone(founded: House, come: Come) -> None:
    evil = {"id": "evil", "handle": '"><i>h', "name": "<script>alert(1)</script>"}
    founded.news(post(author=evil))
    with reading(SYSTEM) as work:
        id_ = work.session.scalars(select(Identity.contact_id).where(Identity.external_id == "evil")).one()
    anna = come(founded.anna)
    with uow(founded.anna) as work:
        contacts.note(work, id_, "<b>formål</b>", "<i>tekst</i>")
    for page in (anna.get(f"/contacts/{id_}?find=<u>").text, panel(anna, conversation('"><i>h'))):
        assert "<script>alert" not in page
        assert "<i>" not in page
        assert "<b>formål" not in page


def test_who_has_no_conversation_with_them_finds_nobody(founded: House, come: Come) -> None:
    anna = come(founded.anna)
    assert anna.get(f"/contacts/{conversation('mette')}").status_code == 404
    with uow(SYSTEM) as work:
        people.known(work, "square", [Author("unheard", "unheard", "Uhørt")])
    assert anna.get(f"/contacts/{the('Uhørt')}").status_code == 404
    assert anna.post(f"/contacts/{the('Uhørt')}/group", group="press").status_code == 404
    assert METTE["name"] in anna.get(f"/contacts/{the('Mette Holm')}").text
