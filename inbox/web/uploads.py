"""How large a request may be where more than words is sent: a form with a file, or one with hundreds of lines.

Why it exists: a file that is too large shall get its sentence beside its field, so the door that takes files must be
wider than the rule behind it; every other door stays at the house's own limit. What it must not do: judge the file.
"""

from __future__ import annotations

from typing import Final

from flask import Flask, request

WIDE: Final = frozenset({"calendars.draft", "calendars.save", "pictures.attach"})
"""Endpoints with a file or many lines. What is not a file must still fit into memory (`MAX_FORM_MEMORY_SIZE`)."""
MOST_BYTES: Final = 12 * 1024 * 1024
MOST_PARTS: Final = 4000
"""Three fields for each of five hundred days of one's own, and the week."""


def register(app: Flask) -> None:
    """Widen those doors. To be called before anything reads a form, the check of its token included."""

    @app.before_request
    def widen() -> None:
        if request.endpoint in WIDE:
            request.max_content_length = MOST_BYTES
            request.max_form_parts = MOST_PARTS
