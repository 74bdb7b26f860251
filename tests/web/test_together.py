"""Putting off and handing over by plain forms: what is offered, what is refused, and that no word is lost."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select, update

from inbox.domain.actors import SYSTEM, Actor
from inbox.domain.snoozing import Until
from inbox.models import Agent, Conversation, Draft, Note
from inbox.services import conversations, replies
from inbox.uow import reading, uow
from inbox.web.together import ready
from tests.house import NOON, House, post
from tests.web.conftest import Come, Person, statements

pytestmark = pytest.mark.usefixtures("noon")


def asked(founded: House) -> Conversation:
    founded.news(post())
    return founded.conversation()


def taken(founded: House, by: Actor) -> Conversation:
    asked(founded)
    seen = founded.conversation()
    with uow(by) as work:
        conversations.take(work, seen.id, seen.version)
    return founded.conversation()


def send(person: Person, conversation: Conversation, verb: str, **fields: str) -> tuple[int, str]:
    answer = person.post(f"/c/{conversation.id}/{verb}", version=str(conversation.version), **fields)
    return answer.status_code, answer.text


def test_put_off_by_the_first_choice_and_brought_back(founded: House, come: Come) -> None:
    conversation, anna = asked(founded), come(founded.anna)
    page = anna.get(f"/c/{conversation.id}/snooze").text
    offered = re.findall(r'name="until" value="([^"]+)"', page)
    assert len(offered) == 4
    assert "the clocks run" in page
    assert send(anna, conversation, "snooze", until=offered[0])[0] == 303
    assert founded.conversation().snoozed_until == NOON + timedelta(hours=3)
    shown = anna.get(f"/c/{conversation.id}").text
    assert "put off until 16:00" in shown
    assert "Anna Krogh put it off until 16:00" in shown
    assert send(anna, founded.conversation(), "wake")[0] == 303
    assert founded.conversation().snoozed_until is None


def test_before_closed_days_no_morning_is_called_tomorrow_and_none_stands_twice(app: Flask) -> None:
    friday, monday = datetime(2026, 11, 27, 9, tzinfo=UTC), datetime(2026, 11, 30, 8, tzinfo=UTC)
    with app.test_request_context(), force_locale("en"):
        assert ready({Until.TOMORROW: monday, Until.NEXT_WEEK: monday}, friday) == [("When we open next", monday)]
        saturday = friday + timedelta(days=1)
        assert ready({Until.TOMORROW: saturday, Until.NEXT_WEEK: monday}, friday) == [
            ("Tomorrow morning", saturday),
            ("Next week", monday),
        ]


def test_put_off_until_a_date_and_hour_of_ones_own_in_our_own_zone(founded: House, come: Come) -> None:
    conversation = asked(founded)
    code, _page = send(come(founded.anna), conversation, "snooze", until="own", day="2026-12-01", hour="09:30")
    assert code == 303
    found = founded.conversation().snoozed_until
    assert found is not None
    assert found.isoformat() == "2026-12-01T08:30:00+00:00"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"until": "own", "day": "2026-11-01", "hour": "09:00"}, "That time is past"),
        ({"until": "own", "day": "2028-11-01", "hour": "09:00"}, "more than a year"),
        ({"until": "own", "day": "", "hour": "09:00"}, "Give a date and a time of day"),
        ({"until": "tomorrow"}, "Choose until when"),
        ({"until": "2026-12-01T09:00:00"}, "Choose until when"),
        ({}, "Give a date and a time of day"),
    ],
)
def test_a_time_that_can_not_be_is_a_sentence_on_the_desk(
    founded: House, come: Come, fields: dict[str, str], sentence: str
) -> None:
    conversation = asked(founded)
    code, page = send(come(founded.anna), conversation, "snooze", **fields)
    assert (code, sentence in page, "Nothing was changed." in page) == (422, True, True)
    assert founded.conversation().snoozed_until is None


def test_given_to_a_colleague_with_a_note_and_a_first_line(founded: House, come: Come) -> None:
    conversation, anna = taken(founded, founded.anna), come(founded.anna)
    page = anna.get(f"/c/{conversation.id}/hand-over").text
    assert re.findall(r'name="to" value="[^"]+" required[^>]*><span>([^<]+?) <span', page) == [
        "Jonas Lind",
        "Lone Vestergaard",
    ]
    code, _page = send(
        anna, conversation, "hand-over", to=str(founded.jonas.id), note="Hun bor i Sønderby.", line="yes"
    )
    assert code == 303
    assert founded.conversation().assignee_id == founded.jonas.id
    shown = come(founded.jonas).get(f"/c/{conversation.id}").text
    assert "Anna Krogh handed it over to Jonas Lind" in shown
    assert "Hun bor i Sønderby." in shown
    assert "Jonas her. Anna har fri, så jeg tager over.</textarea>" in shown
    assert "Jonas her." not in anna.get(f"/c/{conversation.id}").text


def test_who_is_away_stands_last_and_says_so(founded: House, come: Come) -> None:
    conversation = taken(founded, founded.anna)
    with uow(SYSTEM) as work:
        work.session.execute(update(Agent).where(Agent.id == founded.jonas.id).values(away_since=NOON))
        work.session.execute(update(Agent).where(Agent.id == founded.lone.id).values(seen_at=NOON))
    page = come(founded.anna).get(f"/c/{conversation.id}/hand-over").text
    assert re.search(r"Lone Vestergaard <span[^>]*>here.*Jonas Lind <span[^>]*>away", page, re.DOTALL)


def test_the_note_of_a_hand_over_that_came_too_late_is_kept_as_a_draft(founded: House, come: Come) -> None:
    seen = asked(founded)
    with uow(founded.jonas) as work:
        conversations.take(work, seen.id, seen.version)
    code, page = send(come(founded.anna), seen, "hand-over", to=str(founded.lone.id), note="Husk blanketten.")
    assert (code, "Something new has happened here" in page) == (409, True)
    with reading(SYSTEM) as work:
        draft = work.session.scalars(select(Draft)).one()
        assert (draft.agent_id, draft.mode, draft.text) == (founded.anna.id, "note", "Husk blanketten.")
        assert work.session.scalars(select(Note)).all() == []


@pytest.mark.parametrize("to", ["", "jonas", "00000000-0000-0000-0000-000000000000"])
def test_nobody_is_no_colleague(founded: House, come: Come, to: str) -> None:
    code, page = send(come(founded.anna), asked(founded), "hand-over", to=to)
    assert (code, "Choose a colleague of this team." in page) == (422, True)


def test_the_forms_cost_a_page_of_few_questions(founded: House, come: Come) -> None:
    conversation, anna = asked(founded), come(founded.anna)
    for form in ("snooze", "hand-over"):
        anna.get(f"/c/{conversation.id}/{form}")
        with statements() as sent:
            assert anna.get(f"/c/{conversation.id}/{form}").status_code == 200
        assert len(sent) <= 10, sent


def test_who_lost_the_race_has_four_ways_on(founded: House, come: Come) -> None:
    seen = asked(founded)
    with uow(founded.jonas) as work:
        conversations.take(work, seen.id, seen.version)
    anna = come(founded.anna)
    assert "Throw the draft away" not in anna.get(f"/c/{seen.id}").text
    anna.post(f"/c/{seen.id}/measure", mode="public", body="Mit svar.")
    for address in (f"/c/{seen.id}", f"/c/{seen.id}/thread"):
        page = anna.get(address).text
        assert re.search(r"<b>Jonas took it 13:00.</b>", page), address
        assert "Your draft is kept here" in page
        assert 'data-asks="Jonas"' in page
        assert "Take it back" not in page
        assert "Compare" not in page
    lead = come(founded.lone)
    lead.post(f"/c/{seen.id}/measure", mode="public", body="Leders svar.")
    assert "Take it back" in lead.get(f"/c/{seen.id}").text
    assert send(anna, seen, "draft/give", mode="public", body="Mit svar.")[0] == 303
    assert "Mit svar.</textarea>" not in anna.get(f"/c/{seen.id}").text
    shown = come(founded.jonas).get(f"/c/{seen.id}").text
    assert "Mit svar.</textarea>" in shown
    assert "Anna Krogh gave a draft to Jonas Lind" in shown


def test_both_answers_stand_side_by_side_once_the_colleague_has_answered(founded: House, come: Come) -> None:
    seen, anna = asked(founded), come(founded.anna)
    with uow(founded.jonas) as work:
        conversations.take(work, seen.id, seen.version)
    with uow(founded.jonas) as work:
        replies.reply(work, seen.id, version=seen.version + 1, visibility="public", body="Klokken 7, siger Jonas.")
    code, page = send(anna, seen, "answer", mode="public", body="Klokken 8, siger Anna.")
    assert code == 409
    assert "Jonas took it 13:00 and has answered." in page
    assert "A colleague has taken" not in page.split("Jonas took it", 1)[1].split("<textarea", 1)[0]
    assert re.search(
        r"<dt>Jonas</dt><dd[^>]*>Klokken 7, siger Jonas.</dd><dt>You</dt><dd[^>]*>Klokken 8, siger Anna.", page
    )
    assert send(anna, seen, "draft/drop", mode="public")[0] == 303
    assert "siger Anna" not in anna.get(f"/c/{seen.id}").text
