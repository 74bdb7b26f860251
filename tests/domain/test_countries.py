"""What a country says: whole in three languages, and places that are looked at before they are published."""

from __future__ import annotations

from typing import get_args

import pytest

from inbox.domain import complaints, kinds, personal_data
from inbox.domain.countries import (
    LANGUAGES,
    PACKS,
    CountryPack,
    Unfilled,
    likely,
    number_name,
    pack,
    place_of,
    places_of,
)
from inbox.domain.errors import Invalid
from inbox.domain.public_holidays import SWITCHES

DENMARK, NORWAY = pack("DK"), pack("NO")
PHONE, FORM = (next(way for way in DENMARK.safe_ways if way.key == key) for key in ("phone", "secure_form"))


@pytest.mark.parametrize("code", sorted(PACKS))
def test_a_pack_is_whole_in_every_language(code: str) -> None:
    one = pack(code)
    assert one.code == code
    assert one.holidays in SWITCHES
    told = [one.name, one.instead, one.complaint, one.access, *one.words.values()]
    told += [words for way in one.safe_ways for words in (way.name, way.text)]
    assert all(set(words) == set(LANGUAGES) for words in told)
    assert all(words[language].strip() for words in told for language in LANGUAGES)
    assert set(one.words) == {"citizen", "decision", "national_number"}


@pytest.mark.parametrize("one", PACKS.values(), ids=lambda one: one.code)
def test_every_safe_way_has_its_place_once_and_room_for_a_sentence(one: CountryPack) -> None:
    assert len({way.key for way in one.safe_ways}) == len(one.safe_ways) == 4
    for way in one.safe_ways:
        for language in LANGUAGES:
            text = way.text[language]
            assert text.count("{place}") == 1
            assert text.count("{") == 1
            assert not personal_data.find(text)
            # The shortest platform has 280 signs, of which a signature takes some.
            assert len(text) < 120


def test_the_two_countries_point_to_their_own_places_and_numbers() -> None:
    assert [way.key for way in DENMARK.safe_ways] == ["self_service", "digital_post", "secure_form", "phone"]
    assert [way.key for way in NORWAY.safe_ways] == ["self_service", "digipost", "secure_form", "phone"]
    assert (DENMARK.numbers, NORWAY.numbers) == (("cpr",), ("fnr",))
    assert DENMARK.words["citizen"]["da"] == "borger"
    assert NORWAY.words["citizen"]["nb"] == "innbygger"


def test_every_number_has_one_country_that_names_it() -> None:
    for kind in get_args(personal_data.Kind):
        assert len([one for one in PACKS.values() if kind in one.numbers]) == 1
        assert len({number_name(kind, language) for language in (*LANGUAGES, "fr")}) >= 2
    assert number_name("cpr", "nb") == "dansk CPR-nummer"
    assert number_name("fnr", "da") == "norsk fødselsnummer eller D-nummer"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("one", PACKS.values(), ids=lambda one: one.code)
def test_what_a_pack_calls_a_complaint_and_a_request_for_papers_is_heard_as_one(
    one: CountryPack, language: str
) -> None:
    for term in (one.complaint[language], one.access[language]):
        text = f"@nordby Jeg vil have {term.upper()} nu"
        assert kinds.kind(text) is kinds.Kind.COMPLAINT
        assert complaints.said_by(text)


def test_no_safe_way_is_a_private_message() -> None:
    said = [way.text[language].casefold() for one in PACKS.values() for way in one.safe_ways for language in LANGUAGES]
    assert not [text for text in said if any(word in text for word in ("privat", "besked", "melding", "message"))]


@pytest.mark.parametrize("code", ["SE", "dk", "", "no "])
def test_a_country_that_is_not_shipped_is_refused_beside_its_field(code: str) -> None:
    with pytest.raises(Invalid) as refused:
        pack(code)
    assert refused.value.field == "country"


def test_an_organisation_begins_with_the_pack_of_its_clock_then_of_its_language() -> None:
    assert likely("da", "Europe/Copenhagen") == "DK"
    assert likely("nb", "Europe/Oslo") == "NO"
    assert likely("en", "Europe/Oslo") == "NO"
    assert likely("nb", "Europe/London") == "NO"
    assert likely("en", "Europe/London") == "DK"


@pytest.mark.parametrize("number", ["70 10 20 30", "+45 70 10 20 30", "70-10-20-30", "112", "004770102030"])
def test_a_telephone_number_is_taken_as_it_is_written(number: str) -> None:
    assert place_of(PHONE, f" {number}\n") == number


@pytest.mark.parametrize(
    "number", ["ring", "70 10 20 30 (hverdage)", "211062-5629", "1" * 100_000, "12", "--", "{place}"]
)
def test_what_is_no_telephone_number_is_refused(number: str) -> None:
    with pytest.raises(Invalid) as refused:
        place_of(PHONE, number)
    assert refused.value.field == "phone"


@pytest.mark.parametrize(
    "link", ["http://nordby.example", "nordby.example/form", "https://", "https://nordby.example/" + "x" * 100_000]
)
def test_a_link_is_https_and_short_enough_for_an_answer(link: str) -> None:
    with pytest.raises(Invalid) as refused:
        place_of(FORM, link)
    assert refused.value.field == "secure_form"


def test_all_places_are_told_at_once_and_an_empty_one_is_a_way_that_there_is_not() -> None:
    assert places_of(DENMARK, {"phone": "70 10 20 30"}) == {
        "self_service": "",
        "digital_post": "",
        "secure_form": "",
        "phone": "70 10 20 30",
    }
    with pytest.raises(Unfilled) as unfilled:
        places_of(DENMARK, {"self_service": "http://x.example", "phone": "ring"})
    assert [fault.field for fault in unfilled.value.faults] == ["self_service", "phone"]


def test_a_filled_text_is_in_the_language_asked_for_else_in_english() -> None:
    assert (
        FORM.filled("https://nordby.example/form", "da")
        == "Her kan du skrive sikkert til os: https://nordby.example/form"
    )
    assert (
        FORM.filled("https://nordby.example/form", "fr")
        == "You can write to us safely here: https://nordby.example/form"
    )
