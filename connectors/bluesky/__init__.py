"""Bluesky (AT Protocol): mentions, replies and quotes in; threaded public replies out.

Why it exists: see `docs/platforms/bluesky.md` for what was observed and why the choices are as they are.
What it must not do: sleep, retry or wait by itself, or send anything outside `connectors.kit.http`.
"""

from __future__ import annotations

from connectors.bluesky.connector import Bluesky
from connectors.kit.contract import Connector

__all__ = ["CONNECTOR", "Bluesky"]

CONNECTOR: type[Connector] = Bluesky
