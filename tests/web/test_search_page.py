"""The search page: found words marked and nothing else let through, and what can't be meant said beside the box."""

from __future__ import annotations

import re
from html import unescape

import pytest

from inbox.domain.actors import Actor
from inbox.domain.personal_data import MASK
from inbox.services import conversations
from inbox.uow import uow
from tests.house import ALI, METTE, House, post
from tests.web.conftest import Come, Person, statements
from tests.web.test_desk import citizens, the_one

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def anna(founded: House, come: Come) -> Person:
    founded.news(
        post("Sne & <b>is</b> på Bakkevej, mit nummer er 070761-4285", author=METTE),
        post("Også sne her", author=ALI, visibility="private"),
    )
    return come(founded.anna)


def results(page: str) -> str:
    return page.partition('id="rows"')[2].partition("</ol>")[0]


def test_found_words_are_marked_and_nothing_else_becomes_markup(anna: Person) -> None:
    page = results(anna.get("/search?q=is+from:mette").text)
    assert "&lt;b&gt;<mark>is</mark>&lt;/b&gt;" in page
    assert "<b>is" not in page
    assert "070761" not in page
    assert MASK in page


def test_a_result_leads_to_its_place_in_the_conversation(founded: House, anna: Person) -> None:
    one = the_one("ali")
    with uow(founded.anna) as work:
        conversations.note(work, one.id, "Sne: ring til Vej og Park")
    page = results(anna.get("/search?q=sne").text)
    links = [unescape(link) for link in re.findall(r'class="row" href="([^"]*)"', page)]
    assert len(links) == 3
    for link in links:
        address, _, place = link.partition("#")
        opened = anna.get(address)
        assert opened.status_code == 200
        assert f'id="{place}"' in opened.text
    assert 'class="chip private"' in page
    assert "Anna Krogh · Ali R." in page


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("form:mette", "There is no “form:” in a search."),
        ("tag:sommer", "There is no tag “sommer”."),
        ("agent:bodil", "There is no colleague “bodil” in your team."),
        ("070761-4285", "A national number does not belong in a search"),
        ("before:x%3Cscript%3E", "“x&lt;script&gt;” is no day."),
        ("x" * 400, "A search has at most 300 characters."),
    ],
)
def test_what_can_not_be_meant_is_said_beside_the_box(anna: Person, asked: str, said: str) -> None:
    answer = anna.get(f"/search?q={asked}")
    assert answer.status_code == 200
    assert said in answer.text
    assert 'aria-invalid="true" aria-describedby="wrong-search"' in answer.text
    assert "<li data-id" not in answer.text


def test_nothing_asked_shows_how_and_nothing_found_says_so(anna: Person) -> None:
    nothing = anna.get("/search").text
    assert "How to search" in nothing
    assert "No results" not in nothing
    assert "No results for “skøjtebahn”" in anna.get("/search?q=skøjtebahn").text
    assert anna.get("/search?q=sne&after=nonsense").status_code == 200
    assert "no longer known" in anna.get("/search?q=sne&after=nonsense").text


def test_pages_follow_one_another(founded: House, anna: Person) -> None:
    founded.news(*citizens(70))
    seen: list[str] = []
    address = "/search?q=spørgsmål"
    for _ in range(3):
        page = results(anna.get(address).text)
        seen += re.findall(r'<li data-id="([^"]*)"', page)
        address = next((unescape(link) for link in re.findall(r'href="([^"]*after=[^"]*)"', page)), "")
    assert address == ""
    assert len(seen) == len(set(seen)) == 70


def test_the_box_stands_over_every_list_and_keeps_what_was_asked(anna: Person) -> None:
    for address in ("/", f"/c/{the_one('mette').id}", "/search"):
        assert 'role="search" method="get" action="/search"' in anna.get(address).text
    assert 'value="sne &#34;på Bakkevej&#34;"' in anna.get('/search?q=sne+"på+Bakkevej"').text


def test_the_page_asks_at_most_six_things(anna: Person) -> None:
    for _ in range(12):
        with statements() as sent:
            assert anna.get("/search?q=sne+is:open+from:mette").status_code == 200
        own = [sql for sql in sent if not sql.startswith(("SELECT agent.id", "SELECT team", "SELECT agent_1"))]
        assert len(own) <= 6, own


def test_an_auditor_does_not_search_the_desk(anna: Person, come: Come, rikke: Actor) -> None:
    assert come(rikke).get("/search?q=sne").status_code == 403
