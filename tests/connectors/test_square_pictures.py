"""An answer's pictures: one post with all of them whatever is lost on the way, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import Engine, func, select

from connectors.kit.contract import (
    Answer,
    Delivered,
    Doubtful,
    Found,
    Page,
    Rejected,
    Retry,
    Suspended,
    Unconfirmed,
)
from connectors.kit.http import HttpClient
from connectors.square import CONNECTOR, schema
from connectors.square import sentences as reasons
from connectors.square.faults import switch_on
from connectors.square.site import SITE
from tests.connectors.picturing import (
    PNG,
    api,
    heard_post,
    kept,
    second_account,
    with_two,
    write,
)
from tests.connectors.squares import HANDLE, PATIENCE, SHORT, Running, reply_to
from tests.connectors.visitor import Visitor


class Losing:
    """A way out on which the answers to some calls are lost after they arrived."""

    def __init__(self, lose: Callable[[int, str], bool]) -> None:
        self._lose = lose
        self._calls = 0

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        json: object | None = None,
        content: bytes | None = None,
    ) -> Answer:
        out = HttpClient(PATIENCE)
        came = out.request(method, url, headers=headers, params=params, json=json, content=content)
        self._calls += 1
        if self._lose(self._calls, url):
            raise Doubtful("the answer was lost")
        return came


def _losing(on: Running, lose: Callable[[int, str], bool]) -> CONNECTOR:
    return on.connect_over(Losing(lose))


def _standing(on: Running, key: str) -> list[list[str]]:
    """The descriptions under each post that was made under a key, in the order of the pictures."""
    with on.engine.connect() as connection:
        posts = connection.scalars(select(schema.post.c.id).where(schema.post.c.key == key)).all()
        one = schema.picture.c
        return [
            list(connection.scalars(select(one.description).where(one.post_id == post).order_by(one.place)))
            for post in posts
        ]


@pytest.mark.parametrize("lost", [1, 2, 3], ids=["the first picture", "the second picture", "the post"])
@pytest.mark.parametrize("keeps_keys", [True, False], ids=["keys kept", "no keys"])
def test_a_try_whose_answer_is_lost_ends_as_one_post_with_its_pictures(
    on: Running, lost: int, keeps_keys: bool
) -> None:
    if not keeps_keys:
        switch_on(on.engine, "forget_keys")
    post = with_two(reply_to(on.mention()))
    heard = _losing(on, lambda call, _url: call == lost).deliver(post, "key-1")

    if lost < 3:
        assert heard == Retry(reasons.NO_CLEAR_ANSWER)
        assert on.posted("key-1") == 0
        assert isinstance(on.connect().deliver(post, "key-1"), Delivered)
    else:
        assert heard == Unconfirmed(reasons.NO_CLEAR_ANSWER)
    assert isinstance(on.connect().find_delivered(post, "key-1"), Found)
    assert _standing(on, "key-1") == [["Hul i Møllevej", "Kort over Møllevej"]]


def test_the_same_key_is_the_same_post_though_its_pictures_are_brought_anew(on: Running) -> None:
    post = with_two(reply_to(on.mention()))
    square = on.connect()
    first = square.deliver(post, "key-1")
    assert isinstance(first, Delivered)
    assert square.deliver(post, "key-1") == first
    assert _standing(on, "key-1") == [["Hul i Møllevej", "Kort over Møllevej"]]
    assert kept(on) == 2, "what the second try brought is forgotten"

    turned = replace(post, pictures=post.pictures[::-1])
    renamed = replace(post, pictures=(post.pictures[0], replace(post.pictures[1], description="Noget andet")))
    for other in (turned, renamed, replace(post, pictures=post.pictures[:1]), replace(post, pictures=())):
        assert square.deliver(other, "key-1") == Rejected(reasons.REASONS["key_reused"])
    assert on.posted("key-1") == 1


def test_an_answer_takes_no_picture_of_somebody_else_and_none_twice(on: Running) -> None:
    told = on.mention()
    sydby = second_account(on)
    with api(on) as ours, api(sydby) as theirs:
        own = ours.post("/pictures", content=PNG).json()["id"]
        foreign = theirs.post("/pictures", content=PNG).json()["id"]
        write(Visitor(on), ("hul.png", PNG))
        citizens = heard_post(on).pictures[0].source

        def post(key: str, *ids: str, description: str = "Et hul") -> tuple[int, object]:
            body = {
                "text": "Ja.", "visibility": "public", "reply_to": told.post.id, "recipient": told.post.handle,
                "pictures": [{"id": one, "description": description} for one in ids],
            }  # fmt: skip
            answer = ours.post("/posts", json=body, headers={"idempotency-key": key})
            return answer.status_code, answer.json().get("error")

        no_such = (422, "no_such_picture")
        for wrong in (foreign, citizens, "0" * 32, "../truth", ""):
            assert post("key-1", own, wrong) == no_such
        assert post("key-1", own, own) == no_such
        assert post("key-1", own, description=" \n") == (422, "no_description")
        assert post("key-1", own, description="x" * 1001) == (422, "description_too_long")
        assert post("key-1", *[own] * 5) == (422, "too_many_pictures")
        assert on.posted("key-1") == 0, "what is refused leaves nothing"
        assert post("key-1", own) == (201, None)
        assert post("key-1", own) == (201, None), "the same call again"
        assert post("key-1", foreign) == no_such
        assert post("key-2", own) == no_such
        assert (on.posted("key-1"), on.posted("key-2")) == (1, 0)


@pytest.mark.parametrize(
    "told", ["x", [7], {}, None, [{"id": 7, "description": "x"}], [{"id": "0123456789", "description": None}]], ids=repr
)
def test_a_list_that_is_none_is_not_understood(on: Running, told: object) -> None:
    body: dict[str, object] = {"text": "Ja.", "visibility": "public", "reply_to": "x", "recipient": "x"}
    with api(on) as ours:
        answer = ours.post("/posts", json=body | {"pictures": told}, headers={"idempotency-key": "key-1"})
        assert (answer.status_code, answer.json()) == (400, {"error": "not_understood"})


def test_items_without_pictures_are_the_same_bytes_as_ever(on: Running) -> None:
    on.mention()
    page = on.connect().fetch("news", None, 1)
    assert isinstance(page, Page)
    told = page.items[0]["post"]
    assert isinstance(told, dict)
    assert told.keys() == {
        "id", "author", "text", "visibility", "kind", "said_at", "parent", "root", "version", "url",
    }  # fmt: skip


def test_what_was_never_posted_is_forgotten_after_a_day(on: Running) -> None:
    with time_machine.travel(datetime.now(UTC), tick=False) as clock, api(on) as door:
        early = door.post("/pictures", content=PNG).json()["id"]
        clock.shift(timedelta(hours=23))
        door.post("/pictures", content=PNG)
        assert kept(on) == 2
        clock.shift(timedelta(hours=2))
        door.post("/pictures", content=PNG)
        assert kept(on) == 2
        assert door.get(f"/pictures/{early}").status_code == 404


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("throttle", Retry(reasons.BUSY, timedelta(seconds=5))),
        ("fail_before", Retry(reasons.NO_CLEAR_ANSWER)),
        ("refuse_access", Suspended(reasons.NO_ACCESS)),
    ],
)
def test_trouble_with_a_picture_is_certainly_no_post(on: Running, fault: str, expected: object) -> None:
    post = with_two(reply_to(on.mention()))
    switch_on(on.engine, fault, times=1)
    assert on.connect().deliver(post, "key-1") == expected
    assert (on.posted("key-1"), kept(on)) == (0, 0)
    assert isinstance(on.connect().deliver(post, "key-1"), Delivered)


def test_a_slow_square_does_not_keep_a_picture_that_nobody_waits_for(on: Running) -> None:
    post = with_two(reply_to(on.mention()))
    switch_on(on.engine, "latency", value=60_000, times=1)
    assert on.connect(budget=SHORT).deliver(post, "key-1") == Retry(reasons.NO_CLEAR_ANSWER)
    assert (on.posted("key-1"), kept(on)) == (0, 0)


def test_no_call_is_begun_when_the_pictures_took_too_long(on: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    hours: Iterator[float] = iter([0.0, 6.0, 12.0])
    monkeypatch.setattr("connectors.square.connector.monotonic", lambda: next(hours))
    assert on.connect().deliver(with_two(reply_to(on.mention())), "key-1") == Retry(reasons.TOO_SLOW)
    assert (on.posted("key-1"), kept(on)) == (0, 2)


def test_a_database_from_before_there_were_pictures_gets_their_table(engine: Engine) -> None:
    SITE.prepare(engine)
    schema.picture.drop(engine)
    SITE.open_account(engine, handle=HANDLE, name="Nordby Kommune", base_url="http://torv.example")
    SITE.prepare(engine)
    with engine.connect() as connection:
        assert connection.scalars(select(func.count()).select_from(schema.picture)).one() == 0
        assert connection.scalars(select(schema.account.c.handle)).all() == [HANDLE]
