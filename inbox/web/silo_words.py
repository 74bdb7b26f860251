"""What happened between a conversation and the back office, as thin lines in the thread.

What it must not do: name whoever of a unit it was; the citizen's agent is told the unit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from inbox.queries.thread_items import Happened
from inbox.web.catalogue import gettext as _


def _recalled(line: Happened) -> str:
    silo = line.data.get("silo", "")
    # Nobody of ours did it where two conversations were joined.
    return (
        _("%(name)s recalled the question to %(silo)s", name=line.who, silo=silo)
        if line.who
        else _("A second question to %(silo)s was recalled", silo=silo)
    )


def _unsent(line: Happened) -> str:
    return _("The question did not reach %(silo)s", silo=line.data.get("silo", ""))


HAPPENED: Mapping[str, Callable[[Happened], str]] = {
    "silo_asked": lambda line: _("%(name)s asked %(silo)s", name=line.who, silo=line.data.get("silo", "")),
    "silo_seen": lambda line: _("%(silo)s has seen the question", silo=line.data.get("silo", "")),
    "silo_answered": lambda line: _("%(silo)s has answered", silo=line.data.get("silo", "")),
    "silo_answered_late": lambda line: _("%(silo)s has answered, too late", silo=line.data.get("silo", "")),
    "silo_not_ours": lambda line: _("%(silo)s: not theirs, and who to ask instead", silo=line.data.get("silo", "")),
    "silo_said": lambda line: _("%(silo)s has begun to answer; more follows", silo=line.data.get("silo", "")),
    "silo_unsent": _unsent,
    "silo_unsent_beside": _unsent,
    "silo_in_doubt": lambda line: _(
        "Nobody knows whether the question reached %(silo)s", silo=line.data.get("silo", "")
    ),
    "silo_came": lambda line: _(
        "%(name)s: the question is with %(silo)s", name=line.who, silo=line.data.get("silo", "")
    ),
    "silo_sent_again": lambda line: _(
        "%(name)s had the question sent to %(silo)s again", name=line.who, silo=line.data.get("silo", "")
    ),
    "silo_recalled": _recalled,
    "silo_recalled_beside": _recalled,
    "silo_reminded": lambda line: _("%(name)s reminded %(silo)s", name=line.who, silo=line.data.get("silo", "")),
    "silo_moved": lambda line: _("The question to %(silo)s came along", silo=line.data.get("silo", "")),
}
