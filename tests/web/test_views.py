"""Views and filters in the address: what they show, where they go along, and what is said when they name nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import select, update

from inbox.domain.actors import SYSTEM, Actor
from inbox.domain.ids import new_id
from inbox.models import Conversation, Identity, SavedView
from inbox.queries import inbox_list
from inbox.services import saved_views, tagging
from inbox.uow import reading, uow
from tests.house import ALI, METTE, NOON, House, post
from tests.web.conftest import Come, Person
from tests.web.test_desk import citizens, the_one

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def anna(founded: House, come: Come) -> Person:
    founded.news(
        post("@nordby Sne på Bakkevej?", author=METTE), post("Hvad med passet?", author=ALI, visibility="private")
    )
    tag(founded, "mette", "Vinter")
    return come(founded.anna)


def tag(house: House, handle: str, name: str) -> None:
    id_ = the_one(handle).id
    with uow(house.anna) as work:
        tagging.add(work, id_, name)


def rows(page: str) -> list[str]:
    """Who stands in the list, in order."""
    return re.findall(r'class="who">.*?</span><span>(.*?)</span></span>', page)


def links(page: str, part: str) -> list[str]:
    """The addresses in the page that contain this part."""
    return [unescape(link) for link in re.findall(r'(?:href|action|hx-get|hx-post)="([^"]*)"', page) if part in link]


def asked(address: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(address).query)


def test_filters_go_along_wherever_one_goes(founded: House, anna: Person) -> None:
    founded.news(*citizens(60))
    for number in range(60):
        tag(founded, f"c{number}", "Vinter")
    one = the_one("mette")
    wanted = [("view", "open"), ("tag", "Vinter"), ("visibility", "public")]
    filtered = "view=open&tag=Vinter&visibility=public"

    listed = anna.get(f"/?{filtered}").text
    opened = anna.get(f"/c/{one.id}?{filtered}").text
    again = anna.get(f"/rows?{filtered}").text
    fragment = anna.get(f"/c/{one.id}/thread?{filtered}").text
    for page, part in (
        (listed, "/c/"),
        (listed, "/rows"),
        (again, "/c/"),
        (opened, "/c/"),
        (opened, "/rows"),
        (opened, "/take"),
        (opened, "/answer"),
        (fragment, "/take"),
        (fragment, "/tags"),
    ):
        carrying = [address for address in links(page, part) if "view=" in address]
        assert carrying, part
        taken_along = [[pair for pair in asked(address) if pair[0] != "mode"] for address in carrying]
        assert taken_along == [wanted] * len(carrying), part
    [further] = [address for address in links(listed, "after=") if "/rows" not in address]
    assert [pair for pair in asked(further) if pair[0] != "after"] == wanted
    second = anna.get(further).text
    assert len(rows(listed)) == 50
    assert len(rows(second)) == 11
    assert set(rows(listed)).isdisjoint(rows(second))
    # The second page is fetched again as the second page, and a deed leads back to it.
    assert rows(anna.get(links(second, "/rows")[0]).text) == rows(second)
    done = anna.post(links(opened, "/take")[0], version=str(one.version))
    assert asked(done.headers["Location"]) == wanted


def test_each_filter_is_a_chip_that_takes_itself_away(anna: Person) -> None:
    page = anna.get("/?view=open&tag=Vinter&visibility=public&priority=0").text
    chips = re.findall(r'<a class="chip on" href="([^"]*)" aria-label="([^"]*)"', page)

    assert [unescape(label) for _, label in chips] == [
        f"Take the filter away: {name}" for name in ("Vinter", "Usual", "Public")
    ]
    every = {("tag", "Vinter"), ("priority", "0"), ("visibility", "public"), ("view", "open")}
    for (address, _), gone in zip(chips, ("tag", "priority", "visibility"), strict=True):
        assert set(asked(unescape(address))) == {pair for pair in every if pair[0] != gone}
    assert rows(page) == ["Mette Holm"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("tag=Sommer", "There is no tag “Sommer”."),
        ("account=square", "There is no such account in your team."),
        ("account=01890000-0000-7000-8000-000000000001", "There is no such account in your team."),
        ("agent=01890000-0000-7000-8000-000000000001", "There is no such colleague in your team."),
        ("priority=9", "There is no such priority."),
        ("language=%3Cb%3E", "There is no language “&lt;b&gt;”."),
        ("visibility=all", "A conversation is public or private."),
        ("language=da&language=nb", "Of this kind only one filter can be set"),
        ("after=nonsense", "This page of the list is no longer known."),
        ("tag=%00%ff", "There is no tag"),
    ],
)
def test_a_filter_that_names_nothing_is_said_in_the_list(anna: Person, query: str, said: str) -> None:
    one = the_one("mette")
    for address in (f"/?view=open&{query}", f"/rows?view=open&{query}", f"/c/{one.id}?view=open&{query}"):
        answer = anna.get(address)
        assert answer.status_code == 200, address
        assert said in answer.text, address
        assert rows(answer.text) == [], address
    page = anna.get(f"/?view=open&{query}").text
    assert "/?view=open" in links(page, "/?view=open")


def test_another_teams_account_is_no_account(founded: House, anna: Person) -> None:
    page = anna.get(f"/?view=open&account={founded.account_id}").text
    assert sorted(rows(page)) == ["Ali R.", "Mette Holm"]
    assert 'aria-current="page"><span class="channel"' in page


def test_nothing_that_fits_says_the_way_on(anna: Person) -> None:
    page = anna.get("/?view=open&language=nb").text
    assert "No conversation of this view fits all of these filters." in page
    assert rows(page) == []


def test_the_rail_leads_to_views_without_filters(anna: Person) -> None:
    page = anna.get("/?view=open&tag=Vinter").text
    rail = page.partition('id="rail"')[2].partition("</nav>")[0]
    views = [asked(address) for address in links(rail, "view=")]
    assert [pairs[0][1] for pairs in views[:9]] == [
        "mine", "unassigned", "open", "pending", "on_hold", "snoozed", "solved", "dismissed", "other",
    ]  # fmt: skip
    assert all(len(pairs) == 1 for pairs in views[:9])


def test_one_line_of_the_rail_is_the_current_one(founded: House, anna: Person) -> None:
    with uow(founded.anna) as work:
        saved_views.save(work, name="Vinteren", view="open", filters=(("tag", "Vinter"),))
    for query, name in (
        ("view=open", "All open"),
        ("view=open&visibility=public", "All open"),
        ("view=open&tag=Vinter", "Vinteren"),
        (f"view=open&account={founded.account_id}", "Nordby Kommune"),
    ):
        rail = anna.get(f"/?{query}").text.partition('id="rail"')[2].partition("</nav>")[0]
        [current] = re.findall(r'aria-current="page">(.*?)</a>', rail)
        assert name in current, query


def test_it_is_said_why_the_first_one_is_first(founded: House, anna: Person) -> None:
    with uow(SYSTEM) as work:
        work.session.execute(
            update(Conversation)
            .where(Conversation.identity_id == select(Identity.id).where(Identity.handle == "ali").scalar_subquery())
            .values(next_due_at=NOON + timedelta(days=9))
        )
    for address in ("/?view=open", "/rows?view=open"):
        page = anna.get(address).text
        assert rows(page)[0] == "Mette Holm"
        assert "Most urgent: Mette Holm" in page
    page = anna.get("/?view=open").text
    assert "The first one is the most urgent: Mette Holm" in page
    assert '<span class="time">1 h</span>' in page
    assert 'id="why" hidden' in anna.get("/?view=solved").text


def test_a_tag_is_put_on_and_taken_off_beside_the_talk(anna: Person) -> None:
    one = the_one("ali")
    answer = anna.post(f"/c/{one.id}/tags?view=open&visibility=private", tag="Pas & kørekort")
    assert answer.status_code == 303
    assert asked(answer.headers["Location"]) == [("view", "open"), ("visibility", "private")]
    page = anna.get(f"/c/{one.id}?view=open").text
    assert '<span class="chip">Pas &amp; kørekort</span>' in page
    [off] = links(page, "/off")[:1]
    assert "Take the tag off: Pas &amp; kørekort" in page
    assert '<option value="Vinter">' in page
    assert anna.post(off).status_code == 303
    assert "Take the tag off" not in anna.get(f"/c/{one.id}?view=open").text


def test_a_tag_that_can_be_none_is_said_beside_its_field(anna: Person) -> None:
    one = the_one("ali")
    answer = anna.post(f"/c/{one.id}/tags", tag="x" * 41)
    assert answer.status_code == 422
    tags = answer.text.partition('id="tags"')[2].partition("</section>")[0]
    assert 'aria-invalid="true"' in tags
    assert "A tag has at most 40 characters." in tags
    assert "x" * 41 in tags
    assert anna.post(f"/c/{new_id()}/tags", tag="Vinter").status_code == 404


def test_a_view_is_kept_shown_and_taken_away(founded: House, anna: Person, come: Come) -> None:
    filtered = "view=unassigned&tag=Vinter&visibility=public"
    assert "Save as a view" in anna.get(f"/?{filtered}").text
    kept = anna.post(f"/views?{filtered}", name="Sne på vejene")
    assert kept.status_code == 303
    page = anna.get(kept.headers["Location"]).text
    assert '<h1 class="as-h2">Sne på vejene</h1>' in page
    [entry] = links(page.partition("</nav>")[0], "tag=Vinter")
    assert asked(entry) == [("view", "unassigned"), ("tag", "Vinter"), ("visibility", "public")]
    assert "Sne på vejene" not in come(founded.jonas).get("/").text

    again = anna.post(f"/views?{filtered}", name="sne på VEJENE")
    assert again.status_code == 422
    assert "There is a view of this name already." in again.text
    assert 'value="sne på VEJENE" aria-invalid="true"' in again.text
    assert rows(again.text) == ["Mette Holm"]

    [drop] = links(page, "/drop")
    assert anna.post(drop).status_code == 303
    assert "Sne på vejene" not in anna.get("/").text


def test_only_a_lead_is_asked_who_sees_a_view_and_everybody_sees_a_shared_one(
    founded: House, anna: Person, come: Come
) -> None:
    [team] = founded.lone.teams
    lone = come(founded.lone)
    assert "Everybody in Borgerservice" in lone.get("/?view=open&tag=Vinter").text
    assert "Everybody in Borgerservice" not in anna.get("/?view=open&tag=Vinter").text
    assert lone.post("/views?view=open&tag=Vinter", name="Vinter", team=str(team)).status_code == 303
    page = anna.get("/?view=open&tag=Vinter").text
    assert 'Vinter</span><span class="n">shared</span>' in page
    assert links(page, "/drop") == []
    assert anna.post("/views?view=open&tag=Vinter", name="Min", team=str(team)).status_code == 403
    [drop] = links(lone.get("/?view=open&tag=Vinter").text, "/drop")
    assert anna.post(drop).status_code == 403
    assert lone.post(drop).status_code == 303


def test_a_kept_view_whose_filter_is_gone_says_so(founded: House, anna: Person) -> None:
    with uow(founded.anna) as work:
        saved_views.save(work, name="Gamle", view="open", filters=(("tag", "Sommer"),))
    page = anna.get("/").text
    [entry] = links(page, "tag=Sommer")
    assert "There is no tag “Sommer”." in anna.get(entry).text


def test_counts_stop_at_a_thousand(founded: House, anna: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inbox.queries.surroundings.CAP", 1)
    monkeypatch.setattr("inbox.web.rail.CAP", 1)
    page = anna.get("/").text
    assert page.count('<span class="n">1+</span>') == 3


def said(page: str) -> str | None:
    """How many the list says that there are."""
    found = re.search(r'<ul class="rows" id="rows" data-merge="rows"(?: data-total="(\d*)")?>', page)
    assert found is not None
    return found[1]


def test_a_filtered_list_says_how_many_there_are_behind_its_page_too(
    founded: House, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    founded.news(*citizens(60))
    for number in range(58):
        tag(founded, f"c{number}", "Vinter")
    filtered = "view=open&tag=Vinter"
    assert len(rows(anna.get(f"/?{filtered}").text)) == 50
    assert [said(anna.get(f"/{path}?{filtered}").text) for path in ("", "rows")] == ["59", "59"]
    [further] = links(anna.get(f"/?{filtered}").text, "after=")
    assert said(anna.get(further).text) == "59"
    tag(founded, "c58", "Vinter")
    assert said(anna.get(f"/rows?{filtered}").text) == "60"
    monkeypatch.setattr("inbox.queries.inbox_list.CAP", 54)
    assert said(anna.get(f"/rows?{filtered}").text) == "55"
    assert said(anna.get("/rows?view=open&visibility=private").text) == "1"
    assert said(anna.get("/rows?view=open&tag=Sommer").text) is None, "a filter that names nothing counts nothing"


def test_who_does_not_answer_sees_no_tags_and_keeps_no_view(founded: House, come: Come, rikke: Actor) -> None:
    founded.news(post())
    auditor = come(rikke)
    assert auditor.post("/views?view=open", name="Min").status_code == 403
    assert auditor.post(f"/c/{the_one().id}/tags", tag="Vinter").status_code == 403
    with reading(SYSTEM) as work:
        assert work.session.scalars(select(SavedView)).all() == []
    assert inbox_list.PAGE == 50
