"""The page for a post of our own: chosen, written, counted, posted once, prepared for whoever alone signs."""

from __future__ import annotations

import re
from uuid import UUID

from sqlalchemy import select

from connectors.kit.contract import Rejected
from inbox.domain.actors import SYSTEM
from inbox.models import Delivery, Message, OwnPost, PostDraft
from inbox.services import own_posts
from inbox.uow import reading, uow
from tests.house import House, second_team
from tests.services.answering import claim, count, record
from tests.web.conftest import Come, Person, statements

STATUS = "Vandet på Bakkevej undersøges. Kog det indtil videre."


def form(person: Person, address: str = "/post") -> dict[str, str]:
    """The hidden fields of the form."""
    page = person.get(address)
    assert page.status_code == 200
    return dict(
        re.findall(r'<input type="hidden" name="(account|key|prepared_by|gathering)" value="([^"]+)"', page.text)
    )


def said() -> list[str]:
    with reading(SYSTEM) as work:
        return list(work.session.scalars(select(Message.text).where(Message.direction == "out")))


def test_the_rail_leads_there_and_the_form_sent_twice_says_it_once(founded: House, come: Come) -> None:
    anna = come(founded.anna)
    assert 'href="/post"' in anna.get("/").text
    fields = form(anna)
    first = anna.post("/post", body=STATUS, **fields)
    again = anna.post("/post", body=STATUS, **fields)
    assert (first.status_code, again.status_code, first.location) == (303, 303, again.location)
    assert said() == [f"{STATUS}\n– Anna, Nordby Kommune"]
    shown = anna.get(first.location).text
    assert "The post goes out in" in shown
    assert "post of our own" in shown
    assert "We said it by ourselves" in shown


def test_the_next_word_stands_in_a_last_line_in_the_accounts_language(founded: House, come: Come) -> None:
    anna = come(founded.anna)
    wrong = anna.post("/post", body=STATUS, next_word="snart", **form(anna))
    assert wrong.status_code == 422
    assert "Write a time of day, such as 16.00." in wrong.text.split('id="next_word-hint"')[1]
    assert STATUS in wrong.text
    assert anna.post("/post", body=STATUS, next_word="23.59", **form(anna)).status_code == 303
    assert said() == [f"{STATUS}\nNæste besked fra os kommer senest kl. 23.59.\n– Anna, Nordby Kommune"]
    with reading(SYSTEM) as work:
        assert work.session.scalars(select(OwnPost.next_word_at)).one() is not None


def test_it_is_counted_while_one_writes_and_kept(founded: House, come: Come) -> None:
    anna = come(founded.anna)
    fields = form(anna)
    measured = anna.post("/post/measure", body="Nummeret er 211062-5629.", mode="public", **fields)
    assert measured.status_code == 200
    assert 'data-blocked="yes"' in measured.text
    refused = anna.post("/post", body="Nummeret er 211062-5629.", **fields)
    assert (refused.status_code, said()) == (422, [])
    anna.post("/post/measure", body=STATUS, mode="public", **fields)
    with statements() as sent:
        assert STATUS in anna.get("/post").text
    assert len(sent) <= 8
    anna.post("/post", body=STATUS, **fields)
    assert count(PostDraft) == 0


def test_on_a_persons_account_the_others_lay_it_before_them(founded: House, come: Come) -> None:
    with uow(SYSTEM) as work:
        own_posts.give_to(work, founded.account_id, founded.lone.id)
    anna, lone = come(founded.anna), come(founded.lone)
    fields = form(anna)
    page = anna.get("/post").text
    assert "only they sign there" in page
    assert re.search(r'<button class="send primary" disabled', page)
    assert anna.post("/post", body=STATUS, **fields).status_code == 422
    assert anna.post("/post/offer", body=STATUS, **fields).status_code == 303
    assert "Lone Vestergaard sees your words since" in anna.get("/post").text
    told = lone.get("/notices").text
    assert "Anna Krogh has prepared words for Nordby Kommune" in told
    assert "Prepared by Anna Krogh" in lone.get("/post").text
    taken = form(lone, f"/post?prepared_by={founded.anna.id}")
    assert taken["prepared_by"] == str(founded.anna.id)
    assert lone.post("/post", body=STATUS, **taken).status_code == 303
    assert said() == [f"{STATUS}\n– Lone, Nordby Kommune"]
    assert "Prepared by" not in lone.get("/post").text


def test_rejected_its_words_are_written_again(founded: House, come: Come) -> None:
    anna = come(founded.anna)
    there = anna.post("/post", body=STATUS, **form(anna)).location
    with reading(SYSTEM) as work:
        part = work.session.scalars(select(Delivery)).one()
        part_id, message_id, now = part.id, part.message_id, part.due_at
    assert now is not None
    claim(now)
    record(part_id, Rejected("The square does not take this post."), now)
    page = anna.get(there).text
    assert f'action="/post/{message_id}/again"' in page
    back = anna.post(f"/post/{message_id}/again")
    assert back.location == f"/post?account={founded.account_id}"
    assert STATUS in anna.get(back.location).text


def test_another_teams_account_and_an_invented_one_are_not_there(founded: House, come: Come) -> None:
    other = second_team(founded)
    anna = come(founded.anna)
    for account in (other.account_id, UUID(int=7), "nonsense"):
        assert anna.get(f"/post?account={account}").status_code == 404
        assert anna.post("/post/measure", account=str(account), body="x").status_code in (404, 422)
