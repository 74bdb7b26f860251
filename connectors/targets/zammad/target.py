"""The Zammad target: the contract's verbs, each a few calls.

Built on docs.zammad.org, REST API (Introduction, User, Ticket, Articles), and admin-docs.zammad.org, Webhook, as they
stood on 27 November 2026. What it must not do: look for a ticket in the search index, which is behind: a search by
*condition* is answered by the database.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
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
    Retry,
    Suspended,
    Unconfirmed,
    WebhookRequest,
    WebhookResult,
)
from connectors.kit.posts import Raw, Ref
from connectors.kit.target import Errand, Question, Returned, TargetCapabilities, TargetConfig
from connectors.targets import ticket_calls, ticket_words
from connectors.targets.ticket_calls import Calls, Denied, Unusable, moment, objects, reading
from connectors.targets.zammad import articles, words
from connectors.targets.zammad.settings import SCHEMA
from connectors.targets.zammad.walk import Walk
from connectors.targets.zammad.words import WORDS

_PAGE = 100
_LATE = timedelta(minutes=15)
"""Zammad tries a call five times, with at most 40 seconds between two; older than this it was kept by somebody."""
_ERRORS = (Unusable, Denied, NotSent, Doubtful)


class Zammad:
    """Implements `connectors.kit.target.Target`."""

    name: ClassVar[str] = "zammad"
    capabilities: ClassVar[TargetCapabilities] = TargetCapabilities(
        label="Zammad", recalls=True, webhook=True, settle=timedelta(seconds=15), proof="published contract"
    )
    settings_schema: ClassVar[Schema] = SCHEMA

    def __init__(self, config: TargetConfig, http: Http) -> None:
        self._settings = config.settings
        self._organisation, self._seconds = config.organisation, config.seconds
        self._own: int | None = None
        self._marks = ticket_words.Marks.of(config)
        token = config.settings.get("token", "").strip()
        self._calls = Calls(http, config.settings.get("url", ""), {"authorization": f"Token token={token}"})

    def probe(self) -> Health:
        """Reads who we are and which groups we may work on, and searches once as every minute's look does."""
        try:
            me = self._calls.ask("GET", "/api/v1/users/me", params={"expand": "true"}).fields()
            if not isinstance(me.get("id"), int):
                return Health(False, WORDS.nowhere)
            rights = me.get("groups")
            ours = rights.get(self._settings.get("group", "").strip()) if isinstance(rights, dict) else None
            if not isinstance(ours, list) or not ("full" in ours or {"read", "create", "change"} <= set(ours)):
                return Health(False, words.NOT_OUR_GROUP)
            self._search(self._marks.house)
        except _ERRORS as error:
            return Health(False, reading(error, WORDS).reason)
        login = str(me.get("login") or "")
        name = f"{me.get('firstname') or ''} {me.get('lastname') or ''}".strip() or login
        return Health(True, f"{name} ({login})", Author(str(me["id"]), login, name))

    def deliver(self, question: Question, key: str) -> DeliverResult:
        """A new ticket; for a reminder or a recall an internal note on the ticket, wherever it was merged into."""
        try:
            if question.errand is Errand.ASK:
                reply = self._calls.ask("POST", "/api/v1/tickets", body=self._ticket(question, key))
                said_at = "created_at"
            else:
                try:
                    ticket, followed = self._standing(question)
                except _ERRORS as error:
                    return reading(error, WORDS)
                if ticket is None:
                    return Rejected(words.NO_TICKET)
                note = self._note(question, key, closes=not followed)
                reply = self._calls.ask("PUT", f"/api/v1/tickets/{ticket}", body=note)
                said_at = "updated_at"
        except _ERRORS as error:
            return ticket_calls.writing(error, WORDS, _said(error))
        delivered = self._delivered(reply.fields(), reply.fields().get(said_at))
        return delivered or Unconfirmed(WORDS.not_understood)

    def find_delivered(self, question: Question, key: str) -> FindResult:  # noqa: ARG002 - the key alone names the errand
        """Looks for the errand's mark in the database. Only where we wrote it ourselves is it a find."""
        mark = self._marks.errand(key)
        try:
            tickets = self._search(mark)
            me = self._me() if tickets else 0
            for ticket in tickets:
                for article in self._articles(ticket["id"]):
                    if article.get("created_by_id") == me and mark in str(article.get("body")):
                        found = self._delivered(ticket, article.get("created_at"))
                        return Found(found) if found else CannotTell(WORDS.not_understood)
        except _ERRORS as error:
            return CannotTell(reading(error, WORDS).reason)
        return CannotTell(words.QUOTED) if tickets else Absent()

    def receive(self, cursor: str | None, limit: int) -> FetchResult:
        """The tickets that carry our mark and have changed, oldest change first.

        What can't be read in the time of one call is left for the next look: whoever looks holds the unit only so long.
        """
        walk, begun = Walk.read(cursor), time.monotonic()
        items: list[Raw] = []
        try:
            floor, full = walk.floor, True
            while full:
                tickets = self._search(self._marks.house, floor)
                for ticket in tickets:
                    if not walk.news(ticket):
                        continue
                    if not self._read(ticket, walk, items, limit) or time.monotonic() - begun >= self._seconds:
                        return Page(items, walk.write(), more=True)
                full = len(tickets) == _PAGE
                if full:
                    further = moment(tickets[-1]["updated_at"]) - timedelta(milliseconds=1)
                    full, floor = floor is None or further > floor, further
        except _ERRORS as error:
            refusal = reading(error, WORDS)
            if not items or isinstance(refusal, Suspended):
                return refusal
            return Page(items, walk.write(), retry_after=refusal.after)
        except ValueError:
            return Retry(WORDS.not_understood)
        return Page(items, walk.write())

    def normalize(self, raw: Raw) -> Sequence[Returned]:
        return articles.returned(raw)

    def verify_webhook(self, request: WebhookRequest, now: datetime) -> WebhookResult:
        """A call only says that there is news. `X-Hub-Signature` is `sha1=` and the HMAC of the whole body in hex.

        There is no time among what is signed but those of the ticket and the article: a call about an old change is one
        that somebody kept, and nothing is lost by refusing it.
        """
        secret = self._settings.get("webhook_secret", "")
        if request.method.upper() != "POST" or not secret:
            return Forged("no webhook is arranged, or this is no POST")
        expected = "sha1=" + hmac.new(secret.encode(), request.body, hashlib.sha1).hexdigest()
        given = request.headers.get("x-hub-signature", "")
        if not hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")):
            return Forged("the signature does not fit")
        try:
            told = json.loads(request.body)
            changed = [moment(told[name]["updated_at"]) for name in ("ticket", "article") if told.get(name)]
        except (ValueError, KeyError, TypeError, AttributeError):
            return Forged("a genuine call says when something changed; another payload was arranged")
        if not changed or abs(now - max(changed)) > _LATE:
            return Forged("the change is too old: the call was made before")
        return Accepted(nudge=True)

    def _read(self, ticket: Mapping[str, object], walk: Walk, items: list[Raw], limit: int) -> bool:
        """Add the answers of one ticket to `items`. False where there was no more room."""
        try:
            written = self._articles(ticket["id"])
        except Denied as refusal:
            if refusal.status not in (403, 404):
                raise
            written = []  # It was taken from us or deleted a moment ago.
        except Doubtful as error:
            if ticket_calls.TOO_LARGE not in str(error):
                raise
            items.append(articles.too_large(ticket))
            walk.done(ticket, [], whole=True)
            return True
        known = set(walk.handed_on(ticket))
        new = [one for one in written if _id(one) not in known]
        told = articles.answers(ticket, written, self._me(), self._marks, walk.floor) if new else ()
        found = [(raw, _id_in(raw)) for raw in told if _id_in(raw) not in known]
        taken = found[: max(0, limit - len(items))]
        items += [raw for raw, _ in taken]
        walk.done(ticket, [article for _, article in taken], whole=len(taken) == len(found))
        return len(taken) == len(found)

    def _standing(self, question: Question) -> tuple[int | None, bool]:
        """The ticket where the question stands now, and whether it was merged. None where there is none for us."""
        known = question.external_id or ""
        if known.isdigit():
            try:
                shown = self._calls.ask("GET", f"/api/v1/tickets/{known}", params={"expand": "true"}).fields()
            except Denied as refusal:
                if refusal.status not in (403, 404):
                    raise
                return None, False
            if shown.get("state") != "merged":
                return int(known), False
        # A merge moves the articles, and with them our mark, into the other ticket.
        others = [one for one in self._search(self._marks.question(question.number)) if one.get("state") != "merged"]
        return (_id(others[0]), bool(known)) if others else (None, False)

    def _search(self, mark: str, after: datetime | None = None) -> list[Mapping[str, object]]:
        """Tickets in which the mark stands, the longest unchanged first; those without an id or a time are left out."""
        condition: dict[str, object] = {"article.body": {"operator": "contains", "value": mark}}
        if after:
            condition["ticket.updated_at"] = {"operator": "after (absolute)", "value": after.isoformat()}
        order = {"sort_by": "updated_at", "order_by": "asc", "page": "1", "per_page": str(_PAGE), "expand": "true"}
        path = "/api/v1/tickets/search"
        found = self._calls.ask("POST", path, params=order, body={"condition": condition}).content
        if not isinstance(found, list):
            raise Doubtful("no list of tickets")
        return [one for one in objects(found) if isinstance(one.get("id"), int) and one.get("updated_at")]

    def _articles(self, ticket: object) -> list[Mapping[str, object]]:
        found = self._calls.ask("GET", f"/api/v1/ticket_articles/by_ticket/{ticket}").content
        if not isinstance(found, list):
            raise Doubtful("no list of articles")
        return objects(found)

    def _me(self) -> int:
        """Our own user there. Asked once."""
        if self._own is None:
            me = self._calls.ask("GET", "/api/v1/users/me").fields().get("id")
            if not isinstance(me, int):
                raise Doubtful("no user")
            self._own = me
        return self._own

    def _ticket(self, question: Question, key: str) -> dict[str, object]:
        """`web` from the customer, so that an agent there sees a question and has a reply to press."""
        ticket: dict[str, object] = {
            "title": ticket_words.subject(question),
            "group": self._settings.get("group", "").strip(),
            "customer_id": f"guess:{self._settings.get('customer', '').strip()}",
            "article": {**self._article(question, key), "type": "web", "sender": "Customer", "internal": False},
        }
        tags = self._settings.get("tags", "").strip()
        return {**ticket, "tags": tags} if tags else ticket

    def _note(self, question: Question, key: str, *, closes: bool) -> dict[str, object]:
        note = {"article": {**self._article(question, key), "type": "note", "sender": "Agent", "internal": True}}
        state = self._settings.get("recalled", "").strip()
        # A ticket that ours was merged into is somebody else's matter: it is noted there and stays open.
        closing = {"state": state} if question.errand is Errand.RECALL and state and closes else {}
        return {**note, **closing}

    def _article(self, question: Question, key: str) -> dict[str, object]:
        text = ticket_words.body(question, self._marks, key, self._organisation)
        return {"subject": ticket_words.subject(question), "body": text, "content_type": "text/plain"}

    def _delivered(self, ticket: Mapping[str, object], at: object) -> Delivered | None:
        try:
            if not isinstance(ticket.get("id"), int):
                return None
            place = f"{self._calls.base}/#ticket/zoom/{ticket['id']}"
            return Delivered(Ref(str(ticket["id"]), str(ticket.get("number") or "")), moment(at), place)
        except ValueError:
            return None


def _id(one: Mapping[str, object]) -> int:
    value = one.get("id")
    return value if isinstance(value, int) else 0


def _id_in(raw: Raw) -> int:
    article = raw.get("article")
    return _id(article) if isinstance(article, dict) else 0


def _said(error: Exception) -> str:
    """Zammad's own reason: `{"error": …, "error_human": …}`."""
    content = error.content if isinstance(error, Denied) else None
    told = (content.get("error_human") or content.get("error")) if isinstance(content, dict) else None
    return f"Zammad: {told}" if told else ""
