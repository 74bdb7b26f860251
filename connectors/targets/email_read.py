"""A fetched mail as the target by mail reads it (`email.py`).

What it must not do: decide which question it belongs to, or believe what it says of itself.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Final

from connectors.kit.contract import Poison, Raw

_ROBOTS: Final = frozenset({"bulk", "junk", "list", "auto_reply"})


class Mail:
    """A fetched mail, read. Raises `Poison` for what can't be."""

    def __init__(self, raw: Raw) -> None:
        headers, receivers, files = raw.get("headers"), raw.get("to"), raw.get("attachments")
        if raw.get("unreadable") or not isinstance(headers, dict) or not isinstance(receivers, list):
            raise Poison("a mail could not be read")
        self.headers = {str(name): str(value) for name, value in headers.items()}
        self.sender, self.author = _text(raw, "from"), _text(raw, "name") or _text(raw, "from")
        self.subject, self.text, self.html = _text(raw, "subject"), _text(raw, "text"), _text(raw, "html")
        self.receivers = [
            *(str(one) for one in receivers),
            *self.headers.get("delivered-to", "").split(),
            *self.headers.get("x-original-to", "").split(),
        ]
        self.references = f"{self.headers.get('in-reply-to', '')} {self.headers.get('references', '')}".lower()
        self.files = tuple(str(one) for one in files) if isinstance(files, list) else ()
        size = raw.get("bytes")
        self.bytes = size if isinstance(size, int) else None
        self.at = _instant(_text(raw, "at"))
        self.key = self.headers.get("message-id") or hashlib.sha256(repr(sorted(raw.items())).encode()).hexdigest()

    @property
    def bounced(self) -> bool:
        """A mail server's own words about a mail of ours (RFC 3464, RFC 5321 section 4.5.5)."""
        kind = self.headers.get("content-type", "").lower().replace('"', "")
        if "report-type=delivery-status" in kind:
            return True
        # An "I am away" comes without a way back as well (RFC 3834 section 3.3), and says what it is.
        away = self.headers.get("auto-submitted", "").strip().lower().startswith("auto-replied")
        return self.headers.get("return-path", "").strip() == "<>" and not away

    @property
    def automatic(self) -> bool:
        """A machine wrote it (RFC 3834 section 5, and what was usual before)."""
        sent = self.headers.get("auto-submitted", "no").partition(";")[0].strip().lower()
        return (
            sent != "no"
            or self.headers.get("precedence", "").strip().lower() in _ROBOTS
            or "x-autoreply" in self.headers
            or "x-autorespond" in self.headers
        )


def _text(raw: Raw, name: str) -> str:
    value = raw.get(name, "")
    return value if isinstance(value, str) else ""


def _instant(told: str) -> datetime:
    try:
        at = datetime.fromisoformat(told)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
