"""The page on which somebody says how they sign, and that nothing else of a person reaches the outside."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from inbox.domain import permissions
from inbox.domain.actors import SYSTEM, Actor
from inbox.models import Account, Agent, Delivery, Message
from inbox.queries.outbox import parcel
from inbox.services import handing_over, names, replies
from inbox.uow import reading, uow
from tests.architecture import scene
from tests.architecture.scene import STRANGER, Visitor
from tests.house import House, post
from tests.web.conftest import Come, forget

OWN = "Team Borgerservice · AK"


def test_a_person_changes_their_own_and_an_administrator_anybodys(founded: House, come: Come, per: Actor) -> None:
    anna, admin = come(founded.anna), come(per)
    page = anna.get("/me/name").text
    assert "signs as Anna" in page
    for form in ("Anna Krogh", "Anna K.", "Anna"):
        assert f'<span class="faint">{form}</span>' in page
    assert 'value="first" checked' in page
    assert 'href="/me/name"' in anna.get("/me").text
    assert anna.post("/me/name", form="first_initial").status_code == 303
    page = anna.get("/me/name?saved=yes").text
    assert "signs as Anna K." in page
    assert "Anna → <b>Anna K.</b>" in page

    address = f"/settings/people/{founded.anna.id}/name"
    assert f'href="{address}"' in admin.get("/settings").text
    assert admin.post(address, form="agreed", agreed=OWN).status_code == 303
    page = admin.get(address).text
    assert f'value="{OWN}"' in page
    assert "Per Skov" in page
    for other in (founded.jonas, founded.lone):
        assert come(other).get(address).status_code == 403
        assert come(other).post(address, form="full").status_code == 403
    assert address not in come(founded.lone).get("/settings").text


def test_a_name_that_is_taken_is_said_beside_its_field_with_what_was_typed(founded: House, come: Come) -> None:
    refused = come(founded.lone).post("/me/name", form="agreed", agreed="jonas")
    assert refused.status_code == 422
    assert 'id="wrong-agreed">The public name “jonas” is somebody else’s, for good.' in refused.text
    assert 'value="jonas"' in refused.text
    assert 'value="agreed" checked' in refused.text


@pytest.fixture
def private(app: Flask) -> list[str]:
    """Everything of our people that is nobody's business outside, of a house in which all that can be said was said."""
    made = scene.made_for(STRANGER)
    anna = made.actors["agent"]
    assert anna.id is not None
    with uow(anna) as work:
        names.change(work, anna.id, "agreed", OWN)
    with reading(SYSTEM) as work:
        return [
            private
            for agent in work.session.scalars(select(Agent))
            for private in (str(agent.id), agent.id.hex, agent.email, agent.full_name, agent.fs_uniquifier)
        ]


def test_nothing_private_of_our_people_stands_on_a_page_that_strangers_reach(app: Flask, private: list[str]) -> None:
    stranger = Visitor(app, None)
    reached = []
    for rule in app.url_map.iter_rules():
        # The square is a platform of its own: what goes out there is looked at below. A platform's call is signed.
        if not permissions.at(rule.endpoint).strangers or rule.endpoint.startswith("hooks."):
            continue
        for address in (rule.rule.replace("<path:name>", "icon.svg"), f"{rule.rule}?next=/settings/people"):
            forget()
            page = stranger.browser.get(address)
            reached.append(rule.endpoint)
            assert [one for one in private if one in page.get_data(as_text=True) + str(page.headers)] == [], address
            page.close()
    forget()
    for lost in ("/nowhere", "/audit", "/lead/incidents", "/settings/people"):
        page = stranger.browser.get(lost)
        assert [one for one in private if one in page.text + str(page.headers)] == [], lost
    assert {"security.login", "health.health"} <= set(reached)


def test_nothing_private_of_our_people_goes_out_with_an_answer(private: list[str]) -> None:
    with reading(SYSTEM) as work:
        ids = work.session.scalars(select(Delivery.id)).all()
        outside = [repr(parcel(work, id_).post) for id_ in ids]
        handles = [repr((one.name, one.handle)) for one in work.session.scalars(select(Account))]
    assert len(ids) >= 5
    found = [one for one in private for said in (*outside, *handles) if one in said]
    assert found == []


def test_the_line_that_is_laid_for_a_colleague_and_every_answer_say_public_names_alone(
    founded: House, come: Come
) -> None:
    assert founded.anna.id is not None
    founded.news(post())
    with uow(founded.anna) as work:
        names.change(work, founded.anna.id, "agreed", OWN)
    seen = founded.conversation()
    with uow(founded.anna) as work:
        replies.reply(work, seen.id, version=seen.version, visibility="public", body="Klokken 7.")
    seen = founded.conversation()
    with uow(founded.anna) as work:
        handing_over.hand_over(work, seen.id, seen.version, founded.jonas.id, with_line=True)
    with reading(SYSTEM) as work:
        said = work.session.scalars(select(Message).where(Message.direction == "out")).one()
        assert said.text.endswith(f"– {OWN}, Nordby Kommune")
    laid = come(founded.jonas).get(f"/c/{seen.id}").text
    assert OWN in laid
