"""One conversation of thirty messages opened from the list, in a house full of others; also as a whole page.

*Floor*: a bare Flask page with the same thirty messages and who said them. *Limit*: the thirty alone, through the
driver. Measured at 10,000 conversations first and at the full size afterwards: the others must cost nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from uuid import UUID

import psycopg
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text

from tests.architecture.scene import Visitor
from tests.bench.filling import fill
from tests.bench.ground import Ground, as_one_request, ground, in_turn, percentile, settle
from tests.house import House, found

SMALL = 10_000
MESSAGES = 30
ROUNDS = 150
WARM = 15
"""More than the five runs after which a driver would prepare its statements."""
TALK = """
WITH chosen AS (SELECT c.id, c.account_id, c.identity_id, c.created_at FROM conversation c
        WHERE c.status = 'open' ORDER BY c.id DESC LIMIT 1),
    said AS (SELECT n, uuidv7() AS id, uuidv7() AS entry_id, chosen.id AS conversation_id, chosen.account_id,
        chosen.identity_id, chosen.created_at + make_interval(mins => n) AS at
        FROM chosen, generate_series(2, %s) AS n),
    entered AS (INSERT INTO ledger_entry (id, type, body, salts, at)
        SELECT entry_id, 'post.seen', '{}', '{}', at FROM said)
INSERT INTO message (id, conversation_id, account_id, direction, visibility, identity_id, kind, external_id, text,
        said_at, received_at, entry_id)
    SELECT id, conversation_id, account_id, 'in', 'public', identity_id, 'reply', 'talk-' || n,
        'Det er nu den ' || n || '. gang, jeg spørger om skraldespanden på Æblevej.', at, at, entry_id FROM said
RETURNING conversation_id
"""
BARE = """SELECT m.id, m.text, m.said_at, i.name FROM message m JOIN identity i ON i.id = m.identity_id
WHERE m.conversation_id = {} ORDER BY m.said_at, m.id"""
BARE_PAGE = """<!doctype html><h1>{{ id }}</h1>{% for one in said %}
<article><b>{{ one.name }}</b> {{ one.said_at }}<p>{{ one.text }}</p></article>{% endfor %}"""


def run(size: int, _batch: int) -> dict[str, object]:
    """Times in milliseconds of what the desk asks for when a row is opened, and `whole_ms` of the page with the list.

    `ratio` is ours over the floor's, `growth` is over the small size.
    """
    with ground() as at:
        house = found()
        small = min(SMALL, size)
        fill(at.superuser_url, house, 0, small)
        before = _measure(at, house)
        if size > small:
            fill(at.superuser_url, house, small, size)
        after = _measure(at, house) if size > small else before
    p50, p95 = percentile(after["ours"], 0.5), percentile(after["ours"], 0.95)
    floor = percentile(after["floor"], 0.5)
    return {
        "size": size,
        "messages": MESSAGES,
        "p50_ms": p50,
        "p95_ms": p95,
        "per_s": round(len(after["ours"]) / sum(after["ours"]), 1),
        "limit": percentile(after["limit"], 0.5),
        "floor": floor,
        "ratio": round(p50 / floor, 2),
        "whole_ms": percentile(after["whole"], 0.5),
        "growth": round(p50 / percentile(before["ours"], 0.5), 2),
    }


def _measure(at: Ground, house: House) -> dict[str, list[float]]:
    chosen = _talk(at)
    address = f"/c/{chosen}?view=open"
    page = Visitor(at.app, house.anna).browser
    url = at.app.config["SQLALCHEMY_DATABASE_URI"]
    bare = _bare(url)
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as connection:
        ways: dict[str, Callable[[int], object]] = {
            "ours": as_one_request(lambda _: _opened(page, address, {"HX-Request": "true", "HX-Target": "talk"})),
            "whole": as_one_request(lambda _: _opened(page, address, {})),
            "floor": lambda _: _opened(bare, f"/{chosen}", {}),
            "limit": lambda _: connection.execute(BARE.format("%s"), (chosen,)).fetchall(),
        }
        taken = in_turn(ways, rounds=ROUNDS, warm=WARM)
    print(f"p50 {percentile(taken['ours'], 0.5)} ms", file=sys.stderr)
    return taken


def _talk(at: Ground) -> UUID:
    """Let the citizen of one open conversation say the rest of what they have to say."""
    with psycopg.connect(at.superuser_url) as connection:
        known = connection.execute("SELECT conversation_id FROM message WHERE external_id = 'talk-2'").fetchone()
        row = known or connection.execute(TALK, (MESSAGES,)).fetchone()
    settle(at.superuser_url)
    assert row is not None
    return UUID(str(row[0]))


def _opened(browser: FlaskClient, address: str, headers: dict[str, str]) -> None:
    answer = browser.get(address, headers=headers)
    assert answer.status_code == 200
    assert answer.text.count("<article") == MESSAGES


def _bare(url: str) -> FlaskClient:
    app = Flask("bare")
    engine = create_engine(url, connect_args={"prepare_threshold": None})

    @app.get("/<uuid:id_>")
    def page(id_: UUID) -> str:
        with engine.connect() as connection:
            said = connection.execute(text(BARE.format(":id")), {"id": id_}).all()
        return render_template_string(BARE_PAGE, id=id_, said=said)

    return app.test_client()
