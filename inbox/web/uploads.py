"""How large a request may be where more than words is sent: a form with a file, or one with hundreds of lines.

Why it exists: a file that is too large shall get its sentence beside its field, so the door that takes files must be
wider than the rule behind it; every other door stays at the house's own limit. What it must not do: judge the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Flask, request

from inbox.web.multipart import FormRequest

_MEGABYTE = 1024 * 1024
WIDE: Final[Mapping[str, int]] = {
    "calendars.draft": 12 * _MEGABYTE,
    "calendars.save": 12 * _MEGABYTE,
    # Four pictures as telephones take them, chosen at once.
    "pictures.attach": 42 * _MEGABYTE,
}
"""Endpoints with files or many lines, and how many bytes each takes. What is not a file must still fit into memory
(`MAX_FORM_MEMORY_SIZE`)."""
MOST_PARTS: Final = 4000
"""Three fields for each of five hundred days of one's own, and the week."""


def register(app: Flask) -> None:
    """Widen those doors. To be called before anything reads a form, the check of its token included."""
    app.request_class = FormRequest

    @app.before_request
    def widen() -> None:
        most = WIDE.get(request.endpoint or "")
        if most is not None:
            request.max_content_length = most
            request.max_form_parts = MOST_PARTS
