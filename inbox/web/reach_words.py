"""What kinds of notices and the readers of a webhook are called. What it must not do: decide which there are."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from inbox.domain.reach import HOOK_KINDS, MAIL_KINDS

_KINDS = {
    "acute": _l("Maybe acute: each call"),
    "surge": _l("Many write the same"),
    "threat": _l("A threat against a colleague"),
    "needs_human": _l("An answer needs a person"),
    "rejected": _l("An answer does not go out"),
    "mentioned": _l("A colleague mentions me in a note"),
    "handed_over": _l("A conversation is handed to me"),
    "lapsed": _l("A conversation of mine goes back to the queue"),
    "given_back": _l("An answer of mine is given back"),
    "silo_answered": _l("The back office has answered"),
    "silo_asked": _l("A question to the back office"),
    "reminded": _l("A citizen waits for an answer from you: the promised time runs out"),
    "lead_told": _l("A promised time runs out or is over"),
    "complaint": _l("A complaint is yours to see to"),
    "complaint_late": _l("The time promised for a complaint has passed"),
}
HOOKS = {kind: _KINDS[kind] for kind in HOOK_KINDS}
MAIL = {kind: _KINDS[kind] for kind in MAIL_KINDS}
SHAPES = {
    "generic": _l("A system of your own, signed"),
    "slack": "Slack",
    "teams": "Microsoft Teams",
    "mattermost": "Mattermost",
}
TROUBLE = {
    "not reached": _l("It could not be reached."),
    "no answer in time": _l("It did not answer in time."),
}


def trouble(code: str) -> str:
    """Why a webhook was not reached, as the page says it."""
    if code.startswith("answered "):
        return str(_l("It answered %(status)s.", status=code.removeprefix("answered ")))
    return str(TROUBLE.get(code, code))
