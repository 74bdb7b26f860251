"""Reading a mailbox without changing it.

Why it exists: every mail must end within a known time and be small enough to be kept, and a mailbox that was made anew
(another UIDVALIDITY, RFC 3501 section 2.3.1.1) must be read from its beginning. What it must not do: mark, move or
delete a mail, believe its words, or tell a password in the clear to another machine.
"""

from __future__ import annotations

import hashlib
import imaplib
import json
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header

from imap_tools import AND, MailBox, MailBoxStartTls, MailBoxUnencrypted, MailMessage, U
from imap_tools.errors import ImapToolsError, MailboxLoginError
from imap_tools.mailbox import BaseMailBox

from connectors.kit.mailing import this_machine

_LARGEST = 10_000_000
"""Bytes of a mail, its attachments among them."""
_TLS_PORT = 993
_HEADERS = (
    "auto-submitted",
    "precedence",
    "x-autoreply",
    "x-autorespond",
    "return-path",
    "content-type",
    "in-reply-to",
    "references",
    "delivered-to",
    "x-original-to",
    "message-id",
)
_LONGEST_HEADER = 4_000


class NoMailbox(Exception):
    """It could not be read now."""


class Stranger(Exception):
    """The mailbox does not know our name or password."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mailbox is. `seconds` is how long each step of the talk may take."""

    host: str
    port: int
    user: str
    password: str
    folder: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Fetched:
    """Mails as JSON objects, and the cursor behind them."""

    mails: Sequence[Mapping[str, object]]
    cursor: str
    more: bool


def look(place: Place) -> None:
    """Whether it can be opened. Raises `NoMailbox` or `Stranger`."""
    with _opened(place):
        pass


def since(place: Place, cursor: str | None, limit: int, longest: int) -> Fetched:
    """At most `limit` mails after the cursor, with at most `longest` characters of each. Without a cursor, or with one
    of another mailbox, none but the place where those that come from now on will be. Raises `NoMailbox` or `Stranger`.
    """
    begun = time.monotonic()
    with _opened(place) as box:
        status = box.folder.status(place.folder, ["UIDVALIDITY", "UIDNEXT"])
        validity, after = status.get("UIDVALIDITY", 0), status.get("UIDNEXT", 1) - 1
        which, (known, last, there) = _which(place), _read(cursor)
        if there != which:
            # Another mailbox than before: what lies there already answers nothing of ours.
            return Fetched((), json.dumps([validity, after, which]), more=False)
        if known != validity:
            last = 0
        # "5:*" always names the last one, however small its number is.
        waiting = sorted({int(uid) for uid in box.uids(AND(uid=U(str(last + 1), "*")))} - set(range(last + 1)))
        mails: list[Mapping[str, object]] = []
        for uid in waiting[:limit]:
            mails.extend(_mail(box, uid, longest))
            last = uid
            if time.monotonic() - begun > place.seconds:
                break
        return Fetched(mails, json.dumps([validity, last, which]), more=bool(waiting) and last < waiting[-1])


def holds(place: Place, folder: str, message_id: str) -> bool:
    """Whether a mail of that Message-ID lies in the folder. Raises `NoMailbox` or `Stranger`."""
    with _opened(place) as box:
        if not box.folder.exists(folder):
            return False
        box.folder.set(folder, readonly=True)
        return bool(box.uids(f'HEADER Message-ID "{message_id}"'))


def _read(cursor: str | None) -> tuple[int, int, str]:
    try:
        validity, last, which = json.loads(cursor or "")
        return int(validity), int(last), str(which)
    except (ValueError, TypeError):
        return -1, 0, ""


def _which(place: Place) -> str:
    """The mailbox by what it is reached with, the password left out."""
    named = f"{place.host} {place.port} {place.user} {place.folder}"
    return hashlib.sha256(named.encode()).hexdigest()[:16]


@contextmanager
def _opened(place: Place) -> Iterator[BaseMailBox]:
    """The folder, to be read alone."""
    box: BaseMailBox | None = None
    try:
        box = _called(place)
        box.login(place.user, place.password, initial_folder=None)
        box.folder.set(place.folder, readonly=True)
        yield box
    except MailboxLoginError as error:
        raise Stranger from error
    except (OSError, imaplib.IMAP4.error, ImapToolsError) as error:
        raise NoMailbox(type(error).__name__) from error
    finally:
        if box is not None:
            _left(box)


def _called(place: Place) -> BaseMailBox:
    trust = ssl.create_default_context()
    if place.port == _TLS_PORT:
        return MailBox(place.host, place.port, timeout=place.seconds, ssl_context=trust)
    if this_machine(place.host):
        return MailBoxUnencrypted(place.host, place.port, timeout=place.seconds)
    return MailBoxStartTls(place.host, place.port, timeout=place.seconds, ssl_context=trust)


def _left(box: BaseMailBox) -> None:
    try:
        box.logout()
    except (OSError, imaplib.IMAP4.error, ImapToolsError):
        # It is all the same now what the server thinks of us.
        box.client.shutdown()


def _mail(box: BaseMailBox, uid: int, longest: int) -> Iterator[Mapping[str, object]]:
    for head in box.fetch(AND(uid=str(uid)), mark_seen=False, headers_only=True):
        if head.size_rfc822 > _LARGEST:
            yield {**_head(head), "bytes": head.size_rfc822}
            return
        for mail in box.fetch(AND(uid=str(uid)), mark_seen=False):
            yield {**_head(mail), **_body(mail, longest)}


def _head(mail: MailMessage) -> dict[str, object]:
    try:
        sender = mail.from_values
        return {
            "from": sender.email.lower() if sender else "",
            "name": sender.name if sender else "",
            "to": [*mail.to, *mail.cc],
            "subject": mail.subject[:_LONGEST_HEADER],
            "at": mail.date.isoformat(),
            "headers": {
                name: _decoded(" ".join(mail.headers[name])[:_LONGEST_HEADER])
                for name in _HEADERS
                if name in mail.headers
            },
        }
    except (ValueError, LookupError, TypeError, AttributeError, HeaderParseError):
        # Strangers write headers that no rule foresees.
        return {"unreadable": True}


def _decoded(header: str) -> str:
    """Some programs encode even a Message-ID when it is long."""
    return str(make_header(decode_header(header))) if "=?" in header else header


def _body(mail: MailMessage, longest: int) -> dict[str, object]:
    try:
        files = [one.filename or one.content_type for one in mail.attachments]
        return {"text": mail.text[: longest + 1], "html": mail.html[: longest + 1], "attachments": files}
    except (ValueError, LookupError, TypeError, AttributeError):
        return {"unreadable": True}
