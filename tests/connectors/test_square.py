"""The square takes answers, and misbehaves as it is told, over real HTTP; its truth is what counts."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from connectors.kit.contract import (
    Absent,
    CannotTell,
    Delivered,
    Found,
    InboundPost,
    Page,
    Rejected,
    Retry,
    Suspended,
    Unconfirmed,
)
from connectors.square import faults
from connectors.square import sentences as reasons
from connectors.square.faults import switch_off, switch_on
from tests.connectors.squares import HANDLE, SHORT, SIGNED, Running, reply_to, wait_until


def _page(on: Running, cursor: str | None = None, limit: int = 100) -> Page:
    page = on.connect().fetch("news", cursor, limit)
    assert isinstance(page, Page)
    return page


def test_a_mention_arrives_and_its_answer_stands(on: Running) -> None:
    told = on.mention()
    square = on.connect()
    (item,) = _page(on).items
    (post,) = square.normalize(item)
    assert isinstance(post, InboundPost)
    assert (post.ref.external_id, post.author.name, post.kind, post.visibility) == (
        told.post.id, "Mette Holm", "mention", "public",
    )  # fmt: skip
    assert post.said_at == told.post.at

    done = square.deliver(reply_to(told), "key-1")
    assert isinstance(done, Delivered)
    assert done.url is not None
    assert done.url.endswith(f"/square#post-{done.ref.external_id}")
    assert on.posted("key-1") == 1
    assert square.find_delivered(reply_to(told), "key-1") == Found(done)


def test_a_private_answer_stays_between_the_two(on: Running) -> None:
    told = on.mention("Kun til jer", visibility="private", to=HANDLE)
    square = on.connect()
    assert square.deliver(reply_to(told), "a") == Rejected(reasons.REASONS["not_private"])
    done = square.deliver(reply_to(told, visibility="private"), "b")
    assert isinstance(done, Delivered)
    again = on.mention("Tak!", under=done.ref.external_id)
    assert (again.post.visibility, again.post.root_id) == ("private", told.post.id)


def test_the_same_key_is_the_same_post_however_often(on: Running) -> None:
    told = on.mention()
    post = reply_to(told)
    start = threading.Barrier(8)
    results: list[object] = []

    def try_it() -> None:
        square = on.connect()
        start.wait(10)
        results.append(square.deliver(post, "key-1"))

    threads = [threading.Thread(target=try_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(results) == 8
    assert len(set(map(repr, results))) == 1
    assert isinstance(results[0], Delivered)
    assert on.posted("key-1") == 1
    assert on.connect().deliver(reply_to(told, "Noget andet"), "key-1") == Rejected(reasons.REASONS["key_reused"])


@pytest.mark.parametrize(("length", "taken"), [(280, True), (281, False)], ids=["just fits", "one too long"])
def test_the_limit_counts_graphemes(on: Running, length: int, taken: bool) -> None:
    told = on.mention()
    text = "👩🏽‍🚒" * length
    assert on.connect().measure(text) == length
    result = on.connect().deliver(reply_to(told, text), "key-1")
    assert isinstance(result, Delivered) if taken else result == Rejected(reasons.REASONS["too_long"])
    assert on.posted("key-1") == (1 if taken else 0)


def test_429_is_retry_after_so_long(on: Running) -> None:
    told = on.mention()
    switch_on(on.engine, "throttle", value=7, times=1)
    square = on.connect()
    assert square.deliver(reply_to(told), "key-1") == Retry(reasons.BUSY, timedelta(seconds=7))
    assert on.posted("key-1") == 0
    assert isinstance(square.deliver(reply_to(told), "key-1"), Delivered)


@pytest.mark.parametrize(
    ("fault", "expected", "posted"),
    [
        ("fail_before", Unconfirmed(reasons.NO_CLEAR_ANSWER), 0),
        ("fail_after", Unconfirmed(reasons.NO_CLEAR_ANSWER), 1),
        ("drop_after", Unconfirmed(reasons.NO_CLEAR_ANSWER), 1),
        ("hold_after", Unconfirmed(reasons.NO_CLEAR_ANSWER), 1),
        ("refuse_access", Suspended(reasons.NO_ACCESS), 0),
        ("reject", Rejected(reasons.NOT_TAKEN), 0),
    ],
)
@pytest.mark.parametrize("keeps_keys", [True, False], ids=["keys kept", "no keys"])
def test_whatever_is_heard_the_look_up_tells_the_truth(
    on: Running, fault: str, expected: object, posted: int, keeps_keys: bool
) -> None:
    told = on.mention()
    if not keeps_keys:
        switch_on(on.engine, "forget_keys")
    switch_on(on.engine, fault, times=1)
    post = reply_to(told)
    assert on.connect(budget=SHORT).deliver(post, "key-1") == expected
    assert on.posted("key-1") == posted
    switch_off(on.engine, "forget_keys")
    found = on.connect().find_delivered(post, "key-1")
    assert isinstance(found, Found if posted else Absent)


def test_without_keys_the_same_answer_twice_is_two_and_the_truth_says_so(on: Running) -> None:
    told = on.mention()
    switch_on(on.engine, "forget_keys")
    for _ in range(2):
        assert isinstance(on.connect().deliver(reply_to(told), "key-1"), Delivered)
    assert on.posted("key-1") == 2
    assert on.truth()["doubled"] == 1


def test_an_earlier_answer_in_the_same_words_is_not_this_one(on: Running) -> None:
    told = on.mention()
    switch_on(on.engine, "forget_keys")
    assert isinstance(on.connect().deliver(reply_to(told), "key-1"), Delivered)
    later = reply_to(told)
    later = replace(later, created_at=later.created_at + timedelta(minutes=1))
    assert on.connect().find_delivered(later, "key-2") == Absent()


def test_a_slow_square_does_not_take_what_nobody_waits_for(on: Running) -> None:
    told = on.mention()
    switch_on(on.engine, "latency", value=60_000, times=1)
    post = reply_to(told)
    assert on.connect(budget=SHORT).deliver(post, "key-1") == Unconfirmed(reasons.NO_CLEAR_ANSWER)
    assert on.connect().find_delivered(post, "key-1") == Absent()
    wait_until(lambda: "the caller hung up" in str(on.truth()["calls"]))
    assert on.posted("key-1") == 0


def test_what_is_shown_late_is_shown_within_the_promise(on: Running) -> None:
    told = on.mention()
    switch_on(on.engine, "invisible", value=1, times=1)
    switch_on(on.engine, "drop_after", times=1)
    with time_machine.travel(told.post.at, tick=False) as clock:
        square, post = on.connect(), reply_to(told)
        assert isinstance(square.deliver(post, "key-1"), Unconfirmed)
        clock.shift(0.999)
        assert square.find_delivered(post, "key-1") == Absent()
        clock.shift(0.001)
        assert isinstance(square.find_delivered(post, "key-1"), Found)
    assert square.capabilities.settle >= timedelta(seconds=faults.LONGEST_INVISIBLE)


def test_a_look_up_that_fails_tells_nothing(on: Running) -> None:
    told = on.mention()
    switch_on(on.engine, "lookup_fail", times=1)
    assert isinstance(on.connect().find_delivered(reply_to(told), "key-1"), CannotTell)
    nowhere = on.connect(url="http://127.0.0.1:9")
    assert isinstance(nowhere.find_delivered(reply_to(told), "key-1"), CannotTell)
    assert nowhere.deliver(reply_to(told), "key-1") == Retry(reasons.NOT_REACHED)
    assert nowhere.fetch("news", None, 10) == Retry(reasons.NOT_REACHED)
    assert not nowhere.probe().ok


def test_a_wrong_token_suspends(on: Running) -> None:
    stranger = on.connect(token="made-up")
    told = on.mention()
    assert stranger.fetch("news", None, 10) == Suspended(reasons.NO_ACCESS)
    assert stranger.deliver(reply_to(told), "key-1") == Suspended(reasons.NO_ACCESS)
    assert stranger.probe().detail == reasons.NO_ACCESS
    assert on.connect().probe().identity is not None


def test_faults_count_down_and_keep_their_bounds(on: Running) -> None:
    switch_on(on.engine, "fail_before", times=2)
    assert [bool(faults.take(on.engine, "fail_before")) for _ in range(3)] == [True, True, False]
    switch_on(on.engine, "fail_before")
    assert all(faults.take(on.engine, "fail_before") for _ in range(3))
    for wrong in ({"value": 4}, {"value": -1}, {"times": 0}, {"times": faults.MOST_TIMES + 1}):
        with pytest.raises(ValueError, match=r"times|goes from"):
            switch_on(on.engine, "invisible", **wrong)
    with pytest.raises(ValueError, match="knows no"):
        switch_on(on.engine, "sing")


def test_the_text_is_kept_to_the_last_letter(on: Running) -> None:
    told = on.mention()
    assert isinstance(on.connect().deliver(reply_to(told), "key-1"), Delivered)
    keys = on.truth()["keys"]
    assert isinstance(keys, dict)
    assert keys["key-1"][0]["text"] == SIGNED
