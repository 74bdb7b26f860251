"""What an account says by itself: posted once, found again without a parent to look under, and never overwritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors.bluesky.record import record, same
from connectors.kit import registry
from connectors.kit.contract import (
    Absent,
    Answer,
    CannotTell,
    Delivered,
    Doubtful,
    Found,
    InboundPost,
    NotSent,
    OutboundPost,
    Page,
    Rejected,
    Retry,
    Unconfirmed,
)
from connectors.square import sentences as reasons
from connectors.square.faults import switch_off, switch_on
from tests.connectors.bluesky_script import POST, Script, answer, connect
from tests.connectors.squares import SHORT, Running, reply_to
from tests.connectors.test_contract import PLATFORMS, _made

SPEAKING = sorted(name for name in PLATFORMS if registry.connector(name).capabilities.posts)
STATUS = OutboundPost(
    text="Vandet på Bakkevej er rent igen.\n– Anna, Nordby Kommune",
    visibility="public",
    created_at=datetime(2026, 11, 24, 9, tzinfo=UTC),
    reply_to=None,
    root=None,
    recipient="",
)
KEY = "0198c0de-0000-7000-8000-000000000001"


def now() -> OutboundPost:
    return replace(STATUS, created_at=datetime.now(UTC))


def test_the_two_platforms_that_can_say_so() -> None:
    assert SPEAKING == ["bluesky", "square"]


@pytest.mark.parametrize("name", PLATFORMS)
def test_a_pace_can_be_kept_to_and_a_rule_is_one_sentence(name: str) -> None:
    can = registry.connector(name).capabilities
    assert can.pace is None or (can.pace.posts >= 1 and can.pace.each > timedelta(0))
    assert can.repeated == can.repeated.strip()
    assert not can.repeated or can.repeated.endswith(".")


@pytest.mark.parametrize("name", SPEAKING)
def test_a_post_without_a_parent_is_doubted_as_every_other(name: str) -> None:
    assert isinstance(_made(name, NotSent("no connection")).deliver(STATUS, KEY), Retry)
    silent = _made(name, Doubtful("no whole answer"))
    assert isinstance(silent.deliver(STATUS, KEY), Unconfirmed | Retry)
    assert isinstance(silent.find_delivered(STATUS, KEY), CannotTell)
    broken = _made(name, Answer(500, {}, b"<html>"))
    assert isinstance(broken.deliver(STATUS, KEY), Unconfirmed | Retry)
    assert isinstance(broken.find_delivered(STATUS, KEY), CannotTell)


@pytest.mark.parametrize("keeps_keys", [True, False], ids=["keys kept", "no keys"])
def test_it_stands_on_the_square_and_is_found_again_after_a_doubt(on: Running, *, keeps_keys: bool) -> None:
    if not keeps_keys:
        switch_on(on.engine, "forget_keys")
    switch_on(on.engine, "drop_after", times=1)
    post = now()
    assert isinstance(on.connect(budget=SHORT).deliver(post, KEY), Unconfirmed)
    switch_off(on.engine, "forget_keys")
    assert on.posted(KEY) == 1
    found = on.connect().find_delivered(post, KEY)
    assert isinstance(found, Found)
    other = replace(post, text="Noget andet.\n– Anna, Nordby Kommune")
    assert on.connect().find_delivered(other, "another key") == Absent()


def test_an_answer_in_the_same_words_is_not_the_post(on: Running) -> None:
    told = on.mention()
    switch_on(on.engine, "forget_keys")
    post = now()
    assert isinstance(on.connect().deliver(reply_to(told, post.text), "key-1"), Delivered)
    assert on.connect().find_delivered(post, KEY) == Absent()


def test_a_citizen_under_it_is_news_of_ours_and_can_be_answered(on: Running) -> None:
    square = on.connect()
    done = square.deliver(now(), KEY)
    assert isinstance(done, Delivered)
    again = square.deliver(now(), KEY)
    assert again == done
    told = on.mention("Også på nummer 7?", under=done.ref.external_id)
    page = square.fetch("news", None, 10)
    assert isinstance(page, Page)
    (post,) = [one for item in page.items for one in square.normalize(item)]
    assert isinstance(post, InboundPost)
    assert (post.kind, post.parent, post.root) == ("reply", done.ref, done.ref)
    assert isinstance(square.deliver(reply_to(told), "key-2"), Delivered)


def test_nothing_private_stands_alone_on_the_square(on: Running) -> None:
    private = replace(now(), visibility="private")
    assert on.connect().deliver(private, KEY) == Rejected(reasons.REASONS["no_such_post"])
    assert on.posted(KEY) == 0


def test_bluesky_writes_a_record_without_a_thread_and_knows_it_again() -> None:
    alone = replace(POST, reply_to=None, root=None, recipient="")
    written = record(alone, "did:plc:nordby")
    assert "reply" not in written
    assert same(written, record(alone, "did:plc:nordby"))
    assert not same(record(POST, "did:plc:nordby"), written)
    taken = answer(200, {"cid": "bafy", "commit": {"rev": "3n33htibvts2m"}})
    script = Script(putRecord=taken, getRecord=answer(200, {"cid": "bafy", "value": written}), getLatestCommit=taken)
    assert isinstance(connect(script).deliver(alone, "key"), Delivered)
    assert b'"swapRecord": null' in script.bodies[-1].replace(b'":null', b'": null')
    assert isinstance(connect(script).find_delivered(alone, "key"), Found)
