"""What an edit changed: nothing is lost of either version, whatever they are, and a masked number stays whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.differences import MOST, Stretch, differences
from inbox.domain.personal_data import MASK, mask

WORDS = st.lists(st.sampled_from(["pas", "Pas", "på", " ", "\n", "  ", "kørekort", MASK, "."])).map("".join)


def parts(before: str, after: str, *fates: str) -> str:
    return "".join(one.text for one in differences(before, after) if one.fate in fates)


@given(WORDS | st.text(), WORDS | st.text())
def test_each_version_can_be_read_out_of_it(before: str, after: str) -> None:
    assert parts(before, after, "stayed", "taken_out") == before
    assert parts(before, after, "stayed", "put_in") == after
    assert all(one.text for one in differences(before, after))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("Er der lukket?", "Er der lukket?", "Er der lukket?"),
        ("på Møllevej?", "på Møllevej og Bakken?", "på -Møllevej?- +Møllevej og Bakken?+"),
        ("Hvornår åbner I", "Hvornår lukker I", "Hvornår -åbner- +lukker+ I"),
        ("min gamle bil er væk", "min nye cykel er væk", "min -gamle bil- +nye cykel+ er væk"),
        ("Tak", "", "-Tak-"),
        ("", "Tak", "+Tak+"),
        ("", "", ""),
    ],
)
def test_words_are_taken_out_and_put_in_as_people_read(before: str, after: str, told: str) -> None:
    sign = {"stayed": "", "taken_out": "-", "put_in": "+"}
    shown = [f"{sign[one.fate]}{one.text}{sign[one.fate]}" for one in differences(before, after)]
    assert "".join(shown).replace("-+", "- +") == told


def test_a_number_stays_masked_on_whichever_side_it_stood() -> None:
    found = differences(mask("Mit nummer er 070761-4285, hjælp"), mask("Mit nummer er 211062-5629. Hjælp"))
    assert all("070761" not in one.text and "211062" not in one.text for one in found)
    assert [one for one in found if MASK in one.text] == [
        Stretch(f"{MASK}, hjælp", "taken_out"),
        Stretch(f"{MASK}. Hjælp", "put_in"),
    ]


def test_a_text_too_long_to_compare_is_exchanged_as_a_whole() -> None:
    long = "ord " * (MOST + 1)
    assert differences(long, long + "til") == (Stretch(long, "taken_out"), Stretch(long + "til", "put_in"))
    assert differences(long, long) == (Stretch(long, "stayed"),)


def test_the_longest_that_is_compared_can_be_read_out_of_it_as_well() -> None:
    before = " ".join(f"{number % 7}" for number in range(MOST))
    after = " ".join(f"{number % 11}" for number in range(MOST))
    assert parts(before, after, "stayed", "put_in") == after
