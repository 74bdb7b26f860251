"""The Zendesk target: the contract's verbs, each a few calls.

Built on developer.zendesk.com as it stood on 27 November 2026: Ticketing introduction (idempotency), Tickets, Ticket
Comments, Incremental Exports, Rate limits, Verifying webhook authenticity. What it must not do: put a question without
its idempotency key, or look for one in the search, which is minutes behind.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from connectors.kit.contract import Author, Doubtful, Health, Http, NotSent, Schema
from connectors.kit.outcomes import (
    Absent,
    Accepted,
    CannotTell,
    Delivered,
    DeliverResult,
    FetchResult,
    FindResult,
    Forged,
    Found,
    Page,
    Rejected,
    Suspended,
    Unconfirmed,
    WebhookRequest,
    WebhookResult,
)
from connectors.kit.posts import Raw, Ref
from connectors.kit.target import Errand, Question, Returned, TargetCapabilities, TargetConfig
from connectors.targets import ticket_calls, ticket_words
from connectors.targets.ticket_calls import Calls, Denied, Unusable, moment, objects, reading
from connectors.targets.zendesk import comments, words
from connectors.targets.zendesk.settings import SCHEMA, YES
from connectors.targets.zendesk.tickets import Tickets, said
from connectors.targets.zendesk.walk import Walk
from connectors.targets.zendesk.words import WORDS

_PAGE = "100"
_LATE = timedelta(minutes=5)
_ERRORS = (Unusable, Denied, NotSent, Doubtful)


class Zendesk:
    """Implements `connectors.kit.target.Target`."""

    name: ClassVar[str] = "zendesk"
    capabilities: ClassVar[TargetCapabilities] = TargetCapabilities(
        label="Zendesk", recalls=True, webhook=True, settle=timedelta(seconds=30), proof="published contract"
    )
    settings_schema: ClassVar[Schema] = SCHEMA

    def __init__(self, config: TargetConfig, http: Http) -> None:
        self._seconds = config.seconds
        self._settings = {name: value.strip() for name, value in config.settings.items()}
        self._marks = ticket_words.Marks.of(config)
        self._tickets = Tickets(self._settings, config.organisation, self._marks)
        self._notes = self._settings.get("notes", "").lower() in YES
        self._calls = Calls(http, self._settings.get("url", ""), {"authorization": self._authorization()})

    def probe(self) -> Health:
        """Reads who we are and the group, and asks for the changes of the last minutes as every look does."""
        try:
            me = self._user()
            if not isinstance(me.get("id"), int):
                # Who is not signed in is answered as an anonymous user without an id.
                return Health(False, WORDS.no_access)
            group = self._settings.get("group", "")
            if group and not (group.isdigit() and self._is_there(f"/api/v2/groups/{group}.json")):
                return Health(False, words.NO_GROUP)
            since = int((datetime.now(UTC) - timedelta(minutes=2)).timestamp())
            self._export({"start_time": str(since)})
        except _ERRORS as error:
            return Health(False, reading(error, WORDS).reason)
        email, name = str(me.get("email") or ""), str(me.get("name") or "")
        return Health(True, f"{name} ({email})", Author(str(me["id"]), email, name))

    def deliver(self, question: Question, key: str) -> DeliverResult:
        """A new ticket; for a reminder or a recall an internal note on the ticket."""
        asks = question.errand is Errand.ASK
        try:
            if asks:
                # Sent again within two hours, the same key with the same words is answered as it was the first time.
                idempotent = {"idempotency-key": self._marks.errand(key)}
                body = {"ticket": self._tickets.ticket(question, key)}
                reply = self._calls.ask("POST", "/api/v2/tickets.json", body=body, headers=idempotent)
            elif (question.external_id or "").isdigit():
                path = f"/api/v2/tickets/{question.external_id}.json"
                reply = self._calls.ask("PUT", path, body={"ticket": self._tickets.note(question, key)})
            else:
                return Rejected(words.NO_TICKET)
        except _ERRORS as error:
            return self._not_taken(error, question, key)
        ticket = reply.fields().get("ticket")
        shown = ticket if isinstance(ticket, dict) else {}
        return self._delivered(shown, "created_at" if asks else "updated_at") or Unconfirmed(WORDS.not_understood)

    def find_delivered(self, question: Question, key: str) -> FindResult:
        """A ticket is found by its `external_id`, a note on a ticket by its mark in a comment of ours."""
        try:
            if question.errand is Errand.ASK:
                return self._find_ticket(question, key)
            return self._find_note(question, key)
        except Denied as refusal:
            if refusal.status == 404 and question.errand is not Errand.ASK:
                return CannotTell(words.NO_TICKET)
            return CannotTell(reading(refusal, WORDS).reason)
        except (Unusable, NotSent, Doubtful) as error:
            return CannotTell(reading(error, WORDS).reason)

    def receive(self, cursor: str | None, limit: int) -> FetchResult:
        """One page of the export of changed tickets: only administrators may, and ten times a minute.

        What can't be read in the time of one call is left for the next look: whoever looks holds the unit only so long.
        """
        walk, begun = Walk.read(cursor, datetime.now(UTC)), time.monotonic()
        items: list[Raw] = []
        try:
            page = self._export(walk.asks())
            ours = [(one, comments.number_of(self._marks, one)) for one in objects(page.get("tickets"))]
            me = self._me() if any(number is not None for _, number in ours) else 0
            for ticket, number in ours:
                if number is None or walk.has(ticket):
                    continue
                if not self._read(ticket, number, me, walk, items, limit) or time.monotonic() - begun >= self._seconds:
                    return Page(items, walk.write(), more=True)
        except _ERRORS as error:
            refusal = reading(error, WORDS)
            if not items or isinstance(refusal, Suspended):
                return refusal
            return Page(items, walk.write(), retry_after=refusal.after)
        walk.turn(page.get("after_cursor"))
        return Page(items, walk.write(), more=page.get("end_of_stream") is False)

    def normalize(self, raw: Raw) -> Sequence[Returned]:
        return comments.returned(raw, notes=self._notes)

    def verify_webhook(self, request: WebhookRequest, now: datetime) -> WebhookResult:
        """A call only says that there is news. The signature is base64 of the HMAC-SHA256 of the time and the body."""
        secret = self._settings.get("webhook_secret", "")
        if request.method.upper() != "POST" or not secret:
            return Forged("no webhook is arranged, or this is no POST")
        at = request.headers.get("x-zendesk-webhook-signature-timestamp", "")
        signed = at.encode("utf-8", "replace") + request.body
        expected = base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest())
        given = request.headers.get("x-zendesk-webhook-signature", "")
        if not hmac.compare_digest(expected, given.encode("utf-8", "replace")):
            return Forged("the signature does not fit")
        try:
            if abs(now - moment(at)) > _LATE:
                return Forged("the time is too far from ours: the call was made before")
        except ValueError:
            return Forged("the time is none")
        return Accepted(nudge=True)

    def _read(
        self, ticket: Mapping[str, object], number: int, me: int, walk: Walk, items: list[Raw], limit: int
    ) -> bool:
        """Add the answers of one ticket to `items`. False where there was no more room."""
        id_, at = ticket.get("id"), str(ticket.get("updated_at"))
        if not isinstance(id_, int) or ticket.get("status") == "deleted":
            return True
        if len(items) >= limit:
            return False
        try:
            written, users = self._comments(id_)
        except Denied as refusal:
            if refusal.status not in (403, 404):
                raise
            written, users = [], {}  # It was taken from us or deleted a moment ago.
        except Doubtful as error:
            if ticket_calls.TOO_LARGE not in str(error):
                raise
            written, users = [], {}
            items.append({"kind": "too_large", "ticket": id_, "number": number, "updated_at": at})
        for raw in comments.answers(id_, number, written, users, me, self._notes):
            comment = raw["comment"]
            told = comment.get("id") if isinstance(comment, dict) else None
            if not isinstance(told, int) or told in walk.seen:
                continue
            if len(items) >= limit:
                return False
            items.append(raw)
            walk.seen.append(told)
        tags = ticket.get("tags")
        if isinstance(tags, list) and comments.MERGED_TAG in tags:
            if len(items) >= limit:
                return False
            items.append({"kind": "merged", "ticket": id_, "number": number})
        walk.done[str(id_)] = at
        return True

    def _find_ticket(self, question: Question, key: str) -> FindResult:
        known = comments.external_id(self._marks, question.number, key)
        found = self._calls.ask("GET", "/api/v2/tickets.json", params={"external_id": known}).fields().get("tickets")
        if not isinstance(found, list):
            return CannotTell(WORDS.not_understood)
        ours = [one for one in objects(found) if one.get("external_id") == known]
        if not ours:
            return Absent()
        delivered = self._delivered(ours[0], "created_at")
        return Found(delivered) if delivered else CannotTell(WORDS.not_understood)

    def _find_note(self, question: Question, key: str) -> FindResult:
        ticket, mark = question.external_id or "", self._marks.errand(key)
        if not ticket.isdigit():
            return CannotTell(words.NO_TICKET)
        written, _ = self._comments(int(ticket))
        me = self._me()
        for comment in written:
            said = f"{comment.get('plain_body')} {comment.get('body')}"
            if comment.get("author_id") == me and mark in said:
                found = self._delivered({**comment, "id": int(ticket)}, "created_at")
                return Found(found) if found else CannotTell(WORDS.not_understood)
        return Absent()

    def _not_taken(self, error: Exception, question: Question, key: str) -> DeliverResult:
        if isinstance(error, Denied):
            told = error.content if isinstance(error.content, dict) else {}
            if told.get("error") == "IdempotentRequestError":
                # An earlier try of this errand was taken with other words: it counts, and nothing is sent again.
                looked = self.find_delivered(question, key)
                return looked.delivered if isinstance(looked, Found) else Rejected(words.OTHER_WORDS)
            if error.status == 404 and question.errand is not Errand.ASK:
                return Rejected(words.NO_TICKET)
        return ticket_calls.writing(error, WORDS, said(error))

    def _export(self, params: Mapping[str, str]) -> Mapping[str, object]:
        path = "/api/v2/incremental/tickets/cursor.json"
        page = self._calls.ask("GET", path, params={**params, "per_page": _PAGE}).fields()
        if not isinstance(page.get("tickets"), list):
            raise Doubtful("no list of tickets")
        return page

    def _comments(self, ticket: int) -> tuple[list[Mapping[str, object]], dict[int, Mapping[str, object]]]:
        """All comments of a ticket, oldest first, and their authors by id."""
        written: list[Mapping[str, object]] = []
        users: dict[int, Mapping[str, object]] = {}
        params = {"page[size]": _PAGE, "sort": "created_at", "include": "users"}
        while True:
            page = self._calls.ask("GET", f"/api/v2/tickets/{ticket}/comments.json", params=params).fields()
            if not isinstance(page.get("comments"), list):
                raise Doubtful("no list of comments")
            written += objects(page["comments"])
            users |= {id_: one for one in objects(page.get("users")) if isinstance(id_ := one.get("id"), int)}
            meta = page.get("meta")
            further = meta.get("after_cursor") if isinstance(meta, dict) and meta.get("has_more") is True else None
            if not isinstance(further, str) or further == params.get("page[after]"):
                return written, users
            params = {**params, "page[after]": further}

    def _user(self) -> Mapping[str, object]:
        user = self._calls.ask("GET", "/api/v2/users/me.json").fields().get("user")
        return user if isinstance(user, dict) else {}

    def _me(self) -> int:
        me = self._user().get("id")
        if not isinstance(me, int):
            raise Denied(401, {}, None)
        return me

    def _is_there(self, path: str) -> bool:
        try:
            self._calls.ask("GET", path)
        except Denied as refusal:
            if refusal.status != 404:
                raise
            return False
        return True

    def _authorization(self) -> str:
        token, email = self._settings.get("token", ""), self._settings.get("email", "")
        if not email:
            return f"Bearer {token}"
        return "Basic " + base64.b64encode(f"{email}/token:{token}".encode()).decode()

    def _delivered(self, ticket: Mapping[str, object], said_at: str) -> Delivered | None:
        try:
            if not isinstance(ticket.get("id"), int):
                return None
            place = f"{self._calls.base}/agent/tickets/{ticket['id']}"
            return Delivered(Ref(str(ticket["id"])), moment(ticket.get(said_at)), place)
        except ValueError:
            return None
