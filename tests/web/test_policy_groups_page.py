"""Rules for groups of citizens: ticked on the page, held to a written reason, and found again by the same words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from inbox.domain.actors import SYSTEM
from inbox.domain.ids import new_id
from inbox.domain.policies import Policies
from inbox.models import Policies as Row
from inbox.uow import reading, uow
from tests.domain.test_policies import CARE, REST
from tests.house import House
from tests.web.conftest import Come
from tests.web.promise_page import PAGE, AtThePage


@pytest.fixture
def lone(founded: House, come: Come) -> AtThePage:
    """Lone, the lead, before two rules: one for private messages, one for everything else."""
    return AtThePage(come(founded.lone))


def newest() -> list[dict[str, Any]]:
    """The rules in force, as they are stored."""
    with reading(SYSTEM) as work:
        stored = work.session.scalars(select(Row.rules).order_by(Row.version.desc()).limit(1)).one()
    rules: list[dict[str, Any]] = stored["policies"]
    return rules


def said_of(page: AtThePage, name: str) -> str:
    """The rule's row in the list, without its order buttons."""
    return page.said.partition("Applies to")[2].partition(f" {name} ")[2].partition("opening time")[0]


def test_a_rule_is_bound_to_groups_with_a_reason_and_comes_back_as_it_was(lone: AtThePage) -> None:
    lone.presses("add").writes(
        name="Presse", group=["press", "company"], reason=" En avis\r\nventer ikke. ", target_first_response="15"
    ).presses("save")
    assert "Version 2 is in force." in lone.said
    rule = newest()[1]
    assert (rule["groups"], rule["reason"]) == (["company", "press"], "En avis\nventer ikke.")
    assert "Company, Press En avis venter ikke." in lone.said
    assert lone.form.fields.getlist("group") == ["company", "press"]
    lone.presses("save")
    assert "Nothing was changed. Version 2 stays in force." in lone.said

    lone.writes(group=[], visibility="public").presses("save")
    rule = newest()[1]
    assert (rule["groups"], rule["reason"]) == ([], "En avis\nventer ikke.")
    # Where no group is named, there is nothing to give a reason for.
    assert said_of(lone, "Presse").split() == ["public", "–", "15", "min", "–", "–"]


def test_without_a_reason_no_group_waits_shorter_or_longer(lone: AtThePage) -> None:
    lone.presses("add").writes(name="Presse", group=["press"], reason=" \n", target_first_response="15").presses("save")
    assert lone.answer.status_code == 422
    assert lone.said.count("Write why these groups wait shorter or longer than others.") == 1
    assert lone.form.invalid == ["reason"]
    assert 'aria-describedby="wrong-reason reason-when"' in lone.text
    assert lone.form.fields.getlist("group") == ["press"]
    assert len(newest()) == 2, "nothing was saved"
    lone.writes(reason="En avis venter ikke.").presses("save")
    assert newest()[1]["groups"] == ["press"]


def test_a_group_that_does_not_exist_is_no_condition(lone: AtThePage) -> None:
    lone.presses("add").writes(
        name="Alle", group=["celebrity", "", "press"], reason="Fordi.", target_first_response="5"
    )
    lone.presses("edit:1")
    assert json.loads(lone.form.fields["list"])[1]["groups"] == ["press"]
    # Nor by the list itself, which no hand writes.
    items = json.loads(lone.form.fields["list"])
    items[1]["groups"] = ["celebrity", "press"]
    lone.writes(list=json.dumps(items)).presses("save")
    assert lone.answer.status_code == 422
    assert 'id="wrong-groups">There is no such group.' in lone.text
    assert 'aria-describedby="wrong-groups"' in lone.text
    assert len(newest()) == 2, "nothing was saved"


def test_rules_that_move_keep_their_groups(lone: AtThePage) -> None:
    lone.presses("add").writes(name="Presse", group=["press"], reason="Fordi.", target_first_response="5")
    lone.presses("edit:1").presses("up:2").presses("edit:3").presses("down:1").presses("up:2").presses("save")
    assert [(rule["name"], rule["groups"], rule["reason"]) for rule in newest()] == [
        ("Presse", ["press"], "Fordi."),
        ("Privat besked", [], ""),
        ("Hurtig kanal", [], ""),
    ]


def test_a_group_of_an_older_list_is_seen_and_kept_until_it_is_unticked(founded: House, come: Come) -> None:
    with uow(SYSTEM) as work:
        rules = Policies((CARE, REST)).to_json()
        work.session.add(Row(id=new_id(), version=2, rules=rules, created_at=work.now))
    lone = AtThePage(come(founded.lone))
    assert "Institution no longer a group" in lone.said
    assert lone.form.fields.getlist("group") == ["Institution", "Presse"]
    lone.writes(reason="De svarer for mange.").presses("save")
    assert (newest()[0]["groups"], newest()[0]["reason"]) == (["Institution", "Presse"], "De svarer for mange.")
    assert "De svarer for mange." in AtThePage(come(founded.anna)).said
    lone.writes(group=["Presse", "press"]).presses("save")
    assert newest()[0]["groups"] == ["Presse", "press"]
    assert "Institution" not in lone.form.fields.getlist("group")
    assert "Institution no longer" not in lone.said


def test_which_rule_applies_to_a_group_and_for_what_written_reason(founded: House, lone: AtThePage, come: Come) -> None:
    lone.presses("add").writes(name="Presse", group=["press"], reason="En avis venter ikke.", target_first_response="5")
    lone.writes(which_group="press").presses("which")
    told = "Rule 2, Presse, because the citizen’s group is Press. En avis venter ikke."
    assert told in lone.said
    assert lone.form.fields["which_group"] == "press"
    for group in ("", "company", "celebrity"):
        lone.writes(which_group=group).presses("which")
        assert "Rule 3, Hurtig kanal, because no rule before it fits." in lone.said, group
    lone.presses("save")
    asked = f"?which=1&which_account={founded.account_id}&which_group=press"
    assert told in AtThePage(come(founded.anna), PAGE + asked).said
