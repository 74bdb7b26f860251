"""Pictures under the servers that the square really runs on, and in the house, which has limits of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine

import config
from connectors.kit.contract import Delivered, Rejected, Suspended
from connectors.square import sentences as reasons
from connectors.square.site import SITE
from tests.connectors.picturing import PNG, kept, picture, write
from tests.connectors.squares import HANDLE, Running, reply_to
from tests.connectors.test_square_servers import served
from tests.connectors.visitor import Visitor

__all__ = ["served"]
LARGEST = PNG + bytes(2_000_000 - len(PNG))


@pytest.fixture
def house(own_database: config.Settings) -> Iterator[Flask]:
    """The whole application, as the demonstration has it."""
    from inbox.app import create_app
    from inbox.extensions import db

    app = create_app(replace(own_database, demo=True))
    app.testing = True
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def owner(own_database: config.Settings) -> Iterator[Engine]:
    """The owner's engine on the house's database."""
    made = create_engine(own_database.database_owner_url.replace("postgresql://", "postgresql+psycopg://", 1))
    yield made
    made.dispose()


def test_each_server_carries_four_of_the_largest_and_its_no_is_heard(served: Running) -> None:
    told = served.mention()
    square = served.connect()
    assert isinstance(square.deliver(replace(reply_to(told), pictures=(picture(LARGEST),) * 4), "largest"), Delivered)
    too_large = replace(reply_to(told), pictures=(picture(LARGEST + bytes(4_000_000)),))
    assert square.deliver(too_large, "too large") == Rejected(reasons.REASONS["too_large"])
    stranger = served.connect(token="made-up")
    large = replace(reply_to(told), pictures=(picture(LARGEST),))
    assert stranger.deliver(large, "stranger") == Suspended(reasons.NO_ACCESS)
    assert (served.posted("largest"), served.posted("too large"), kept(served)) == (1, 0, 4)

    far_too_large = write(Visitor(served), ("hul.png", LARGEST * 10))
    assert far_too_large.status_code == 413
    assert "more than the square takes at once" in far_too_large.text


def test_the_house_lets_pictures_in_as_its_own_role_and_says_itself_what_they_are(house: Flask, owner: Engine) -> None:
    credentials = SITE.open_account(owner, handle=HANDLE, name="Nordby Kommune", base_url="http://127.0.0.1")
    mette, ali = house.test_client(), house.test_client()
    token = re.search(r'name="form_token" value="([0-9a-f]+)"', mette.get("/square").text)
    assert token is not None
    form = {"form_token": token[1], "name": "Mette Holm", "text": "Se her", "audience": f"to-{HANDLE}"}

    def send(count: int) -> int:
        files = [("pictures", (f"{number}.png", LARGEST, "image/png")) for number in range(count)]
        # Written out by httpx: Flask's own client leaves a temporary file open.
        made = httpx.Request("POST", "http://127.0.0.1/square/posts", data=form, files=files)
        sent = mette.post("/square/posts", data=made.read(), content_type=made.headers["content-type"])
        return sent.status_code

    assert (send(5), send(7)) == (422, 413)
    assert send(4) == 303
    shown = re.findall(r'src="(/square/pictures/[0-9a-f]+)"', mette.get("/square/private").text)
    assert len(shown) == 4
    seen = mette.get(shown[0])
    assert (seen.data == LARGEST, seen.mimetype, seen.headers["X-Content-Type-Options"]) == (
        True,
        "image/png",
        "nosniff",
    )
    assert seen.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert seen.headers["Cache-Control"] == "no-store", "the house's own word, stricter than the square's"
    assert ali.get(shown[0]).status_code == 404

    bearer = {"Authorization": f"Bearer {credentials['token']}"}
    brought = house.test_client().post("/square/api/pictures", data=LARGEST, headers=bearer)
    assert brought.status_code == 201
    assert house.test_client().post("/square/api/pictures", data=LARGEST).status_code == 401
    fetched = house.test_client().get(f"/square/api{shown[0].removeprefix('/square')}", headers=bearer)
    assert fetched.data == LARGEST
