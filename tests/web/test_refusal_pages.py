"""A refusal says what one can do: to whom a page belongs, and where else to look."""

from __future__ import annotations

from inbox.domain.actors import Actor
from tests.house import House
from tests.web.conftest import Come


def test_a_page_of_others_says_who_one_is_and_for_whom_it_is(founded: House, come: Come) -> None:
    answer = come(founded.anna).get("/audit")
    assert answer.status_code == 403
    assert "You are signed in as agent. The page is for: lead, auditor, administrator." in answer.text


def test_where_nothing_is_one_may_search_if_one_may_search_at_all(founded: House, come: Come, rikke: Actor) -> None:
    for who, may_search in ((founded.anna, True), (rikke, False)):
        answer = come(who).get("/nowhere")
        assert answer.status_code == 404
        assert ('href="/search"' in answer.text) == may_search
