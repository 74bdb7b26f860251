"""Where notices go outside, as an administrator sets it and as one chooses for oneself; and what a rise leads to."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from inbox.domain.actors import SYSTEM, Actor
from inbox.models import ReachHook
from inbox.services import gathering, reaching
from inbox.services.surges import MANY
from inbox.uow import reading, uow
from tests.house import House, post
from tests.web.conftest import Come

pytestmark = pytest.mark.usefixtures("noon")


def hook(come: Come, per: Actor, **more: str) -> str:
    fields = {"name": "Vagtkanalen", "shape": "generic", "address": "https://chat.example/T0/s3cret", "kinds": "acute"}
    door = come(per)
    return door.browser.post("/settings/reach", data={**fields, **more, "csrf_token": door.token}).text


def test_a_webhook_is_saved_its_secret_shown_once_and_its_address_never(founded: House, come: Come, per: Actor) -> None:
    page = hook(come, per)
    assert "It is shown this once:" in page
    again = come(per).get("/settings/reach").text
    assert "chat.example" in again
    assert "s3cret" not in page + again
    assert "It is shown this once:" not in again


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"address": "http://chat.example/x"}, "Write an address that begins with https://."),
        ({"address": "https://10.1.2.3/x"}, "This address leads into a private network."),
        ({"name": ""}, "Give it a name"),
        ({"kinds": "invented"}, "Choose at least one thing"),
        ({"shape": "fax"}, "Choose who reads it."),
    ],
)
def test_what_can_be_no_webhook_is_refused_beside_its_field(
    founded: House, come: Come, per: Actor, wrong: dict[str, str], says: str
) -> None:
    page = hook(come, per, **wrong)
    assert says in page
    assert "Notices go nowhere yet." in page


def test_a_try_waits_and_trouble_is_said_in_red(founded: House, come: Come, per: Actor) -> None:
    hook(come, per)
    with reading(SYSTEM) as work:
        (one,) = work.session.scalars(select(ReachHook))
        id_ = str(one.id)
    assert come(per).post("/settings/reach/try", hook=id_).status_code == 303
    assert "1 notice waits." in come(per).get("/settings/reach").text
    with uow(SYSTEM) as work:
        claimed = reaching.claim(work, timedelta(seconds=45))
        assert claimed is not None
        reaching.record(work, claimed, sent=False, trouble="answered 404", for_good=True)
    page = come(per).get("/settings/reach").text
    assert "Given up" in page
    assert "It answered 404." in page
    assert come(per).post("/settings/reach/off", hook=id_).status_code == 303
    assert "Notices go nowhere yet." in come(per).get("/settings/reach").text


def test_only_administrators_say_where_notices_go(founded: House, come: Come) -> None:
    for actor in (founded.anna, founded.lone):
        assert come(actor).get("/settings/reach").status_code == 403
        assert come(actor).post("/settings/reach", name="x").status_code == 403


def test_what_one_has_mailed_at_once_is_ones_own_choice(founded: House, come: Come) -> None:
    anna = come(founded.anna)
    assert anna.post("/me/mail", mail="mentioned").status_code == 303
    page = anna.get("/me?saved=mail").text
    assert re.search(r'name="mail" value="mentioned" checked', page)
    assert not re.search(r'name="mail" value="threat" checked', page)
    assert 'value="mentioned" checked' not in come(founded.jonas).get("/me").text


def test_a_rise_leads_to_its_gathering_and_names_nobody(founded: House, come: Come) -> None:
    people = [{"id": f"citizen-{n}", "handle": f"b{n}", "name": f"Borger {n}"} for n in range(MANY)]
    founded.news(*(post("@nordby Vandet er brunt i hanen, må det drikkes?", author=one) for one in people))
    (team,) = founded.anna.teams
    with uow(SYSTEM) as work:
        gathering.gather(work, team)
    lone = come(founded.lone)
    page = lone.get("/notices").text
    assert "Many write the same now" in page
    assert "Borger" not in page
    leads = re.search(r"/notices/[0-9a-f-]{36}", page)
    assert leads is not None
    assert "/gatherings/" in lone.get(leads.group()).headers["Location"]
    assert "Many write" not in lone.get("/notices/count").text
