"""Pictures on the wire: how large a call with some may be, and what a browser may make of one.

Why it exists: the pages and the API hand out the same bytes of strangers, which must stay a picture wherever they
are opened. What it must not do: decide who may see it.
"""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from connectors.square.reading import Bytes
from connectors.square.refusing import Refused

MOST_BYTES = 12 * 1024 * 1024
"""Of a call with pictures. Wider than the rule, so that what is a little too large gets its sentence and its draft."""
_WIDE = frozenset({"write", "api_bring"})
_AS_PICTURE = {
    # The bytes may be a page too, or a script: nobody is to take them for one, and one that is opened can do nothing.
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-cache",
}


def register(blueprint: Blueprint) -> None:
    """Widen those doors. To be called before anything reads a form."""

    @blueprint.before_request
    def widen() -> None:
        if request.endpoint in {f"{blueprint.name}.{name}" for name in _WIDE}:
            request.max_content_length = MOST_BYTES


def served(found: Bytes | None) -> Response:
    """A picture for somebody who may see it. Raises `Refused`: no_such_picture."""
    if found is None:
        raise Refused("no_such_picture", 404)
    return Response(found.data, mimetype=found.media_type, headers=_AS_PICTURE)


def too_much(_error: RequestEntityTooLarge) -> Refused:
    """The no to a call that was not even read."""
    return Refused("too_much", 413)
