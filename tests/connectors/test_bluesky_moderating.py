"""Hiding, deleting, blocking, muting and closing on Bluesky: which records are written, and what each answer means."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from connectors.bluesky.moderating import MOST_HIDDEN
from connectors.kit.contract import (
    Answer,
    Deed,
    DeedKind,
    Done,
    Doubtful,
    NotSent,
    Ref,
    Rejected,
    Retry,
    Suspended,
    Unconfirmed,
)
from tests.connectors.bluesky_script import DID, NOW, Script, answer, connect, refusal

OURS = f"at://{DID}/app.bsky.feed.post/3kqaaaaaaaaaa"
RUDE = "at://did:plc:citizen/app.bsky.feed.post/3kqbbbbbbbbbb"
GATE = {"$type": "app.bsky.feed.threadgate", "post": OURS, "createdAt": "2026-11-24T20:31:25.000000Z"}
NONE = refusal(400, "RecordNotFound")
TAKEN = answer(200, {"uri": "at://x", "cid": "bafy", "commit": {"rev": "3n33htibvts2m"}})
WRITTEN_AT = "2026-11-24T20:31:25.000000Z"


def deed(kind: DeedKind, **changed: object) -> Deed:
    whole = Deed(kind, NOW, post=Ref(RUDE, "cid"), root=Ref(OURS, "cid"), author="did:plc:citizen")
    return replace(whole, **changed)  # type: ignore[arg-type] # The tests' own names.


def gate(**more: object) -> Answer:
    return answer(200, {"uri": "at://gate", "cid": "was", "value": {**GATE, **more}})


def last(script: Script) -> dict[str, object]:
    found: dict[str, object] = json.loads(script.bodies[-1])
    return found


def test_a_reply_is_hidden_beside_the_first_post_where_nothing_stood() -> None:
    script = Script(getRecord=NONE, putRecord=TAKEN)
    assert connect(script).moderate(deed(DeedKind.HIDE)) == Done()
    assert last(script) == {
        "repo": DID,
        "collection": "app.bsky.feed.threadgate",
        "rkey": "3kqaaaaaaaaaa",
        "record": {**GATE, "hiddenReplies": [RUDE]},
        "swapRecord": None,
    }


def test_what_others_wrote_there_stays_and_the_record_is_only_taken_if_nobody_changed_it() -> None:
    script = Script(getRecord=gate(hiddenReplies=["at://other"], allow=[], fromLater=1), putRecord=TAKEN)
    assert connect(script).moderate(deed(DeedKind.HIDE)) == Done()
    assert last(script)["record"] == {**GATE, "hiddenReplies": ["at://other", RUDE], "allow": [], "fromLater": 1}
    assert last(script)["swapRecord"] == "was"
    changed = Script(getRecord=gate(), putRecord=refusal(400, "InvalidSwap"))
    assert isinstance(connect(changed).moderate(deed(DeedKind.HIDE)), Retry)


@pytest.mark.parametrize(
    ("kind", "was", "then"),
    [
        (DeedKind.SHOW, {"hiddenReplies": ["at://other", RUDE]}, {"hiddenReplies": ["at://other"]}),
        (DeedKind.SHOW, {"hiddenReplies": [RUDE]}, {"hiddenReplies": []}),
        (DeedKind.CLOSE, {"hiddenReplies": [RUDE]}, {"hiddenReplies": [RUDE], "allow": []}),
        (DeedKind.OPEN, {"hiddenReplies": [RUDE], "allow": []}, {"hiddenReplies": [RUDE]}),
    ],
)
def test_each_changes_its_own_part(kind: DeedKind, was: dict[str, object], then: dict[str, object]) -> None:
    script = Script(getRecord=gate(**was), putRecord=TAKEN)
    assert connect(script).moderate(deed(kind)) == Done()
    assert last(script)["record"] == {**GATE, **then}


@pytest.mark.parametrize(
    ("kind", "was"),
    [
        (DeedKind.HIDE, {"hiddenReplies": [RUDE]}),
        (DeedKind.SHOW, {}),
        (DeedKind.CLOSE, {"allow": []}),
        (DeedKind.OPEN, {}),
    ],
)
def test_what_stands_so_already_is_not_written_again(kind: DeedKind, was: dict[str, object]) -> None:
    script = Script(getRecord=gate(**was))
    assert connect(script).moderate(deed(kind)) == Done()
    assert "putRecord" not in script.calls


@pytest.mark.parametrize("kind", [DeedKind.HIDE, DeedKind.SHOW, DeedKind.CLOSE, DeedKind.OPEN])
def test_nothing_is_hidden_under_a_strangers_post(kind: DeedKind) -> None:
    script = Script()
    result = connect(script).moderate(deed(kind, root=Ref(RUDE), post=Ref(RUDE)))
    assert isinstance(result, Rejected)
    assert script.calls == ["createSession"]


def test_a_full_record_says_so() -> None:
    script = Script(getRecord=gate(hiddenReplies=[f"at://{number}" for number in range(MOST_HIDDEN)]))
    assert isinstance(connect(script).moderate(deed(DeedKind.HIDE)), Rejected)


def test_a_block_is_one_record_however_often_it_is_asked_for() -> None:
    script = Script(getRecord=NONE, putRecord=TAKEN)
    connector = connect(script)
    assert connector.moderate(deed(DeedKind.BLOCK)) == Done()
    first = last(script)
    assert first["record"] == {
        "$type": "app.bsky.graph.block",
        "subject": "did:plc:citizen",
        "createdAt": WRITTEN_AT,
    }
    assert first["swapRecord"] is None
    assert re.fullmatch("[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}", str(first["rkey"]))
    connector.moderate(deed(DeedKind.BLOCK))
    assert last(script)["rkey"] == first["rkey"]
    connector.moderate(deed(DeedKind.BLOCK, author="did:plc:other"))
    assert last(script)["rkey"] != first["rkey"]
    raced = Script(getRecord=NONE, putRecord=refusal(400, "InvalidSwap"))
    assert connect(raced).moderate(deed(DeedKind.BLOCK)) == Done()


def test_an_unblock_takes_away_our_own_record_alone() -> None:
    blocked = Script(getRecord=NONE, putRecord=TAKEN)
    connect(blocked).moderate(deed(DeedKind.BLOCK))
    script = Script(deleteRecord=answer(200, {}))
    assert connect(script).moderate(deed(DeedKind.UNBLOCK)) == Done()
    assert last(script) == {"repo": DID, "collection": "app.bsky.graph.block", "rkey": last(blocked)["rkey"]}


@pytest.mark.parametrize(("kind", "call"), [(DeedKind.MUTE, "muteActor"), (DeedKind.UNMUTE, "unmuteActor")])
def test_muting_is_a_call(kind: DeedKind, call: str) -> None:
    script = Script(**{call: answer(200, b"")})
    assert connect(script).moderate(deed(kind)) == Done()
    assert script.urls[-1].endswith(f"app.bsky.graph.{call}")
    assert last(script) == {"actor": "did:plc:citizen"}


def test_our_own_post_is_deleted_and_nobody_elses() -> None:
    script = Script(deleteRecord=answer(200, {}))
    assert connect(script).moderate(deed(DeedKind.DELETE, post=Ref(OURS))) == Done()
    assert last(script) == {"repo": DID, "collection": "app.bsky.feed.post", "rkey": "3kqaaaaaaaaaa"}
    assert isinstance(connect(Script()).moderate(deed(DeedKind.DELETE)), Rejected)
    assert isinstance(connect(Script()).moderate(deed(DeedKind.DELETE, post=Ref("nonsense"))), Rejected)


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        (refusal(400, "InvalidRequest"), Rejected),
        (refusal(413, "PayloadTooLarge"), Rejected),
        (refusal(429, "RateLimitExceeded"), Retry),
        (refusal(404, "XRPCNotSupported"), Retry),
        (refusal(403, "AccountTakedown"), Suspended),
        (refusal(500, "InternalServerError"), Unconfirmed),
        (answer(502, b"<html>Bad gateway</html>"), Unconfirmed),
        (Doubtful("cut"), Unconfirmed),
        (NotSent("no connection"), Retry),
    ],
)
@pytest.mark.parametrize("kind", [DeedKind.HIDE, DeedKind.BLOCK, DeedKind.UNBLOCK, DeedKind.MUTE])
def test_every_answer_has_one_meaning(given: Answer | Exception, outcome: type, kind: DeedKind) -> None:
    script = Script(getRecord=NONE, putRecord=given, deleteRecord=given, muteActor=given)
    assert isinstance(connect(script).moderate(deed(kind)), outcome)


@pytest.mark.parametrize("given", [answer(200, b"{"), answer(200, {"value": 7}), refusal(500, "InternalServerError")])
def test_a_record_that_can_not_be_read_is_not_written_over(given: Answer) -> None:
    script = Script(getRecord=given)
    assert isinstance(connect(script).moderate(deed(DeedKind.HIDE)), Unconfirmed)
    assert "putRecord" not in script.calls
