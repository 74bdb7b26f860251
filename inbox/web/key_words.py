"""What is said of second keys: why one is needed, and the thin lines of the thread.

What it must not do: decide who holds one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask_babel import lazy_gettext as _l

from inbox.queries.thread_items import Happened
from inbox.web.catalogue import gettext as _

WHY = {
    "person": _l("Its author is new here."),
    "tag": _l("The matter is sensitive."),
}
LINES: Mapping[str, Callable[[Happened], str]] = {
    "held_taken_back": lambda _line: _("The answer was not released: something was said or changed before"),
    "answer_released": lambda line: _(
        "%(name)s released the answer from %(author)s", name=line.who, author=line.data.get("author", "")
    ),
    "answer_given_back": lambda line: _("%(name)s gave an answer back with a note", name=line.who),
}


def key_reason(why: str) -> str:
    """Why an answer needs a second key."""
    return str(WHY[why])
