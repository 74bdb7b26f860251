"""Zendesk, by its published REST interface: a question is a ticket, a public comment of an agent there is the answer.

Why it exists: `docs/platforms/zendesk.md` names the pages that it was built on and the choices that they left open.
What it must not do: take an internal note for an answer unless a setting says so, or keep a ticket that is not ours.
"""

from __future__ import annotations

from connectors.kit.target import Target
from connectors.targets.zendesk.target import Zendesk

__all__ = ["TARGET", "Zendesk"]

TARGET: type[Target] = Zendesk
