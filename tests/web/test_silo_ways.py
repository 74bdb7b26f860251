"""An administrator chooses how a unit is reached, tries it, and sees what went wrong; desk and lead see it red."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import update

from inbox.domain.actors import SYSTEM, Actor
from inbox.models import Agent, Draft, Silo, SiloAnswer, SiloErrand, SiloTicket
from inbox.services import silo_receiving, silo_targets
from inbox.uow import reading, uow
from tests.house import House, post
from tests.services.answering import count, one
from tests.web.conftest import Come, Person
from tests.web.silo_page import ask, plain
from tests.workers.silo_receiver import KEY, KEY_ID, Receiver, receiving

PAGE = "/settings/back-office"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def fields(receiver: Receiver, **changed: str) -> dict[str, str]:
    return {
        "name": "Vej og Park",
        "minutes": "90",
        "active": "yes",
        "target": "webhook",
        "sees": "question",
        "webhook-url": receiver.url,
        "webhook-key_id": KEY_ID,
        "webhook-key": KEY,
    } | changed


def kept(silo_id: UUID) -> dict[str, str]:
    with reading(SYSTEM) as work:
        return silo_targets.settings(work, work.session.get_one(Silo, silo_id))


def made(at_per: Person, receiver: Receiver, **changed: str) -> UUID:
    assert at_per.post(PAGE, **fields(receiver, **changed)).status_code == 303
    return one(Silo).id


def test_a_way_is_chosen_and_its_secret_is_never_shown_again(come: Come, per: Actor, receiver: Receiver) -> None:
    at_per = come(per)
    new = at_per.get(f"{PAGE}/new").text
    for words in ("At the desk of this house", "E-mail", "Another authority", "Webhook"):
        assert words in new
    unit = made(at_per, receiver)
    assert (kept(unit)["key"], one(Silo).sees) == (KEY, "question")
    page = at_per.get(f"{PAGE}/{unit}").text
    assert receiver.url in page
    assert KEY not in page
    assert "One is kept." in page
    assert f"/hooks/silo/{unit}" in page
    ours = kept(unit)[""]
    assert ours not in page
    assert at_per.post(PAGE, **fields(receiver, unit=str(unit), **{"webhook-key": ""})).status_code == 303
    assert (kept(unit)["key"], kept(unit)[""]) == (KEY, ours)
    assert KEY.encode() not in (one(Silo).settings or b"")


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"webhook-url": ""}, "webhook-url", "Fill this in"),
        ({"webhook-url": "ftp://x"}, "webhook-url", "An address begins with https://."),
        ({"webhook-key": ""}, "webhook-key", "Fill this in"),
        ({"webhook-key": "fifteen letters"}, "webhook-key", "This has at least 16 characters."),
        ({"target": "pigeon"}, "target", "Choose how they are reached."),
        ({"sees": "all"}, "sees", "Choose what they may see."),
    ],
)
def test_a_missing_field_says_what_to_do(
    come: Come, per: Actor, receiver: Receiver, wrong: dict[str, str], field: str, says: str
) -> None:
    at_per = come(per)
    for address in (PAGE, f"{PAGE}/try"):
        if field == "sees" and address != PAGE:
            continue
        refused = at_per.post(address, **fields(receiver, **wrong))
        assert refused.status_code == 422
        assert says in plain(refused.text)
    assert count(Silo) == 0


@pytest.mark.parametrize("language", ["en", "da", "nb"])
def test_trying_it_says_what_is_wrong_and_keeps_nothing(
    come: Come, per: Actor, receiver: Receiver, language: str
) -> None:
    with uow(SYSTEM) as work:
        work.session.execute(update(Agent).values(language=language))
    at_per = come(per)

    def tried(**changed: str) -> str:
        page = at_per.post(f"{PAGE}/try", **fields(receiver, **changed)).text
        found = re.search(r'<div id="tried".*?</div>', page, re.DOTALL)
        assert found
        return plain(found[0])

    said = [
        tried(),
        tried(**{"webhook-key": "another key that is long"}),
        tried(**{"webhook-url": "http://127.0.0.1:9/"}),
        tried(target="email", **{"email-to": "x", "email-from": "y", "email-smtp_host": "z", "email-imap_host": "z"}),
        tried(target="authority", **{"authority-called": "Regionen"}),
    ]
    assert len(set(said)) == 5
    if language == "en":
        assert said[0] == "The other end answers and takes the key."
        assert "refuses the key" in said[1]
    else:
        assert {"da": "Den anden ende svarer og tager nøglen.", "nb": "Den andre enden svarer og godtar nøkkelen."}[
            language
        ] == said[0]
    assert count(Silo) == 0
    assert receiver.taken == {}


def test_nobody_but_an_administrator_may(come: Come, founded: House, receiver: Receiver) -> None:
    for actor in (founded.anna, founded.lone):
        assert come(actor).post(f"{PAGE}/try", **fields(receiver)).status_code == 403


def test_a_unit_that_cannot_be_reached_is_red_on_the_desk_at_the_lead_and_in_the_settings(
    come: Come, founded: House, per: Actor, receiver: Receiver
) -> None:
    founded.news(post())
    unit = made(come(per), receiver)
    anna = come(founded.anna)
    assert ask(anna, founded, unit)[0] == 303
    assert "It is on its way." in plain(anna.get(f"/c/{founded.conversation().id}").text)
    with uow(SYSTEM) as work:
        silo_targets.unreached(work, silo_targets.locked(work, unit), "Nobody answers at the unit’s address.", None)
        silo_receiving.refuse(work, unit, silo_receiving.FORGED)
        silo_receiving.refuse(work, unit, silo_receiving.FORGED)
    opened = plain(anna.get(f"/c/{founded.conversation().id}").text)
    assert "Nobody answers at the unit’s address." in opened
    assert "can’t be reached now; the question waits" in plain(anna.get(f"/c/{founded.conversation().id}/silo").text)
    lead = plain(come(founded.lone).get("/lead").text)
    assert "Nobody answers at the unit’s address. It is tried again by itself. · 1 question or reminder waits." in lead
    listed = plain(come(per).get(PAGE).text)
    assert "Can’t be reached. Nobody answers at the unit’s address." in listed
    assert "Set aside 2" in listed
    assert "A call was not signed as it should be. 2 times" in plain(come(per).get(f"{PAGE}/{unit}").text)


def test_another_authority_is_a_draft_at_once_and_counted(
    come: Come, founded: House, per: Actor, receiver: Receiver
) -> None:
    founded.news(post())
    entry = {"target": "authority", "authority-called": "Regionen", "authority-telephone": "12 34 56 78"}
    unit = made(come(per), receiver, name="Regionen", **entry)
    anna = come(founded.anna)
    assert ask(anna, founded, unit)[0] == 303
    draft = one(Draft)
    assert draft.agent_id == founded.anna.id
    assert draft.text.splitlines() == [
        "Hej. Det er Regionen, der tager sig af det. Du kan henvende dig direkte til dem.",
        "Telefon: 12 34 56 78",
    ]
    assert (one(SiloTicket).state, one(SiloAnswer).not_ours, founded.conversation().status) == (
        "answered",
        True,
        "open",
    )
    opened = plain(anna.get(f"/c/{founded.conversation().id}").text)
    assert "Regionen: not theirs, and who to ask instead" in opened
    assert "Another’s matter" in opened
    assert "Shown the way 1 question" in plain(come(per).get(PAGE).text)
    assert "Shown the way in the last four weeks Regionen 1 question" in plain(come(founded.lone).get("/lead").text)
    assert receiver.calls == []


def test_where_nobody_can_tell_the_agent_chooses(come: Come, founded: House, per: Actor, receiver: Receiver) -> None:
    founded.news(post())
    unit = made(come(per), receiver)
    anna = come(founded.anna)
    ask(anna, founded, unit)
    with uow(SYSTEM) as work:
        work.session.execute(update(SiloErrand).values(state="needs_human", due_at=None, attempts=1))
    page = anna.get(f"/c/{founded.conversation().id}").text
    assert "They have it" in page
    assert "Send it again" in page
    seen = founded.conversation()
    done = anna.post(f"/c/{seen.id}/silo/come", version=str(seen.version), ticket=str(one(SiloTicket).id), come="yes")
    assert done.status_code == 303
    assert one(SiloTicket).delivery == "delivered"
