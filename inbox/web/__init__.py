"""Doors for people and platforms: parse, open a unit of work, call one service or query, render.

What it must not do: hold a rule. A screen shows what a person may do; services and queries decide it.
"""

from __future__ import annotations

from inbox.web.doors import register
from inbox.web.locale import choose as language
from inbox.web.locale import zone
from inbox.web.templates import Templates
from inbox.web.uploads import register as uploads

__all__ = ["Templates", "language", "register", "uploads", "zone"]
