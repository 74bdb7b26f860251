"""What deeds of moderation are called on the screen: in a thread, in the public history, in the list.

What it must not do: hold a rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from flask_babel import lazy_gettext as _l

from inbox.queries.thread_items import Happened
from inbox.queries.treated import Measure
from inbox.web.catalogue import gettext as _
from inbox.web.formatting import moment

KINDS: Final = {
    "hide": _l("Hide the message"),
    "delete": _l("Delete the answer"),
    "block": _l("Block the citizen"),
    "mute": _l("Mute the citizen"),
    "close": _l("Close comments"),
}
HINTS: Final = {
    "hide": _l("Nobody else sees it on the platform. We keep the words."),
    "delete": _l("It is taken off the platform and can’t be put back. We keep the words."),
    "block": _l("They can’t write to us there. It ends by itself."),
    "mute": _l("They can write, and we are not told of it. It ends by itself."),
    "close": _l("Nobody can write more under the post that began the thread."),
}
DONE: Final = {
    "hide": _l("Hidden"),
    "delete": _l("Deleted"),
    "block": _l("Blocked"),
    "mute": _l("Muted"),
    "close": _l("Comments closed"),
}
BACK: Final = {
    "hide": _l("Show it again"),
    "block": _l("Unblock"),
    "mute": _l("Hear them again"),
    "close": _l("Open comments again"),
}
SEEN: Final = {"hidden": _l("hidden"), "deleted": _l("deleted by the citizen"), "edited": _l("edited away")}


def _refused(_line: Happened) -> str:
    return _("The platform refused it: everything stands as before")


def _stays(_line: Happened) -> str:
    return _("The platform did not let go of it: it holds still")


def _until(line: Happened) -> str:
    return moment(datetime.fromisoformat(str(line.data["until"])), line.at)


def _why(line: Happened) -> str:
    return str(line.data.get("reason", ""))


MODERATED: Mapping[str, Callable[[Happened], str]] = {
    "hide_decided": lambda line: _("%(name)s hid a message: %(reason)s", name=line.who, reason=_why(line)),
    "delete_decided": lambda line: _("%(name)s deleted an answer: %(reason)s", name=line.who, reason=_why(line)),
    "block_decided": lambda line: _("%(name)s blocked the citizen: %(reason)s", name=line.who, reason=_why(line)),
    "mute_decided": lambda line: _("%(name)s muted the citizen: %(reason)s", name=line.who, reason=_why(line)),
    "close_decided": lambda line: _("%(name)s closed comments: %(reason)s", name=line.who, reason=_why(line)),
    "hide_undone": lambda line: _("%(name)s showed the message again", name=line.who),
    "block_undone": lambda line: _("%(name)s unblocked the citizen", name=line.who),
    "mute_undone": lambda line: _("%(name)s no longer mutes the citizen", name=line.who),
    "close_undone": lambda line: _("%(name)s opened comments again", name=line.who),
    "block_expired": lambda _line: _("The citizen is no longer blocked: the time is up"),
    "mute_expired": lambda _line: _("The citizen is no longer muted: the time is up"),
    "block_longer": lambda line: _(
        "%(name)s made the block longer, until %(when)s: %(reason)s",
        name=line.who,
        when=_until(line),
        reason=_why(line),
    ),
    "mute_longer": lambda line: _(
        "%(name)s mutes for longer, until %(when)s: %(reason)s", name=line.who, when=_until(line), reason=_why(line)
    ),
    **{f"{kind}_failed": _refused for kind in DONE},
    **{f"{kind}_stays": _stays for kind in BACK},
}
"""The thin lines in a thread."""


def deed_word(kind: str) -> str:
    """What is about to be done."""
    return str(KINDS[kind])


def deed_hint(kind: str) -> str:
    """What it does, beside the choice."""
    return str(HINTS[kind])


def done_word(kind: str) -> str:
    """What was done."""
    return str(DONE[kind])


def back_word(kind: str) -> str:
    """What undoes it."""
    return str(BACK[kind])


def seen_word(ending: str) -> str:
    """How a number came out of the public."""
    return str(SEEN[ending])


def standing_words(one: Measure, now: datetime) -> str:
    """How far it has come, after who did it and why; empty where it simply is in force."""
    match one.state:
        case "owed":
            return _("on its way to the platform")
        case "lifting":
            return _("being undone")
        case "failed":
            return _("the platform refused it")
        case "lifted" if one.lifted_at and one.lifted_by:
            return _("undone by %(name)s %(when)s", name=one.lifted_by, when=moment(one.lifted_at, now))
        case "lifted" if one.lifted_at:
            return _("ended %(when)s, when its time was up", when=moment(one.lifted_at, now))
    if one.trouble:
        return _("could not be undone: the platform refused it")
    return _("until %(when)s", when=moment(one.until, now)) if one.until else ""
