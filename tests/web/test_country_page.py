"""The page of the country: places filled, refused beside their field, kept when somebody else was first."""

from __future__ import annotations

import html

import pytest

from inbox.domain.actors import SYSTEM, Actor
from inbox.queries import countries as reads
from inbox.uow import reading
from tests.house import House
from tests.web.conftest import Come

AT = "/settings/country"
FILLED = {"country": "DK", "way-digital_post": "https://post.nordby.example", "way-phone": "70 10 20 30"}


def chosen() -> reads.Chosen:
    with reading(SYSTEM) as work:
        return reads.chosen(work)


def test_the_places_are_filled_and_read_in_the_sentence(founded: House, come: Come) -> None:
    lone = come(founded.lone)
    assert "Call us on …, and we will help you from there." in lone.get(AT).text
    saved = lone.post(AT, **FILLED, version="0")
    assert saved.status_code == 303
    page = lone.get(saved.location).text
    assert "Saved." in page
    assert "Call us on 70 10 20 30" in page
    assert "https://post.nordby.example" in lone.get("/settings").text


def test_another_country_is_looked_at_before_it_is_chosen(founded: House, come: Come) -> None:
    lone = come(founded.lone)
    norway = lone.get(f"{AT}?country=NO").text
    assert "Digipost" in norway
    assert "resident" in norway
    assert "Save and use Norway" in norway
    assert chosen().pack.code == "DK"
    assert lone.post(AT, country="NO", version="0").status_code == 303
    assert chosen().pack.code == "NO"


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"way-phone": "ring"}, "phone", "Write a telephone number in digits"),
        ({"way-digital_post": "http://nordby.example"}, "digital_post", "begins with https://"),
        ({"way-secure_form": "https://x.example/" + "x" * 100_000}, "secure_form", "At most 300 characters"),
        ({"country": "SE"}, "country", "Choose a country"),
    ],
)
def test_what_is_no_place_is_said_beside_its_field_and_kept(
    founded: House, come: Come, given: dict[str, str], field: str, sentence: str
) -> None:
    answer = come(founded.lone).post(AT, **{**FILLED, **given}, version="0")
    assert answer.status_code == 422
    said = answer.text.split(f'id="wrong-{field}">')[1].split("</p>", maxsplit=1)[0]
    assert sentence in html.unescape(said)
    assert all(f'value="{text}"' in answer.text for name, text in {**FILLED, **given}.items() if name != "country")
    assert chosen().places == {}


def test_the_second_of_two_is_told_and_her_places_are_kept(founded: House, come: Come, per: Actor) -> None:
    assert come(per).post(AT, **FILLED, version="0").status_code == 303
    lone = come(founded.lone)
    refused = lone.post(AT, **{**FILLED, "way-phone": "12 34 56 78"}, version="0")
    assert refused.status_code == 409
    assert 'value="12 34 56 78"' in refused.text
    assert 'name="version" value="1"' in refused.text
    assert chosen().places["phone"] == "70 10 20 30"
    assert lone.post(AT, **{**FILLED, "way-phone": "12 34 56 78"}, version="1").status_code == 303
    assert lone.post(AT, **FILLED, version="x").status_code == 409


def test_whoever_only_answers_may_read_it(founded: House, come: Come) -> None:
    anna = come(founded.anna)
    page = anna.get(AT).text
    assert "readonly" in page
    assert '<button class="primary"' not in page
    assert anna.post(AT, **FILLED, version="0").status_code == 403
    assert anna.get(f"{AT}?country=SE").status_code == 422


@pytest.mark.parametrize(
    ("code", "own", "other"),
    [
        ("DK", "Danish CPR numbers", "Norwegian fødselsnummer and D-nummer"),
        ("NO", "Norwegian fødselsnummer and D-nummer", "Danish CPR numbers"),
    ],
)
def test_the_other_countrys_numbers_are_said_to_be_guarded_too(
    founded: House, come: Come, code: str, own: str, other: str
) -> None:
    page = come(founded.lone).get(f"{AT}?country={code}").text
    assert f"<dt>National numbers</dt><dd>{own}</dd>" in page
    assert f"<dt>Guarded too, everywhere</dt><dd>{other}</dd>" in page
