"""What a notice looks like outside the house, and which address it may go to.

Four shapes, each by its published form: our own, signed like a platform's webhook; Slack's and Mattermost's incoming
webhooks (`text`, whose marks are escaped); Teams by a workflow that takes an Adaptive Card, since its older cards are
retired (Microsoft, "Create and send messages", 2025). None holds a word that anybody wrote: a kind, an account, a
reference, a link. What it must not do: send.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from inbox.domain.errors import Invalid

LONGEST_ADDRESS: Final = 1_000
TRIES: Final = 8
"""After so many a notice is given up, and its webhook is shown in trouble: about an hour and a half."""
FIRST_WAIT: Final = timedelta(seconds=20)
LONGEST_WAIT: Final = timedelta(minutes=30)
HOOK_KINDS: Final = ("acute", "surge", "threat", "needs_human", "rejected", "lead_told")
"""What an organisation's webhook can be told of."""
MAIL_KINDS: Final = (
    "mentioned",
    "handed_over",
    "lapsed",
    "needs_human",
    "rejected",
    "given_back",
    "silo_answered",
    "silo_asked",
    "threat",
    "surge",
    "reminded",
    "lead_told",
    "complaint",
    "complaint_late",
)
"""What a person can have mailed at once. Calls for what may be acute always come."""
TRY: Final = "try"


class Shape(StrEnum):
    """Who reads it."""

    GENERIC = "generic"
    SLACK = "slack"
    TEAMS = "teams"
    MATTERMOST = "mattermost"


@dataclass(frozen=True, slots=True)
class Told:
    """What is said outside. `says` is a sentence of ours, `link` leads into the house; the rest may be empty."""

    id: str
    kind: str
    says: str
    account: str
    reference: str
    link: str
    open: str
    """What the link is called."""
    at: datetime


def body(shape: Shape, told: Told) -> bytes:
    """The call's JSON in that shape."""
    line = " · ".join(part for part in (told.says, told.account, told.reference) if part)
    match shape:
        case Shape.SLACK:
            # Slack, "Formatting text": these three alone are escaped, so that a name makes no link and calls nobody.
            plain = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            found: dict[str, object] = {"text": f"{plain} <{told.link}|{told.open}>"}
        case Shape.MATTERMOST:
            # A mark between them, so that "@all" in a name calls nobody.
            plain = re.sub(r"([\\`*_{}\[\]()#+!|<>~])", r"\\\1", line).replace("@", "@\u200b")
            found = {"text": f"{plain} [{told.open}]({told.link})"}
        case Shape.TEAMS:
            found = {"type": "message", "attachments": [_card(line, told)]}
        case _:
            found = {
                "id": told.id,
                "kind": told.kind,
                "text": told.says,
                "account": told.account,
                "reference": told.reference,
                "url": told.link,
                "at": told.at.isoformat(),
            }
    return json.dumps(found, ensure_ascii=False).encode()


def own_machine(*, demo: bool, secure: bool) -> bool:
    """Whether receivers may be on this machine: in the demonstration, and where the house itself is reached without
    https, which it is on this machine alone."""
    return demo or not secure


def address_of(typed: str, *, own_machine: bool) -> str:
    """An address that a notice may go to. `own_machine`: plain http to this machine is allowed, as in a demonstration.

    Raises Invalid (`address`). A name that leads into a private network is refused when it is called.
    """
    address = typed.strip()
    if not address or len(address) > LONGEST_ADDRESS or re.search(r"[\s<>\"\\]", address):
        raise Invalid("Write an address that begins with https://.", field="address")
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise Invalid("Write an address that begins with https://.", field="address") from None
    if not host or "@" in parts.netloc or parts.fragment or parts.scheme not in ("https", "http"):
        raise Invalid("Write an address that begins with https://.", field="address")
    here = _is_here(host)
    if here and not own_machine:
        raise Invalid("This address leads to this machine. Notices go outside.", field="address")
    if parts.scheme == "http" and not here:
        raise Invalid("Write an address that begins with https://.", field="address")
    if not here and _is_private(host):
        raise Invalid("This address leads into a private network.", field="address")
    return address


def host_of(address: str) -> str:
    """All of an address that may be shown."""
    return urlsplit(address).hostname or ""


def waits(attempts: int) -> timedelta | None:
    """How long until the next try after so many; None when it is given up."""
    return None if attempts >= TRIES else min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempts - 1))


def _card(line: str, told: Told) -> dict[str, object]:
    return {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": {
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard",
            "version": "1.2",
            # A rich text run is no markdown, so that a name makes no link.
            "body": [{"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": line}]}],
            "actions": [{"type": "Action.OpenUrl", "title": told.open, "url": told.link}],
        },
    }


def _is_here(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _is_private(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        # A name of one word, or made of digits alone, is none of the public net's.
        return "." not in host or re.fullmatch(r"[0-9.x]+", host) is not None
