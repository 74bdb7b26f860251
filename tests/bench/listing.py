"""The desk's list of fifty, as a whole page, beside a house full of finished conversations.

*Floor*: a bare Flask page with fifty rows and two capped counts over the same tables. *Limit*: the fifty keys alone,
through the driver. The page is measured at 10,000 conversations first and at the full size afterwards: what is
finished must cost nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import psycopg
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text

from inbox.models.conversation import OPEN
from tests.architecture.scene import Visitor
from tests.bench.filling import fill
from tests.bench.ground import Ground, as_one_request, ground, in_turn, percentile, settle
from tests.house import House, found

SMALL = 10_000
ROUNDS = 150
WARM = 15
"""More than the five runs after which a driver would prepare its statements."""
KEYS = f"SELECT id, next_due_at FROM conversation WHERE team_id = %s AND {OPEN} ORDER BY next_due_at, id LIMIT 50"
MINE = f"FROM conversation WHERE team_id = :team AND {OPEN}"
BARE_ROWS = f"SELECT id, reference, next_due_at {MINE} ORDER BY next_due_at, id LIMIT 50"
BARE_COUNT = f"SELECT count(*) FROM (SELECT 1 {MINE} {{more}} LIMIT 1001) AS few"
BARE_PAGE = """<!doctype html><p>{{ open }} {{ free }}</p><ul>{% for row in rows %}
<li><a href="/c/{{ row.id }}">{{ row.reference }}</a> {{ row.next_due_at }}</li>{% endfor %}</ul>"""


def run(size: int, _batch: int) -> dict[str, object]:
    """Times of one page in milliseconds; `ratio` is ours over the floor's.

    `growth` is p50 over that at the small size, `floor_growth` the same of the floor: what both share is the machine's.
    """
    with ground() as at:
        house = found()
        small = min(SMALL, size)
        fill(at.superuser_url, house, 0, small)
        settle(at.superuser_url)
        before = _measure(at, house)
        if size > small:
            fill(at.superuser_url, house, small, size)
            settle(at.superuser_url)
        after = _measure(at, house) if size > small else before
    p50, p95 = percentile(after["ours"], 0.5), percentile(after["ours"], 0.95)
    floor = percentile(after["floor"], 0.5)
    return {
        "size": size,
        "small": small,
        "p50_ms": p50,
        "p95_ms": p95,
        "per_s": round(len(after["ours"]) / sum(after["ours"]), 1),
        "limit": percentile(after["limit"], 0.5),
        "floor": floor,
        "ratio": round(p50 / floor, 2),
        "spread": round(p95 / p50, 2),
        "growth": round(p50 / percentile(before["ours"], 0.5), 2),
        "floor_growth": round(floor / percentile(before["floor"], 0.5), 2),
    }


def _measure(at: Ground, house: House) -> dict[str, list[float]]:
    page = Visitor(at.app, house.anna).browser
    team = next(iter(house.anna.teams))
    url = at.app.config["SQLALCHEMY_DATABASE_URI"]
    bare = _bare(url, str(team))
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as connection:
        ways: dict[str, Callable[[int], object]] = {
            "ours": as_one_request(lambda _: _opened(page, "/?view=open")),
            "floor": lambda _: _opened(bare, "/"),
            "limit": lambda _: connection.execute(KEYS, (team,)).fetchall(),
        }
        taken = in_turn(ways, rounds=ROUNDS, warm=WARM)
        print(f"p50 {percentile(taken['ours'], 0.5)} ms", file=sys.stderr)
    return taken


def _opened(browser: FlaskClient, address: str) -> None:
    answer = browser.get(address)
    assert answer.status_code == 200
    assert answer.text.count("<li") >= 50


def _bare(url: str, team: str) -> FlaskClient:
    app = Flask("bare")
    engine = create_engine(url, connect_args={"prepare_threshold": None})
    free = BARE_COUNT.format(more="AND assignee_id IS NULL")

    @app.get("/")
    def page() -> str:
        with engine.connect() as connection:
            return render_template_string(
                BARE_PAGE,
                rows=connection.execute(text(BARE_ROWS), {"team": team}).all(),
                open=connection.execute(text(BARE_COUNT.format(more="")), {"team": team}).scalar_one(),
                free=connection.execute(text(free), {"team": team}).scalar_one(),
            )

    return app.test_client()
