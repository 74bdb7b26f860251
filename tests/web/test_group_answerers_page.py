"""Whom a team asks to answer a group: ticked on the page of people, said beside a conversation, refused in place."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select, update
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.errors import Forbidden, NotFound
from inbox.domain.groups import Group
from inbox.domain.ids import new_id
from inbox.models import Agent, Contact, GroupAnswerer, Team
from inbox.services import staffing
from inbox.uow import reading, uow
from tests.house import ALI, House, post
from tests.web.conftest import Come, Person, forget, statements
from tests.web.test_contacts import conversation, panel


def team_id(name: str = "Borgerservice") -> UUID:
    with reading(SYSTEM) as work:
        return work.session.scalars(select(Team.id).where(Team.name == name)).one()


def another_team(*of_it: Actor) -> UUID:
    with uow(SYSTEM) as work:
        other = Team(id=new_id(), name="Vej og Park")
        work.session.add(other)
        for one in of_it:
            agent = work.session.get_one(Agent, one.id)
            agent.teams = [*agent.teams, other]
        return other.id


def named() -> set[tuple[str, str, str]]:
    """Team, group, person."""
    with reading(SYSTEM) as work:
        rows = work.session.execute(
            select(Team.name, GroupAnswerer.group, Agent.full_name)
            .join(Team, Team.id == GroupAnswerer.team_id)
            .join(Agent, Agent.id == GroupAnswerer.agent_id)
        )
        return {(row[0], row[1], row[2]) for row in rows}


def tick(person: Person, whom: Actor, *groups: str, team: UUID | None = None, **fields: str) -> TestResponse:
    forget()
    form: MultiDict[str, str] = MultiDict([("csrf_token", person.token), *fields.items()])
    form.setlist("groups", list(groups))
    return person.browser.post(f"/settings/people/team/{team or team_id()}/person/{whom.id}", data=form)


def ticked(page: str) -> list[str]:
    return re.findall(r'name="groups" value="([^"]+)" checked', page)


def put_in(group: str, name: str = "Mette Holm") -> None:
    with uow(SYSTEM) as work:
        work.session.execute(update(Contact).where(Contact.name == name).values(group=group))


@pytest.mark.parametrize("who", ["lone", "per"])
def test_ticked_and_unticked_by_a_lead_or_an_administrator(founded: House, come: Come, per: Actor, who: str) -> None:
    person = come({"lone": founded.lone, "per": per}[who])
    page = person.get("/settings/people").text
    assert ticked(page) == []
    assert re.findall(r'name="groups" value="([^"]+)"', page) == [*Group] * 3
    saved = tick(person, founded.jonas, "press", "authority", languages="da")
    assert saved.status_code == 303
    assert named() == {("Borgerservice", "press", "Jonas Lind"), ("Borgerservice", "authority", "Jonas Lind")}
    page = person.get(saved.headers["Location"]).text
    assert (ticked(page), page.count("Saved.")) == (["press", "authority"], 1)
    assert 'name="languages" value="da" checked' in page
    tick(person, founded.lone, "press")
    tick(person, founded.jonas, "press", "company")
    assert named() == {
        ("Borgerservice", "press", "Jonas Lind"),
        ("Borgerservice", "company", "Jonas Lind"),
        ("Borgerservice", "press", "Lone Vestergaard"),
    }
    tick(person, founded.jonas)
    assert named() == {("Borgerservice", "press", "Lone Vestergaard")}


def test_a_group_that_there_is_not_stands_beside_its_field_and_nothing_is_kept(founded: House, come: Come) -> None:
    lone = come(founded.lone)
    tick(lone, founded.jonas, "company")
    refused = tick(lone, founded.jonas, "press", "influencer", capacity="4", languages="nb")
    assert refused.status_code == 422
    key = f"{team_id()}-{founded.jonas.id}"
    assert f'<p class="error" id="wrong-groups-{key}">Choose groups from the list.</p>' in refused.text
    assert f'aria-describedby="hint-groups-{key} wrong-groups-{key}"' in refused.text
    assert (ticked(refused.text), 'value="4"' in refused.text) == (["press"], True)
    assert named() == {("Borgerservice", "company", "Jonas Lind")}
    with reading(SYSTEM) as work:
        jonas = work.session.get_one(Agent, founded.jonas.id)
        assert (jonas.capacity, jonas.languages) == (None, [])


def test_who_may_not_names_nobody_and_who_does_not_answer_is_not_named(
    founded: House, come: Come, rikke: Actor
) -> None:
    assert tick(come(founded.anna), founded.anna, "press").status_code == 403
    lone, other = come(founded.lone), another_team(founded.jonas)
    # An auditor of the team, somebody of a team that is not the lead's, and somebody who is not of the lead's team.
    assert tick(lone, rikke, "press").status_code == 404
    assert tick(lone, founded.jonas, "press", team=other).status_code == 404
    with uow(SYSTEM) as work:
        work.session.get_one(Agent, founded.anna.id).active = False
    assert tick(lone, founded.anna, "press").status_code == 404
    us, jonas = team_id(), founded.jonas.id
    assert jonas is not None
    with pytest.raises(Forbidden), uow(replace(founded.anna, roles=frozenset({Role.AUDITOR}))) as work:
        staffing.arrange(work, us, jonas, capacity=None, languages=(), groups=("press",))
    with pytest.raises(NotFound), uow(founded.lone) as work:
        staffing.arrange(work, new_id(), jonas, capacity=None, languages=(), groups=("press",))
    assert named() == set()


def test_who_is_of_two_teams_answers_other_groups_in_each(founded: House, come: Come) -> None:
    other = another_team(founded.jonas, founded.lone)
    lone = come(founded.lone)
    tick(lone, founded.jonas, "press")
    saved = tick(lone, founded.jonas, "company", team=other)
    assert named() == {("Borgerservice", "press", "Jonas Lind"), ("Vej og Park", "company", "Jonas Lind")}
    page = lone.get(saved.headers["Location"]).text
    assert (ticked(page), page.count("Saved.")) == (["press", "company"], 1)
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    wrong = tick(lone, founded.jonas, "nobody", team=other)
    assert (wrong.text.count("Choose groups from the list."), ticked(wrong.text)) == (1, ["press"])


def test_the_panel_says_who_answers_the_group_by_hand_as_well(founded: House, come: Come) -> None:
    founded.news(post(), post("@nordby Og jeg?", author=ALI))
    put_in("press")
    anna, lone = come(founded.anna), come(founded.lone)
    other = another_team(founded.anna)
    with uow(SYSTEM) as work:
        work.session.add(GroupAnswerer(team_id=other, group="press", agent_id=founded.anna.id))
    assert "is answered by" not in panel(anna, conversation("mette"))
    tick(lone, founded.lone, "press")
    tick(lone, founded.jonas, "press", "company")
    assert "<dd>Press<p>Press is answered by Jonas Lind, Lone Vestergaard</p></dd>" in panel(
        anna, conversation("mette")
    )
    assert "is answered by" not in panel(anna, conversation("ali"))
    with uow(SYSTEM) as work:
        work.session.get_one(Agent, founded.lone.id).active = False
    assert "<dd>Press<p>Press is answered by Jonas Lind</p></dd>" in panel(anna, conversation("mette"))


@pytest.mark.parametrize(
    ("language", "sentence"), [("da", "Presse besvares af Jonas Lind"), ("nb", "Presse besvares av Jonas Lind")]
)
def test_the_line_in_the_readers_language(founded: House, come: Come, language: str, sentence: str) -> None:
    founded.news(post())
    put_in("press")
    tick(come(founded.lone), founded.jonas, "press")
    with uow(SYSTEM) as work:
        work.session.get_one(Agent, founded.anna.id).language = language
    assert f"<p>{sentence}</p></dd>" in panel(come(founded.anna), conversation("mette"))


def test_the_look_is_one_and_a_citizen_in_no_group_costs_none(founded: House, come: Come) -> None:
    founded.news(post())
    anna, counts = come(founded.anna), []
    for group in (None, "press"):
        if group:
            put_in(group)
            tick(come(founded.lone), founded.jonas, "press")
        panel(anna, conversation("mette"))
        here = conversation("mette")
        with statements() as sent:
            panel(anna, here)
        counts.append(len(sent))
    assert counts[1] == counts[0] + 1
