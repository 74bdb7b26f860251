"""A unit that is written to, and answers, by mail.

Each question has an address and a Message-ID of its own with a proof in both that only this house can make, so that an
answer finds its question and a mail that names another one is set aside. Nothing that comes back is ever answered by a
machine, and what machines send is no answer (RFC 3834), so that two of them can't talk to each other through us. Our
own mails are written by people: they carry no Auto-Submitted, since ticket systems throw such mails away, and ask
Exchange alone to send no "I am away". What it must not do: send a mail again that was perhaps taken.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import ClassVar, Final, assert_never
from urllib.parse import quote

from connectors.kit import mailbox, mailing
from connectors.kit.contract import (
    CannotTell,
    Delivered,
    DeliverResult,
    FetchResult,
    Field,
    FindResult,
    Forged,
    Found,
    Health,
    Http,
    Page,
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
from connectors.kit.mail_words import without_quotes
from connectors.kit.mailbox import NoMailbox, Place, Stranger
from connectors.kit.mailing import Greeting, Outcome
from connectors.kit.plain_text import from_html
from connectors.kit.target import (
    ANSWER_LIMIT,
    InboundAnswer,
    Quarantined,
    Question,
    Returned,
    TargetCapabilities,
    TargetConfig,
    sentence,
)
from connectors.targets.email_read import Mail
from connectors.targets.email_words import letter_of

NO_QUESTION: Final = "A mail belongs to no question of ours."
OTHER_QUESTION: Final = "A mail names another question than it answers."
TOO_LARGE: Final = "A mail is larger than what is taken in. Ask the unit for a shorter answer."
BOUNCED: Final = "A mail server says that a mail of ours did not arrive. Check the unit’s address."
NO_WORDS: Final = "A mail has no words of its own."
_TLS_PORT: Final = "465"
_POLICY: Final = SMTP.clone(max_line_length=900)
"""Python would encode a Message-ID that is longer than a line of 78, and no mail program would know it again."""
_PROOF: Final = 20
"""Letters of a proof: a hundred bits."""


class Email:
    """One unit behind an address."""

    name: ClassVar[str] = "email"
    capabilities: ClassVar[TargetCapabilities] = TargetCapabilities(
        label=sentence("E-mail"),
        recalls=True,
        poll_every=timedelta(minutes=1),
        settle=timedelta(seconds=20),
        proof="real server",
    )
    settings_schema: ClassVar[Schema] = (
        Field("to", sentence("The unit’s address"), sentence("Where questions are sent to.")),
        Field(
            "from",
            sentence("Our address"),
            sentence("Whose mailbox the answers come to. Addresses with + in them must reach it, too."),
        ),
        Field("smtp_host", sentence("Mail server for sending"), sentence("Its name, such as smtp.nordby.example.")),
        Field("smtp_port", sentence("Port for sending"), sentence("Mostly 587, or 465."), default="587"),
        Field("imap_host", sentence("Mail server for receiving"), sentence("Its name, such as imap.nordby.example.")),
        Field("imap_port", sentence("Port for receiving"), sentence("Mostly 993."), default="993"),
        Field("user", sentence("User name"), sentence("By which both servers know us."), required=False),
        Field("password", sentence("Password"), sentence("For both servers."), kind="secret", required=False),
        Field("folder", sentence("Folder with answers"), sentence("Mostly INBOX."), default="INBOX"),
        Field(
            "sent",
            sentence("Folder with what was sent"),
            sentence("Where the server keeps a copy of each mail. Empty where it keeps none."),
            required=False,
        ),
    )

    def __init__(self, config: TargetConfig, http: Http) -> None:  # noqa: ARG002 - mail goes another way out
        self._config = config
        self._set = config.settings
        self._from = self._set.get("from", "").lower()

    def probe(self) -> Health:
        """Greet both servers, and open the folder."""
        if not _address(self._set.get("to", "")) or not _address(self._from):
            return Health(False, sentence("An address must look like name@place.example."))
        if _port(self._set.get("smtp_port")) is None or _port(self._set.get("imap_port")) is None:
            return Health(False, sentence("A port is a number from 1 to 65535."))
        match mailing.greet(self._smtp(), self._from.rpartition("@")[2], self._config.seconds):
            case Greeting.STRANGER:
                return Health(False, sentence("The server for sending refuses user name or password. Check both."))
            case Greeting.NOBODY:
                return Health(False, sentence("The server for sending can’t be reached. Check its name and port."))
            case Greeting.KNOWN:
                pass
        try:
            mailbox.look(self._place())
        except Stranger:
            return Health(False, sentence("The server for receiving refuses user name or password. Check both."))
        except NoMailbox:
            return Health(
                False,
                sentence("The server for receiving, or the folder, can’t be opened. Check name, port and folder."),
            )
        return Health(True, sentence("Both servers answer, and the folder can be read."))

    def deliver(self, question: Question, key: str) -> DeliverResult:
        if not _address(self._set.get("to", "")) or not _address(self._from):
            return Rejected("The unit’s address or ours is none. Check the settings.")
        message_id = self._message_id(question.number, key)
        outcome = mailing.send(self._smtp(), self._letter(question, message_id), self._config.seconds)
        match outcome:
            case Outcome.TAKEN:
                return Delivered(Ref(message_id), datetime.now(UTC))
            case Outcome.PERHAPS:
                return Unconfirmed("The mail server fell silent before it had taken the mail.")
            case Outcome.NOT_NOW:
                return Retry("The mail server has no time for it now.")
            case Outcome.REFUSED:
                return Rejected("The mail server does not take mails to this address.")
            case Outcome.NOBODY:
                stranger = mailing.greet(self._smtp(), self._from.rpartition("@")[2], self._config.seconds)
                if stranger is Greeting.STRANGER:
                    return Suspended("The mail server refuses our user name or password.")
                return Retry("The mail server can’t be reached.")
            case _:
                assert_never(outcome)

    def find_delivered(self, question: Question, key: str) -> FindResult:
        """A copy in the folder of what was sent is proof; that there is none proves nothing."""
        message_id = self._message_id(question.number, key)
        try:
            for folder in filter(None, (self._set.get("sent", ""), self._set.get("folder", ""))):
                if mailbox.holds(self._place(), folder, message_id):
                    return Found(Delivered(Ref(message_id), datetime.now(UTC)))
        except (NoMailbox, Stranger):
            return CannotTell("The mailbox can’t be read.")
        return CannotTell("There is no copy of the mail, which proves nothing.")

    def receive(self, cursor: str | None, limit: int) -> FetchResult:
        try:
            found = mailbox.since(self._place(), cursor, limit, ANSWER_LIMIT)
        except Stranger:
            return Suspended("The mailbox refuses our user name or password.")
        except NoMailbox:
            return Retry("The mailbox can’t be read.")
        return Page(found.mails, found.cursor, more=found.more)

    def normalize(self, raw: Raw) -> Sequence[Returned]:
        mail = Mail(raw)
        if mail.sender == self._from:
            return ()
        numbers = set(self._proven(mail))
        number = min(numbers) if len(numbers) == 1 else None
        if mail.bounced:
            return (Quarantined(mail.key, BOUNCED, number),)
        if mail.automatic:
            return ()
        if mail.bytes is not None:
            return (Quarantined(mail.key, TOO_LARGE, number),)
        named = {int(one) for one in re.findall(r"\[SP-(\d{1,15})\]", mail.subject)}
        if len(numbers) > 1 or (numbers and named - numbers):
            return (Quarantined(mail.key, OTHER_QUESTION),)
        if number is None:
            return (Quarantined(mail.key, NO_QUESTION),)
        if len(mail.text) > ANSWER_LIMIT or len(mail.html) > ANSWER_LIMIT:
            return (Quarantined(mail.key, TOO_LARGE, number),)
        words = without_quotes(mail.text) or without_quotes(from_html(mail.html, quotes=True))
        if not words:
            return (Quarantined(mail.key, NO_WORDS, number),)
        return (InboundAnswer(mail.key, mail.author, mail.at, words, number, attachments=mail.files),)

    def verify_webhook(self, request: WebhookRequest, now: datetime) -> WebhookResult:  # noqa: ARG002 - nobody calls
        return Forged("nobody calls here")

    def _proven(self, mail: Mail) -> Iterator[int]:
        """The numbers of questions that the mail proves to belong to."""
        local, _, domain = self._from.partition("@")
        ours = re.compile(rf"^{re.escape(local)}\+k(\d{{1,15}})\.([a-z2-7]{{{_PROOF}}})@{re.escape(domain)}$")
        for address in mail.receivers:
            found = ours.match(address.strip().lower())
            if found and hmac.compare_digest(self._proof(int(found[1])), found[2]):
                yield int(found[1])
        for number, proof in re.findall(rf"<sp(\d{{1,15}})\.([a-z2-7]{{{_PROOF}}})\.[0-9a-f-]+@", mail.references):
            if hmac.compare_digest(self._proof(int(number)), proof):
                yield int(number)

    def _proof(self, number: int) -> str:
        made = hmac.new(
            self._config.secret.encode() or b"-", f"{self._from} {number}".encode(), hashlib.sha256
        ).digest()
        return "".join("abcdefghijklmnopqrstuvwxyz234567"[byte % 32] for byte in made[:_PROOF])

    def _message_id(self, number: int, key: str) -> str:
        """Fixed with the errand, so that a copy of it can be looked for."""
        return f"<sp{number}.{self._proof(number)}.{key}@{self._from.rpartition('@')[2]}>"

    def _letter(self, question: Question, message_id: str) -> EmailMessage:
        local, _, domain = self._from.partition("@")
        letter = EmailMessage(policy=_POLICY)
        letter["From"] = self._from
        letter["To"] = self._set["to"]
        letter["Reply-To"] = Address(
            self._config.organisation, f"{local}+k{question.number}.{self._proof(question.number)}", domain
        )
        letter["Date"] = format_datetime(datetime.now(UTC))
        letter["Message-ID"] = message_id
        if question.external_id:
            letter["In-Reply-To"] = question.external_id
            letter["References"] = question.external_id
        letter["X-Auto-Response-Suppress"] = "OOF, AutoReply"
        subject, words = letter_of(question, self._config.organisation)
        letter["Subject"] = " ".join(f"{subject} [SP-{question.number}]".split())
        letter.set_content(words)
        return letter

    def _smtp(self) -> str:
        port = _port(self._set.get("smtp_port")) or 587
        scheme = "smtps" if str(port) == _TLS_PORT else "smtp"
        user, password = quote(self._set.get("user", ""), safe=""), quote(self._set.get("password", ""), safe="")
        login = f"{user}:{password}@" if user else ""
        return f"{scheme}://{login}{_host(self._set.get('smtp_host', ''))}:{port}"

    def _place(self) -> Place:
        return Place(
            _host(self._set.get("imap_host", "")),
            _port(self._set.get("imap_port")) or 993,
            self._set.get("user", ""),
            self._set.get("password", ""),
            self._set.get("folder", "") or "INBOX",
            self._config.seconds,
        )


def _address(given: str) -> bool:
    return re.fullmatch(r"[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,250}", given) is not None


def _port(given: str | None) -> int | None:
    number = given or ""
    return int(number) if number.isascii() and number.isdigit() and 0 < int(number[:6]) < 65_536 else None


def _host(given: str) -> str:
    """A name of a host and nothing that could end one in an address."""
    return re.sub(r"[^A-Za-z0-9.:_-]", "", given)


TARGET = Email
