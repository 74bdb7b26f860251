"""Our own letters, handed to the house's mail server; the talk itself is `connectors.kit.mailing`.

What it must not do: try again, or know whom a letter is for.
"""

from __future__ import annotations

from email.message import EmailMessage

from connectors.kit import mailing
from connectors.kit.mailing import Outcome
from inbox import log

__all__ = ["Outcome", "send"]
_log = log.get(__name__)


def send(url: str, letter: EmailMessage, seconds: float) -> Outcome:
    """Hand over a letter with one receiver. `seconds` is how long each step of the talk may take."""
    return mailing.send(url, letter, seconds, note=lambda what, kind: _log.warning(what, kind=kind))
