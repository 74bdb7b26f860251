"""Earlier answers at the doors: beside a conversation, on a page of their own, and into a draft; and corrections."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from sqlalchemy import select, text

from inbox.domain.actors import SYSTEM, Actor
from inbox.domain.errors import Conflict
from inbox.models import Conversation, Correction, Draft, Message
from inbox.services import replies
from inbox.uow import reading, uow
from tests.house import House
from tests.services.answered_scene import PASS_AGAIN, RIGHT, WRONG, answered, asked, corrected, deliver
from tests.services.answering import minutes
from tests.web.conftest import Come, Person, forget, statements

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def house(founded: House) -> House:
    with uow(SYSTEM) as work:
        work.session.execute(text("UPDATE organisation SET undo_seconds = 0"))
    return founded


def beside(person: Person, conversation_id: UUID) -> str:
    forget()
    answer = person.browser.get(f"/c/{conversation_id}/answered", headers=FRAGMENT)
    assert answer.status_code == 200
    return answer.text


def draft() -> str | None:
    with reading(SYSTEM) as work:
        return work.session.scalar(select(Draft.text))


def version(conversation_id: UUID) -> str:
    with reading(SYSTEM) as work:
        return str(work.session.get_one(Conversation, conversation_id).version)


def where(message_id: UUID) -> UUID:
    with reading(SYSTEM) as work:
        return work.session.get_one(Message, message_id).conversation_id


def test_three_stand_beside_a_conversation_each_with_a_key(house: House, come: Come) -> None:
    for number in range(4):
        answered(house, body=f"Hej Mette. Børn skal have pas fra de er {number} år gamle.")
    answered(house, PASS_AGAIN, WRONG.format("Ali"), name="Ali R.")
    asking = asked(house, PASS_AGAIN, name="Kirsten Vang")
    page = beside(come(house.anna), asking)
    assert page.count("<blockquote") == 3
    assert [f"Alt {key}</kbd>" in page for key in (1, 2, 3, 4)] == [True, True, True, False]
    assert "Show all 5 similar answers" in page
    assert "Hej Kirsten." in page
    assert "Mette" not in page
    assert "– Anna" not in page


def test_opening_a_conversation_fetches_them_afterwards(house: House, come: Come) -> None:
    answered(house)
    asking = asked(house, PASS_AGAIN)
    anna = come(house.anna)
    anna.get(f"/c/{asking}")
    with statements() as sent:
        page = anna.browser.get(f"/c/{asking}", headers={"HX-Target": "talk"}).text
    assert not any("earlier_answer" in one for one in sent)
    assert f'hx-get="/c/{asking}/answered"' in page
    assert f'<a href="/c/{asking}/answered' in page
    assert "Børn under 15" not in page


def test_without_a_script_the_words_go_to_the_end_of_the_draft(house: House, come: Come) -> None:
    wrong = answered(house)
    asking = asked(house, PASS_AGAIN, name="Kirsten Vang")
    anna = come(house.anna)
    words = "Hej Kirsten. Børn under 15 år behøver ikke møde op, når de skal have pas."
    assert words in anna.get(f"/c/{asking}/answered/{wrong}").text
    answer = anna.post(f"/c/{asking}/answered/{wrong}", mode="public")
    assert (answer.status_code, answer.location.split("?")[0]) == (303, f"/c/{asking}/reply")
    assert draft() == words
    anna.post(f"/c/{asking}/answered/{wrong}", mode="public")
    assert draft() == f"{words}\n{words}"


def test_what_was_wrong_is_shown_without_a_way_to_put_it_in(house: House, come: Come) -> None:
    wrong = answered(house)
    asking = asked(house, PASS_AGAIN)
    corrected(house, wrong)
    jonas = come(house.jonas)
    page = beside(jonas, asking)
    assert 'class="answer wrong"' in page
    assert "by Anna Krogh: it was wrong." in page
    assert "data-earlier" not in page
    assert jonas.get(f"/c/{asking}/answered/{wrong}").status_code == 409
    assert jonas.post(f"/c/{asking}/answered/{wrong}", mode="public").status_code == 409
    assert draft() is None


def test_a_page_of_its_own_searches_in_them(house: House, come: Come) -> None:
    answered(house)
    asking = asked(house, "@nordby Hvornår tømmes spanden?")
    anna = come(house.anna)
    assert "Nothing like it has been answered yet." in anna.get(f"/c/{asking}/answered").text
    assert "Børn under 15" in anna.get(f"/c/{asking}/answered?q=pas+børn").text
    assert "No earlier answer holds “sæler”" in anna.get(f"/c/{asking}/answered?q=sæler").text
    refused = anna.get(f"/c/{asking}/answered?q=211062-5629")
    assert refused.status_code == 422
    assert "A national number does not belong in a search" in refused.text.split('id="q-error"')[1]


def test_somebody_elses_conversation_has_none(house: House, come: Come) -> None:
    said = answered(house)
    anna = come(house.anna)
    nowhere = UUID(int=7)
    assert anna.get(f"/c/{nowhere}/answered").status_code == 404
    assert anna.get(f"/c/{nowhere}/answered/{said}").status_code == 404
    assert anna.get(f"/c/{where(said)}/answered/{nowhere}").status_code == 404


def test_an_answer_is_corrected_on_its_page_and_shows_it(house: House, come: Come, rikke: Actor) -> None:
    wrong = answered(house)
    copy = answered(house, PASS_AGAIN, WRONG.format("Ali"), name="Ali R.")
    there = where(wrong)
    anna, jonas = come(house.anna), come(house.jonas)
    link = f'href="/answers/{wrong}/correct"'
    assert link in anna.get(f"/c/{there}").text
    assert link not in jonas.get(f"/c/{there}").text
    assert jonas.get(f"/answers/{wrong}/correct").status_code == 403
    form = anna.get(f"/answers/{wrong}/correct").text
    assert "Rettelse: Vores svar her var forkert." in form
    assert "One other conversation got the same words." in form

    refused = anna.post(f"/answers/{wrong}/correct", version=version(there), body="Ring om 211062-5629")
    assert refused.status_code == 422
    assert "Ring om" in refused.text
    assert "national" in refused.text.split('id="body-error"')[1].split("</p>")[0]
    late = anna.post(f"/answers/{wrong}/correct", version="0", body=RIGHT)
    assert (late.status_code, RIGHT in late.text) == (409, True)

    done = anna.post(f"/answers/{wrong}/correct", version=version(there), body=RIGHT)
    assert done.status_code == 303
    deliver(minutes(60 * 24 * 365))
    old = jonas.get(f"/c/{there}").text.split(f'id="m-{wrong}"')[1].split("</article>")[0]
    assert "by Anna Krogh:" in old
    assert RIGHT in old
    assert f"/answers/{wrong}/correct" not in old
    audit = come(rikke).get("/audit").text
    assert "proof of the correction" in audit
    with reading(SYSTEM) as work:
        entry = work.session.scalars(select(Correction.entry_id)).one()
    assert f"/audit/entry/{entry}" in audit
    proof = come(rikke).get(f"/audit/entry/{entry}").text
    assert "The words are those that were recorded." in proof
    assert RIGHT in proof
    assert str(wrong) in proof
    shown = anna.get(f"/answers/{wrong}/correct").text
    assert "Tell the one" in shown
    told = anna.post(f"/answers/{wrong}/tell", body="Hej {name}. Børn skal altid med.")
    assert told.status_code == 303
    assert "Everybody who got it has been told." in anna.get(f"/answers/{wrong}/correct").text
    anna.post(f"/answers/{wrong}/tell", body="Hej {name}. Børn skal altid med.")
    got_it = where(copy)
    with reading(SYSTEM) as work:
        said = work.session.scalars(
            select(Message.text).where(Message.conversation_id == got_it, Message.direction == "out")
        ).all()
    assert {one.split("\n")[0] for one in said} == {WRONG.format("Ali"), "Hej Ali. Børn skal altid med."}
    assert len(said) == 2


def test_whom_we_could_not_tell_stands_with_why(house: House, come: Come, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = answered(house)
    answered(house, PASS_AGAIN, WRONG.format("Ali"), name="Ali R.")
    corrected(house, wrong)

    def refuses(*_given: object, **_more: object) -> None:
        raise Conflict("This conversation was joined with another one.")

    monkeypatch.setattr(replies, "reply", refuses)
    page = come(house.anna).post(f"/answers/{wrong}/tell", body="Hej {name}. Børn skal altid med.")
    assert page.status_code == 200
    assert "This conversation was joined with another one." in page.text.split('class="error"')[1]
    assert "Hej {name}. Børn skal altid med." in page.text


def test_what_the_guard_asks_about_may_stand_there_for_a_reason(house: House, come: Come) -> None:
    wrong = answered(house)
    anna, there = come(house.anna), where(wrong)
    words = "Rettelse: Skriv til borgeren.privat@example.com om pas."
    asks = anna.post(f"/answers/{wrong}/correct", version=version(there), body=words)
    assert asks.status_code == 422
    assert 'id="reason"' in asks.text
    (code, *_others) = re.findall(r'<option value="([a-z_]+)"', asks.text)
    done = anna.post(f"/answers/{wrong}/correct", version=version(there), body=words, reason=code, because="")
    assert done.status_code == 303
