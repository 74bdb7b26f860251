"""What complaints are called on the screen: their kinds, where they go, and the thin lines of the thread.

What it must not do: hold the receipts (`inbox.domain.complaints`), or name who decided of one about a colleague.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask_babel import lazy_gettext as _l

from inbox.queries.thread_items import Happened
from inbox.web.catalogue import gettext as _

KINDS = {"service": _l("About our service"), "staff": _l("About a colleague"), "decision": _l("About a decision")}
ROUTES = {
    "stays": _l("It stays where it is"),
    "lead": _l("To a lead"),
    "person": _l("To a colleague"),
    "unit": _l("As a question to the back office"),
}
LINES: Mapping[str, Callable[[Happened], str]] = {
    "complaint": lambda line: (
        _("%(name)s says that it is a complaint: %(kind)s", name=line.who, kind=kind_word(str(line.data["what"])))
        if line.who
        else _("It is a complaint: %(kind)s", kind=kind_word(str(line.data["what"])))
    ),
    "no_complaint": lambda line: (
        _("%(name)s says that it is no complaint", name=line.who) if line.who else _("It is no complaint after all")
    ),
    "complaint_receipt": lambda line: _("%(name)s sent the receipt of the complaint", name=line.who),
    "complaint_taken_away": lambda _line: _("Back in the queue: the complaint is about whoever had it"),
    "complaint_late": lambda line: (
        _("The promised time for the receipt of the complaint passed")
        if line.data.get("what") == "receipt"
        else _("The promised time for answering the complaint passed")
    ),
}


def kind_word(kind: str) -> str:
    """What it is about."""
    return str(KINDS[kind])
