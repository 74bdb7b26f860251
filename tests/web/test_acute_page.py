"""What may be acute on the desk, the page that a call leads to, and the settings of words and of who is on call."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from inbox.domain import clock
from inbox.domain.actors import SYSTEM, Actor
from inbox.models import Acute, Conversation, Draft, OnCallShift
from inbox.services.acute_link import sealed
from inbox.uow import reading
from tests.house import ALI, METTE, House, post
from tests.services.answering import minutes
from tests.services.test_acute import DANGER
from tests.web.conftest import Come, statements

pytestmark = pytest.mark.usefixtures("noon")


def in_danger(founded: House) -> Conversation:
    founded.news(post(author=METTE))
    founded.news(post(DANGER, author=ALI, at=minutes(-1)))
    return ali()


def ali() -> Conversation:
    with reading(SYSTEM) as work:
        found = work.session.scalars(select(Conversation).join(Acute, Acute.conversation_id == Conversation.id)).one()
        work.session.expunge(found)
        return found


def row() -> Acute:
    with reading(SYSTEM) as work:
        found = work.session.scalars(select(Acute)).one()
        work.session.expunge(found)
        return found


def test_the_row_is_marked_by_a_word_and_stands_first(founded: House, come: Come) -> None:
    in_danger(founded)
    page = come(founded.anna).get("/?view=open").text

    assert page.index("Ali R.") < page.index("Mette Holm")
    assert "Acute?" in page


def test_whichever_view_one_looks_at_a_strip_says_so_until_somebody_sees_to_it(founded: House, come: Come) -> None:
    one = in_danger(founded)
    anna = come(founded.anna)
    for address in ("/", "/?view=solved", "/rows"):
        page = anna.get(address).text
        assert "1 conversation may be acute" in page
        assert f"/c/{one.id}?view=open" in page
    anna.post(f"/c/{one.id}/acute/acknowledge")
    assert "may be acute" not in anna.get("/").text


def test_a_day_after_it_was_not_acute_the_thread_says_so_no_more(founded: House, come: Come) -> None:
    one = in_danger(founded)
    anna = come(founded.anna)
    anna.post(f"/c/{one.id}/acute/decide", version=str(one.version), decision="not_acute")
    with time_machine.travel(clock.now() + timedelta(days=2), tick=False):
        assert "it has its ordinary place" not in anna.get(f"/c/{one.id}").text


def test_the_thread_says_it_offers_three_decisions_and_shows_the_agreed_text(founded: House, come: Come) -> None:
    one = in_danger(founded)
    anna = come(founded.anna)
    with statements() as asked:
        page = anna.get(f"/c/{one.id}").text
    assert "Maybe acute: a word of danger was found." in page
    assert all(label in page for label in ("I see to it", "It is acute", "It is not acute"))
    assert len([sql for sql in asked if "acute_call" in sql]) == 0, "what is beside it is fetched by itself"
    more = anna.browser.get(f"/c/{one.id}/acute", headers={"HX-Request": "true"}).text
    assert "70 201 201" in more
    assert "<main" not in more


def test_not_acute_is_one_press_and_so_is_its_undo(founded: House, come: Come) -> None:
    one = in_danger(founded)
    anna = come(founded.anna)
    assert anna.post(f"/c/{one.id}/acute/decide", version=str(one.version), decision="not_acute").status_code == 303
    page = anna.get(f"/c/{one.id}").text
    assert "Not acute: it has its ordinary place." in page
    assert "Anna Krogh said that it is not acute" in page
    again = anna.post(f"/c/{one.id}/acute/decide", version=str(ali().version), decision="undo")
    assert again.status_code == 303
    assert row().state == "proposed"
    late = anna.post(f"/c/{one.id}/acute/decide", version=str(one.version), decision="acute")
    assert late.status_code == 409
    assert row().state == "proposed"


def test_by_hand_where_no_word_was_found_it_stands_first_and_somebody_is_called(founded: House, come: Come) -> None:
    founded.news(post(author=METTE))
    anna = come(founded.anna)
    page = anna.get(f"/c/{founded.conversation().id}").text
    assert 'name="decision" value="mark"' in page
    assert 'data-key="y"' in page, "the command bar reads what there is to do off the page"
    one = founded.conversation()
    marked = anna.post(f"/c/{one.id}/acute/decide", version=str(one.version), decision="mark")
    assert marked.status_code == 303
    assert (row().state, row().found, row().decided_by_id) == ("acute", [], founded.anna.id)
    assert row().due_at is not None, "whoever is on call is called"
    assert (ali().priority, ali().acute_at) == (2, row().at)
    page = anna.get(f"/c/{one.id}").text
    assert "It is acute." in page
    assert "Anna Krogh said that it is acute" in page
    assert 'value="mark"' not in page
    again = anna.post(f"/c/{one.id}/acute/decide", version=str(ali().version), decision="mark")
    assert again.status_code == 409

    anna.post(f"/c/{one.id}/acute/decide", version=str(ali().version), decision="undo")
    assert (row().state, row().due_at, ali().acute_at, ali().priority) == ("not_acute", None, None, 0)
    assert "Not acute: it has its ordinary place." in anna.get(f"/c/{one.id}").text
    # That is taken back as quickly, and calls again.
    anna.post(f"/c/{one.id}/acute/decide", version=str(ali().version), decision="undo")
    assert row().state == "acute"
    assert row().due_at is not None


def test_what_words_proposed_and_a_person_denied_is_marked_by_hand_again(founded: House, come: Come) -> None:
    one = in_danger(founded)
    anna = come(founded.anna)
    anna.post(f"/c/{one.id}/acute/acknowledge")
    anna.post(f"/c/{one.id}/acute/decide", version=str(ali().version), decision="not_acute")
    assert anna.post(f"/c/{one.id}/acute/decide", version=str(ali().version), decision="mark").status_code == 303
    assert (row().state, row().acknowledged_at) == ("acute", None)
    assert row().due_at is not None


def test_the_back_office_and_the_auditor_mark_nothing(founded: House, come: Come, rikke: Actor) -> None:
    founded.news(post(author=METTE))
    one = founded.conversation()
    refused = come(rikke).post(f"/c/{one.id}/acute/decide", version=str(one.version), decision="mark")
    assert refused.status_code in (403, 404)
    assert founded.conversation().acute_at is None


def test_looking_at_a_calls_page_changes_nothing_and_its_button_does(founded: House, come: Come, app: Flask) -> None:
    one = in_danger(founded)
    assert founded.jonas.id is not None
    link = sealed(app.config["SECRET_KEY"], row().id, founded.jonas.id)
    jonas = come(founded.jonas)
    page = jonas.get(f"/c/{one.id}/acute?call={link}")
    assert page.status_code == 200
    assert "I see to it" in page.text
    assert row().acknowledged_at is None
    assert jonas.post(f"/c/{one.id}/acute/acknowledge", call=link).status_code == 303
    assert row().acknowledged_by_id == founded.jonas.id
    assert "Jonas Lind sees to it, nobody else is called" in jonas.get(f"/c/{one.id}").text


def test_a_link_for_somebody_else_or_a_forged_one_opens_nothing(founded: House, come: Come, app: Flask) -> None:
    one = in_danger(founded)
    assert founded.jonas.id is not None
    link = sealed(app.config["SECRET_KEY"], row().id, founded.jonas.id)
    anna = come(founded.anna)
    for given in (link, "invented", sealed("another secret", row().id, founded.jonas.id)):
        assert anna.get(f"/c/{one.id}/acute?call={given}").status_code == 404
        assert anna.post(f"/c/{one.id}/acute/acknowledge", call=given).status_code == 404
    assert row().acknowledged_at is None


def test_without_a_login_the_link_leads_to_the_door_and_back(founded: House, app: Flask) -> None:
    one = in_danger(founded)
    answer = app.test_client().get(f"/c/{one.id}/acute?call=x")
    assert answer.status_code == 302
    assert f"/login?next=/c/{one.id}/acute" in answer.headers["Location"].replace("%2F", "/")


def test_who_comes_second_is_told_that_a_colleague_sees_to_it(founded: House, come: Come) -> None:
    one = in_danger(founded)
    assert come(founded.jonas).post(f"/c/{one.id}/acute/acknowledge").status_code == 303
    late = come(founded.anna).post(f"/c/{one.id}/acute/acknowledge")
    assert late.status_code == 409
    assert "A colleague sees to it already." in late.text


def test_the_agreed_text_goes_to_the_end_of_the_draft_and_nowhere_else(founded: House, come: Come) -> None:
    one = in_danger(founded)
    anna = come(founded.anna)
    assert anna.post(f"/c/{one.id}/acute/text", mode="public").status_code == 303
    with reading(SYSTEM) as work:
        (draft,) = work.session.scalars(select(Draft)).all()
    assert "112" in draft.text
    assert draft.agent_id == founded.anna.id


# ── the words ───────────────────────────────────────────────────────────────────────────────────────────────────────
def test_words_are_saved_tried_and_kept_with_who_did(founded: House, come: Come) -> None:
    lone = come(founded.lone)
    page = lone.get("/settings/acute").text
    assert "tage mit liv" in page
    saved = lone.browser.post(
        "/settings/acute",
        data={
            "csrf_token": lone.token,
            "version": "0",
            "own": "broen ved havnen",
            "on": ["selvmord"],
            "text-en": "Call 112.",
        },
    )
    assert saved.status_code == 303
    tried = lone.post("/settings/acute/try", tried="Jeg står på broen ved havnen").text
    assert "Somebody would be called." in tried
    assert "Found: broen ved havnen" in tried
    assert "Nobody would be called." in lone.post("/settings/acute/try", tried="jeg vil tage mit liv").text
    again = lone.browser.post("/settings/acute", data={"csrf_token": lone.token, "version": "0", "own": "andet"})
    assert again.status_code == 409
    assert "andet" in again.text
    assert lone.post("/settings/acute", version="1", own="ab").status_code == 422


def test_an_agent_reads_the_words_and_changes_none(founded: House, come: Come, rikke: Actor) -> None:
    anna = come(founded.anna)
    page = anna.get("/settings/acute").text
    assert "readonly" in page
    assert anna.post("/settings/acute", version="0", own="x" * 5).status_code == 403
    assert come(rikke).get("/settings/acute").status_code == 403


# ── who is on call ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_nobody_on_call_is_said_in_red_with_the_leads_who_are_called(founded: House, come: Come) -> None:
    page = come(founded.anna).get("/settings/on-call").text
    assert re.search(r'class="guard late"><p><b>Nobody is on call.</b> The leads are called: Lone Vestergaard', page)
    assert "This house sends no e-mail yet" in page


def test_the_plan_is_saved_by_the_organisations_wall_clock(founded: House, come: Come) -> None:
    lone = come(founded.lone)
    assert lone.post("/settings/on-call", version="0", first=str(founded.anna.id), every="7").status_code == 303
    day = (clock.now() + timedelta(days=1)).date()
    fields = {
        "shift_first": str(founded.jonas.id),
        "shift_second": str(founded.anna.id),
        "starts_day": str(day),
        "starts_hour": "22:00",
        "ends_day": str(day + timedelta(days=1)),
        "ends_hour": "07:30",
    }
    assert lone.post("/settings/on-call/shifts", **fields).status_code == 303
    with reading(SYSTEM) as work:
        (shift,) = work.session.scalars(select(OnCallShift)).all()
    # Copenhagen's winter is an hour ahead of UTC.
    assert (shift.starts_at.hour, shift.ends_at.hour, shift.ends_at.minute) == (21, 6, 30)
    page = lone.get("/settings/on-call").text
    assert "Every 7 minutes" in page
    assert "Jonas Lind, then Anna Krogh" in page
    bad = lone.post("/settings/on-call/shifts", **{**fields, "ends_day": "2020-01-01"})
    assert bad.status_code == 422
    assert "Write an end that comes after the beginning." in bad.text
    assert lone.post("/settings/on-call/shifts/drop", shift=str(shift.id)).status_code == 303
    assert "No shift is planned." in lone.get("/settings/on-call").text
    late = lone.post("/settings/on-call", version="0", first="", every="5")
    assert late.status_code == 409


def test_many_rows_with_danger_are_refused_with_a_sentence(founded: House, come: Come) -> None:
    one = in_danger(founded)
    anna = come(founded.anna)
    refused = anna.post("/bulk", deed="dismiss", reason="spam", picked=f"{one.id}:{one.version}")
    assert refused.status_code == 422
    assert "One of these may be acute." in refused.text
