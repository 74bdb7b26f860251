"""What is said of a threat against a person: the thin lines of the thread, and the kinds. Never what was written.

What it must not do: name the citizen outside the conversation's own pages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask_babel import lazy_gettext as _l

from inbox.queries.thread_items import Happened
from inbox.web.catalogue import gettext as _

KINDS = {"threat": _l("Threat"), "harassment": _l("Harassment")}
STATES = {"open": _l("Open"), "closed": _l("Closed")}
LINES: Mapping[str, Callable[[Happened], str]] = {
    "threat_reported": lambda line: (
        _("%(name)s reported harassment against themselves", name=line.who)
        if line.data.get("what") == "harassment"
        else _("%(name)s reported a threat against themselves", name=line.who)
    ),
    "threat_closed": lambda line: _("%(name)s closed the incident", name=line.who),
    "evidence_taken_out": lambda line: _("%(name)s took the evidence out", name=line.who),
}
