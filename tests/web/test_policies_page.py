"""The page of promises, used as a browser without a script uses it: the whole form is sent with every button."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from inbox.domain.actors import SYSTEM, Actor
from inbox.models import Calendar
from inbox.models import Policies as Row
from inbox.uow import reading, uow
from inbox.web.policy_form import ListForm, Typed
from tests.house import House, post
from tests.web.conftest import Come
from tests.web.promise_page import PAGE, AtThePage


def versions() -> int:
    with reading(SYSTEM) as work:
        return work.session.scalar(select(func.count()).select_from(Row)) or 0


@pytest.fixture
def lone(founded: House, come: Come) -> AtThePage:
    """Lone, the lead, before two rules: one for private messages, one for everything else."""
    return AtThePage(come(founded.lone))


def test_an_edit_is_tried_out_and_then_saved_as_another_version(founded: House, lone: AtThePage) -> None:
    founded.news(post())
    lone.presses("edit:2").writes(target_first_response="15").presses("preview")
    assert lone.answer.status_code == 200
    assert "Last week’s conversations under this list" in lone.said
    assert "Not saved yet." in lone.said
    assert versions() == 1

    lone.presses("save")
    assert "Version 2 is in force." in lone.said
    assert "version 2 · in force since" in lone.said
    assert "saved by Lone Vestergaard" in lone.said
    assert lone.form.fields["target-first_response"] == "15 min"
    lone.presses("save")
    assert "Nothing was changed. Version 2 stays in force." in lone.said
    assert versions() == 2


def test_a_rule_without_targets_gets_its_sentence_beside_the_fields_and_nothing_is_saved(lone: AtThePage) -> None:
    lone.writes(target_first_response=" ").presses("save")
    assert lone.answer.status_code == 422
    assert lone.said.count("Promise at least one thing, or remove the rule.") == 1
    kinds = ("acknowledged", "first_response", "next_response", "resolution")
    assert lone.form.invalid == [f"target-{kind}" for kind in kinds]
    assert 'aria-describedby="wrong-targets how-long"' in lone.text
    assert versions() == 1


def test_what_is_wrong_elsewhere_is_opened_and_what_was_written_is_kept(lone: AtThePage) -> None:
    lone.presses("add").writes(name="Akut", target_first_response="snart", priority=["2"])
    lone.presses("edit:1").writes(name="Fortroligt").presses("save")
    assert lone.answer.status_code == 422
    assert lone.form.fields["opened"] == "2"
    assert lone.form.fields["target-first_response"] == "snart"
    assert lone.form.invalid == ["target-first_response"]
    assert "Write a time like 15 min, 4 h or 2 days." in lone.said
    assert lone.said.count("must be mended") == 1
    assert lone.names == ["Fortroligt", "Akut", "Hurtig kanal"]
    assert versions() == 1

    lone.writes(target_first_response="5 min", time="wall").presses("save")
    assert "Version 2 is in force." in lone.said


def test_a_new_rule_must_say_what_it_is_for(lone: AtThePage) -> None:
    lone.presses("add")
    assert lone.form.focused == "name"
    lone.writes(name="Alt", target_resolution="2 days").presses("preview")
    assert lone.answer.status_code == 422
    assert "This rule fits everything, so those below it would never apply." in lone.said
    lone.writes(visibility="public").presses("preview")
    assert lone.answer.status_code == 200


def test_rules_move_and_the_last_one_stays_the_last(lone: AtThePage) -> None:
    lone.presses("add").writes(name="Akut", priority=["2"], target_first_response="5")
    assert lone.presses("up:2").names == ["Akut", "Privat besked", "Hurtig kanal"]
    assert lone.form.focused == "down-1"
    assert lone.form.fields["opened"] == "1"
    assert "Akut is now number 1 of 3." in lone.text
    assert lone.presses("down:1").names == ["Privat besked", "Akut", "Hurtig kanal"]
    assert lone.form.focused == "up-2"
    assert lone.presses("move:1:2").names == ["Akut", "Privat besked", "Hurtig kanal"]
    assert lone.form.focused == "edit-2"
    for step in ("down:2", "up:1", "up:3", "down:3", "move:1:3", "move:3:1", "move:1:9", "up", "remove:3", "up:0", "x"):
        assert lone.presses(step).names == ["Akut", "Privat besked", "Hurtig kanal"], step
    assert lone.presses("remove:1").names == ["Privat besked", "Hurtig kanal"]
    assert versions() == 1
    lone.presses("save")
    assert "Nothing was changed." in lone.said


def test_a_list_with_conditions_survives_the_way_through_the_form(founded: House, lone: AtThePage) -> None:
    account = str(founded.account_id)
    lone.presses("add").writes(
        name="Nordby", account=[account], visibility="public", priority=["1", "2"], target_acknowledged="5",
        target_first_response="15", target_next_response="1 h 30", target_resolution="2 days",
        holding_counts="1", pauses_for_silo="1",
    ).presses("edit:1").presses("save")  # fmt: skip
    with reading(SYSTEM) as work:
        rules = work.session.scalars(select(Row.rules).where(Row.version == 2)).one()["policies"]
    assert rules[1] == {
        "name": "Nordby",
        "accounts": [account],
        "visibility": "public",
        "priorities": [1, 2],
        "groups": [],
        "reason": "",
        "targets": {"acknowledged": 5, "first_response": 15, "next_response": 90, "resolution": 960},
        "business": True,
        "holding_counts": True,
        "pauses_for_silo": True,
    }
    assert "Nordby Kommune, public, Important, Acute" in lone.said
    assert "opening time holding answers count rests with the back office" in lone.said
    lone.presses("edit:2").writes(priority=[], holding_counts=[]).presses("save")
    with reading(SYSTEM) as work:
        changed = work.session.scalars(select(Row.rules).where(Row.version == 3)).one()["policies"][1]
    assert (changed["priorities"], changed["holding_counts"], changed["pauses_for_silo"]) == ([], False, True)


def test_who_was_second_keeps_the_list_and_sees_what_it_would_do_to_the_other(founded: House, come: Come) -> None:
    lone, again = AtThePage(come(founded.lone)), AtThePage(come(founded.lone))
    lone.writes(target_first_response="3 h").presses("save")
    again.writes(target_first_response="90").presses("save")
    assert again.answer.status_code == 409
    assert "Version 2 was saved meanwhile. Nothing of yours is saved yet." in again.said
    assert "Last week’s conversations under this list" in again.said
    assert again.form.fields["target-first_response"] == "90"
    assert versions() == 2
    again.presses("save")
    assert "Version 3 is in force." in again.said


@pytest.mark.parametrize("button", ["preview", "save"])
def test_what_would_never_fall_due_is_said_beside_its_field(founded: House, come: Come, button: str) -> None:
    with uow(SYSTEM) as work:
        calendar = work.session.scalars(select(Calendar)).one()
        calendar.rules = {**calendar.rules, "hours": {"mon": [["09:00", "09:10"]]}}
    lone = AtThePage(come(founded.lone))
    lone.presses("edit:2").writes(target_resolution="8000 h").presses(button)
    assert lone.answer.status_code == 422
    assert lone.form.invalid == ["target-resolution"]
    assert "that would take over a hundred years." in lone.said
    assert versions() == 1


def test_which_rule_applies_and_why(founded: House, lone: AtThePage, come: Come) -> None:
    lone.writes(which_visibility="private").presses("which")
    assert "Rule 1, Privat besked, because it is private." in lone.said
    assert "Not saved yet." not in lone.said
    # Asked of the list on the screen, saved or not.
    lone.presses("add").writes(name="Nordby", account=[str(founded.account_id)], target_first_response="5")
    lone.presses("up:2").writes(which_visibility="private").presses("which")
    assert "Rule 1, Nordby, because it came in on Nordby Kommune." in lone.said

    asked = f"?which=1&which_account={founded.account_id}&which_visibility=public&which_priority=2"
    anna = AtThePage(come(founded.anna), PAGE + asked)
    assert "Rule 2, Hurtig kanal, because no rule before it fits." in anna.said
    nowhere = AtThePage(come(founded.anna), f"{PAGE}?which=1&which_account=elsewhere")
    assert nowhere.answer.status_code == 422


def test_agents_read_the_promises_and_change_none(founded: House, come: Come, per: Actor) -> None:
    anna = AtThePage(come(founded.anna))
    assert anna.answer.status_code == 200
    assert "2 h" in anna.said
    assert not anna.form.fields
    assert "Save as version" not in anna.text
    assert 'aria-current="page">Settings' in anna.text
    assert "Save as version 2" in AtThePage(come(per)).said


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"list": "[]", "opened": "1", "version": "1"},
        {"list": "{}", "opened": "1", "version": "1"},
        {"list": "[" * 5000, "opened": "1", "version": "1"},
        {"list": "[{}]", "opened": "1", "version": "1"},
        {"list": "[null]", "opened": "1", "version": "1"},
        {"list": '[{"name": 1}]', "opened": "1", "version": "1"},
        {"opened": "9"},
        {"opened": "0"},
        {"version": "x"},
    ],
)
@pytest.mark.parametrize("button", ["save", "preview"])
def test_what_was_never_a_form_changes_nothing(lone: AtThePage, fields: dict[str, str], button: str) -> None:
    good = dict(lone.form.fields.items())
    lone.form.fields = MultiDict(
        {**good, **fields} if len(fields) == 1 else {"csrf_token": good["csrf_token"], **fields}
    )
    lone.presses(button)
    assert lone.answer.status_code == 422
    assert "Open the page again" in lone.said
    assert versions() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"targets": []},
        {"targets": {"first_response": 5}},
        {"accounts": "all"},
        {"priorities": ["1"]},
        {"business": 1},
        {"name": None},
        {"more": 1},
    ],
)
def test_a_list_of_another_shape_is_no_form(lone: AtThePage, change: dict[str, object]) -> None:
    items = json.loads(lone.form.fields["list"])
    items[1].update(change)
    lone.writes(list=json.dumps(items)).presses("save")
    assert lone.answer.status_code == 422
    assert versions() == 1


def test_the_reader_of_the_form_forgets_nothing(app: Flask) -> None:
    with app.test_request_context():
        form = ListForm(3, (Typed(name="»A«\u2028", targets={"resolution": "2 dage"}, groups=("Presse",)), Typed()), 2)
        sent = MultiDict({"list": form.written, "opened": "2", "version": "3"})
        assert ListForm.read(sent) == form
