"""What is asked about and what is not, as people really write it; and that a megabyte takes time like its length."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.asking import About, Own, look
from inbox.domain.charters import Ruling, starting_rulings

TODAY = date(2026, 11, 24)
RULINGS = starting_rulings("da")
PHONE, EMAIL, ACCOUNT, CASE = About.PHONE, About.EMAIL, About.ACCOUNT, About.CASE


def asked(text: str, own: Own = Own(), rulings: tuple[Ruling, ...] = ()) -> list[tuple[About, str]]:  # noqa: B008 -- frozen
    return [(one.about, text[one.start : one.end]) for one in look(text, rulings=rulings, own=own, today=TODAY)]


@pytest.mark.parametrize(
    ("text", "about", "found"),
    [
        ("Ring til Pia på 55 00 00 00, så ordner hun det.", PHONE, "55 00 00 00"),
        ("Ring 55000000", PHONE, "55000000"),
        ("Tlf: 5500 0000.", PHONE, "5500 0000"),
        ("mobil 912 34 567", PHONE, "912 34 567"),
        ("+45 55 00 00 00", PHONE, "+45 55 00 00 00"),
        ("0047 22334455!", PHONE, "0047 22334455"),
        ("+46 8 123 456 78", PHONE, "+46 8 123 456 78"),
        ("55\u00a000\u00a000\u00a000", PHONE, "55\u00a000\u00a000\u00a000"),
        ("55-00-00-00", PHONE, "55-00-00-00"),
        ("skriv til mette.holm@post.example", EMAIL, "mette.holm@post.example"),
        ("(Mette+pas@post.example)", EMAIL, "Mette+pas@post.example"),
        ("Konto 1234.56.78911", ACCOUNT, "1234.56.78911"),
        ("Indsæt på reg.nr. 1234 konto 0001234567", ACCOUNT, "1234 konto 0001234567"),
        ("reg 1234 0001234567", ACCOUNT, "1234 0001234567"),
        ("DK50 0040 0440 1162 43 er den", ACCOUNT, "DK50 0040 0440 1162 43"),
        ("NO9386011117947", ACCOUNT, "NO9386011117947"),
        ("Sagsnr. 2026-12345 er din", CASE, "2026-12345"),
        ("sag nr. A-2026/77", CASE, "A-2026/77"),
        ("saksnummer 26/10432", CASE, "26/10432"),
        ("Det står i 26/10432-3", CASE, "26/10432-3"),
        ("j.nr. 27.03.00-P19-4-26", CASE, "27.03.00-P19-4-26"),
    ],
)
def test_it_is_asked_about(text: str, about: About, found: str) -> None:
    assert asked(text) == [(about, found)]


@pytest.mark.parametrize(
    "text",
    [
        "Vi åbner 24.11.2026 kl. 10.30 og lukker 31/12/2026.",
        "24112026 og 20261124",
        "Det var 2025 2026 hele året, fra 2024-2025.",
        "Fristen er 11/2026, se 1/2 af opslaget (3/4).",
        "CVR 25313763 er vores, org.nr. 974760673 er deres.",
        "cvr-nr.: 25313763",
        "Ordre 55000000, faktura nr. 55000001, kundenr. 55000002.",
        "EAN 5798009811578 og ISBN 9788702123456",
        "Det koster 55 000 000 kr. eller 55000000 kr.",
        "Budgettet er 20.000.000 kroner",
        "Se @mette@mastodon.example og @nordbykommune",
        "https://nordby.example/2026/55000000/pas?id=55000001",
        "K-7F3Q er din reference.",
        "Åbent 10-14, 12-16 og 8 00",
        "Bus 300S, 150S og 6A kører 22 33 minutter.",
        "Sagen er ikke afgjort. Sag den er.",
        "1 2 3 4 5 6 7 8",
        "tallene 12345678901 og 123456789",
        "Version 3.14.15.92 og 22.33.44.55.66",
    ],
)
def test_it_is_not_asked_about(text: str) -> None:
    assert asked(text) == []


def test_digits_that_may_be_a_national_number_are_asked_about_and_a_sure_one_is_not_ours() -> None:
    assert asked("Det er 1503641234") == [(About.NATIONAL_NUMBER, "1503641234")]
    assert asked("cpr 150364-1234") == []
    # Nothing inside of a number that is refused anyway is a question of its own.
    assert asked("født 15 03 64 1234") == []


def test_what_we_publish_of_ourselves_is_no_question_and_is_offered_instead_of_another() -> None:
    own = Own(("70 10 20 30",))
    assert asked("Ring 70 10 20 30 eller +45 70102030", own) == []
    (ask,) = look("Ring 55 00 00 00", own=own, today=TODAY)
    assert (ask.about, ask.instead) == (PHONE, "70 10 20 30")


@pytest.mark.parametrize(
    ("text", "found", "instead"),
    [
        ("Hej Mette. I har ret til en ny tid.", "I har ret til", "Som udgangspunkt kan man få"),
        ("Nu har du  ret\ntil det? du har\nret til det", "du har\nret til", "som udgangspunkt kan man få"),
        ("DU HAR IKKE RET TIL pas", "DU HAR IKKE RET TIL", "Som udgangspunkt kan man ikke få"),
    ],
)
def test_words_of_a_ruling_are_asked_about_with_a_milder_wording(text: str, found: str, instead: str) -> None:
    (ask,) = look(text, rulings=RULINGS, today=TODAY)
    assert (ask.about, text[ask.start : ask.end], ask.instead) == (About.RULING, found, instead)


def test_words_that_only_contain_those_of_a_ruling_are_not() -> None:
    assert asked("Du har retning nok; edu har ret til", rulings=(Ruling("du har ret", "man kan"),)) == []


@given(st.text(alphabet="0123456789 .-/+@aA\n\u200b５９kr", max_size=200))
def test_whatever_is_written_the_questions_are_in_order_inside_and_apart(text: str) -> None:
    asks = look(text, rulings=RULINGS, own=Own(("70 10 20 30",)), today=TODAY)
    ends = [0, *(one.end for one in asks)]
    assert all(before <= one.start < one.end <= len(text) for before, one in zip(ends, asks, strict=False))


@pytest.mark.parametrize(
    "piece", ["1", "12 ", "a", "a.", "a@", "+45 ", "DK12 ", "sagsnr. ", "55 00 ", "1234.56.", "\u200b1", "I har "]
)
def test_a_megabyte_of_anything_takes_time_in_proportion_to_it(piece: str) -> None:
    """Not timed: a text that takes the square of its length would not end while anybody waits."""
    look(piece * (1_000_000 // len(piece)), rulings=RULINGS, today=TODAY)
