"""Any system that takes a question as a signed call and answers with one.

Both ways are signed alike: `Byline-Timestamp` is the time in whole seconds since 1970, `Byline-Key-Id` names the key,
and `Byline-Signature` is `sha256=` and the HMAC-SHA256 of the timestamp, a full stop and the raw body.
`Idempotency-Key` is the same at every try. Described for whoever builds the other end in `docs/platforms/webhook.md`.
What it must not do: believe a call that is older than five minutes, or one whose signature is of anything but its own
bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final

from connectors.kit import signing
from connectors.kit.contract import (
    Absent,
    Accepted,
    Answer,
    CannotTell,
    Delivered,
    DeliverResult,
    Doubtful,
    FetchResult,
    Field,
    FindResult,
    Forged,
    Found,
    Health,
    Http,
    NotSent,
    Page,
    Poison,
    Raw,
    Ref,
    Rejected,
    Retry,
    Schema,
    Suspended,
    Unconfirmed,
    WebhookRequest,
    WebhookResult,
)
from connectors.kit.plain_text import from_html
from connectors.kit.target import (
    InboundAnswer,
    NotOurs,
    Question,
    Returned,
    TargetCapabilities,
    TargetConfig,
    sentence,
)

TOLERANCE: Final = timedelta(minutes=5)
"""How far a call's own time may be from ours; what is older could be a copy."""
LONGEST_WAIT: Final = timedelta(hours=1)
"""The longest `Retry-After` that is believed."""


class Webhook:
    """One unit behind a signed address."""

    name: ClassVar[str] = "webhook"
    capabilities: ClassVar[TargetCapabilities] = TargetCapabilities(
        label="Webhook", returns=False, recalls=True, reminds=True, webhook=True, settle=timedelta(seconds=2)
    )
    settings_schema: ClassVar[Schema] = (
        Field(
            "url", sentence("Address"), sentence("Where questions are sent to, beginning with https://."), kind="url"
        ),
        Field("key_id", sentence("Name of the key"), sentence("Sent along, so that the other end knows which key.")),
        Field(
            "key",
            sentence("Key"),
            sentence("Both ends sign with it. At least 16 characters that nobody can guess."),
            kind="secret",
            at_least=16,
        ),
    )

    def __init__(self, config: TargetConfig, http: Http) -> None:
        self._config = config
        self._http = http
        self._url = config.settings.get("url", "")
        self._key = config.settings.get("key", "")
        self._key_id = config.settings.get("key_id", "")

    def probe(self) -> Health:
        """Ask whether a key that nobody knows is there: the answer must be that it is not."""
        try:
            answer = self._call("GET", "", "byline-probe")
        except NotSent:
            return Health(False, sentence("Nobody answers at this address. Check the address."))
        except Doubtful:
            return Health(False, sentence("The other end took the call and did not answer in time."))
        if answer.status in (401, 403):
            return Health(False, sentence("The other end refuses the key. Check the key and its name."))
        if answer.status in (200, 204, 404):
            return Health(True, sentence("The other end answers and takes the key."))
        return Health(False, sentence("Something else answers at this address. Check the address."))

    def deliver(self, question: Question, key: str) -> DeliverResult:
        try:
            answer = self._call("POST", json.dumps(self._body(question, key), ensure_ascii=False), key)
        except NotSent:
            return Retry("Nobody answers at the unit’s address.")
        except Doubtful:
            return Unconfirmed("The unit’s system did not answer in time.")
        if 200 <= answer.status < 300:
            return Delivered(Ref(_named(answer) or str(question.number)), datetime.now(UTC))
        if answer.status in (401, 403):
            return Suspended("The unit’s system refuses our key.")
        if answer.status in (408, 409, 425, 429, 503):
            return Retry("The unit’s system has no time for it now.", _after(answer))
        if answer.status >= 500:
            # It may have kept the question before it failed.
            return Unconfirmed("The unit’s system failed.")
        return Rejected("The unit’s system does not take the question.")

    def find_delivered(self, question: Question, key: str) -> FindResult:
        try:
            answer = self._call("GET", "", key)
        except (NotSent, Doubtful):
            return CannotTell("Nobody answers at the unit’s address.")
        if answer.status == 200:
            return Found(Delivered(Ref(_named(answer) or str(question.number)), datetime.now(UTC)))
        if answer.status == 404:
            return Absent()
        return CannotTell("The unit’s system does not say whether the question came.")

    def receive(self, cursor: str | None, limit: int) -> FetchResult:  # noqa: ARG002 - the contract's
        """Answers are brought to us."""
        return Page((), cursor)

    def normalize(self, raw: Raw) -> Sequence[Returned]:
        key, text = raw.get("id"), raw.get("text")
        if not isinstance(key, str) or not key or not isinstance(text, str):
            raise Poison("an answer has no id or no text")
        html, number, named = raw.get("html") is True, raw.get("number"), raw.get("question")
        if number is not None and (not isinstance(number, int) or isinstance(number, bool)):
            raise Poison("the number of a question is none")
        if named is not None and not isinstance(named, str):
            raise Poison("the name of a question is none")
        if number is None and named is None:
            raise Poison("it names no question")
        if number is not None and not 0 < number < 2**62:
            raise Poison("the number of a question is none")
        author = raw.get("author")
        words = from_html(text) if html else text
        by, at = author if isinstance(author, str) else self._config.name, _instant(raw.get("at"))
        if raw.get("not_ours") is True:
            return (NotOurs(key, by, at, words, number, named),)
        files = raw.get("attachments")
        return (
            InboundAnswer(
                key,
                by,
                at,
                words,
                number,
                named,
                final=raw.get("final") is not False,
                attachments=tuple(one for one in files if isinstance(one, str)) if isinstance(files, list) else (),
                may_be_public=raw.get("may_be_public") is not False,
            ),
        )

    def verify_webhook(self, request: WebhookRequest, now: datetime) -> WebhookResult:
        stamp = request.headers.get("byline-timestamp", "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
            return Forged("no time")
        if abs(int(stamp) - now.timestamp()) > TOLERANCE.total_seconds():
            return Forged("too old or too new")
        if request.headers.get("byline-key-id", "") != self._key_id:
            return Forged("another key")
        signed = stamp.encode() + b"." + request.body
        if not signing.matches(self._key, signed, request.headers.get("byline-signature")):
            return Forged("wrong signature")
        try:
            item = json.loads(request.body)
        except (ValueError, RecursionError):
            item = None
        # What is signed and no JSON is kept as what can't be understood, so that somebody sees it.
        return Accepted((item if isinstance(item, dict) else {"unreadable": True},))

    def _body(self, question: Question, key: str) -> dict[str, Any]:
        asked: dict[str, Any] = {
            "version": 1,
            "key": key,
            "errand": question.errand.value,
            "number": question.number,
            "question": question.external_id,
            "answer_to": self._config.webhook_url,
            "organisation": self._config.organisation,
        }
        if question.errand == "ask":
            asked |= {
                "subject": question.subject,
                "text": question.text,
                "known": question.known,
                "asked_by": question.asked_by,
                "language": question.language,
                "answer_due_at": question.answer_due_at.isoformat(),
                "promised_until": question.promised_until.isoformat() if question.promised_until else None,
                "may_be_public": question.may_be_public,
                "thread": [
                    {"by": line.by, "at": line.at.isoformat(), "text": line.text, "private": line.private}
                    for line in question.lines
                ],
            }
        return asked

    def _call(self, method: str, body: str, key: str) -> Answer:
        content = body.encode()
        stamp = str(int(datetime.now(UTC).timestamp()))
        headers: Mapping[str, str] = {
            "content-type": "application/json",
            "byline-timestamp": stamp,
            "byline-key-id": self._key_id,
            "byline-signature": signing.sign(self._key or "-", stamp.encode() + b"." + content),
            "idempotency-key": key,
        }
        if method == "GET":
            # The key stands in the address, too: a copy of the headers alone tells nobody anything.
            return self._http.request("GET", self._url, headers=headers, params={"key": key})
        return self._http.request(method, self._url, headers=headers, content=content)


def _named(answer: Answer) -> str | None:
    """What the other end calls the question, if it says."""
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    named = told.get("id") if isinstance(told, dict) else None
    return named[:200] if isinstance(named, str) and named else None


def _after(answer: Answer) -> timedelta | None:
    told = answer.headers.get("retry-after", "")
    if not (told.isascii() and told.isdigit() and len(told) < 9):
        return None
    return min(LONGEST_WAIT, timedelta(seconds=int(told)))


def _instant(told: object) -> datetime:
    try:
        at = datetime.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        at = None
    return at if at is not None and at.tzinfo is not None else datetime.fromtimestamp(0, UTC)


TARGET = Webhook
