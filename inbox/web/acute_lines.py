"""The thin lines of what may be acute. What it must not do: repeat what a citizen wrote; the list's words alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from inbox.queries.thread_items import Happened
from inbox.web.catalogue import gettext as _

LINES: Mapping[str, Callable[[Happened], str]] = {
    "acute_proposed": lambda line: _("Maybe acute, found: %(words)s", words=line.data.get("words", "")),
    "acute_decided": lambda line: _("%(name)s said that it is acute", name=line.who),
    "acute_denied": lambda line: _("%(name)s said that it is not acute", name=line.who),
    "acute_undone": lambda line: _("%(name)s took the decision back: maybe acute", name=line.who),
    "acute_acknowledged": lambda line: _("%(name)s sees to it, nobody else is called", name=line.who),
}
