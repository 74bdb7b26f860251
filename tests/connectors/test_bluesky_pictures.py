"""Pictures of our answers on Bluesky: how they are named and shown, and what each answer to one means.

What a real PDS and AppView do with them is proven in `tests/peers/test_bluesky_pictures.py`; a failure on demand
only a script can give.
"""

from __future__ import annotations

import json
from base64 import b32decode
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from connectors.bluesky import CONNECTOR
from connectors.bluesky.pictures import cid
from connectors.bluesky.record import record, same
from connectors.kit.contract import (
    Answer,
    CannotTell,
    Delivered,
    Doubtful,
    Found,
    NotSent,
    Picture,
    Rejected,
    Retry,
    Suspended,
    Unconfirmed,
)
from tests.connectors.bluesky_script import DID, NOW, POST, Kept, Script, answer, connect, refusal, signed_in, token

NAME = "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq"
"""The well-known name of the five bytes "hello"."""
MAP = Picture(b"a map", "image/png", 800, 600, "Kort over svømmehallen")
DOOR = Picture(b"a door", "image/jpeg", 300, 400, "Døren mod åen")
TWO = replace(POST, pictures=(MAP, DOOR))
TAKEN = answer(200, {"cid": "bafy", "commit": {"rev": "3n33htibvts2m"}})


def laid(picture: Picture) -> Answer:
    """What a PDS answers to a file: the name that it computed itself."""
    blob = {"$type": "blob", "ref": {"$link": cid(picture.data)}, "mimeType": picture.media_type, "size": 5}
    return answer(200, {"blob": blob})


# ── what we write ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_picture_is_named_by_its_bytes_as_everybody_names_it() -> None:
    assert cid(b"hello") == NAME
    from atproto import CID

    assert CID.decode(cid(b"hello")).codec == 0x55


@given(some.binary(max_size=200))
def test_a_name_says_how_it_was_made_and_holds_the_whole_hash(data: bytes) -> None:
    name = cid(data)
    assert (name[0], len(name)) == ("b", 59)
    raw = b32decode(name[1:].upper() + "=" * (-len(name[1:]) % 8))
    assert raw == bytes([1, 0x55, 0x12, 32]) + sha256(data).digest()


def test_the_record_shows_the_pictures_in_their_order_with_words_and_shape() -> None:
    embed: Any = record(TWO, DID)["embed"]
    assert embed["$type"] == "app.bsky.embed.images"
    assert [image["alt"] for image in embed["images"]] == [MAP.description, DOOR.description]
    assert embed["images"][0]["aspectRatio"] == {"width": 800, "height": 600}
    assert embed["images"][0]["image"] == {
        "$type": "blob",
        "ref": {"$link": cid(MAP.data)},
        "mimeType": "image/png",
        "size": 5,
    }


def test_a_post_without_pictures_has_no_embed() -> None:
    assert "embed" not in record(POST, DID)


def test_a_post_is_ours_with_its_very_pictures_only() -> None:
    ours = record(TWO, DID)
    assert same(json.loads(json.dumps(ours)), ours)
    assert not same(record(POST, DID), ours)
    assert not same(ours, record(POST, DID))
    assert not same(record(replace(TWO, pictures=(DOOR, MAP)), DID), ours)
    assert not same(record(replace(TWO, pictures=(MAP, replace(DOOR, description="En dør"))), DID), ours)


def test_what_bluesky_takes_is_said_before_anybody_chooses_a_file() -> None:
    can = CONNECTOR.capabilities.pictures
    assert can is not None
    assert (can.most, can.bytes, can.description) == (4, 2_000_000, 2_000)


# ── posting them ────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_pictures_lie_there_before_the_post_and_go_out_as_they_are() -> None:
    script = Script(uploadBlob=[laid(MAP), laid(DOOR)], putRecord=TAKEN)
    assert isinstance(connect(script).deliver(TWO, "key"), Delivered)
    assert script.calls == ["createSession", "uploadBlob", "uploadBlob", "putRecord"]
    assert script.bodies[1:3] == [MAP.data, DOOR.data]
    assert [headers["content-type"] for headers in script.headers[1:3]] == ["image/png", "image/jpeg"]
    assert all(headers["authorization"].startswith("Bearer ") for headers in script.headers[1:])
    assert json.loads(script.bodies[3])["record"]["embed"] == record(TWO, DID)["embed"]


def test_a_resend_is_the_same_post_to_the_last_byte() -> None:
    one, two = (Script(uploadBlob=[laid(MAP), laid(DOOR)], putRecord=TAKEN) for _ in range(2))
    for script in (one, two):
        connect(script).deliver(TWO, "key")
    assert one.bodies[1:] == two.bodies[1:]


@pytest.mark.parametrize("at", [0, 1])
@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        (refusal(400, "InvalidRequest"), Rejected),
        (refusal(413, "PayloadTooLarge"), Rejected),
        (answer(415, b"<html>"), Rejected),
        (answer(200, {"blob": {"$type": "blob", "ref": {"$link": NAME}}}), Rejected),
        (refusal(429, "RateLimitExceeded"), Retry),
        (refusal(408, "RequestTimeout"), Retry),
        (answer(302, b"", location="https://elsewhere.example"), Retry),
        (refusal(500, "InternalServerError"), Retry),
        (answer(502, b"<html>Bad gateway</html>"), Retry),
        (answer(200, b"{"), Retry),
        (answer(200, []), Retry),
        (answer(200, {"blob": None}), Retry),
        (answer(200, {"blob": {"ref": NAME}}), Retry),
        (answer(200, {"blob": {"ref": {"$link": 7}}}), Retry),
        (refusal(401, "AuthMissing"), Suspended),
        (refusal(403, "AccountTakedown"), Suspended),
        (refusal(400, "AccountDeactivated"), Suspended),
        (Doubtful("no answer in time"), Retry),
        (NotSent("no connection"), Retry),
    ],
)
def test_whatever_becomes_of_a_picture_no_post_was_sent(given: Answer | Exception, outcome: type, at: int) -> None:
    script = Script(uploadBlob=[*[laid(MAP)][:at], given], refreshSession=signed_in(), putRecord=TAKEN)
    assert isinstance(connect(script).deliver(TWO, "key"), outcome)
    assert "putRecord" not in script.calls


def test_a_wait_asked_of_a_picture_is_kept() -> None:
    limited = refusal(429, "RateLimitExceeded", ratelimit_reset=str(int(NOW.timestamp()) + 90))
    result = connect(Script(uploadBlob=limited)).deliver(TWO, "key")
    assert result == Retry("Bluesky asks us to wait.", timedelta(seconds=90))


def test_an_agent_reads_which_picture_was_refused_and_why() -> None:
    script = Script(uploadBlob=[laid(MAP), refusal(400, "InvalidRequest")])
    assert connect(script).deliver(TWO, "key") == Rejected("Bluesky refused picture 2: InvalidRequest it is.")


@pytest.mark.parametrize("error", ["ExpiredToken", "InvalidToken"])
def test_a_stale_token_is_renewed_and_the_picture_sent_again(error: str) -> None:
    memory, renewed = Kept(), token(jti="new")
    script = Script(
        uploadBlob=[refusal(400, error), laid(MAP), laid(DOOR)], refreshSession=signed_in(renewed), putRecord=TAKEN
    )
    assert isinstance(connect(script, memory).deliver(TWO, "key"), Delivered)
    assert script.calls == [
        "createSession",
        "uploadBlob",
        "refreshSession",
        "uploadBlob",
        "uploadBlob",
        "putRecord",
    ]
    assert script.bodies[3] == MAP.data
    assert script.headers[3]["content-type"] == "image/png"
    assert renewed in memory["session"]


def test_a_sign_in_that_fails_in_the_middle_is_no_doubt_about_the_post() -> None:
    script = Script(uploadBlob=refusal(400, "ExpiredToken"), refreshSession=Doubtful("cut"), putRecord=TAKEN)
    assert isinstance(connect(script).deliver(TWO, "key"), Retry)
    assert "putRecord" not in script.calls


def test_a_doubt_about_the_post_stays_one_when_its_pictures_lie_there() -> None:
    script = Script(uploadBlob=[laid(MAP), laid(DOOR)], putRecord=Doubtful("cut"))
    assert isinstance(connect(script).deliver(TWO, "key"), Unconfirmed)


def test_a_picture_swept_away_before_its_post_came_is_sent_again() -> None:
    script = Script(uploadBlob=[laid(MAP), laid(DOOR)], putRecord=refusal(400, "BlobNotFound"))
    assert isinstance(connect(script).deliver(TWO, "key"), Retry)


@pytest.mark.parametrize(("seconds", "outcome"), [(4.9, Delivered), (5.1, Retry)])
def test_a_line_too_slow_for_the_pictures_leaves_the_post_unsent(
    monkeypatch: pytest.MonkeyPatch, seconds: float, outcome: type
) -> None:
    """Each of the two takes so long; the post itself may take as long as any call."""
    clock = count(0, seconds)
    monkeypatch.setattr("connectors.bluesky.pictures.monotonic", lambda: next(clock))
    script = Script(uploadBlob=[laid(MAP), laid(DOOR)], putRecord=TAKEN)
    assert isinstance(connect(script).deliver(TWO, "key"), outcome)
    assert ("putRecord" in script.calls) == (outcome is Delivered)


def test_a_post_without_pictures_sends_none() -> None:
    script = Script(putRecord=TAKEN)
    assert isinstance(connect(script).deliver(POST, "key"), Delivered)
    assert "uploadBlob" not in script.calls


def test_looking_asks_for_the_pictures_too_and_sends_none() -> None:
    stands = Script(getRecord=answer(200, {"cid": "bafy", "value": record(TWO, DID)}), getLatestCommit=TAKEN)
    assert isinstance(connect(stands).find_delivered(TWO, "key"), Found)
    assert "uploadBlob" not in stands.calls
    bare = Script(getRecord=answer(200, {"cid": "bafy", "value": record(POST, DID)}))
    assert isinstance(connect(bare).find_delivered(TWO, "key"), CannotTell)
