"""The page of the ladder and the lines of it in a conversation: read, said in words, saved, refused."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from inbox.domain.actors import SYSTEM, Actor
from inbox.domain.ids import new_id
from inbox.domain.ladder import Ladder, Step, When
from inbox.models import Agent, Escalation
from inbox.models import Ladder as Row
from inbox.services import ladders
from inbox.services import silo_units as units
from inbox.uow import reading, uow
from tests.house import House, post
from tests.services.answering import deed, minutes
from tests.services.ladder_scene import climb, hold, lay, rule
from tests.web.conftest import Come, Person

PAGE = "/settings/ladder"


def said(answer_text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer_text))


def versions() -> int:
    with reading(SYSTEM) as work:
        return work.session.scalar(select(func.count()).select_from(Row)) or 0


def in_force() -> Ladder:
    with reading(SYSTEM) as work:
        return Ladder.from_json(work.session.scalars(select(Row.rules).order_by(Row.version.desc()).limit(1)).one())


@pytest.fixture
def usual(founded: House) -> House:
    answers = frozenset({"first_response"})
    lay(
        rule(When.PERCENT, 75, kinds=answers),
        rule(When.BREACH, step=Step.TELL_LEAD),
        rule(When.AFTER, 60, Step.GIVE_BACK, priorities=frozenset({1, 2}), words=("skrald", "sne")),
    )
    return founded


@pytest.fixture
def lone(usual: House, come: Come) -> Person:
    return come(usual.lone)


FIELDS = {"version": "1", "when": "percent", "percent": "50", "after": "", "step": "remind"}


def test_agents_read_the_rules_as_sentences_and_change_none(usual: House, come: Come) -> None:
    anna = come(usual.anna)
    text = anna.get(PAGE).text
    words = said(text)
    assert "1. When 75% of the time for the first answer has passed: remind whoever has it." in words
    assert "2. When the time for a promise is over: tell the team’s lead." in words
    assert "3. 1 h of opening time after the time for a promise was over: give it back to the queue, but only" in words
    assert "if its priority is important or acute, if the citizen writes “skrald” or “sne”." in words
    assert "Version 1" in words
    assert "<form" not in text.partition("<main")[2].partition("</main>")[0]
    assert anna.get(f"{PAGE}?rule=new").text.count("Save as version") == 0
    for address in (PAGE, f"{PAGE}/draft", f"{PAGE}/remove"):
        assert anna.post(address, **FIELDS).status_code == 403
    assert versions() == 1


def test_an_auditor_has_nothing_to_do_there(usual: House, rikke: Actor, come: Come) -> None:
    assert come(rikke).get(PAGE).status_code == 403


def test_a_rule_is_said_in_words_saved_and_stands_where_its_time_is(lone: Person) -> None:
    assert "Save as version 2" in lone.get(f"{PAGE}?rule=new").text
    tried = lone.post(f"{PAGE}/draft", **FIELDS, kinds="resolution", tags="presse")
    assert tried.status_code == 200
    assert (
        "When 50% of the time for the solution has passed: remind whoever has it, but only with the tag presse."
        in said(tried.text)
    )
    assert "Not saved yet." in tried.text
    assert versions() == 1
    saved = lone.post(PAGE, **FIELDS, kinds="resolution", tags="presse")
    assert saved.status_code == 303
    page = said(lone.get(saved.headers["Location"]).text)
    assert "Version 2 is in force." in page
    assert "1. When 50% of the time for the solution has passed" in page
    assert "Version 2," in page
    assert "saved by Lone Vestergaard" in page
    assert [one.amount for one in in_force().rules] == [50, 75, 0, 60]


def test_a_rule_is_changed_in_its_place_and_taken_out(lone: Person) -> None:
    first = in_force().rules[0]
    fields = said(lone.get(f"{PAGE}?rule={first.id}").text)
    assert "Change the rule" in fields
    lone.post(PAGE, **{**FIELDS, "rule": str(first.id), "percent": "80 %"})
    assert next((one.id, one.amount) for one in in_force().rules) == (first.id, 80)
    assert lone.post(f"{PAGE}/remove", version="2", rule=str(first.id)).status_code == 303
    assert len(in_force().rules) == 2
    assert lone.post(f"{PAGE}/remove", version="3", rule=str(first.id)).status_code == 422


@pytest.mark.parametrize(
    ("fields", "sentence", "invalid"),
    [
        ({"percent": "0"}, "A share of the time is from 1 to 99 percent.", "percent"),
        ({"percent": "100"}, "A share of the time is from 1 to 99 percent.", "percent"),
        ({"percent": "halvdelen"}, "A share of the time is from 1 to 99 percent.", "percent"),
        ({"when": "after", "after": "-5"}, "Write a time like 15 min, 4 h or 2 days.", "after"),
        ({"when": "after", "after": "0"}, "A delay is from 1 minute to 8760 hours of opening time.", "after"),
        ({"when": "nonsense"}, "Choose when the step is done.", "when"),
        ({"step": "nonsense"}, "Choose what is done.", "step"),
        ({"step": "ask_silo"}, "Choose whom to ask.", "silo"),
        ({"step": "ask_silo", "silo": str(new_id())}, "This unit can’t be asked. Choose another.", "silo"),
        ({"kinds": "nonsense"}, "There is no such promise.", ""),
        ({"accounts": str(new_id())}, "This account does not exist any more.", ""),
        ({"priorities": "9"}, "There is no such priority.", ""),
        ({"words": "a" * 101}, "Write at most 40 words, each of at most 100 characters.", "words"),
    ],
)
def test_bad_input_gets_a_sentence_beside_its_field(
    lone: Person, fields: dict[str, str], sentence: str, invalid: str
) -> None:
    answer = lone.post(PAGE, **{**FIELDS, **fields})
    assert answer.status_code == 422
    assert said(answer.text).replace("&#39;", "’").replace("can't", "can’t").count(sentence) == 1
    if invalid:
        assert f'aria-describedby="{invalid}-error"' in answer.text
    assert versions() == 1


def test_who_saves_second_is_told_and_keeps_the_fields(usual: House, lone: Person) -> None:
    with uow(usual.lone) as work:
        ladders.save(work, Ladder(), version=1)
    answer = lone.post(PAGE, **{**FIELDS, "percent": "33"})
    assert answer.status_code == 409
    assert "Version 2 was saved meanwhile." in answer.text
    assert 'value="33"' in answer.text
    assert lone.post(f"{PAGE}/remove", version="1", rule=str(new_id())).status_code == 422


def test_a_house_without_a_ladder_says_so_and_gets_its_first_rule(founded: House, come: Come) -> None:
    lone = come(founded.lone)
    assert "There is no rule yet" in lone.get(PAGE).text
    assert lone.post(PAGE, **{**FIELDS, "version": "0"}).status_code == 303
    assert len(in_force().rules) == 1


def test_the_panel_says_what_is_to_come_and_the_thread_what_was_done(usual: House, come: Come) -> None:
    with uow(SYSTEM) as work:
        now = work.now
    usual.news(post(at=now - timedelta(minutes=30)))
    hold(usual, usual.anna.id)
    anna, id_ = come(usual.anna), usual.conversation().id
    panel = said(anna.get(f"/c/{id_}/clock").text)
    ladder = panel.partition("The ladder")[2]
    assert ladder.index("a reminder to whoever has it") < ladder.index("to the team’s lead")
    assert "back to the queue, if its priority is important or acute, if the citizen writes" in ladder
    assert climb(now + timedelta(minutes=40)) == 2
    panel = said(anna.get(f"/c/{id_}/clock").text)
    assert "Step 1: reminded Anna Krogh" in panel
    assert "Step 2: told Lone Vestergaard" in panel
    thread = said(anna.get(f"/c/{id_}").text)
    assert "Step 1: reminded Anna Krogh" in thread
    lead = come(usual.lone)
    assert "A promised time runs out or is over: Mette Holm" in said(lead.get("/notices").text)
    assert "Mette Holm waits for an answer from you" in said(anna.get("/notices").text)


@pytest.mark.parametrize(
    ("outcome", "step", "data", "words"),
    [
        ("nobody", "remind", {}, "Step 1: a reminder to whoever has it: there was nobody"),
        ("with_back_office", "give_back", {}, "Step 1: back to the queue: left alone, it waits for the back office"),
        ("done", "give_back", {"from": "Anna Krogh"}, "Step 1: back in the queue, Anna Krogh had it"),
        ("done", "reassign", {"to": "Jonas Lind"}, "Step 1: given to Jonas Lind"),
        (
            "done",
            "ask_silo",
            {"to": "Anna Krogh", "silo": "Vej og Park"},
            "Step 1: asked Vej og Park in the name of Anna Krogh",
        ),
        (
            "refused",
            "ask_silo",
            {"sentence": "A question of this conversation is with %(silo)s already.", "silo": "Vej og Park"},
            "Step 1: to Vej og Park: A question of this conversation is with Vej og Park already.",
        ),
        (
            "refused",
            "ask_silo",
            {"sentence": "It may be acute: a person decides what is done."},
            "Step 1: to a unit of the back office: It may be acute: a person decides what is done.",
        ),
    ],
)
def test_every_outcome_has_its_words(
    usual: House, come: Come, outcome: str, step: str, data: dict[str, str], words: str
) -> None:
    usual.news(post())
    id_ = usual.conversation().id
    with deed(now=minutes(1)) as work:
        work.session.add(
            Escalation(
                conversation_id=id_,
                kind="first_response",
                number=1,
                rule_id=new_id(),
                place=1,
                step=step,
                due_at=minutes(1),
                at=minutes(1),
                outcome=outcome,
                data=data,
            )
        )
    assert words in said(come(usual.anna).get(f"/c/{id_}/clock").text)


@pytest.mark.parametrize(("language", "words"), [("da", "mind den, der har den"), ("nb", "minn den som har den")])
def test_it_is_said_in_danish_and_norwegian(usual: House, come: Come, language: str, words: str) -> None:
    with uow(SYSTEM) as work:
        work.session.execute(update(Agent).values(language=language))
    assert words in said(come(usual.anna).get(PAGE).text)


def test_a_unit_is_named_in_the_sentence_and_in_the_fields(app: Flask, usual: House, come: Come) -> None:
    with uow(SYSTEM) as work:
        unit = units.save(work, units.Entry("Vej og Park", minutes=90))
    lone = come(usual.lone)
    assert lone.post(PAGE, **{**FIELDS, "step": "ask_silo", "silo": str(unit)}).status_code == 303
    assert "has passed: ask Vej og Park." in said(lone.get(PAGE).text)
