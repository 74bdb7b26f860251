"""Handing one letter to a mail server, and what became of it.

A letter is either taken, certainly not taken, or perhaps taken: once its text is on the way, an answer that does not
come leaves it open (RFC 5321, section 4.5.3.2.6). What it must not do: try again, or know whom a letter is for.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from enum import Enum, auto
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit

_FOR_GOOD = 500
_TAKEN = 250
_FORWARDED = 251


class Outcome(Enum):
    """What the server made of a letter."""

    TAKEN = auto()
    PERHAPS = auto()
    """The line broke, or fell silent, after the text was under way."""
    NOT_NOW = auto()
    """It has no time for this one (4yz)."""
    REFUSED = auto()
    """It does not want this one (5yz)."""
    NOBODY = auto()
    """There is no server that would take any: not reached, silent, or without trust in each other."""


class Greeting(Enum):
    """How a server receives us before there is a letter."""

    KNOWN = auto()
    STRANGER = auto()
    """It does not know our name or password."""
    NOBODY = auto()


class _InTheClear(smtplib.SMTPException):
    """The password would go over the wire for all to read."""


Note = Callable[[str, str], None]
"""Told what happened and of what kind it was, never a word of the letter."""


def send(url: str, letter: EmailMessage, seconds: float, *, note: Note = lambda _what, _kind: None) -> Outcome:
    """Hand over a letter with one receiver. `seconds` is how long each step of the talk may take.

    `smtps://` speaks TLS from the first word; `smtp://` as soon as the server offers it. Its certificate must be one
    that this machine trusts. A password is told without TLS on this machine alone.
    """
    sender, receiver = str(letter["From"]), str(letter["To"])
    if not receiver.isascii():
        # It would take SMTPUTF8 (RFC 6531), which far from every server speaks.
        return Outcome.REFUSED
    line: smtplib.SMTP | None = None
    try:
        line = _called(urlsplit(url), sender.rpartition("@")[2].rstrip("> "), seconds)
        _introduced(line, urlsplit(url))
        return _handed_over(line, sender, receiver, letter.as_bytes(), note)
    except (OSError, smtplib.SMTPException) as error:
        note("no_mail_server", type(error).__name__)
        return Outcome.NOBODY
    finally:
        if line is not None:
            _taken_leave(line)


def greet(url: str, our_name: str, seconds: float) -> Greeting:
    """Whether there is a server that knows us. Nothing is handed over."""
    line: smtplib.SMTP | None = None
    try:
        line = _called(urlsplit(url), our_name, seconds)
        _introduced(line, urlsplit(url))
    except (smtplib.SMTPAuthenticationError, _InTheClear):
        return Greeting.STRANGER
    except (OSError, smtplib.SMTPException):
        return Greeting.NOBODY
    finally:
        if line is not None:
            _taken_leave(line)
    return Greeting.KNOWN


def this_machine(host: str) -> bool:
    """Whether the name is this machine's own, so that nobody reads along."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _called(server: SplitResult, our_name: str, seconds: float) -> smtplib.SMTP:
    host = server.hostname or ""
    if server.scheme == "smtps":
        return smtplib.SMTP_SSL(
            host, server.port or 465, our_name, timeout=seconds, context=ssl.create_default_context()
        )
    return smtplib.SMTP(host, server.port or 25, our_name, timeout=seconds)


def _introduced(line: smtplib.SMTP, server: SplitResult) -> None:
    line.ehlo_or_helo_if_needed()
    if server.scheme == "smtp" and line.has_extn("starttls"):
        line.starttls(context=ssl.create_default_context())
        line.ehlo_or_helo_if_needed()
    if server.username:
        if not isinstance(line.sock, ssl.SSLSocket) and not this_machine(server.hostname or ""):
            raise _InTheClear
        line.login(unquote(server.username), unquote(server.password or ""))


def _handed_over(line: smtplib.SMTP, sender: str, receiver: str, content: bytes, note: Note) -> Outcome:
    code, _ = line.mail(sender)
    if code != _TAKEN:
        note("sender_refused", str(code))
        return Outcome.NOBODY
    code, _ = line.rcpt(receiver)
    if code not in (_TAKEN, _FORWARDED):
        return _no(code)
    try:
        code, _ = line.data(content)
    except smtplib.SMTPDataError as refused:
        return _no(refused.smtp_code)
    except (OSError, smtplib.SMTPException) as error:
        note("mail_perhaps_taken", type(error).__name__)
        return Outcome.PERHAPS
    return Outcome.TAKEN if code == _TAKEN else _no(code)


def _no(code: int) -> Outcome:
    return Outcome.REFUSED if code >= _FOR_GOOD else Outcome.NOT_NOW


def _taken_leave(line: smtplib.SMTP) -> None:
    try:
        line.quit()
    except (OSError, smtplib.SMTPException):
        # It is all the same now what the server thinks of us.
        pass
    finally:
        line.close()
