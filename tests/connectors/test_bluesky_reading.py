"""What a Bluesky notification says, from recordings of a real PDS, and how far a walk has come."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.bluesky.reading import inbound
from connectors.bluesky.walk import Walk
from connectors.kit.contract import InboundPost, Poison, Raw, Ref

RECORDINGS = Path(__file__).parent / "recordings" / "bluesky"
NOTIFICATIONS: list[dict[str, Any]] = json.loads((RECORDINGS / "notifications.json").read_text())["notifications"]
NOBODY = "did:plc:nobody"


def recorded(reason: str, text: str = "") -> dict[str, Any]:
    for raw in NOTIFICATIONS:
        if raw["reason"] == reason and text in raw["record"].get("text", ""):
            return deepcopy(raw)
    raise AssertionError(f"no recording of {reason} {text}")


def read(raw: Raw, own: str = NOBODY) -> InboundPost:
    (post,) = inbound(raw, own)
    assert isinstance(post, InboundPost)
    return post


def test_a_mention() -> None:
    raw = recorded("mention")
    post = read(raw)
    assert post.text == "Hej @nordby.test, hvornår åbner svømmehallen på lørdag? 🏊‍♀️ Børnene spørger."
    assert (post.kind, post.visibility, post.language) == ("mention", "public", "da")
    assert (post.author.handle, post.author.name) == ("mette-holm.test", "Mette Holm")
    assert post.ref == Ref(raw["uri"], raw["cid"])
    assert post.said_at == datetime.fromisoformat(raw["indexedAt"])
    assert post.url == raw["uri"].replace("at://", "https://bsky.app/profile/").replace("app.bsky.feed.post", "post")
    assert (post.parent, post.root) == (None, None)


def test_a_reply_names_its_parent_and_its_root() -> None:
    first, second = read(recorded("reply", "Også om aftenen?")), read(recorded("reply", "Det vil jeg"))
    assert first.kind == "reply"
    assert first.parent == first.root
    assert second.parent == first.ref
    assert second.root == first.root


def test_whoever_has_no_name_is_called_by_the_handle() -> None:
    assert read(recorded("reply", "Det vil jeg")).author.name == "kirsten-v.test"


@pytest.mark.parametrize(("reason", "kind"), [("quote", "mention"), ("repost", "share"), ("like", "reaction")])
def test_quotes_shares_and_reactions(reason: str, kind: str) -> None:
    assert read(recorded(reason)).kind == kind


def test_a_share_has_no_words_of_its_own_and_points_to_what_was_shared() -> None:
    raw = recorded("repost")
    post = read(raw)
    assert (post.text, post.url) == ("", None)
    assert post.parent == Ref(raw["record"]["subject"]["uri"], raw["record"]["subject"]["cid"])


def test_a_new_follower_says_nothing() -> None:
    assert inbound(recorded("follow"), NOBODY) == ()


def test_our_own_post_is_never_taken_for_a_citizens() -> None:
    raw = recorded("mention")
    assert read(raw, own=raw["author"]["did"]).kind == "own"


def test_pictures_alone_are_the_empty_text() -> None:
    raw = recorded("mention")
    raw["record"]["text"] = ""
    assert read(raw).text == ""


@pytest.mark.parametrize("languages", [None, [], [7], "da"])
def test_a_language_that_is_none_is_left_out(languages: object) -> None:
    raw = recorded("mention")
    raw["record"]["langs"] = languages
    assert read(raw).language is None


def _spoilt() -> list[tuple[str, dict[str, Any]]]:
    """Every way in which one field of a reply can be missing or of another kind."""
    cases: list[tuple[str, dict[str, Any]]] = [("nothing at all", {})]
    paths = ["uri", "cid", "reason", "indexedAt", "author", "record", "author.did", "author.handle", "record.text"]
    paths += ["record.reply.parent", "record.reply.root.uri", "record.reply.root.cid"]
    for path in paths:
        for what, value in (("number", 7), ("null", None), ("list", [])):
            raw = recorded("reply", "Det vil jeg")
            *way, last = path.split(".")
            place = raw
            for step in way:
                place = place[step]
            place[last] = value
            cases.append((f"{path} is a {what}", raw))
    return cases


@pytest.mark.parametrize("raw", [raw for _, raw in _spoilt()], ids=[name for name, _ in _spoilt()])
def test_what_can_not_be_understood_is_poison(raw: Raw) -> None:
    with pytest.raises(Poison):
        inbound(raw, NOBODY)


@pytest.mark.parametrize("written", ["yesterday", "2026-11-24T20:00:00", "2026-13-01T00:00:00Z"])
def test_a_time_that_is_none_is_poison(written: str) -> None:
    with pytest.raises(Poison):
        inbound({**recorded("mention"), "indexedAt": written}, NOBODY)


def note(number: int, at: int | None = None) -> Raw:
    """The notification of one post, sorted by `at` seconds."""
    time = datetime(2026, 11, 24, 8, tzinfo=UTC) + timedelta(seconds=number if at is None else at)
    return {"uri": f"at://did:plc:x/app.bsky.feed.post/{number}", "cid": f"c{number}", "indexedAt": time.isoformat()}


class Shelf:
    """A list as Bluesky keeps it: newest first by the time that each item claims, pages from a time downwards."""

    def __init__(self) -> None:
        self.notes: list[Raw] = []

    def page(self, down: str | None, limit: int) -> tuple[list[Raw], str | None]:
        below = [n for n in sorted(self.notes, key=_at, reverse=True) if down is None or _at(n) < down]
        return below[:limit], _at(below[limit - 1]) if len(below) >= limit else None

    def walk(self, cursor: str | None, limit: int = 10) -> tuple[list[Raw], str, int]:
        found: list[Raw] = []
        pages = 0
        while True:
            walk = Walk.read(cursor)
            items, walk = walk.step(*self.page(walk.down, limit))
            found += items
            pages += 1
            cursor = walk.write()
            if walk.down is None:
                return found, cursor, pages


def _at(item: Raw) -> str:
    return str(item["indexedAt"])


def test_the_first_walk_takes_the_newest_page_and_leaves_the_past_alone() -> None:
    shelf = Shelf()
    shelf.notes = [note(n) for n in range(50)]
    found, cursor, pages = shelf.walk(None)
    assert found == [note(n) for n in range(40, 50)]
    assert pages == 1
    shelf.notes = [n for n in shelf.notes if n not in (note(45), note(46))]
    assert shelf.walk(cursor)[0] == [], "deletions lift older posts into the page; they were never ours to read"


def test_an_account_nobody_has_written_to_reads_everything_from_then_on() -> None:
    shelf = Shelf()
    _, cursor, _ = shelf.walk(None)
    shelf.notes = [note(n) for n in range(25)]
    found, cursor, _ = shelf.walk(cursor)
    assert sorted(found, key=_at) == shelf.notes
    assert shelf.walk(cursor)[0] == []


def test_each_page_is_oldest_first_and_no_post_comes_twice() -> None:
    shelf = Shelf()
    shelf.notes = [note(n) for n in range(10)]
    _, cursor, _ = shelf.walk(None)
    shelf.notes += [note(n) for n in range(10, 45)]
    found, cursor, pages = shelf.walk(cursor)
    assert found[:10] == [note(n) for n in range(35, 45)]
    assert sorted(found, key=_at) == [note(n) for n in range(10, 45)]
    assert pages == 4
    assert shelf.walk(cursor) == ([], cursor, 1)


def test_what_arrives_during_a_walk_comes_with_the_next() -> None:
    shelf = Shelf()
    shelf.notes = [note(0)]
    _, cursor, _ = shelf.walk(None)
    shelf.notes += [note(n) for n in range(1, 25)]
    walk = Walk.read(cursor)
    first, walk = walk.step(*shelf.page(walk.down, 10))
    shelf.notes.append(note(99))
    found, cursor, _ = shelf.walk(walk.write())
    assert len(first) + len(found) == 24
    assert shelf.walk(cursor)[0] == [note(99)]


def test_a_post_written_offline_is_found_below_what_was_read() -> None:
    shelf = Shelf()
    shelf.notes = [note(n) for n in range(0, 30, 3)]
    _, cursor, _ = shelf.walk(None)
    shelf.notes.append(note(100, at=20))
    assert shelf.walk(cursor)[0] == [note(100, at=20)]


def test_the_last_read_posts_may_vanish_and_nothing_is_missed_or_read_twice() -> None:
    shelf = Shelf()
    shelf.notes = [note(n) for n in range(30)]
    _, cursor, _ = shelf.walk(None)
    shelf.notes = [n for n in shelf.notes if n not in (note(29), note(28), note(27))] + [note(50)]
    assert shelf.walk(cursor)[0] == [note(50)]


def test_an_edited_post_is_read_again() -> None:
    shelf = Shelf()
    shelf.notes = [note(1)]
    _, cursor, _ = shelf.walk(None)
    shelf.notes = [{**note(1), "cid": "new"}]
    assert shelf.walk(cursor)[0] == shelf.notes


def test_a_mention_that_is_also_a_reply_is_read_once() -> None:
    shelf = Shelf()
    shelf.notes = [{**note(1), "reason": "mention"}, {**note(1), "reason": "reply"}]
    assert len(shelf.walk(None)[0]) == 1


def test_the_cursor_does_not_grow_with_the_flood() -> None:
    shelf = Shelf()
    cursor: str | None = None
    for flood in range(20):
        shelf.notes += [note(n) for n in range(flood * 300, flood * 300 + 300)]
        _, cursor, _ = shelf.walk(cursor, limit=100)
    assert len(str(cursor)) < 2_000


def test_a_walk_half_way_through_a_flood_still_knows_where_known_ground_begins() -> None:
    shelf = Shelf()
    shelf.notes = [note(n) for n in range(100)]
    _, cursor, _ = shelf.walk(None, limit=100)
    shelf.notes += [note(n) for n in range(100, 1_150)]
    found, _, pages = shelf.walk(cursor, limit=100)
    assert len(found) == 1_050
    assert pages == 11
