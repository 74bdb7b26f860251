"""Pictures that tests bring to the square, and what they ask of it about them."""

from __future__ import annotations

from dataclasses import replace

import httpx
from sqlalchemy import func, select

from connectors.kit.contract import InboundPost, OutboundPost, Page, Picture
from connectors.square import schema
from connectors.square.site import SITE
from tests.connectors.squares import Running
from tests.connectors.visitor import Visitor

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
JPEG = b"\xff\xd8\xff\xe0" + bytes(40)
WEBP = b"RIFF\x2a\x00\x00\x00WEBPVP8 " + bytes(30)
GIF = b"GIF89a" + bytes(40)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HTML = b"<!doctype html><script>alert(1)</script>"


def picture(data: bytes = PNG, description: str = "Hul i Møllevej") -> Picture:
    """A picture of an answer."""
    return Picture(data, "image/png", 8, 8, description)


def with_two(post: OutboundPost) -> OutboundPost:
    """The same answer with two pictures."""
    return replace(post, pictures=(picture(), picture(JPEG, "Kort over Møllevej")))


def api(on: Running) -> httpx.Client:
    """The square's API, with the account's token."""
    token = on.credentials["token"]
    return httpx.Client(
        base_url=f"{on.credentials['url']}/square/api",
        headers={"authorization": f"Bearer {token}"},
        trust_env=False,
        timeout=30,
    )


def second_account(on: Running) -> Running:
    """Another organisation on the same square."""
    other = SITE.open_account(on.engine, handle="sydby", name="Sydby Kommune", base_url=on.credentials["url"])
    return Running(on.engine, other)


def kept(on: Running) -> int:
    """All pictures that lie on the square, under a post or not."""
    with on.engine.connect() as connection:
        return connection.scalars(select(func.count()).select_from(schema.picture)).one()


def heard_post(on: Running) -> InboundPost:
    """The last that was said to the account."""
    page = on.connect().fetch("news", None, 100)
    assert isinstance(page, Page)
    (post,) = on.connect().normalize(page.items[-1])
    assert isinstance(post, InboundPost)
    return post


def write(visitor: Visitor, *files: tuple[str, bytes], **fields: str) -> httpx.Response:
    """Send the form with files in it, as a browser does."""
    token = visitor.http.get("/square").text.partition('name="form_token" value="')[2].partition('"')[0]
    told = {"form_token": token, "name": "Mette Holm", "text": "@nordby Der er et hul", "audience": "public", **fields}
    sent = [("pictures", (name, data, "image/png")) for name, data in files]
    return visitor.http.post("/square/posts", data=told, files=sent)
