"""The square behaves, and misbehaves as it is told, over real HTTP; its truth is what counts."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.kit.contract import (
    Absent,
    CannotTell,
    Delivered,
    Found,
    InboundDelete,
    InboundEdit,
    InboundPost,
    Page,
    Poison,
    Rejected,
    Retry,
    Suspended,
    Unconfirmed,
)
from connectors.square import connector as reasons
from connectors.square import faults
from connectors.square.faults import switch_off, switch_on
from connectors.square.writing import change_words, take_back
from tests.connectors.squares import HANDLE, SIGNED, Running, reply_to, wait_until


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


def test_the_stream_goes_on_from_its_cursor_in_pages(on: Running) -> None:
    ids = [on.mention(f"@nordby nummer {number}").post.id for number in range(5)]
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = _page(on, cursor, limit=2)
        seen += [one.ref.external_id for item in page.items for one in on.connect().normalize(item)]
        cursor = page.next_cursor
        if not page.more:
            break
    assert seen == ids
    assert _page(on, cursor) == Page([], cursor, more=False)


def test_only_what_is_said_to_the_account_is_told(on: Running) -> None:
    on.mention("Godmorgen, alle sammen!")
    on.mention("Skriv til nordby@kommune.example eller @nordbyhallen")
    private = on.mention("Kun til jer", visibility="private", to=HANDLE)
    named = on.mention("Hej @Nordby, er I der?")
    got = [on.connect().normalize(item)[0].ref.external_id for item in _page(on).items]
    assert got == [private.post.id, named.post.id]


def test_edits_and_deletions_are_told(on: Running) -> None:
    told = on.mention()
    own = frozenset({told.post.author_id})
    change_words(on.engine, told.post.id, own, "@nordby Hvornår åbner svømmehallen?")
    take_back(on.engine, told.post.id, own)
    square = on.connect()
    post, edit, delete = (square.normalize(item)[0] for item in _page(on).items)
    assert isinstance(post, InboundPost)
    assert post.text == "@nordby Hvornår åbner skøjtebanen?"
    assert isinstance(edit, InboundEdit)
    assert edit.text == "@nordby Hvornår åbner svømmehallen?"
    assert isinstance(delete, InboundDelete)
    assert square.deliver(reply_to(told), "key-1") == Rejected(reasons.REASONS["no_such_post"])


def test_a_private_answer_stays_between_the_two(on: Running) -> None:
    told = on.mention("Kun til jer", visibility="private", to=HANDLE)
    square = on.connect()
    assert square.deliver(reply_to(told), "a") == Rejected(reasons.REASONS["not_private"])
    done = square.deliver(reply_to(told, visibility="private"), "b")
    assert isinstance(done, Delivered)
    again = on.mention("Tak!", under=done.ref.external_id)
    assert (again.post.visibility, again.post.root_id) == ("private", told.post.id)


def test_a_chain_of_parts_hangs_together(on: Running) -> None:
    told = on.mention()
    square = on.connect()
    first = square.deliver(reply_to(told, "Første del (1/2)\n– Anna"), "part-1")
    assert isinstance(first, Delivered)
    post = reply_to(told, "Anden del (2/2)\n– Anna")
    second = square.deliver(replace(post, reply_to=first.ref), "part-2")
    assert isinstance(second, Delivered)
    reply = on.mention("Tak for begge", under=second.ref.external_id)
    (item,) = _page(on, _page(on, limit=1).next_cursor).items
    (heard,) = square.normalize(item)
    assert isinstance(heard, InboundPost)
    assert (heard.ref.external_id, heard.kind, heard.parent, heard.root) == (
        reply.post.id, "reply", second.ref, type(second.ref)(told.post.id),
    )  # fmt: skip


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
    assert on.connect(budget=0.5).deliver(post, "key-1") == expected
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
    switch_on(on.engine, "latency", value=1_000, times=1)
    post = reply_to(told)
    assert on.connect(budget=0.3).deliver(post, "key-1") == Unconfirmed(reasons.NO_CLEAR_ANSWER)
    assert on.connect().find_delivered(post, "key-1") == Absent()
    wait_until(lambda: "the caller hung up" in str(on.truth()["calls"]))
    assert on.posted("key-1") == 0


def test_what_is_shown_late_is_shown_within_the_promise(on: Running) -> None:
    told = on.mention()
    switch_on(on.engine, "invisible", value=1, times=1)
    switch_on(on.engine, "drop_after", times=1)
    square, post = on.connect(), reply_to(told)
    assert isinstance(square.deliver(post, "key-1"), Unconfirmed)
    assert square.find_delivered(post, "key-1") == Absent()
    wait_until(lambda: isinstance(square.find_delivered(post, "key-1"), Found), 3)
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


def test_a_misbehaving_stream_loses_nothing_and_its_poison_is_named(on: Running) -> None:
    ids = [on.mention(f"@nordby nummer {number}").post.id for number in range(3)]
    for habit in ("duplicate", "reorder", "poison"):
        switch_on(on.engine, habit, times=1)
    page = _page(on)
    seen, poison = [], 0
    for item in page.items:
        try:
            seen += [one.ref.external_id for one in on.connect().normalize(item)]
        except Poison:
            poison += 1
    assert Counter(seen) == dict.fromkeys(ids, 2)
    assert seen[0] == ids[-1]
    assert poison == 5
    assert [on.connect().normalize(item)[0].ref.external_id for item in _page(on).items] == ids
    assert _page(on, page.next_cursor).items == []


def test_odd_letters_come_through_for_the_inbox_to_clean(on: Running) -> None:
    on.mention()
    switch_on(on.engine, "odd_letters", times=1)
    (post,) = on.connect().normalize(_page(on).items[0])
    assert isinstance(post, InboundPost)
    assert post.text.endswith(" \x00\ud83d")


@pytest.mark.parametrize(
    ("habit", "expected"),
    [
        ("stream_throttle", Retry(reasons.BUSY, timedelta(seconds=5))),
        ("stream_fail", Retry(reasons.NO_CLEAR_ANSWER)),
    ],
)
def test_a_stream_that_fails_is_asked_again(on: Running, habit: str, expected: Retry) -> None:
    on.mention()
    switch_on(on.engine, habit, times=1)
    assert on.connect().fetch("news", None, 10) == expected
    assert len(_page(on).items) == 1


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
