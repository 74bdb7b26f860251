"""One line for many in the list, and the page on which they are answered: shown, counted, sent once, taken back."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from inbox.domain.actors import SYSTEM
from inbox.models import Conversation, Delivery, GatheringDraft, Message
from inbox.queries import inbox_list
from inbox.services import conversations
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import House
from tests.services.answering import count, deed, minutes
from tests.services.gathering_scene import ALIKE, NAMES, STRANGER, conversation_of, gather, one_gathering, say
from tests.web.conftest import Come, Person, forget, statements

WORDS = "Hej {fornavn}. Ja, kog vandet i 2 minutter."
MANY = len(ALIKE)


@pytest.fixture
def house(founded: House) -> House:
    say(founded, (*ALIKE, STRANGER))
    gather(founded)
    return founded


def address(rest: str = "") -> str:
    return f"/gatherings/{one_gathering().id}{rest}"


def ticked(page: str) -> list[str]:
    return re.findall(r'name="chosen" value="([^"]+)" checked', page)


def send(
    person: Person, body: str = WORDS, chosen: list[str] | None = None, own: dict[str, str] | None = None
) -> TestResponse:
    page = person.get(address()).text
    key = re.search(r'name="key" value="([^"]+)"', page)
    forget()
    return person.browser.post(
        address("/answer"),
        data={
            "csrf_token": person.token,
            "key": key[1] if key else str(uuid4()),
            "body": body,
            "chosen": ticked(page) if chosen is None else chosen,
            **(own or {}),
        },
    )


def rows(page: str) -> list[str]:
    listed = page.partition('id="rows"')[2].partition("</ul>")[0]
    return re.findall(r'<li(?: class="many")? data-id="([^"]+)"', listed)


def test_one_line_stands_for_many_where_all_would_stand_and_nowhere_else(house: House, come: Come) -> None:
    anna = come(house.anna)
    found = str(one_gathering().id)
    for view in ("open", "unassigned"):
        page = anna.get(f"/?view={view}").text
        assert found in rows(page)
        assert len(rows(page)) == 2
        assert f'aria-hidden="true">{MANY}</span>' in page
        assert f"and {MANY - 1} others" in page
        assert f'href="/gatherings/{found}"' in page
    narrowed = anna.get(f"/?view=open&account={house.account_id}").text
    assert (len(rows(narrowed)), found in rows(narrowed)) == (MANY + 1, False)
    # Whoever takes one has it in their own list, and it stands alone in the others.
    one = conversation_of(NAMES[1])
    assert f'href="/gatherings/{found}"' in anna.get(f"/c/{one.id}").text.split('id="side"')[1]
    with deed(house.anna, minutes(6)) as work:
        conversations.take(work, one.id, one.version)
    assert rows(anna.get("/?view=mine").text) == [str(one.id)]
    shown = rows(anna.get("/?view=open").text)
    assert len(shown) == 3
    assert {found, str(one.id)} < set(shown)


def test_pages_of_the_list_show_each_line_once_and_in_its_place(
    house: House, come: Come, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = [
        f"Hvornår {verb} {what}?"
        for verb in ("åbner", "lukker", "flytter")
        for what in ("biblioteket", "museet", "svømmehallen")
    ]
    house.news(
        *(
            scene.post(one, author={"id": f"x{n}", "handle": f"x{n}", "name": f"Person {n}"}, at=minutes(-30 + 7 * n))
            for n, one in enumerate(questions)
        )
    )
    real = inbox_list.conversations
    monkeypatch.setattr(inbox_list, "conversations", lambda *given, **more: real(*given, **{**more, "limit": 3}))
    anna, seen, address_ = come(house.anna), [], "/?view=open"
    for _ in range(6):
        page = anna.get(address_).text
        seen += rows(page)
        further = re.search(r'<a class="button" href="([^"]+after=[^"]+)">Show more', page)
        if further is None:
            break
        address_ = further[1].replace("&amp;", "&")
    found = str(one_gathering().id)
    assert seen.count(found) == 1
    assert len(seen) == len(set(seen)) == len(questions) + 2
    with reading(SYSTEM) as work:
        due = {
            str(one.id): one.next_due_at
            for one in work.session.scalars(select(Conversation))
            if one.next_due_at is not None
        }
        due[found] = min(at for id_, at in due.items() if work.session.get_one(Conversation, UUID(id_)).gathering_id)
    assert [due[one] for one in seen] == sorted(due[one] for one in seen)


def test_the_list_reads_no_more_statements_than_before(house: House, come: Come) -> None:
    anna = come(house.anna)
    anna.get("/?view=open")
    with statements() as sent:
        anna.get("/?view=open")
    assert len(sent) <= 6


def test_a_storm_has_a_strip_over_the_list(house: House, come: Come) -> None:
    anna = come(house.anna)
    assert "Storm about" not in anna.get("/?view=open").text
    say(house, ALIKE, at=minutes(6), first=30)
    gather(house, minutes(12))
    page = anna.get("/?view=mine").text
    assert "Storm about" in page
    assert f"{2 * MANY} alike in" in page
    assert f"Answer the {2 * MANY} alike" in page
    again = anna.browser.get("/rows?view=open", headers={"HX-Request": "true"}).text
    assert 'id="storm" hx-swap-oob="true"' in again


def test_the_page_shows_who_what_and_the_platforms_rule(house: House, come: Come) -> None:
    anna = come(house.anna)
    page = anna.get(address()).text
    assert f"Answer {MANY} at once" in page
    assert len(ticked(page)) == MANY
    assert "First: one post to everybody" in page
    assert "real platforms may count many alike answers as spam" in page
    measured = anna.post(address("/measure"), body=WORDS).text
    assert f"The guard has seen all {MANY}: no personal data" in measured
    assert "Hej Lise. Ja, kog vandet" in measured
    assert 'hx-swap-oob="true"' in measured
    blocked = anna.post(address("/measure"), body="Ring om 211062-5629").text
    assert f"The guard stops {MANY}:" in blocked
    assert 'data-blocked="yes"' in blocked
    assert WORDS not in anna.get(address()).text
    assert "Ring om" in anna.get(address()).text


def test_send_once_by_the_form_and_everybody_has_an_answer(house: House, come: Come) -> None:
    anna = come(house.anna)
    page = anna.get(address()).text
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key is not None
    for _ in range(2):
        forget()
        sent = anna.browser.post(
            address("/answer"),
            data={"csrf_token": anna.token, "key": key[1], "body": WORDS, "chosen": ticked(page)},
        )
        assert sent.status_code == 303
    assert count(Delivery) == MANY
    after = anna.get(address()).text
    assert "Nobody waits here any more" in after
    assert f"Take the {MANY} back" in after
    batch = re.search(r'action="(/gatherings/batches/[^"]+/undo)"', after)
    assert batch is not None
    back = anna.post(batch[1])
    assert f"{MANY} answers were taken back." in anna.get(back.location).text
    assert WORDS in anna.get(address()).text
    assert len(ticked(anna.get(address()).text)) == MANY


def test_who_could_not_be_answered_stands_with_why(house: House, come: Come) -> None:
    anna = come(house.anna)
    stale = ticked(anna.get(address()).text)
    one = conversation_of(NAMES[1])
    with uow(SYSTEM) as work:
        work.session.execute(text("UPDATE conversation SET version = version + 1 WHERE id = :id"), {"id": one.id})
    page = send(anna, chosen=stale)
    assert page.status_code == 200
    assert "Something new has happened here" in page.text.split(f'id="to-{one.id}"')[1]
    assert f"{MANY - 1} answers are on their way." in page.text


def test_one_can_be_taken_out_put_in_and_written_to_alone(house: House, come: Come) -> None:
    anna = come(house.anna)
    out = conversation_of(NAMES[2])
    assert anna.post(address(f"/out?conversation={out.id}"), body=WORDS).status_code == 303
    assert f'id="to-{out.id}"' not in anna.get(address()).text
    unknown = anna.post(address("/in"), conversation="K-NOWHERE")
    assert (unknown.status_code, "no conversation with that reference" in unknown.text) == (422, True)
    assert anna.post(address("/in"), conversation=out.reference.lower()).status_code == 303
    assert f'id="to-{out.id}"' in anna.get(address()).text
    anna.post(address("/measure"), body=WORDS, **{f"own-{out.id}": "Hej Nadia. Kun til dig."})
    assert count(GatheringDraft) == 1
    assert "Hej Nadia. Kun til dig." in anna.get(address()).text
    send(anna, own={f"own-{out.id}": "Hej Nadia. Kun til dig."})
    with reading(SYSTEM) as work:
        said = work.session.scalars(select(Message.text).where(Message.direction == "out")).all()
    assert [one for one in said if "Kun til dig" in one] == ["Hej Nadia. Kun til dig.\n– Anna, Nordby Kommune"]


@pytest.mark.parametrize("body", ["", "Ring om 211062-5629"])
def test_what_can_not_be_sent_keeps_every_word(house: House, come: Come, body: str) -> None:
    anna = come(house.anna)
    page = send(anna, body)
    assert page.status_code == 422
    assert "Nothing was sent." in page.text
    assert count(Delivery) == 0


def test_a_post_to_everybody_leads_back_and_is_referred_to(house: House, come: Come) -> None:
    anna = come(house.anna)
    assert f"/post?gathering={one_gathering().id}" in anna.get(address()).text
    fields = dict(
        re.findall(
            r'<input type="hidden" name="(account|key|gathering)" value="([^"]+)"',
            anna.get(f"/post?gathering={one_gathering().id}").text,
        )
    )
    posted = anna.post("/post", body="Kog vandet i Nordby by.", next_word="23.59", **fields)
    assert posted.location == address()
    page = anna.get(address()).text
    assert "Kog vandet i Nordby by." in page
    assert "next word at" in page
    assert "Vi har lige skrevet til alle om det." in page


def test_another_teams_gathering_is_not_there(house: House, come: Come) -> None:
    found = address()
    with uow(SYSTEM) as work:
        work.session.execute(
            text("INSERT INTO team (id, name, assignment) VALUES (:id, 'Vej og Park', 'by_hand')"), {"id": uuid4()}
        )
        work.session.execute(text("UPDATE gathering SET team_id = (SELECT id FROM team WHERE name = 'Vej og Park')"))
    anna = come(house.anna)
    assert anna.get(found).status_code == 404
    for rest in ("/measure", "/answer", "/out", "/in", "/split", "/back"):
        assert (
            anna.post(f"{found}{rest}", body=WORDS, conversation=str(conversation_of(NAMES[1]).id)).status_code == 404
        )
