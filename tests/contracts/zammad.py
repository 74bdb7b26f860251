"""A Zammad written from its published documentation, on loopback: it takes what is documented and nothing else.

Sources (27 November 2026): docs.zammad.org, REST API: Introduction (tokens, `expand`, pagination, search by condition,
sorting), User, Ticket, Articles, States; admin-docs.zammad.org: Webhook (payload, signature). What the pages leave open
was read in Zammad's own source: the errors (`handles_errors.rb`), `tags` as a list with commas and `guess:`
(`tickets_controller.rb`), a merge (`ticket.rb`: the articles move, a public note "merged" stays), and that a search by
condition asks the database while one by `query` asks an index that is behind (`can_search.rb`).
What it must not do: be more forgiving than a Zammad.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

BEGAN = datetime(2026, 11, 27, 19, 0, tzinfo=UTC)
TOKEN = "zammad-token"
ME, EMMA, CUSTOMER = 7, 5, 10
_TICKET = {"title", "group", "customer_id", "article", "tags"}
_CHANGE = {"title", "group", "state", "priority", "article"}
_ARTICLE = {"subject", "body", "content_type", "type", "internal", "sender"}
_SEARCH = {"sort_by", "order_by", "page", "per_page", "expand"}
_STATES = {"new", "open", "pending reminder", "closed", "merged", "pending close"}
_TYPES = {"email", "phone", "web", "note"}


class Error(Exception):
    """A refusal as Zammad writes it."""

    def __init__(self, status: int, words: str, **headers: str) -> None:
        super().__init__(words)
        self.status, self.words, self.headers = status, words, headers


class Zammad:
    """What stands there. `calls` are all that came; `faults` are met by the next writing calls, one each."""

    def __init__(self) -> None:
        self.tickets: dict[int, dict[str, Any]] = {}
        self.articles: dict[int, dict[str, Any]] = {}
        self.groups = {"Borgerservice": ["full"]}
        self.permissions = {"ticket.agent"}
        self.calls: list[str] = []
        self.faults: list[str] = []
        self.reading_faults: list[str] = []
        self.url = ""
        self._lock = threading.RLock()
        self._ticks = 0

    def now(self) -> str:
        """Zammad's own clock: a second later at every change."""
        self._ticks += 1
        return (BEGAN + timedelta(seconds=self._ticks)).strftime("%Y-%m-%dT%H:%M:%S.000Z")

    def pass_time(self, seconds: int) -> None:
        """Let nothing happen for a while."""
        self._ticks += seconds

    # What people at the unit do.

    def write(self, ticket: int, body: str, **more: Any) -> int:
        """An article by an agent there, unless `more` says otherwise. Returns its id."""
        with self._lock:
            at = self.now()
            article = {
                "id": len(self.articles) + 30,
                "ticket_id": ticket,
                "from": "Emma Lund via Borgerservice <borgerservice@nordby.example>",
                "subject": None,
                "body": body,
                "content_type": "text/html",
                "type": "email",
                "sender": "Agent",
                "internal": False,
                "attachments": [],
                "created_by_id": EMMA,
                "created_by": "emma@nordby.example",
                "created_at": at,
                "updated_at": at,
                **more,
            }
            self.articles[article["id"]] = article
            self.tickets[ticket]["updated_at"] = at
            return int(article["id"])

    def open(self, title: str, by: int = CUSTOMER) -> int:
        """A ticket that is not ours. Returns its id."""
        with self._lock:
            at = self.now()
            id_ = len(self.tickets) + 19
            self.tickets[id_] = {
                "id": id_,
                "number": f"22{id_:03}",
                "title": title,
                "group": "Borgerservice",
                "state": "new",
                "customer": "byline@nordby.example",
                "created_by_id": by,
                "created_at": at,
                "updated_at": at,
            }
            return id_

    def merge(self, source: int, target: int) -> None:
        """Merge as an agent does in the browser."""
        with self._lock:
            for article in self.articles.values():
                if article["ticket_id"] == source:
                    article["ticket_id"] = target
            self.write(source, "merged", type="note", content_type="text/plain")
            self.tickets[source]["state"] = "merged"
            self.tickets[target]["updated_at"] = self.now()

    def of(self, ticket: int) -> list[dict[str, Any]]:
        """The articles of a ticket."""
        return [one for one in self.articles.values() if one["ticket_id"] == ticket]

    def webhook(self, ticket: int, secret: str) -> tuple[dict[str, str], bytes]:
        """Headers and body of the call that a trigger makes for the newest article."""
        body = json.dumps({"ticket": self.tickets[ticket], "article": self.of(ticket)[-1]}).encode()
        signature = hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
        return {"x-zammad-trigger": "Byline", "x-zammad-delivery": "d1", "x-hub-signature": f"sha1={signature}"}, body

    # What the interface does.

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        """One documented call. Raises `Error`."""
        with self._lock:
            match method, path.removeprefix("/api/v1/").split("/"):
                case "GET", ["users", "me"]:
                    return 200, self._me(query)
                case "POST", ["tickets"]:
                    return 201, self._create(query, body)
                case "POST", ["tickets", "search"]:
                    return 200, self._search(query, body)
                case "GET", ["tickets", id_] if id_.isdigit():
                    _only(query, {"expand"})
                    return 200, self._show(int(id_))
                case "PUT", ["tickets", id_] if id_.isdigit():
                    return 200, self._change(int(id_), query, body)
                case "GET", ["ticket_articles", "by_ticket", id_] if id_.isdigit():
                    _only(query, set())
                    self._show(int(id_))
                    return 200, self.of(int(id_))
            raise Error(404, "This page doesn't exist.")

    def _me(self, query: dict[str, str]) -> dict[str, Any]:
        _only(query, {"expand"})
        me: dict[str, Any] = {"id": ME, "login": "byline", "firstname": "Byline", "lastname": "", "active": True}
        return {**me, "groups": self.groups, "roles": ["Agent"]} if query.get("expand") == "true" else me

    def _show(self, id_: int) -> dict[str, Any]:
        ticket = self.tickets.get(id_)
        if ticket is None:
            raise Error(404, f"Couldn't find Ticket with 'id'={id_}")
        if ticket["group"] not in self.groups or "ticket.agent" not in self.permissions:
            raise Error(403, "Not authorized")
        return ticket

    def _create(self, query: dict[str, str], body: Any) -> dict[str, Any]:
        _only(query, set())
        _fields(body, _TICKET)
        if not str(body.get("title") or "").strip():
            raise Error(422, "Title can't be blank")
        if body.get("group") not in self.groups:
            raise Error(422, f"No lookup value found for 'group': \"{body.get('group')}\"")
        guess = str(body.get("customer_id") or "")
        if not guess.startswith("guess:") or "@" not in guess:
            raise Error(422, f"Invalid email '{guess.removeprefix('guess:')}' of customer")
        if "ticket.agent" not in self.permissions:
            raise Error(403, "Not authorized")
        _checked(body.get("article"))  # One transaction there: a wrong article leaves no ticket behind.
        id_ = self.open(body["title"], ME)
        self.tickets[id_] |= {"group": body["group"], "tags": [one for one in body.get("tags", "").split(",") if one]}
        self._article(id_, body.get("article"))
        self.tickets[id_]["updated_at"] = self.tickets[id_]["created_at"]
        return self.tickets[id_]

    def _change(self, id_: int, query: dict[str, str], body: Any) -> dict[str, Any]:
        _only(query, set())
        _fields(body, _CHANGE)
        ticket = self._show(id_)
        if body.get("state", "open") not in _STATES:
            raise Error(422, f"No lookup value found for 'state': \"{body['state']}\"")
        if "article" in body:
            _checked(body["article"])
        ticket["state"] = body.get("state", ticket["state"])
        ticket["updated_at"] = self.now()
        if "article" in body:
            self._article(id_, body["article"])
        return ticket

    def _article(self, ticket: int, given: Any) -> None:
        by = {"created_by_id": ME, "created_by": "byline", "from": "Byline"}
        self.write(ticket, **({"type": "note", "sender": "Agent"} | given | by))

    def _search(self, query: dict[str, str], body: Any) -> list[dict[str, Any]]:
        _only(query, _SEARCH)
        _fields(body, {"condition"})
        found = [one for one in self.tickets.values() if one["group"] in self.groups]
        for attribute, condition in body["condition"].items():
            match attribute, condition["operator"]:
                case "article.body", "contains":
                    wanted = condition["value"].lower()
                    having = {one["ticket_id"] for one in self.articles.values() if wanted in one["body"].lower()}
                    found = [one for one in found if one["id"] in having]
                case "ticket.updated_at", "after (absolute)":
                    after = datetime.fromisoformat(condition["value"])
                    found = [one for one in found if datetime.fromisoformat(one["updated_at"]) > after]
                case _:
                    raise Error(422, f"invalid selector {attribute}")
        found.sort(key=lambda one: str(one[query["sort_by"]]), reverse=query["order_by"] == "desc")
        size = min(int(query.get("per_page", "50")), 200)
        first = (int(query.get("page", "1")) - 1) * size
        return found[first : first + size]


def _only(query: dict[str, str], known: set[str]) -> None:
    if set(query) - known:
        raise Error(422, f"unknown parameters: {sorted(set(query) - known)}")


def _fields(body: Any, known: set[str]) -> None:
    if not isinstance(body, dict) or set(body) - known:
        raise Error(422, f"unknown attribute in {body!r}")


def _checked(article: Any) -> None:
    _fields(article, _ARTICLE)
    if article.get("type", "note") not in _TYPES:
        raise Error(422, f"No lookup value found for 'type': \"{article['type']}\"")
    if not article.get("body"):
        raise Error(422, 'Need at least article: { body: "some text" }')


@contextmanager
def running() -> Iterator[Zammad]:
    """A Zammad at an address of its own."""
    there = Zammad()

    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            parts = urlsplit(self.path)
            raw = self.rfile.read(int(self.headers.get("content-length") or 0))
            there.calls.append(f"{self.command} {parts.path}")
            looks = self.command == "GET" or parts.path.endswith("/search")
            queue = there.reading_faults if looks else there.faults
            fault = queue.pop(0) if queue else ""
            if fault == "busy":
                return self._send(429, {"error": "Too many requests"}, {"Retry-After": "17"})
            if fault == "broken":
                return self._send(502, None, {})
            try:
                if self.headers.get("authorization") != f"Token token={TOKEN}":
                    raise Error(401, "Authentication required")
                query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
                status, content = there.answer(self.command, parts.path, query, json.loads(raw) if raw else None)
            except Error as error:
                said = {"error": error.words, "error_human": error.words}
                return self._send(error.status, said, error.headers)
            if fault == "silent":  # Taken, and the line breaks before anybody is told.
                self.close_connection = True
                return None
            return self._send(502, None, {}) if fault == "broken after" else self._send(status, content, {})

        def _send(self, status: int, content: Any, headers: dict[str, str]) -> None:
            body = json.dumps(content).encode() if content is not None else b"<html>Bad gateway</html>"
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = _handle  # noqa: N815 - http.server names its methods so

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server names it so
            """Nothing: the tests look at `calls`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    there.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield there
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
