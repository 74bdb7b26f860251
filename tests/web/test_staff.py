"""A person's own page and their lead's: what is said is kept, what can't be stands beside its field."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.errors import Forbidden, Invalid, NotFound
from inbox.domain.ids import new_id
from inbox.models import Agent, Team
from inbox.services import staffing
from inbox.uow import reading, uow
from tests.house import NOON, House, post
from tests.services.answering import deed, minutes
from tests.web.conftest import Come, Person


def agent(actor: Actor) -> Agent:
    with reading(SYSTEM) as work:
        found = work.session.get_one(Agent, actor.id)
        work.session.expunge(found)
        return found


def team() -> Team:
    with reading(SYSTEM) as work:
        found = work.session.scalars(select(Team).order_by(Team.name).limit(1)).one()
        work.session.expunge(found)
        return found


def sent(person: Person, address: str, **fields: str) -> tuple[int, str]:
    answer = person.post(address, **fields)
    return answer.status_code, answer.text


def test_away_and_back_again(founded: House, come: Come) -> None:
    anna = come(founded.anna)
    assert "I am away now" in anna.get("/me").text
    assert sent(anna, "/me/away", away="yes")[0] == 303
    since = agent(founded.anna).away_since
    assert since is not None
    assert "You are away since" in anna.get("/me").text
    sent(anna, "/me/away", away="yes")
    assert agent(founded.anna).away_since == since
    sent(anna, "/me/away", away="no")
    assert agent(founded.anna).away_since is None


def test_languages_of_the_pages_and_of_the_answers(founded: House, come: Come) -> None:
    anna = come(founded.anna)
    assert sent(anna, "/me", pages_in="nb", languages="nb")[0] == 303
    found = agent(founded.anna)
    assert (found.language, found.languages) == ("nb", ["nb"])
    page = anna.get("/me?saved=yes").text
    assert '<html lang="nb">' in page
    assert 'name="languages" value="nb" checked' in page
    assert "Lagret." in page


@pytest.mark.parametrize(
    ("fields", "sentence", "tied"),
    [
        ({"pages_in": "sv"}, "Choose one of the languages of the pages.", "wrong-pages"),
        ({}, "Choose one of the languages of the pages.", "wrong-pages"),
        ({"pages_in": "da", "languages": "klingon"}, "Choose languages from the list.", "wrong-languages"),
    ],
)
def test_a_language_that_there_is_not_stands_beside_its_field(
    founded: House, come: Come, fields: dict[str, str], sentence: str, tied: str
) -> None:
    code, page = sent(come(founded.anna), "/me", **fields)
    assert (code, sentence in page) == (422, True)
    assert re.search(rf'aria-describedby="[^"]*{tied}"', page)
    assert re.search(rf'id="{tied}"', page)
    assert (agent(founded.anna).language, agent(founded.anna).languages) == ("en", [])


def test_who_does_not_answer_has_a_page_without_a_switch(rikke: Actor, come: Come) -> None:
    page = come(rikke).get("/me").text
    assert "Rikke Dahl" in page
    assert "Are you there?" not in page
    assert sent(come(rikke), "/me", pages_in="da")[0] == 303


def test_a_lead_sets_how_a_team_deals_out_and_how_much_each_carries(founded: House, come: Come) -> None:
    lone, ours = come(founded.lone), team()
    assert sent(lone, f"/settings/people/team/{ours.id}", assignment="in_turn", claim_minutes=" 45 ")[0] == 303
    assert (team().assignment, team().claim_minutes) == ("in_turn", 45)
    saved = lone.post(f"/settings/people/team/{ours.id}/person/{founded.jonas.id}", capacity="3", languages="da")
    assert saved.status_code == 303
    found = agent(founded.jonas)
    assert (found.capacity, found.languages) == (3, ["da"])
    page = lone.get(saved.headers["Location"]).text
    assert page.count("Saved.") == 1
    assert 'value="in_turn" checked' in page
    assert 'value="45"' in page
    sent(lone, f"/settings/people/team/{ours.id}", assignment="by_hand", claim_minutes="")
    sent(lone, f"/settings/people/team/{ours.id}/person/{founded.jonas.id}", capacity="")
    assert (team().claim_minutes, agent(founded.jonas).capacity, agent(founded.jonas).languages) == (None, None, [])


def test_what_can_not_be_stands_beside_its_field_with_what_was_typed(founded: House, come: Come) -> None:
    lone, ours = come(founded.lone), team()
    for given in ("0", "-3", "ti", "10081", "9" * 30, "4.5"):
        code, page = sent(lone, f"/settings/people/team/{ours.id}", assignment="by_load", claim_minutes=given)
        assert (code, "Give a number of minutes from 1 to 10080" in page) == (422, True), given
        assert f'value="{given}"' in page
        assert 'value="by_load" checked' in page
        assert f'aria-describedby="hint-claim-{ours.id} wrong-claim-{ours.id}" aria-invalid="true"' in page
    code, page = sent(lone, f"/settings/people/team/{ours.id}", assignment="by_magic")
    assert (code, "Choose how what comes in is dealt out." in page) == (422, True)
    for given in ("-1", "1000", "mange"):
        code, page = sent(
            lone, f"/settings/people/team/{ours.id}/person/{founded.jonas.id}", capacity=given, languages="nb"
        )
        assert (code, "Give a number from 0 to 999" in page) == (422, True), given
        assert page.count('aria-invalid="true"') == 1
    assert (team().assignment, team().claim_minutes, agent(founded.jonas).capacity) == ("by_hand", None, None)


def test_who_stands_on_the_page_and_what_of_them(founded: House, come: Come, per: Actor, rikke: Actor) -> None:
    founded.news(post())
    with uow(founded.anna) as work:
        staffing.go_away(work)
    page = come(per).get("/settings/people").text
    assert re.findall(r'<h3 id="person-[^"]+">([^<]+)</h3>', page) == ["Anna Krogh", "Jonas Lind", "Lone Vestergaard"]
    assert page.count("away since") == 1


def test_another_teams_people_are_nobodys_here(founded: House, come: Come) -> None:
    with uow(SYSTEM) as work:
        other = Team(id=new_id(), name="Vej og Park")
        work.session.add(other)
        work.session.get_one(Agent, founded.jonas.id).teams = [other]
        ours = work.session.scalars(select(Team).where(Team.name == "Borgerservice")).one()
        theirs = other.id
    lone = come(founded.lone)
    assert "Jonas Lind" not in lone.get("/settings/people").text
    assert sent(lone, f"/settings/people/team/{ours.id}/person/{founded.jonas.id}", capacity="1")[0] == 404
    assert sent(lone, f"/settings/people/team/{theirs}/person/{founded.jonas.id}", capacity="1")[0] == 404
    with pytest.raises(NotFound), uow(founded.lone) as work:
        staffing.deal_out(work, new_id(), assignment="by_hand", claim_minutes=None)
    assert agent(founded.jonas).capacity is None


def test_an_agent_arranges_nothing(founded: House, come: Come) -> None:
    assert come(founded.anna).get("/settings/people").status_code == 403
    ours, jonas = team().id, founded.jonas.id
    assert jonas is not None
    with pytest.raises(Forbidden), uow(founded.anna) as work:
        staffing.arrange(work, ours, jonas, capacity=1, languages=(), groups=())
    with pytest.raises(Forbidden), uow(replace(founded.anna, roles=frozenset({Role.AUDITOR}))) as work:
        staffing.deal_out(work, ours, assignment="in_turn", claim_minutes=None)


def test_limits_of_what_is_taken(founded: House) -> None:
    ours = team()
    with deed(founded.lone, NOON) as work:
        staffing.deal_out(work, ours.id, assignment="by_load", claim_minutes=staffing.LONGEST)
        assert founded.jonas.id is not None
        staffing.arrange(work, ours.id, founded.jonas.id, capacity=0, languages=["uk", "da", "da"], groups=())
    assert agent(founded.jonas).languages == ["da", "uk"]
    with pytest.raises(Invalid), deed(founded.lone, minutes(1)) as work:
        staffing.deal_out(work, ours.id, assignment="by_load", claim_minutes=staffing.LONGEST + 1)
