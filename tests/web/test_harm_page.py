"""A threat on the pages: one act under the message, an incident that only leads see, and evidence byte for byte."""

from __future__ import annotations

import hashlib
from uuid import UUID

from sqlalchemy import select

from inbox.domain.actors import SYSTEM, Actor
from inbox.models import Incident, Message
from inbox.uow import reading
from tests.house import House, post
from tests.web.conftest import Come, Person

WORDS = "@nordby Jeg ved, hvor du bor, og dit nummer er 211062-5629."
MASKED = "Jeg ved, hvor du bor"


def threatened(house: House) -> UUID:
    house.news(post(WORDS))
    with reading(SYSTEM) as work:
        return work.session.scalars(select(Message.id)).one()


def report(house: House, anna: Person, message_id: UUID, **fields: str) -> UUID:
    conversation_id = house.conversation().id
    answer = anna.post(f"/messages/{message_id}/threat?conversation={conversation_id}", **{"kind": "threat", **fields})
    assert answer.status_code == 303
    with reading(SYSTEM) as work:
        return work.session.scalars(select(Incident.id).order_by(Incident.at.desc()).limit(1)).one()


def test_it_is_one_act_and_what_is_kept_is_the_leads(founded: House, come: Come, rikke: Actor, per: Actor) -> None:
    message_id = threatened(founded)
    anna, lone = come(founded.anna), come(founded.lone)
    assert f'href="/messages/{message_id}/moderate"' in anna.get(f"/c/{founded.conversation().id}").text
    about = anna.get(f"/messages/{message_id}/moderate").text
    assert "Report a threat against me" in about
    assert "Report harassment against me" in about
    incident_id = report(founded, anna, message_id, words="Han ringer <også>.")
    assert "Anna Krogh reported a threat against themselves" in anna.get(f"/c/{founded.conversation().id}").text

    listed = lone.get("/lead/incidents").text
    assert "Anna Krogh" in listed
    page = lone.get(f"/lead/incidents/{incident_id}").text
    assert MASKED in page
    assert "211062" not in page
    assert "Han ringer &lt;også&gt;." in page
    assert "✓ Unchanged" in page
    assert "/lead/incidents" in lone.get("/lead").text

    for nobody in (anna, come(founded.jonas), come(rikke), come(per)):
        assert nobody.get("/lead/incidents").status_code == 403
        assert nobody.get(f"/lead/incidents/{incident_id}").status_code == 403
        assert nobody.post(f"/lead/incidents/{incident_id}/evidence").status_code == 403
        assert nobody.post(f"/lead/incidents/{incident_id}/close", note="Meldt.").status_code == 403


def test_the_evidence_is_a_file_whose_bytes_fit_the_digest_and_taking_it_is_kept(founded: House, come: Come) -> None:
    incident_id = report(founded, come(founded.anna), threatened(founded))
    lone = come(founded.lone)
    file = lone.post(f"/lead/incidents/{incident_id}/evidence")
    digest = hashlib.sha256(file.data).hexdigest()
    assert digest in lone.get(f"/lead/incidents/{incident_id}").text
    assert WORDS in file.text
    assert file.headers["Content-Disposition"].startswith("attachment; filename=")
    assert digest[:12] in file.headers["Content-Disposition"]
    assert file.headers["Cache-Control"] == "no-store"
    assert "Lone Vestergaard took the evidence out" in lone.get(f"/c/{founded.conversation().id}").text
    assert lone.get(f"/lead/incidents/{incident_id}/evidence").status_code == 405


def test_it_is_closed_with_a_note_that_must_say_something(founded: House, come: Come) -> None:
    incident_id = report(founded, come(founded.anna), threatened(founded))
    lone = come(founded.lone)
    refused = lone.post(f"/lead/incidents/{incident_id}/close", note=" ")
    assert refused.status_code == 422
    assert 'id="note-error">Write what was done about it.' in refused.text
    assert lone.post(f"/lead/incidents/{incident_id}/close", note="Meldt til politiet.").status_code == 303
    page = lone.get(f"/lead/incidents/{incident_id}").text
    assert "Meldt til politiet." in page
    assert "Close the incident" not in page
    assert lone.post(f"/lead/incidents/{incident_id}/close", note="Igen.").status_code == 409


def test_the_notice_leads_there_and_says_nothing_of_what_was_written(founded: House, come: Come) -> None:
    founded.news(post(WORDS, visibility="private"))
    with reading(SYSTEM) as work:
        message_id = work.session.scalars(select(Message.id)).one()
    incident_id = report(founded, come(founded.anna), message_id)
    lone = come(founded.lone)
    assert lone.post("/notices/browser", browser="yes").status_code == 303
    told = lone.get("/notices").text
    assert "Anna Krogh reports a threat in the conversation with Mette Holm" in told
    aloud = lone.get("/notices/count").text
    assert MASKED not in told + aloud
    assert "Mette" not in aloud
    link = next(part for part in told.split('href="') if part.startswith("/notices/0")).split('"')[0]
    assert lone.get(link).location == f"/lead/incidents/{incident_id}"


def test_reported_twice_or_as_nothing_it_says_why_not(founded: House, come: Come) -> None:
    message_id = threatened(founded)
    anna = come(founded.anna)
    report(founded, anna, message_id)
    address = f"/messages/{message_id}/threat?conversation={founded.conversation().id}"
    again = anna.post(address, kind="threat")
    assert again.status_code == 409
    assert "You have reported this already." in again.text
    nothing = come(founded.jonas).post(address, kind="criticism")
    assert nothing.status_code == 422
    assert "Say whether it is a threat or harassment." in nothing.text
