"""The record that we write: length, facets and key, as pure functions of the promised post."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from connectors.bluesky.record import facets, measure, record, record_key, same, time_of
from connectors.kit.contract import OutboundPost, Ref

CITIZEN, OURS = "did:plc:citizen", "did:plc:nordby"
QUESTION = Ref(f"at://{CITIZEN}/app.bsky.feed.post/3kq", "cid-question")
ROOT = Ref("at://did:plc:third/app.bsky.feed.post/3kr", "cid-root")
POST = OutboundPost(
    text="Hej @mette-holm.test, kl. 10. – Anna, Nordby Kommune",
    visibility="public",
    created_at=datetime(2026, 11, 24, 9, 30, 15, 123_456, tzinfo=UTC),
    reply_to=QUESTION,
    root=ROOT,
    recipient="mette-holm.test",
)
MOMENTS = some.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=some.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
UNHURRIED = settings(deadline=None)
"""The first look for facets compiles its patterns, which a busy machine does slowly."""
TEXTS = some.text(some.characters(exclude_categories=["Cs"]), max_size=60)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("abc", 3),
        ("æøå", 3),
        ("e\u0301", 1),
        ("🇩🇰🇳🇴", 2),
        ("👍🏽", 1),
        ("👩‍👩‍👧‍👦", 3),
        ("a" * 300, 300),
        ("👩‍👩‍👧‍👦" * 120, 300),
        ("👩‍👩‍👧‍👦" * 120 + "a", 301),
    ],
)
def test_length_is_graphemes_or_a_tenth_of_the_bytes(text: str, length: int) -> None:
    assert measure(text) == length


@UNHURRIED
@given(TEXTS, TEXTS)
def test_more_text_is_never_shorter(one: str, two: str) -> None:
    assert measure(one + two) >= len((one + two).encode()) / 10
    assert measure(one + " a") >= measure(one)


def slices(text: str, people: dict[str, str] | None = None) -> dict[str, dict[str, str]]:
    """Each marked stretch of the text, cut out by its bytes, with what it is marked as."""
    found = {}
    for facet in facets(text, people or {}):
        index, features = facet["index"], facet["features"]
        assert isinstance(index, dict)
        assert isinstance(features, list)
        found[text.encode()[index["byteStart"] : index["byteEnd"]].decode()] = features[0]
    return found


@pytest.mark.parametrize("before", ["", "æøå ", "👩‍👩‍👧 ", "e\u0301 ", "日本 "])
def test_facets_are_cut_by_bytes_whatever_stands_before(before: str) -> None:
    text = f"{before}@mette-holm.test https://nordby.example/åbent#tider #Nordbyøst"
    found = slices(text, {"mette-holm.test": CITIZEN})
    assert found["@mette-holm.test"]["did"] == CITIZEN
    assert found["https://nordby.example/åbent#tider"]["uri"] == "https://nordby.example/åbent#tider"
    assert found["#Nordbyøst"]["tag"] == "Nordbyøst"
    assert len(found) == 3


def test_marks_end_before_the_punctuation() -> None:
    text = "Se (https://nordby.example/a). Og #Nordby! Spørg @mette-holm.test."
    assert set(slices(text, {"mette-holm.test": CITIZEN})) == {
        "https://nordby.example/a",
        "#Nordby",
        "@mette-holm.test",
    }


def test_only_a_person_we_know_is_marked_and_mail_addresses_are_none() -> None:
    assert slices("@fremmed.test skriv til post@nordby.test", {"nordby.test": OURS}) == {}


def test_a_handle_is_known_in_any_case() -> None:
    assert list(slices("Hej @Mette-Holm.test", {"mette-holm.test": CITIZEN})) == ["@Mette-Holm.test"]


@UNHURRIED
@given(TEXTS)
def test_facets_of_any_text_lie_inside_it_in_order(text: str) -> None:
    text = f"{text} https://nordby.example #Nordby {text}"
    starts = []
    for facet in facets(text, {}):
        index = facet["index"]
        assert isinstance(index, dict)
        assert 0 <= index["byteStart"] < index["byteEnd"] <= len(text.encode())
        text.encode()[index["byteStart"] : index["byteEnd"]].decode()
        starts.append(index["byteStart"])
    assert starts == sorted(starts)


def test_the_record_names_parent_and_root_by_address_and_version() -> None:
    written = record(POST, OURS)
    assert written["reply"] == {
        "root": {"uri": ROOT.external_id, "cid": "cid-root"},
        "parent": {"uri": QUESTION.external_id, "cid": "cid-question"},
    }
    assert written["createdAt"] == "2026-11-24T09:30:15.123456Z"
    assert written["langs"] == ["da"]
    assert "facets" in written


def test_a_later_part_marks_nobody_since_it_hangs_on_our_own_post() -> None:
    later = replace(POST, reply_to=Ref(f"at://{OURS}/app.bsky.feed.post/3kz", "cid"))
    assert "facets" not in record(later, OURS)


def test_a_post_answered_without_its_version_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="cid"):
        record(replace(POST, reply_to=Ref(QUESTION.external_id)), OURS)


def test_the_same_post_is_known_again_whatever_its_facets() -> None:
    ours = record(POST, OURS)
    assert same({**ours, "facets": []}, ours)
    for name, other in (("text", "Kl. 11."), ("createdAt", "2026-11-24T09:30:15Z"), ("reply", None)):
        assert not same({**ours, name: other}, ours)


@UNHURRIED
@given(MOMENTS, some.text(max_size=40))
def test_a_key_is_a_tid_of_the_same_millisecond(at: datetime, key: str) -> None:
    tid = record_key(at, key)
    assert len(tid) == 13
    assert set(tid) <= set("234567abcdefghijklmnopqrstuvwxyz")
    assert tid[0] in "234567abcdefghij"
    assert record_key(at, key) == tid
    assert time_of(tid).replace(microsecond=0) == at.replace(microsecond=0)
    assert time_of(tid).microsecond // 1_000 == at.microsecond // 1_000


@UNHURRIED
@given(MOMENTS)
def test_keys_sort_by_time(at: datetime) -> None:
    assert record_key(at, "one") < record_key(at + timedelta(milliseconds=1), "two")


def test_ten_thousand_parts_promised_in_one_moment_hardly_ever_share_a_key() -> None:
    """Ten bits alone would leave at most 1,024 keys."""
    keys = {record_key(POST.created_at, f"part {n}") for n in range(10_000)}
    assert len(keys) > 9_900


def test_a_known_tid() -> None:
    """The key of a recorded post and the time that its own PDS gave it."""
    assert time_of("3n33htibvts2m").replace(microsecond=0) == datetime(2026, 11, 24, 20, 21, 0, tzinfo=UTC)


@pytest.mark.parametrize("rubbish", ["", "None", "0189abcdefghi", "3n33htibvts2"])
def test_what_is_no_tid_has_no_time(rubbish: str) -> None:
    with pytest.raises(ValueError, match=r"TID|substring"):
        time_of(rubbish)
