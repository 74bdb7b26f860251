"""The town square: a small platform of its own, on which everybody may practise.

`connector` is what the inbox sees; the rest is the platform, a stranger to the inbox. It must not reach any
other platform, nor be reached by anything but its own address.
"""

from __future__ import annotations

from connectors.square.connector import Square
from connectors.square.site import SITE

CONNECTOR = Square

__all__ = ["CONNECTOR", "SITE"]
