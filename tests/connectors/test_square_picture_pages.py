"""Citizens' pictures: shown as a picture and nothing else, to those who may read the word they came with."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from connectors.kit.contract import (
    Delivered,
    Gone,
    OutboundPost,
    Page,
    PictureFetched,
    Rejected,
)
from connectors.square import pictures, schema
from connectors.square import sentences as reasons
from tests.connectors.picturing import (
    GIF,
    HTML,
    JPEG,
    PNG,
    SVG,
    WEBP,
    api,
    heard_post,
    kept,
    picture,
    second_account,
    write,
)
from tests.connectors.squares import HANDLE, Running, reply_to
from tests.connectors.visitor import Visitor


def test_a_private_picture_is_seen_by_the_two_it_is_between(on: Running) -> None:
    mette, ali = Visitor(on), Visitor(on)
    sydby = second_account(on)
    said = write(mette, ("sag.png", PNG), audience=f"to-{HANDLE}", description="Mit brev")
    (seen,) = heard_post(on).pictures
    assert f'src="/square/pictures/{seen.source}"' in said.text
    asked = OutboundPost(
        text="Se her.\n– Anna, Nordby Kommune",
        visibility="private",
        created_at=datetime.now(UTC),
        reply_to=heard_post(on).ref,
        root=heard_post(on).ref,
        recipient="metteholm",
        pictures=(picture(JPEG),),
    )
    assert isinstance(on.connect().deliver(asked, "key-1"), Delivered)
    with on.engine.connect() as connection:
        one = schema.picture.c
        answered = connection.scalars(select(one.id).where(one.account_handle == HANDLE)).one()

    for source, data in ((seen.source, PNG), (answered, JPEG)):
        assert mette.http.get(f"/square/pictures/{source}").content == data
        assert on.connect().fetch_picture(source) == PictureFetched(data)
        for stranger in (ali, Visitor(on)):
            refused = stranger.http.get(f"/square/pictures/{source}")
            assert (refused.status_code, data in refused.content) == (404, False)
        assert isinstance(sydby.connect().fetch_picture(source), Gone)
        assert f"/square/pictures/{source}" not in ali.get("/square") + ali.get("/square/private")
    # A reply that fails comes back with what it answers; nobody learns of the private word that way.
    spied = write(ali, ("kort.svg", SVG), name="Ali R.", under=heard_post(on).ref.external_id)
    assert (spied.status_code, "Mette" in spied.text) == (404, False)


def test_a_picture_that_is_private_after_a_public_word_stays_private(on: Running) -> None:
    mette, ali = Visitor(on), Visitor(on)
    mette.write("@nordby Hvordan søger jeg?")
    post = OutboundPost("Kun dig.", "private", datetime.now(UTC), heard_post(on).ref, heard_post(on).ref, "metteholm")
    assert isinstance(on.connect().deliver(replace(post, pictures=(picture(),)), "key-1"), Delivered)
    with on.engine.connect() as connection:
        source = connection.scalars(select(schema.picture.c.id)).one()
    assert mette.http.get(f"/square/pictures/{source}").status_code == 200
    assert ali.http.get(f"/square/pictures/{source}").status_code == 404


def test_a_picture_goes_with_its_post(on: Running) -> None:
    mette = Visitor(on)
    write(mette, ("hul.png", PNG))
    heard = heard_post(on)
    (seen,) = heard.pictures
    post = replace(reply_to(on.mention()), pictures=(picture(),))
    done = on.connect().deliver(post, "key-1")
    assert isinstance(done, Delivered)
    with on.engine.connect() as connection:
        one = schema.picture.c
        ours = connection.scalars(select(one.id).where(one.account_handle == HANDLE)).one()
    mette.post(f"/square/posts/{heard.ref.external_id}/edit", text="@nordby Hullet er dybere nu")
    assert mette.http.get(f"/square/pictures/{seen.source}").content == PNG, "other words, the same picture"

    mette.post(f"/square/posts/{heard.ref.external_id}/delete")
    with api(on) as door:
        assert door.delete(f"/posts/{done.ref.external_id}").status_code == 204
    for source in (seen.source, ours):
        assert mette.http.get(f"/square/pictures/{source}").status_code == 404
        assert on.connect().fetch_picture(source) == Gone(reasons.NO_PICTURE)
    assert kept(on) == 0
    page = on.connect().fetch("news", None, 100)
    assert isinstance(page, Page)
    told = page.items[-1]
    assert told["kind"] == "delete"
    assert "pictures" not in json.dumps(told)


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (WEBP, "image/webp"),
        (GIF, "image/gif"),
        (b"GIF89a/*" + HTML, "image/gif"),
        (PNG + HTML, "image/png"),
        (b"\xff\xd8\xff" + SVG, "image/jpeg"),
    ],
    ids=["png", "jpeg", "webp", "gif", "a page in a gif", "a page in a png", "a drawing in a jpeg"],
)
def test_what_begins_like_a_picture_is_shown_as_that_and_nothing_else(
    on: Running, data: bytes, media_type: str
) -> None:
    mette = Visitor(on)
    write(mette, ("side.html", data))
    (seen,) = heard_post(on).pictures
    with api(on) as door:
        for answer in (mette.http.get(f"/square/pictures/{seen.source}"), door.get(f"/pictures/{seen.source}")):
            assert answer.content == data
            assert answer.headers["content-type"] == media_type
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
            assert "private" in answer.headers["cache-control"]
    assert "img-src 'self';" in mette.http.get("/square").headers["content-security-policy"]


@pytest.mark.parametrize(
    "data",
    [SVG, HTML, b"", b"RIFF\x2a\x00\x00\x00WAVEfmt ", b"\n" + PNG, b"\x89PNG\n\x1a\n" + bytes(40)],
    ids=["svg", "html", "nothing", "a sound", "not from the first byte", "a broken beginning"],
)
def test_what_begins_otherwise_is_refused_and_the_words_are_kept(on: Running, data: bytes) -> None:
    answer = write(Visitor(on), ("hul.png", data), description="Et hul")
    assert answer.status_code == 415
    assert "Choose pictures that are PNG, JPEG, WebP or GIF." in answer.text
    assert "@nordby Der er et hul" in answer.text
    assert 'value="Et hul"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    with api(on) as door:
        refused = door.post("/pictures", content=data, headers={"content-type": "image/png"})
        assert (refused.status_code, refused.json()) == (415, {"error": "not_a_picture"})
    post = replace(reply_to(on.mention()), pictures=(picture(data),))
    assert on.connect().deliver(post, "key-1") == Rejected(reasons.REASONS["not_a_picture"])
    assert (on.posted("key-1"), kept(on), on.truth()["mentions"]) == (0, 0, 1)


@pytest.mark.parametrize(
    ("files", "fields", "status", "said"),
    [
        ([PNG + bytes(2_000_000)], {}, 413, "A picture may be 2 MB at most."),
        ([PNG] * 5, {}, 422, "Choose at most 4 pictures."),
        ([PNG], {"description": "x" * 1001}, 422, "in at most 1000 characters."),
    ],
    ids=["too large", "too many", "too long a description"],
)
@pytest.mark.parametrize("under", [False, True], ids=["the first word", "a reply"])
def test_too_much_gets_a_sentence_and_the_words_are_kept(
    on: Running, files: list[bytes], fields: dict[str, str], status: int, said: str, under: bool
) -> None:
    told = on.mention()
    fields = {**fields, "text": "Se <her>", "under": told.post.id if under else ""}
    answer = write(Visitor(on), *(("hul.png", data) for data in files), **fields)
    assert answer.status_code == status
    assert said in answer.text
    assert "Se &lt;her&gt;</textarea>" in answer.text
    assert 'value="Mette Holm"' in answer.text
    assert kept(on) == 0


def test_twenty_megabytes_are_refused_unread(on: Running) -> None:
    answer = write(Visitor(on), ("hul.png", PNG + bytes(20_000_000)))
    assert answer.status_code == 413
    assert "more than the square takes at once" in answer.text
    with api(on) as door:
        refused = door.post("/pictures", content=PNG + bytes(20_000_000))
        assert (refused.status_code, refused.json()) == (413, {"error": "too_large"})
        just_too_large = door.post("/pictures", content=PNG + bytes(2_000_000))
        assert (just_too_large.status_code, just_too_large.json()) == (413, {"error": "too_large"})
    for size in (2_000_000, 20_000_000):
        post = replace(reply_to(on.mention()), pictures=(picture(PNG + bytes(size)),))
        assert on.connect().deliver(post, "key-1") == Rejected(reasons.REASONS["too_large"])


def test_four_of_the_largest_are_taken_and_told(on: Running) -> None:
    mette = Visitor(on)
    largest = [PNG + bytes([number]) * (2_000_000 - len(PNG)) for number in range(4)]
    page = write(mette, *((f"{number}.png", data) for number, data in enumerate(largest)), description=" Et hul\x00 ")
    assert page.status_code == 200
    assert page.text.count('alt="Et hul\N{REPLACEMENT CHARACTER}"') == 4
    heard = heard_post(on).pictures
    assert [one.description for one in heard] == ["Et hul\N{REPLACEMENT CHARACTER}"] * 4
    assert [on.connect().fetch_picture(one.source) for one in heard] == [PictureFetched(data) for data in largest]


def test_a_picture_without_a_description_says_so_in_the_reader_s_language(on: Running) -> None:
    mette = Visitor(on)
    assert 'alt="Picture without a description"' in write(mette, ("hul.png", PNG)).text
    assert heard_post(on).pictures[0].description == ""


def test_citizens_pictures_have_so_much_room_and_no_more(on: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "ROOM", len(PNG) * 2)
    mette = Visitor(on)
    assert write(mette, ("a.png", PNG), ("b.png", PNG)).status_code == 200
    refused = write(mette, ("c.png", PNG))
    assert (refused.status_code, "no room for more pictures" in refused.text) == (507, True)
    assert on.truth()["mentions"] == 1
    with api(on) as door:
        assert door.post("/pictures", content=PNG).status_code == 201, "an organisation is not kept from answering"
