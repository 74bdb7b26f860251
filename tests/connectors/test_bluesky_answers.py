"""What each answer of a server means for a post and for an account, from recorded and from written answers.

The real network can't be made to fail on demand; what it answers when all is well, or refuses for a reason, is
proven in `tests/peers`.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from connectors.bluesky import CONNECTOR
from connectors.kit.contract import (
    Absent,
    Answer,
    CannotTell,
    Delivered,
    Doubtful,
    Forged,
    InboundDelete,
    NotSent,
    OutboundPost,
    Page,
    Rejected,
    Retry,
    Suspended,
    Unconfirmed,
    WebhookRequest,
)
from tests.connectors.bluesky_script import (
    DID,
    EMPTY_LIST,
    NOW,
    POST,
    QUESTION,
    Kept,
    Script,
    answer,
    connect,
    deliver,
    recorded,
    refusal,
    signed_in,
    token,
)


def test_a_taken_post_has_the_time_of_its_commit() -> None:
    result = deliver(answer(200, {"uri": "at://x", "cid": "bafy", "commit": {"cid": "c", "rev": "3n33htibvts2m"}}))
    assert isinstance(result, Delivered)
    assert result.said_at.replace(microsecond=0) == datetime(2026, 11, 24, 20, 21, tzinfo=UTC)
    assert result.ref.token == "bafy"


def test_a_post_that_stood_already_has_the_time_of_the_latest_commit_or_of_the_answer() -> None:
    again = answer(200, {"uri": "at://x", "cid": "bafy"})
    latest = answer(200, {"cid": "c", "rev": "3n33htibvts2m"})
    one = deliver(again, getLatestCommit=latest)
    assert isinstance(one, Delivered)
    assert one.said_at.replace(microsecond=0) == datetime(2026, 11, 24, 20, 21, tzinfo=UTC)
    for silent in (refusal(500, "InternalServerError"), Doubtful("cut"), answer(200, {"rev": "soon"})):
        two = deliver(again, getLatestCommit=silent)
        assert isinstance(two, Delivered)
        assert two.said_at == NOW


def test_the_call_says_that_nothing_may_stand_there_yet() -> None:
    """The SDK would have dropped the null, and the call would have edited the earlier answer in silence."""
    script = Script(putRecord=answer(200, {"cid": "bafy", "commit": {"rev": "3n33htibvts2m"}}))
    connect(script).deliver(POST, "key")
    body = json.loads(script.bodies[-1])
    assert "swapRecord" in body
    assert body["swapRecord"] is None


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        (recorded("too_long"), Rejected),
        (recorded("bad_key"), Rejected),
        (refusal(413, "PayloadTooLarge"), Rejected),
        (refusal(429, "RateLimitExceeded"), Retry),
        (refusal(404, "XRPCNotSupported"), Retry),
        (answer(302, b"", location="https://elsewhere.example"), Retry),
        (refusal(403, "AccountTakedown"), Suspended),
        (refusal(400, "AccountDeactivated"), Suspended),
        (refusal(500, "InternalServerError"), Unconfirmed),
        (answer(502, b"<html>Bad gateway</html>"), Unconfirmed),
        (refusal(503, "NotEnoughResources"), Unconfirmed),
        (answer(200, b"{"), Unconfirmed),
        (answer(200, {"no": "cid"}), Unconfirmed),
        (answer(200, [], content_type="text/html"), Unconfirmed),
        (Doubtful("no answer in time"), Unconfirmed),
        (NotSent("no connection"), Retry),
    ],
)
def test_every_answer_to_a_post_has_one_meaning(given: Answer | Exception, outcome: type) -> None:
    assert isinstance(deliver(given), outcome)


def test_a_private_answer_is_refused_before_anything_is_sent() -> None:
    script = Script()
    private = OutboundPost(POST.text, "private", POST.created_at, POST.reply_to, POST.root, POST.recipient)
    assert isinstance(connect(script).deliver(private, "key"), Rejected)
    assert script.calls == []


@pytest.mark.parametrize(
    ("headers", "after"),
    [
        ({"ratelimit_reset": str(int(NOW.timestamp()) + 90)}, timedelta(seconds=90)),
        ({"ratelimit_reset": str(int(NOW.timestamp()) - 90)}, timedelta(seconds=1)),
        ({"ratelimit_reset": "soon"}, None),
        ({"ratelimit_reset": "9" * 30}, None),
        ({"retry_after": "7"}, timedelta(seconds=7)),
        ({}, None),
    ],
)
def test_a_wait_is_reckoned_on_the_platforms_own_clock(headers: dict[str, str], after: timedelta | None) -> None:
    limited = refusal(429, "RateLimitExceeded", **headers)
    assert deliver(limited) == Retry("Bluesky asks us to wait.", after)
    result = connect(Script(listNotifications=limited)).fetch("mentions", None, 10)
    assert result == Retry("Bluesky asks us to wait.", after)


@pytest.mark.parametrize("error", ["ExpiredToken", "InvalidToken"])
def test_a_stale_token_is_renewed_once_and_the_new_one_kept(error: str) -> None:
    memory = Kept()
    taken, renewed = answer(200, {"cid": "bafy", "commit": {"rev": "3n33htibvts2m"}}), token(jti="new")
    script = Script(putRecord=[refusal(400, error), taken], refreshSession=signed_in(renewed))
    assert isinstance(connect(script, memory).deliver(POST, "key"), Delivered)
    assert script.calls == ["createSession", "putRecord", "refreshSession", "putRecord"]
    assert renewed in memory["session"]


def test_a_token_that_stays_refused_stops_the_account_after_one_renewal() -> None:
    script = Script(putRecord=refusal(400, "ExpiredToken"), refreshSession=signed_in())
    assert isinstance(connect(script).deliver(POST, "key"), Suspended)
    assert script.calls == ["createSession", "putRecord", "refreshSession", "putRecord"]


def test_a_token_about_to_end_is_renewed_before_the_call() -> None:
    memory, nothing = Kept(), answer(200, EMPTY_LIST)
    ending = Script(createSession=signed_in(token(timedelta(minutes=1))), listNotifications=nothing)
    connect(ending, memory).fetch("mentions", None, 10)
    script = Script(listNotifications=nothing, refreshSession=signed_in())
    assert isinstance(connect(script, memory).fetch("mentions", None, 10), Page)
    assert script.calls == ["refreshSession", "listNotifications"]


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        (recorded("wrong_password"), Suspended),
        (refusal(401, "AuthFactorTokenRequired"), Suspended),
        (answer(404, b"not here"), Suspended),
        (answer(301, b"", location="https://elsewhere.example"), Suspended),
        (refusal(429, "RateLimitExceeded"), Retry),
        (refusal(503, "NotEnoughResources"), Retry),
        (answer(200, {"not": "a session"}), Retry),
        (Doubtful("no answer"), Retry),
        (NotSent("no connection"), Retry),
    ],
)
def test_a_sign_in_that_fails_is_never_a_doubt_about_the_post(given: Answer | Exception, outcome: type) -> None:
    script = Script(createSession=given)
    connector = connect(script)
    assert isinstance(connector.deliver(POST, "key"), outcome)
    assert isinstance(connector.fetch("mentions", None, 10), outcome)
    assert isinstance(connector.find_delivered(POST, "key"), CannotTell)
    assert connector.recheck([QUESTION]) == []
    assert not connector.probe().ok
    assert set(script.calls) == {"createSession"}


def test_tokens_never_leave_for_a_home_that_is_not_encrypted() -> None:
    home = {"type": "AtprotoPersonalDataServer", "id": "#atproto_pds", "serviceEndpoint": "http://pds.example"}
    document = {"@context": ["https://www.w3.org/ns/did/v1"], "id": DID, "service": [home]}
    script = Script(createSession=signed_in(didDoc=document))
    assert isinstance(connect(script).fetch("mentions", None, 10), Suspended)
    assert script.calls == ["createSession"]


@pytest.mark.parametrize("content", [b"[", b"[]", b"{}", b'{"notifications": 7}', b'{"notifications": [7]}'])
def test_a_list_that_can_not_be_understood_moves_no_cursor(content: bytes) -> None:
    assert isinstance(connect(Script(listNotifications=answer(200, content))).fetch("mentions", None, 10), Retry)


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        (recorded("record_not_found"), Absent),
        (recorded("no_repo"), CannotTell),
        (refusal(500, "InternalServerError"), CannotTell),
        (answer(200, {"value": {"text": "other"}, "cid": "c"}), CannotTell),
        (answer(200, b"{"), CannotTell),
        (Doubtful("no answer"), CannotTell),
        (NotSent("no connection"), CannotTell),
    ],
)
def test_only_a_plain_no_is_absence(given: Answer | Exception, outcome: type) -> None:
    assert isinstance(connect(Script(getRecord=given)).find_delivered(POST, "key"), outcome)


@pytest.mark.parametrize("name", ["record_not_found", "no_repo"])
def test_a_post_that_is_gone_was_deleted_at_the_platforms_time(name: str) -> None:
    script = Script(getPosts=answer(200, {"posts": []}), getRecord=recorded(name))
    (news,) = connect(script).recheck([QUESTION])
    assert news == InboundDelete(QUESTION, NOW)


@pytest.mark.parametrize(
    "silent", [refusal(500, "InternalServerError"), refusal(400, "InvalidRequest"), Doubtful("cut")]
)
def test_what_can_not_be_asked_is_no_deletion(silent: Answer | Exception) -> None:
    script = Script(getPosts=answer(200, {"posts": []}), getRecord=silent)
    assert connect(script).recheck([QUESTION]) == []


def test_bluesky_sends_no_webhooks() -> None:
    result = connect(Script()).verify_webhook(WebhookRequest("POST", {}, {}, b"{}"))
    assert result == Forged("Bluesky sends no webhooks")


def test_the_settings_form_asks_for_an_app_password_in_secret() -> None:
    fields = {field.name: field for field in CONNECTOR.credentials_schema}
    assert fields["password"].kind == "secret"
    assert fields["service"].default == "https://bsky.social"
