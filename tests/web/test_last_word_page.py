"""“We stop here” on the pages: errors beside their fields, the reason in the head, and the list for its readers."""

from __future__ import annotations

from sqlalchemy import select

from inbox.domain.actors import SYSTEM, Actor
from inbox.models import Message, Stop
from inbox.uow import reading
from tests.house import House, post
from tests.web.conftest import Come, Person


def asked(house: House, **how: str) -> str:
    house.news(post("@nordby I er håbløse!", own_id="asked", **how))  # type: ignore[arg-type] # the post's own keywords
    return f"/c/{house.conversation().id}"


def stop(house: House, person: Person, **fields: str) -> int:
    given = {"version": str(house.conversation().version), "why": "repetition", "body": "Jeg stopper her.", **fields}
    return person.post(f"/c/{house.conversation().id}/stop", **given).status_code


def test_it_is_chosen_under_more_and_said_with_the_organisations_words(founded: House, come: Come) -> None:
    address = asked(founded)
    anna = come(founded.anna)
    assert 'popovertarget="stop"' in anna.get(address).text
    form = anna.get(f"{address}/stop").text
    assert ">Hej Mette. Jeg har svaret" in form
    assert "Criticism is no reason." in form
    assert stop(founded, anna, words="Fjerde gang.") == 303

    page = anna.get(address).text
    assert "We stopped here" in page
    assert "Anna Krogh: The same again and again. Fjerde gang." in page
    assert "Anna Krogh stopped here: The same again and again. Fjerde gang." in page
    assert f'action="{address}/stop/lift' in page
    assert '<span class="chip">stopped ' in anna.get("/?view=solved").text

    founded.news(post("Svar mig!", own_id="more", parent="asked", root="asked"))
    page = anna.get(address).text
    assert "Svar mig!" in page
    assert founded.conversation().status == "solved"

    version = str(founded.conversation().version)
    assert come(founded.jonas).post(f"{address}/stop/lift", version=version).status_code == 303
    page = anna.get(address).text
    assert "Jonas Lind took the stop back: it is answered as ever" in page
    assert "We stopped here" not in page
    assert come(founded.jonas).post(f"{address}/stop/lift", version=version).status_code == 409


def test_what_is_wrong_stands_beside_its_field_with_what_was_written(founded: House, come: Come) -> None:
    address = asked(founded)
    anna = come(founded.anna)
    version = str(founded.conversation().version)
    cases = [
        ({"why": ""}, 'id="stop-why-error">Choose why we stop here.'),
        ({"why": "other"}, 'id="stop-words-error">Write why we stop here.'),
        ({"body": " "}, 'id="stop-body-error">The answer is empty.'),
        ({"body": "Ring til Pia på 55 00 00 00"}, 'id="stop-reason-error">Say why it may stand there, or take it out.'),
    ]
    for given, words in cases:
        sent = {"version": version, "why": "abuse", "words": "Nu er det <nok>.", "body": "Jeg stopper her.", **given}
        if given.get("why") == "other":
            sent["words"] = ""
        refused = anna.post(f"{address}/stop", **sent)
        assert refused.status_code == 422
        assert words in refused.text
        assert given.get("body", "Jeg stopper her.") in refused.text
        if sent["words"]:
            assert 'value="Nu er det &lt;nok&gt;."' in refused.text
    with_reason = {"why": "abuse", "body": "Ring til Pia på 55 00 00 00", "reason": "citizen_asked", "version": version}
    with reading(SYSTEM) as work:
        assert work.session.scalars(select(Stop)).all() == []
    page = anna.post(f"{address}/stop", **{**with_reason, "version": "0"})
    assert page.status_code == 409
    assert "Something new has happened here" in page.text
    assert "Ring til Pia" in page.text


def test_lead_and_auditor_read_where_and_why_and_nothing_of_a_private_talk(
    founded: House, come: Come, rikke: Actor, per: Actor
) -> None:
    asked(founded)
    anna = come(founded.anna)
    stop(founded, anna, words="Fjerde gang.")
    history = come(rikke).get("/audit").text
    assert "Anna Krogh: The same again and again. Fjerde gang." in history
    for reader in (rikke, per, founded.lone):
        listed = come(reader).get("/audit/stops").text
        assert "The same again and again. Fjerde gang." in listed
        assert "proof of the last word" in listed
    for nobody in (founded.anna, founded.jonas):
        assert come(nobody).get("/audit/stops").status_code == 403


def test_of_a_private_talk_the_auditor_reads_that_we_stopped_and_no_words(
    founded: House, come: Come, rikke: Actor, per: Actor
) -> None:
    asked(founded, visibility="private")
    assert stop(founded, come(founded.anna), why="other", words="Hans naboer ringer.") == 303
    with reading(SYSTEM) as work:
        said = work.session.scalars(select(Message.visibility).where(Message.direction == "out")).one()
    assert said == "private"
    for reader in (rikke, per):
        listed = come(reader).get("/audit/stops").text
        assert "Something else" in listed
        assert "naboer" not in listed
        assert "proof of" not in listed
    assert "Hans naboer ringer." in come(founded.lone).get("/audit/stops").text
