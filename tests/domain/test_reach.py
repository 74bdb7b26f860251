"""What a notice looks like outside, in each shape, and which addresses are refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from inbox.domain.errors import Invalid
from inbox.domain.reach import TRIES, Shape, Told, address_of, body, waits

TOLD = Told(
    "01", "surge", "Many <!channel> *write*", "Nordby & Co [x](y)", "K-7F3QXN", "https://b.example/c/1", "Open",
    datetime(2026, 11, 27, tzinfo=UTC),
)  # fmt: skip


def test_slack_gets_text_in_which_no_name_calls_a_channel() -> None:
    said = json.loads(body(Shape.SLACK, TOLD))
    assert list(said) == ["text"]
    assert "<!channel>" not in said["text"]
    assert "Nordby &amp; Co" in said["text"]
    assert said["text"].endswith("<https://b.example/c/1|Open>")


def test_mattermost_gets_text_in_which_no_name_makes_a_link() -> None:
    said = json.loads(body(Shape.MATTERMOST, TOLD))
    assert "[x](y)" not in said["text"]
    assert said["text"].endswith("[Open](https://b.example/c/1)")


def test_teams_gets_an_adaptive_card_in_a_message() -> None:
    said = json.loads(body(Shape.TEAMS, TOLD))
    (card,) = said["attachments"]
    assert (said["type"], card["contentType"]) == ("message", "application/vnd.microsoft.card.adaptive")
    assert card["content"]["type"] == "AdaptiveCard"
    assert card["content"]["actions"][0]["url"] == "https://b.example/c/1"
    assert "K-7F3QXN" in json.dumps(card["content"]["body"])


def test_our_own_shape_names_everything_by_itself() -> None:
    said = json.loads(body(Shape.GENERIC, TOLD))
    assert said == {
        "id": "01",
        "kind": "surge",
        "text": "Many <!channel> *write*",
        "account": "Nordby & Co [x](y)",
        "reference": "K-7F3QXN",
        "url": "https://b.example/c/1",
        "at": "2026-11-27T00:00:00+00:00",
    }


@pytest.mark.parametrize(
    "address",
    [
        "", "ftp://chat.example/x", "http://chat.example/x", "https://", "https://user:pw@chat.example/",
        "chat.example",
        "https://10.0.0.5/hook", "https://192.168.1.1/", "https://[fd00::1]/", "https://169.254.169.254/latest",
        "https://intern/hook", "https://2130706433/", "https://0x7f000001/", "https://127.0.0.1/", "https://localhost/x",
        "http://127.0.0.1:9/", "https://chat.example/ x", "https://chat.example:99999/",
        "https://" + "x" * 1000 + ".example",
    ],
)  # fmt: skip
def test_what_leads_nowhere_or_inside_is_refused(address: str) -> None:
    with pytest.raises(Invalid) as refused:
        address_of(address, own_machine=False)
    assert refused.value.field == "address"


def test_a_public_https_address_is_taken_and_this_machine_only_in_a_demonstration() -> None:
    assert address_of(" https://hooks.example/T0/B1?x=1 ", own_machine=False) == "https://hooks.example/T0/B1?x=1"
    assert address_of("http://127.0.0.1:9/hook", own_machine=True) == "http://127.0.0.1:9/hook"
    with pytest.raises(Invalid):
        address_of("http://192.168.1.1/hook", own_machine=True)


def test_waits_grow_and_end() -> None:
    every = [waits(number) for number in range(1, TRIES + 1)]
    assert every[0] == timedelta(seconds=20)
    assert every[-1] is None
    grown = [one for one in every if one is not None]
    assert grown == sorted(grown)
    assert max(grown) <= timedelta(minutes=30)
