"""Two keys on the pages: whoever can release sees how, nobody else does, and both names stand where they belong."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, update

from inbox.domain.actors import SYSTEM, Actor
from inbox.models import Agent, Delivery, Draft, Tag
from inbox.services import replies, tagging
from inbox.uow import reading, uow
from tests.house import House, post
from tests.web.conftest import Come, Person

RELEASE = "Release it"


def held(house: House) -> UUID:
    """Anna is new, and has answered Mette."""
    house.news(post())
    with uow(SYSTEM) as work:
        work.session.execute(update(Agent).where(Agent.id == house.anna.id).values(two_keys=True))
    seen = house.conversation()
    with uow(house.anna) as work:
        return replies.reply(
            work, seen.id, version=seen.version, visibility="public", body="Den åbner klokken 7."
        ).message_id


def conversation(house: House, person: Person) -> str:
    return person.get(f"/c/{house.conversation().id}").text


def state(message_id: UUID) -> str:
    with reading(SYSTEM) as work:
        return work.session.scalars(select(Delivery.state).where(Delivery.message_id == message_id)).one()


def test_a_colleague_releases_it_where_it_stands(founded: House, come: Come, rikke: Actor) -> None:
    message_id = held(founded)
    jonas, seen = come(founded.jonas), founded.conversation()
    page = conversation(founded, jonas)
    assert RELEASE in page
    assert "it goes out signed by Anna Krogh" in page
    assert "Its author is new here." in page
    assert "Waits for a colleague" in page
    # The chip in the list, and the view in the rail with its number.
    assert '<span class="chip">Waits for a colleague</span>' in jonas.get("/?view=open").text
    assert jonas.get("/?view=to_release").text.count('class="row"') == 1

    answer = jonas.post(f"/messages/{message_id}/release?conversation={seen.id}", version=str(seen.version))
    assert answer.status_code == 303
    assert state(message_id) == "queued"
    after = conversation(founded, jonas)
    assert "Jonas Lind released the answer from Anna Krogh" in after
    assert "Released by Jonas Lind" in after
    assert RELEASE not in after

    history = come(rikke).get("/audit").text
    assert "Released by Jonas Lind" in history
    assert "proof of the release" in history


def test_its_author_and_who_is_new_see_that_it_waits_and_no_key(founded: House, come: Come, rikke: Actor) -> None:
    message_id = held(founded)
    with uow(SYSTEM) as work:
        work.session.execute(update(Agent).where(Agent.id == founded.jonas.id).values(two_keys=True))
    anna = come(founded.anna)
    page = conversation(founded, anna)
    assert "Waits for a colleague" in page
    assert f'action="/messages/{message_id}/undo' in page
    assert "Two keys: a colleague releases it before it goes out." in page
    # There is nothing to count down, and no toast.
    assert 'class="toast"' not in page
    for person in (anna, come(founded.jonas)):
        assert RELEASE not in conversation(founded, person)
        assert "to_release" not in person.get("/?view=open").text
    version = str(founded.conversation().version)
    assert anna.post(f"/messages/{message_id}/release", version=version).status_code == 403
    assert anna.post(f"/messages/{message_id}/give-back", version=version, note="Nej").status_code == 403
    assert come(rikke).post(f"/messages/{message_id}/release", version=version).status_code == 403
    assert state(message_id) == "held"
    assert "Waits for a colleague" in come(rikke).get("/audit").text


def test_a_note_that_is_missing_is_asked_for_beside_its_field(founded: House, come: Come) -> None:
    message_id = held(founded)
    seen = founded.conversation()
    address = f"/messages/{message_id}/give-back?conversation={seen.id}"
    lone = come(founded.lone)
    refused = lone.post(address, version=str(seen.version), note=" ")
    assert refused.status_code == 422
    assert f'id="wrong-{message_id}">The note is empty. Write something first.' in refused.text

    given = lone.post(address, version=str(seen.version), note="Nævn også lørdag.")
    assert given.status_code == 303
    page = conversation(founded, come(founded.anna))
    assert "Lone Vestergaard gave an answer back with a note" in page
    assert "Nævn også lørdag." in page
    assert ">Den åbner klokken 7.</textarea>" in page
    told = come(founded.anna).get("/notices").text
    assert "Lone Vestergaard gave your answer to Mette Holm back" in told


def test_who_comes_too_late_keeps_the_note(founded: House, come: Come) -> None:
    message_id = held(founded)
    seen = founded.conversation()
    with uow(founded.anna) as work:
        replies.undo(work, message_id)
    late = come(founded.lone).post(
        f"/messages/{message_id}/give-back?conversation={seen.id}", version=str(seen.version), note="Nævn lørdag."
    )
    assert late.status_code == 409
    with reading(SYSTEM) as work:
        notes = [(row.agent_id, row.text) for row in work.session.scalars(select(Draft)) if row.mode == "note"]
    assert notes == [(founded.lone.id, "Nævn lørdag.")]


def test_who_is_new_and_what_is_sensitive_is_ticked_in_the_settings(founded: House, come: Come, per: Actor) -> None:
    team = next(iter(founded.anna.teams))
    with uow(founded.lone) as work:
        tag_id = tagging.made(work, "Underretning")
    for arranger in (founded.lone, per):
        person = come(arranger)
        assert "a colleague releases what Anna Krogh answers" in person.get("/settings/people").text
        address = f"/settings/people/team/{team}/person/{founded.anna.id}"
        assert person.post(address, two_keys="yes").status_code == 303
        assert ticked() == ([founded.anna.id], [])
        assert person.post("/settings/people/tags", tags=str(tag_id)).status_code == 303
        assert ticked() == ([founded.anna.id], [tag_id])
        assert person.get("/settings/people").text.count(" checked") >= 3
        assert person.post("/settings/people/tags").status_code == 303
        assert person.post(address).status_code == 303
        assert ticked() == ([], [])
    assert come(founded.anna).post("/settings/people/tags", tags=str(tag_id)).status_code == 403
    # A refused form comes back with the tick that was set.
    wrong = come(per).post(f"/settings/people/team/{team}/person/{founded.anna.id}", capacity="ti", two_keys="yes")
    assert wrong.status_code == 422
    assert 'name="two_keys" value="yes" checked' in wrong.text
    assert ticked() == ([], [])


def ticked() -> tuple[list[UUID], list[UUID]]:
    with reading(SYSTEM) as work:
        return (
            list(work.session.scalars(select(Agent.id).where(Agent.two_keys))),
            list(work.session.scalars(select(Tag.id).where(Tag.two_keys))),
        )
