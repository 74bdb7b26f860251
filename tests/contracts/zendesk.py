"""A Zendesk written from its published documentation, on loopback: it takes what is documented and nothing else.

Sources (27 November 2026), all on developer.zendesk.com: Ticketing introduction (idempotency: two hours, `hit` or
`miss`, 400 for other words under the same key), Tickets (create, update, list by `external_id`), Ticket Comments
(cursor pagination, sideloaded users), Incremental Exports (cursor, administrators only, the newest minute left out),
Rate limits (429 with Retry-After), Users (`me`), Verifying webhook authenticity. The errors are `{"error",
"description", "details"}`. What it must not do: be more forgiving than a Zendesk.
"""

from __future__ import annotations

import base64
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

BEGAN = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
"""An hour ago, because the first look of a target goes back from the real time."""
EMAIL, TOKEN, OAUTH = "byline@nordby.example", "zendesk-token", "oauth-token"
ME, EMMA, CITIZEN, GROUP = 7, 5, 10, 98738
_TICKET = {"subject", "comment", "external_id", "requester", "group_id", "tags"}
_CHANGE = {"comment", "status"}
_STATUSES = {"open", "pending", "hold", "solved"}


class Error(Exception):
    """A refusal as Zendesk writes it."""

    def __init__(self, status: int, error: Any, description: str = "", details: Any = None) -> None:
        super().__init__(description or str(error))
        self.status = status
        self.content = {"error": error} | ({"description": description} if description else {})
        if details:
            self.content["details"] = details


class Zendesk:
    """What stands there. `calls` are all that came; faults are met by the next writing or reading calls, one each."""

    def __init__(self) -> None:
        self.tickets: dict[int, dict[str, Any]] = {}
        self.comments: list[dict[str, Any]] = []
        self.users: dict[int, dict[str, Any]] = {
            ME: {"id": ME, "name": "Byline", "email": EMAIL, "role": "admin"},
            EMMA: {"id": EMMA, "name": "Emma Lund", "email": "emma@nordby.example", "role": "agent"},
            CITIZEN: {"id": CITIZEN, "name": "Ali R.", "email": "ali@citizen.example", "role": "end-user"},
        }
        self.keys: dict[str, tuple[str, Any]] = {}
        self.calls: list[str] = []
        self.lookups: list[str] = []
        self.faults: list[str] = []
        self.reading_faults: list[str] = []
        self.page = 100
        self.url = ""
        self._lock, self._ticks = threading.RLock(), 0

    def now(self) -> str:
        """Zendesk's own clock: a second later at every change."""
        self._ticks += 1
        return (BEGAN + timedelta(seconds=self._ticks)).strftime("%Y-%m-%dT%H:%M:%SZ")

    # What people at the unit do.

    def write(self, ticket: int, html: str, **more: Any) -> int:
        """A comment by an agent there, unless `more` says otherwise. Returns its id."""
        with self._lock:
            at = self.now()
            id_ = 1000 + len(self.comments)
            comment = {
                "id": id_,
                "type": "Comment",
                "author_id": EMMA,
                "body": html,
                "html_body": html,
                "plain_body": html,
                "public": True,
                "attachments": [],
                "via": {"channel": "web", "source": {"from": {}, "to": {}, "rel": None}},
                "created_at": at,
                "ticket_id": ticket,
                **more,
            }
            self.comments.append(comment)
            self.tickets[ticket]["updated_at"] = at
            return id_

    def open(self, subject: str, **more: Any) -> int:
        """A ticket, somebody else's unless `more` says otherwise. Returns its id."""
        with self._lock:
            at, id_ = self.now(), 35436 + len(self.tickets)
            ticket = {"id": id_, "subject": subject, "external_id": None, "status": "new", "tags": [], "created_at": at}
            self.tickets[id_] = {**ticket, "updated_at": at, **more}
            return id_

    def merge(self, source: int, target: int) -> None:
        """Merge as an agent does in the browser."""
        via = {"channel": "system", "source": {"from": {}, "to": {}, "rel": "merge"}}
        self.write(source, f"This request was closed and merged into request #{target}.", via=via)
        self.tickets[source] |= {"status": "closed", "tags": [*self.tickets[source]["tags"], "closed_by_merge"]}

    def of(self, ticket: int) -> list[dict[str, Any]]:
        """The comments of a ticket."""
        return [one for one in self.comments if one["ticket_id"] == ticket]

    # What the interface does.

    def answer(self, method: str, path: str, query: dict[str, str], body: Any, key: str = "") -> tuple[int, Any, str]:
        """One documented call: status, content and what the idempotency store said. Raises `Error`."""
        with self._lock:
            match method, path.removeprefix("/api/v2/").removesuffix(".json").split("/"):
                case "GET", ["users", "me"]:
                    _only(query, set())
                    return 200, {"user": self.users[ME]}, ""
                case "GET", ["groups", id_]:
                    if id_ != str(GROUP):
                        raise Error(404, "RecordNotFound", "Not found")
                    return 200, {"group": {"id": GROUP, "name": "Borgerservice"}}, ""
                case "GET", ["tickets"]:
                    _only(query, {"external_id"})
                    found = [one for one in self.tickets.values() if one["external_id"] == query["external_id"]]
                    return 200, {"tickets": found, "next_page": None, "previous_page": None, "count": len(found)}, ""
                case "POST", ["tickets"]:
                    return self._idempotent(body, key)
                case "PUT", ["tickets", id_] if id_.isdigit():
                    return 200, {"ticket": self._change(self._show(id_), body), "audit": {}}, ""
                case "GET", ["tickets", id_, "comments"] if id_.isdigit():
                    return 200, self._comments(self._show(id_)["id"], query), ""
                case "GET", ["incremental", "tickets", "cursor"]:
                    return 200, self._export(query), ""
            raise Error(404, "InvalidEndpoint", "Not found")

    def _show(self, id_: str) -> dict[str, Any]:
        if int(id_) not in self.tickets:
            raise Error(404, "RecordNotFound", "Not found")
        return self.tickets[int(id_)]

    def _idempotent(self, body: Any, key: str) -> tuple[int, Any, str]:
        sent = json.dumps(body, sort_keys=True)
        if key in self.keys:
            before, content = self.keys[key]
            if before != sent:
                raise Error(400, "IdempotentRequestError", "Request parameters don't match the given idempotency key")
            return 201, content, "hit"
        content = {"ticket": dict(self._create(body)), "audit": {}}
        if key:
            self.keys[key] = (sent, content)
        return 201, content, "miss"

    def _create(self, body: Any) -> dict[str, Any]:
        given = _fields(body, _TICKET)
        comment = given.get("comment")
        if not isinstance(comment, dict) or set(comment) - {"body", "public"} or not comment.get("body"):
            raise _invalid("base", "Description: cannot be blank")
        if given.get("group_id", GROUP) != GROUP:
            raise _invalid("group_id", "Group: is invalid")
        requester = given.pop("requester", {"name": "Byline", "email": EMAIL})
        if set(requester) != {"name", "email"} or "@" not in requester["email"]:
            raise _invalid("requester", "Requester: Email is invalid")
        del given["comment"]
        id_ = self.open(**given, requester=requester)
        self._add(id_, comment)
        self.tickets[id_]["updated_at"] = self.tickets[id_]["created_at"]
        return self.tickets[id_]

    def _change(self, ticket: dict[str, Any], body: Any) -> dict[str, Any]:
        given = _fields(body, _CHANGE)
        if ticket["status"] == "closed":
            raise _invalid("status", "Status: closed prevents ticket update")
        if given.get("status", "open") not in _STATUSES:
            raise _invalid("status", f"Status: {given['status']} is not included in the list")
        if given.get("status") == "solved" and not ticket.get("assignee_id"):
            raise _invalid("base", "Assignee: is required when solving a ticket")
        ticket["status"] = given.get("status", ticket["status"])
        ticket["updated_at"] = self.now()
        if "comment" in given:
            self._add(ticket["id"], given["comment"])
        return ticket

    def _add(self, ticket: int, comment: dict[str, Any]) -> None:
        self.write(ticket, comment["body"], author_id=ME, public=comment.get("public", True))

    def _comments(self, ticket: int, query: dict[str, str]) -> dict[str, Any]:
        _only(query, {"page[size]", "page[after]", "sort", "include", "include_inline_images"})
        size, first = min(int(query["page[size]"]), self.page), int(query.get("page[after]", "0"))
        found = self.of(ticket)[first : first + size]
        more = len(self.of(ticket)) > first + size
        authors = {one["author_id"] for one in found}
        users = [one for id_, one in self.users.items() if id_ in authors] if query.get("include") == "users" else []
        after = str(first + size) if found else None
        return {"comments": found, "users": users, "meta": {"has_more": more, "after_cursor": after}, "links": {}}

    def _export(self, query: dict[str, str]) -> dict[str, Any]:
        _only(query, {"start_time", "cursor", "per_page"})
        if self.users[ME]["role"] != "admin":
            raise Error(403, {"title": "Forbidden", "message": "You do not have access to this page."})
        if ("start_time" in query) == ("cursor" in query):
            raise Error(400, "InvalidValue", "start_time or cursor")
        since, after = query.get("cursor", "").partition("|")[::2] if "cursor" in query else (query["start_time"], "0")
        here = (int(since), int(after))
        newest = int((datetime.now(UTC) - timedelta(minutes=1)).timestamp())
        if here[0] > newest:
            raise Error(400, "StartTimeTooRecent", "Too recent start_time. Use a start_time older than 1 minute")

        def place(ticket: dict[str, Any]) -> tuple[int, int]:
            return int(datetime.fromisoformat(ticket["updated_at"]).timestamp()), ticket["id"]

        changed = sorted(
            (one for one in self.tickets.values() if newest >= place(one)[0] and place(one) > here), key=place
        )
        size = min(int(query.get("per_page", "1000")), self.page)
        page = changed[:size]
        last = place(page[-1]) if page else here
        cursor = f"{last[0]}|{last[1]}"
        return {"tickets": page, "after_cursor": cursor, "before_cursor": None, "end_of_stream": len(changed) <= size}


def signed(secret: str, at: str, body: bytes) -> dict[str, str]:
    """The headers of a call that a trigger makes."""
    signature = base64.b64encode(hmac.new(secret.encode(), at.encode() + body, hashlib.sha256).digest()).decode()
    return {"x-zendesk-webhook-signature": signature, "x-zendesk-webhook-signature-timestamp": at}


def _only(query: dict[str, str], known: set[str]) -> None:
    if set(query) - known:
        raise Error(400, "InvalidValue", f"unknown parameters: {sorted(set(query) - known)}")


def _fields(body: Any, known: set[str]) -> dict[str, Any]:
    given = body.get("ticket") if isinstance(body, dict) else None
    if not isinstance(given, dict) or set(body) != {"ticket"} or set(given) - known:
        raise Error(400, "InvalidParameter", f"unknown attribute in {body!r}")
    return dict(given)


def _invalid(field: str, words: str) -> Error:
    return Error(422, "RecordInvalid", "Record validation errors", {field: [{"description": words}]})


@contextmanager
def running() -> Iterator[Zendesk]:
    """A Zendesk at an address of its own."""
    there = Zendesk()
    basic = "Basic " + base64.b64encode(f"{EMAIL}/token:{TOKEN}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            parts = urlsplit(self.path)
            raw = self.rfile.read(int(self.headers.get("content-length") or 0))
            there.calls.append(f"{self.command} {parts.path}")
            queue = there.reading_faults if self.command == "GET" else there.faults
            fault = queue.pop(0) if queue else ""
            if fault == "busy":
                return self._send(429, {"error": "APIRateLimitExceeded"}, {"Retry-After": "17"})
            if fault == "broken":
                return self._send(503, None, {})
            try:
                if self.headers.get("authorization") not in (basic, f"Bearer {OAUTH}"):
                    raise Error(401, "Couldn't authenticate you")
                query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
                key, body = self.headers.get("idempotency-key", ""), json.loads(raw) if raw else None
                status, content, looked = there.answer(self.command, parts.path, query, body, key)
            except Error as error:
                return self._send(error.status, error.content, {})
            if fault == "silent":  # Taken, and the line breaks before anybody is told.
                self.close_connection = True
                return None
            there.lookups += [looked] if looked else []
            return self._send(status, content, {"x-idempotency-lookup": looked} if looked else {})

        def _send(self, status: int, content: Any, headers: dict[str, str]) -> None:
            body = json.dumps(content).encode() if content is not None else b"<html>Down for maintenance</html>"
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
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
