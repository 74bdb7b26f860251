"""Answers given before to questions like an open conversation's newest, in a house that has run for years.

Half of the messages are questions, half are answers; one answer in ten is one of two hundred that are sent again and
again. The mix asks with rare words, with common ones alone, and at length. *Limit*: twenty answers with the rarest stem
of each question, by the index alone, through the driver. The goal is `p95_ms` at most 100 ms at a million messages:
`similar` with everything that is shown. `page_*` is the fragment as a browser gets it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from uuid import UUID

import psycopg
from sqlalchemy import select

from inbox.domain import alike
from inbox.domain.ids import new_id
from inbox.models import Message, Signature
from inbox.queries.answered import similar
from inbox.uow import reading, uow
from tests.architecture.scene import Visitor
from tests.bench.filling import fill
from tests.bench.ground import Ground, as_one_request, ground, percentile, settle
from tests.house import House, found, post

ROUNDS = 12
"""Of the whole mix; more than the five runs after which a driver would prepare its statements."""
WARM = 2
WORDS = """'@nordby ' || (SELECT string_agg('ord' || exp(random() * ln(20000) + (n + g) * 0)::int, ' ')
    FROM generate_series(1, 12) AS g) || CASE WHEN n %% 5000 = 7 THEN ' skøjtebane' ELSE '' END"""
"""The r-th word is as frequent as one r-th of the first."""
MIX = {
    "rare": "@nordby Hvornår åbner I for skøjtebane i ord9000 og ord300?",
    "usual": "@nordby ord250 ord310 ord420 ord777",
    "common alone": "@nordby ord1 ord2 ord3 ord4 ord5",
    "most common": "@nordby ord1",
    "common and rare": "@nordby ord1 ord2 ord12000",
    "unknown": "@nordby Hvorfor pudser ingen vinduerne?",
    "long": "@nordby " + " ".join(f"ord{3 * n + 1}" for n in range(60)),
    "sent again and again": "@nordby ord17 ord40 ord90 ord160",
    "as from everybody": "@nordby " + " ".join(f"ord{n}" for n in (1, 3, 8, 20, 54, 148, 403, 1096, 2980, 8103)),
}
ANSWERS = """
CREATE TEMPORARY TABLE answering ON COMMIT DROP AS
SELECT m.id AS question_id, m.conversation_id, m.account_id, m.said_at + interval '10 minutes' AS at, m.text AS asked,
    uuidv7() AS id, uuidv7() AS entry_id,
    (SELECT string_agg('ord' || exp(random() * ln(20000) + extract(epoch FROM m.said_at) * 0 + g * 0)::int, ' ')
        FROM generate_series(1, 15) AS g) AS own,
    substr(m.external_id, 8)::int AS n
FROM message m WHERE m.direction = 'in' AND substr(m.external_id, 8)::int BETWEEN %(first)s AND %(last)s;
ALTER TABLE answering ADD words text;
UPDATE answering SET words = CASE WHEN n %% 10 = 0 THEN 'Den faste tekst nummer ' || n / 10 %% 200 || ' om ord17'
    ELSE own END;
INSERT INTO ledger_entry (id, type, body, salts, at) SELECT entry_id, 'reply.approved', '{}', '{}', at FROM answering;
INSERT INTO message (id, conversation_id, account_id, direction, visibility, agent_id, kind, text, language, said_at,
        received_at, in_reply_to_id, signature_id, signed_as, entry_id)
    SELECT id, conversation_id, account_id, 'out', 'public', %(agent)s, 'answer', words || E'\\n' || %(signed_as)s,
        'da', at, at, question_id, %(signature)s, %(signed_as)s, entry_id FROM answering;
INSERT INTO earlier_answer (message_id, question_id, account_id, visibility, said_at, same_words, search)
    SELECT id, question_id, account_id, 'public', at, encode(sha256(words::bytea), 'hex'),
        setweight(to_tsvector('danish', asked), 'A') || setweight(to_tsvector('danish', words), 'B') FROM answering;
"""
AT_ONCE = 50_000
LIMIT = "SELECT message_id FROM earlier_answer WHERE search @@ CAST(%s AS tsquery) LIMIT 20"


def run(size: int, _batch: int) -> dict[str, object]:
    """Times of one look in milliseconds; `slowest` is what the worst single one asked."""
    with ground() as at:
        house = found()
        _fill(at, house, max(1, size // 2))
        asked = {name: _ask(house, number, words) for number, (name, words) in enumerate(MIX.items())}
        settle(at.superuser_url)
        taken = _measure(at, house, asked)
    looks = [seconds for times in taken["query"].values() for seconds in times]
    pages = [seconds for times in taken["page"].values() for seconds in times]
    limits = [seconds for times in taken["limit"].values() for seconds in times]
    for name in MIX:
        print(f"{name}: {percentile(taken['query'][name], 0.5)} ms", file=sys.stderr)
    return {
        "size": size,
        "p50_ms": percentile(looks, 0.5),
        "p95_ms": percentile(looks, 0.95),
        "max_ms": percentile(looks, 1),
        "slowest": max(MIX, key=lambda name: max(taken["query"][name])),
        "page_p50_ms": percentile(pages, 0.5),
        "page_p95_ms": percentile(pages, 0.95),
        "limit": percentile(limits, 0.5),
        "ratio": round(percentile(looks, 0.5) / percentile(limits, 0.5), 2),
        "first_to_last": round(max(times[-1] / times[0] for times in taken["query"].values()), 2),
    }


def _fill(at: Ground, house: House, conversations: int) -> None:
    fill(at.superuser_url, house, 0, conversations, words=WORDS)
    with uow(house.anna) as work:
        signature = Signature(
            id=new_id(),
            agent_id=house.anna.id,
            account_id=house.account_id,
            signed_as="– Anna, Nordby Kommune",
            created_at=work.now,
        )
        work.session.add(signature)
        given = {"agent": house.anna.id, "signature": signature.id, "signed_as": signature.signed_as}
    with psycopg.connect(at.superuser_url) as connection:
        for begin in range(0, conversations, AT_ONCE):
            last = min(begin + AT_ONCE, conversations) - 1
            psycopg.ClientCursor(connection).execute(ANSWERS, {**given, "first": begin, "last": last})
            connection.commit()
            print(f"{last + 1} answers", file=sys.stderr)


def _ask(house: House, number: int, words: str) -> UUID:
    house.news(post(words, author={"id": f"asks-{number}", "handle": f"asks{number}", "name": "Mette Holm"}))
    with reading(house.anna) as work:
        return work.session.scalars(select(Message.conversation_id).order_by(Message.id.desc()).limit(1)).one()


def _measure(at: Ground, house: House, asked: dict[str, UUID]) -> dict[str, dict[str, list[float]]]:
    """Three ways in turn, so that whatever else the machine does falls on all of them."""
    browser = Visitor(at.app, house.anna).browser
    taken: dict[str, dict[str, list[float]]] = {way: {name: [] for name in MIX} for way in ("page", "query", "limit")}
    url = at.app.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", "", 1)
    with psycopg.connect(url, autocommit=True, prepare_threshold=None) as connection:

        def opened(name: str) -> None:
            answer = browser.get(f"/c/{asked[name]}/answered", headers={"HX-Request": "true"})
            assert answer.status_code == 200

        def page(name: str) -> None:
            as_one_request(lambda _: opened(name))(0)

        def query(name: str) -> None:
            with reading(house.anna) as work:
                similar(work, asked[name])

        def limit(name: str) -> None:
            connection.execute(LIMIT, (alike.quoted(MIX[name].split()[-1].rstrip("?")),)).fetchall()

        ways: dict[str, Callable[[str], None]] = {"page": page, "query": query, "limit": limit}
        for number in range(WARM + ROUNDS):
            for name in MIX:
                for way, look in ways.items():
                    begun = time.perf_counter()
                    look(name)
                    if number >= WARM:
                        taken[way][name].append(time.perf_counter() - begun)
    return taken
