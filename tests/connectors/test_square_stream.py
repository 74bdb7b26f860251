"""The news of an account: whole, in order, page by page, and nothing lost when the square misbehaves."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.kit.contract import (
    Delivered,
    InboundDelete,
    InboundEdit,
    InboundPost,
    Page,
    Poison,
    Rejected,
    Retry,
)
from connectors.square import sentences as reasons
from connectors.square.faults import switch_on
from connectors.square.writing import change_words, take_back
from tests.connectors.squares import HANDLE, Running, reply_to


def _page(on: Running, cursor: str | None = None, limit: int = 100) -> Page:
    page = on.connect().fetch("news", cursor, limit)
    assert isinstance(page, Page)
    return page


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
