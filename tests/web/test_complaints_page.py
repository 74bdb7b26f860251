"""Complaints on the pages: proposed with the words, decided in a sheet, receipted, listed, none shown to others."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from sqlalchemy import select, update

from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.models import Complaint, ComplaintRule, Message
from inbox.services import agents
from inbox.services import silo_units as units
from inbox.uow import reading, uow
from tests.house import House, post
from tests.services.answering import one
from tests.web.conftest import Come, Person, statements

WORDS = "@nordby Jeg vil klage over ventetiden."


@pytest.fixture
def complained(founded: House) -> House:
    founded.news(post(WORDS, own_id="complaint"))
    return founded


def at(house: House, rest: str = "") -> str:
    return f"/c/{house.conversation().id}{rest}"


def decide(house: House, by: Person, **fields: str) -> None:
    answer = by.post(at(house, "/complaint"), version=str(house.conversation().version), **fields)
    assert answer.status_code == 303, answer.text


def test_what_may_be_one_says_by_which_words_and_a_person_decides(complained: House, come: Come) -> None:
    anna = come(complained.anna)
    page = anna.get(at(complained)).text
    assert "This may be a complaint." in page
    assert "“vil klage”" in page
    assert f'action="{at(complained)}/complaint/no' in page
    # What a nudge fetches brings it as well.
    assert 'id="complaint-now" hx-swap-oob="true"' in anna.get(at(complained, "/thread")).text
    assert anna.post(at(complained, "/complaint/no"), version=str(complained.conversation().version)).status_code == 303
    after = anna.get(at(complained)).text
    assert "This may be a complaint." not in after
    assert "Anna Krogh says that it is no complaint" in after


def test_by_hand_it_stands_under_more_and_in_the_command_bar(founded: House, come: Come) -> None:
    founded.news(post("@nordby Hej"))
    page = come(founded.anna).get(at(founded)).text
    assert 'popovertarget="complaint" data-key="l"' in page
    assert "This may be a complaint." not in page


def test_decided_it_shows_its_deadlines_and_refused_it_keeps_what_was_chosen(complained: House, come: Come) -> None:
    anna = come(complained.anna)
    refused = anna.post(at(complained, "/complaint"), version=str(complained.conversation().version), kind="staff")
    assert refused.status_code == 422
    assert 'id="complaint-about-error">Choose whom it is about.' in refused.text
    assert 'value="staff" required checked' in refused.text
    decide(complained, anna, kind="service")
    page = anna.get(at(complained)).text
    assert "About our service" in page
    assert '<span class="chip">Complaint</span>' in anna.get("/?view=open").text
    assert "receipt due" in page
    assert "answer due" in page
    again = anna.post(at(complained, "/complaint"), version=str(complained.conversation().version), kind="service")
    assert again.status_code == 409
    assert "This is a complaint already." in again.text


def test_the_receipt_is_read_before_it_goes_out_and_comes_back_when_it_is_refused(
    complained: House, come: Come
) -> None:
    anna = come(complained.anna)
    assert "There is no open complaint here." in anna.get(at(complained, "/complaint/receipt")).text
    decide(complained, anna, kind="service")
    form = anna.get(at(complained, "/complaint/receipt")).text
    assert "Hej Mette. Tak, fordi du siger til." in form
    assert 'name="mode" value="private"' not in form
    version = str(complained.conversation().version)
    refused = anna.post(
        at(complained, "/complaint/receipt"), version=version, mode="public", body="Klage fra 211062-5629."
    )
    assert refused.status_code == 422
    assert "Klage fra 211062-5629." in refused.text
    sent = anna.post(at(complained, "/complaint/receipt"), version=version, mode="public", body="Vi har din klage.")
    assert sent.status_code == 303
    page = anna.get(at(complained)).text
    assert "the receipt is on its way" in page
    assert "Anna Krogh sent the receipt of the complaint" in page
    with reading(SYSTEM) as work:
        assert work.session.scalars(select(Message.holding).where(Message.direction == "out")).one()


def test_whom_it_is_about_reads_along_and_can_do_nothing(complained: House, come: Come) -> None:
    anna, jonas = come(complained.anna), come(complained.jonas)
    before = jonas.get(at(complained)).text
    assert "/take?" in before
    decide(complained, anna, kind="staff", about=str(complained.jonas.id))
    page = jonas.get(at(complained)).text
    assert "This is a complaint about you." in page
    assert "/take?" not in page
    assert "/complaint/back" not in page
    assert "Anna Krogh" not in page[page.index('id="talk"') : page.index("</main>")]
    for_anna = anna.get(at(complained, "/hand-over")).text
    assert "Lone Vestergaard" in for_anna
    assert "Jonas Lind" not in for_anna
    version = str(complained.conversation().version)
    for address, fields in (
        ("/take", {}),
        ("/solve", {}),
        ("/dismiss", {"reason": "thanks"}),
        ("/answer", {"mode": "public", "body": "Nej."}),
        ("/complaint/back", {}),
        ("/complaint/no", {}),
        ("/snooze", {"day": "2099-01-01", "hour": "10:00"}),
        ("/rank", {"priority": "1"}),
    ):
        refused = jonas.post(at(complained, address), version=version, **fields)
        assert refused.status_code in (409, 422), (address, refused.status_code)
        if refused.status_code == 409:
            assert "This is a complaint about you." in refused.text, address
    assert complained.conversation().assignee_id != complained.jonas.id


def test_the_lead_lists_what_is_open_late_ones_first(complained: House, come: Come) -> None:
    anna, lone = come(complained.anna), come(complained.lone)
    decide(complained, anna, kind="staff", about=str(complained.jonas.id))
    page = lone.get("/complaints").text
    assert "About a colleague: Jonas Lind" in page
    assert "decided by Anna Krogh" in page
    assert "Mette Holm" in page
    assert 'href="/complaints"' in lone.get("/lead").text
    assert anna.get("/complaints").status_code == 403
    assert come(complained.jonas).get("/complaints").status_code == 403


def test_about_the_lead_their_list_says_nothing(complained: House, come: Come) -> None:
    decide(complained, come(complained.anna), kind="staff", about=str(complained.lone.id))
    page = come(complained.lone).get("/complaints").text
    assert "Anna Krogh" not in page
    assert complained.conversation().reference not in page


def test_the_auditor_reads_counts_and_nobodys_name(complained: House, come: Come, rikke: Actor) -> None:
    auditor = come(rikke)
    assert "No public complaint yet" in auditor.get("/complaints").text
    decide(complained, come(complained.anna), kind="decision")
    page = auditor.get("/complaints").text
    assert "About a decision" in page
    assert "Mette" not in page
    assert complained.conversation().reference not in page
    with uow(SYSTEM) as work:
        work.session.execute(update(Complaint).values(public=False))
    assert "No public complaint yet" in auditor.get("/complaints").text


def test_settings_are_saved_by_kind_and_refused_beside_the_field(founded: House, come: Come, per: Actor) -> None:
    lone, admin = come(founded.lone), come(per)
    page = admin.get("/settings/complaints").text
    assert "klage over en afgørelse" in page or "appeal against a decision" in page
    fields = {"version": "0", "receipt_days": "1", "answer_days": "5", "goes": f"person:{founded.anna.id}"}
    texts = {"text-da": "Hej {name}. Svar senest {by}.", "text-nb": "", "text-en": ""}
    assert lone.post("/settings/complaints", kind="service", **fields, **texts).status_code == 303
    kept = one(ComplaintRule)
    assert (kept.answer_days, kept.agent_id, dict(kept.texts)) == (5, founded.anna.id, {"da": texts["text-da"]})
    again = lone.get("/settings/complaints").text
    assert "Hej {name}. Svar senest {by}." in again
    assert f'value="person:{founded.anna.id}" selected' in again
    late = admin.post("/settings/complaints", kind="service", **fields, **{**texts, "text-da": "Mine ord."})
    assert late.status_code == 409
    assert "Mine ord." in late.text
    assert 'name="version" value="1"' in late.text
    wrong = lone.post("/settings/complaints", kind="staff", **{**fields, "receipt_days": "snart"}, **texts)
    assert wrong.status_code == 422
    assert 'id="staff-receipt-error"' in wrong.text
    assert 'value="snart"' in wrong.text
    for nobody in (come(founded.anna), come(founded.jonas)):
        assert nobody.get("/settings/complaints").status_code == 403
    assert lone.post("/settings/complaints", kind="politics", **fields, **texts).status_code == 422


def test_opening_a_conversation_reads_no_statement_more_for_it(complained: House, come: Come) -> None:
    anna = come(complained.anna)
    anna.get(at(complained))
    with statements() as before:
        anna.get(at(complained))
    decide(complained, anna, kind="service")
    anna.get(at(complained))
    with statements() as after:
        anna.get(at(complained))
    assert len(after) == len(before)


def test_the_back_office_asks_back_and_is_answered_in_the_thread(complained: House, come: Come) -> None:
    with uow(SYSTEM) as work:
        ida_id: UUID = agents.add(
            work,
            email="ida@nordby.example",
            full_name="Ida Berg",
            roles=["back_office"],
            password_hash="invented",
            language="en",
        )
        unit = units.save(work, units.Entry("Vej og Park", minutes=90, people=[ida_id]))
    ida = come(Actor(ida_id, "Ida Berg", frozenset({Role.BACK_OFFICE}), complained.anna.teams))
    anna = come(complained.anna)
    asked = anna.post(
        at(complained, "/silo"),
        version=str(complained.conversation().version),
        silo=str(unit),
        question="Hvornår?",
        mode="public",
    )
    assert asked.status_code == 303
    link = re.search(r'href="(/silo/[0-9a-f-]{36})"', ida.get("/silo").text)
    assert link is not None
    page = ida.get(link[1]).text
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key is not None
    assert f'hx-get="{link[1]}/again"' in page
    nothing = ida.post(f"{link[1]}/back", key=key[1], text=" ")
    assert nothing.status_code == 422
    assert "Write what you need to know." in nothing.text
    assert ida.post(f"{link[1]}/back", key=key[1], text="Hvad er <adressen>?").status_code == 303
    shown = anna.get(at(complained)).text
    assert "Ida Berg, Vej og Park, wants to know:" in shown
    assert "Hvad er &lt;adressen&gt;?" in shown
    tell = re.search(rf'action="({at(complained)}/silo/remark/[0-9a-f-]{{36}})', shown)
    assert tell is not None
    assert anna.post(tell[1], text="").status_code == 422
    assert anna.post(tell[1], text="Mølledam 4.").status_code == 303
    again = ida.get(f"{link[1]}/again").text
    assert "Mølledam 4." in again
    assert 'data-merge="thread"' in again
    assert 'id="silo-state" hx-swap-oob="true"' in again
    assert "<textarea" not in again
    assert come(complained.jonas).get(f"{link[1]}/again").status_code == 403
