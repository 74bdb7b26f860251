"""Zammad, by its published REST interface: a question is a ticket, a public reply of an agent there is the answer.

Why it exists: `docs/platforms/zammad.md` names the pages that it was built on and the choices that they left open.
What it must not do: take an internal note for an answer, or reach Zammad otherwise than by `connectors.kit.http`.
"""

from __future__ import annotations

from connectors.kit.target import Target
from connectors.targets.zammad.target import Zammad

__all__ = ["TARGET", "Zammad"]

TARGET: type[Target] = Zammad
