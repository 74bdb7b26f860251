"""What is said of a last word: the reasons, and the thin lines of the thread.

What it must not do: hold the last word itself (`inbox.domain.stopping`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask_babel import lazy_gettext as _l

from inbox.queries.thread_items import Happened
from inbox.web.catalogue import gettext as _

REASONS = {
    "repetition": _l("The same again and again"),
    "abuse": _l("Abuse of people"),
    "all_said": _l("All has been said, and it stands in the thread"),
    "other": _l("Something else"),
}
LINES: Mapping[str, Callable[[Happened], str]] = {
    "stopped": lambda line: _(
        "%(name)s stopped here: %(reason)s", name=line.who, reason=stop_reason(line.data["reason"], line.data["words"])
    ),
    "stop_lifted": lambda line: (
        _("%(name)s took the stop back: it is answered as ever", name=line.who)
        if line.who
        else _("The last word did not go out: it is answered as ever")
    ),
}


def stop_reason(reason: str, words: str = "") -> str:
    """Why, with what was said of it."""
    word = str(REASONS[reason])
    if not words:
        return word
    return words if reason == "other" else f"{word}. {words}"
