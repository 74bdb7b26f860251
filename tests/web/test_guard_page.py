"""What the guard asks, through the doors: beside the text, in the refusal, with every word kept, and in the thread."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import select

from inbox.domain.actors import SYSTEM
from inbox.models import GuardReason, Message, Organisation
from inbox.uow import reading, uow
from tests.house import House, post
from tests.web.conftest import Come

pytestmark = pytest.mark.usefixtures("noon")
WORDS = "I har ret til det. Ring til Pia på 55 00 00 00."


def said() -> list[str]:
    with reading(SYSTEM) as work:
        return list(work.session.scalars(select(Message.text).where(Message.direction == "out")))


@pytest.fixture
def place(founded: House) -> str:
    with uow(SYSTEM) as work:
        work.session.scalars(select(Organisation)).one().safe_places = {"phone": "70 10 20 30"}
    founded.news(post())
    return f"/c/{founded.conversation().id}"


def test_while_one_writes_it_asks_and_the_button_says_so(founded: House, come: Come, place: str) -> None:
    page = html.unescape(come(founded.anna).post(f"{place}/measure", mode="public", body=WORDS).text)
    assert "2 things to look at." in page
    assert "It sounds like a ruling, not guidance. There is a telephone number." in page
    assert 'data-swap="55 00 00 00" data-by="70 10 20 30"' in page
    assert re.search(r'id="label-public" hx-swap-oob="true">\s*Send anyway as Anna<', page)
    assert 'data-blocked="no"' in page
    calm = html.unescape(come(founded.anna).post(f"{place}/measure", mode="public", body="Vi åbner kl. 7.").text)
    assert "to look at" not in calm
    assert re.search(r'id="label-public" hx-swap-oob="true">\s*Send as Anna<', calm)


def test_a_number_is_stopped_and_a_safe_way_is_offered(founded: House, come: Come, place: str) -> None:
    for mode in ("public", "private"):
        page = html.unescape(come(founded.anna).post(f"{place}/measure", mode=mode, body="Dit nr. 070761-4285").text)
        assert 'data-blocked="yes"' in page
        assert "Take the number out" in page
        assert 'data-swap="070761-4285" data-adds="' in page
        assert "70 10 20 30" in page


@pytest.mark.parametrize(
    ("country", "instead"), [("DK", "Use Digital Post, or self-service with MitID."), ("NO", "Use Digipost, or self-")]
)
@pytest.mark.parametrize(
    ("number", "named"),
    [("070761-4285", "It is a Danish CPR number."), ("30108299920", "It is a Norwegian fødselsnummer or D-nummer.")],
)
def test_a_number_is_named_by_its_own_country_and_the_way_out_by_ours(
    founded: House, come: Come, place: str, country: str, instead: str, number: str, named: str
) -> None:
    with uow(SYSTEM) as work:
        work.session.scalars(select(Organisation)).one().country = country
    page = html.unescape(come(founded.anna).post(f"{place}/measure", mode="public", body=f"Dit nr. {number}").text)
    told = page.split('role="alert">')[1].split("</p>")[0]
    assert "The answer holds a national identity number." in told
    assert named in told
    assert told.count("It is a ") == 1
    assert instead in told


@pytest.mark.parametrize("reason", ["", "other", "because I say so"])
def test_without_a_reason_nothing_is_sent_and_every_word_stays(
    founded: House, come: Come, place: str, reason: str
) -> None:
    answer = come(founded.anna).post(
        f"{place}/answer", mode="public", body=WORDS, version="1", reason=reason, because=" "
    )
    page = html.unescape(answer.text)
    assert answer.status_code == 422
    assert said() == []
    assert WORDS in page
    assert 'id="reason-public"' in page
    assert ("Write why it may stand there." if reason == "other" else "Say why it may stand there") in page


def test_with_a_reason_it_goes_out_and_colleagues_see_why(founded: House, come: Come, place: str) -> None:
    answer = come(founded.anna).post(
        f"{place}/answer", mode="public", body=WORDS, version="1", reason="other", because="Pia <b>vil</b> det"
    )
    assert answer.status_code == 303
    assert len(said()) == 1
    with reading(SYSTEM) as work:
        kept = work.session.scalars(select(GuardReason)).one()
        assert (kept.asked, kept.reason, kept.words) == (["phone_number", "ruling"], "other", "Pia <b>vil</b> det")
    page = come(founded.jonas).get(place).text
    assert "Anna Krogh sent it with a telephone number, words of a ruling: Pia &lt;b&gt;vil&lt;/b&gt; det" in page
    audited = come(founded.lone).get("/audit").text
    assert "Sent with a telephone number, words of a ruling: Pia &lt;b&gt;vil&lt;/b&gt; det" in audited


def test_what_was_refused_keeps_the_reason_that_was_chosen(founded: House, come: Come, place: str) -> None:
    page = come(founded.anna).post(
        f"{place}/answer", mode="public", body=WORDS, version="7", reason="agreed", because=""
    )
    assert page.status_code == 409
    assert '<option value="agreed" selected>' in page.text
