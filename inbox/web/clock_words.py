"""How the trail of a promise is said: the same sentences in the desk's panel and at the command line.

What it must not do: know a rule about time, or choose what is said (`inbox.domain.trails`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from inbox.domain import sla
from inbox.domain.conversation import Priority
from inbox.domain.sla import ClockKind
from inbox.domain.trails import Line, Remark
from inbox.queries.explaining import Explanation, Promise
from inbox.web import formatting, policy_words
from inbox.web.page import channel
from inbox.web.wording import quoted, reason_word

_PLAIN: Mapping[str, object] = {
    "platform_time": _l("The clock starts at the platform’s time of the message"),
    "oldest_decides": _l("The oldest unanswered message decides the deadline"),
    "not_covered": _l("The answer before it was sent when we did not have this message yet"),
    "withdrawn": _l("The message that it began with was taken away"),
    "earlier": _l("It was written earlier and came in later"),
    "moves_nothing": _l("More messages do not move the deadline"),
    "notes_count_nothing": _l("Notes do not stop the clock"),
    "failed_counts_nothing": _l("Only an answer that stands on the platform counts"),
    "undone": _l("Only an answer that stands on the platform counts"),
    "only_acknowledged": _l("Such words count as acknowledged alone"),
    "counts_as_answer": _l("Such words count as an answer under this rule"),
    "stands_still": _l("The time stands still"),
    "platform_time_of_ours": _l("the platform’s time for our answer"),
    "closed_often": _l("Closed hours do not count"),
    "no_later": _l("The deadline that the joined conversation had"),
    "joined": _l("It came along from another conversation"),
}
"""Remarks that need nothing filled in."""
_DATED: Mapping[str, Callable[[str], str]] = {
    "imported": lambda when: _(
        "Written %(when)s, before the account was ours to answer: the wait begins when it came in", when=when
    ),
    "made_work": lambda when: _("Written %(when)s; the wait begins when somebody made it work", when=when),
    "came_in": lambda when: _("It reached us %(when)s; the wait counts all the same", when=when),
    "opens": lambda when: _("Closed then: the time runs from %(when)s", when=when),
    "reopened": lambda when: _("Opened again %(when)s: the wait is one and goes on from where it began", when=when),
    "took_over": lambda when: _("An earlier message was taken away %(when)s", when=when),
}
"""Remarks with an instant."""


def line(one: Line, promise: Promise, explained: Explanation) -> tuple[str, str]:
    """The verdict's own word, if the line has one, and the rest of the line."""
    who = _who(one.ref, explained)
    if one.word in _VERDICTS:
        strong, text = _VERDICTS[one.word](promise.kind == ClockKind.RESOLUTION, who)
        return str(strong), str(text)
    if one.word in _STEPS:
        return "", str(_STEPS[one.word](one, who))
    if one.word == "started":
        return "", _started(one, promise, explained, who)
    return str(_("Stopped")), _cancelled(one.reason, who)


_STEPS: Mapping[str, Callable[[Line, str], object]] = {
    "moved": lambda one, _who: (
        _("Another conversation was joined: its wait counts along")
        if one.reason == "joined"
        else _("Another message decides from here on")
    ),
    "goes_on": lambda _one, who: _("%(name)s wrote more", name=who),
    "noted": lambda _one, who: _("Note from %(name)s", name=who),
    "failed": lambda one, who: (
        _("%(name)s took an answer back before it went out", name=who)
        if any(remark.word == "undone" for remark in one.remarks)
        else _("An answer did not go out")
    ),
    "holding": lambda _one, who: _("%(name)s wrote that an answer is coming", name=who),
    "terms": lambda _one, _who: _("Other terms from here on"),
    "paused": lambda one, _who: (
        _("Pause: with back office") if one.reason == "silo" else _("Pause: waiting for citizen")
    ),
    "resumed": lambda one, _who: _RESUMED.get(one.reason, _RESUMED["opened"]),
    "due": lambda _one, _who: _("Deadline"),
}
_RESUMED: Mapping[str, object] = {
    "asked": _l("Under way again: the citizen wrote"),
    "reopened": _l("Under way again: it was opened again"),
    "opened": _l("Under way again: our turn"),
}
_VERDICTS: Mapping[str, Callable[[bool, str], tuple[object, object]]] = {
    "met": lambda solving, who: (
        _("Kept"),
        _("%(name)s solved it", name=who) if solving else _("%(name)s answered", name=who),
    ),
    "breached": lambda solving, _who: (
        _("Missed"),
        _("it was not solved by then") if solving else _("nobody had answered by then"),
    ),
    "answered_late": lambda solving, who: (
        (_("Solved too late"), _("%(name)s solved it", name=who))
        if solving
        else (_("Answered too late"), _("%(name)s answered", name=who))
    ),
    "now": lambda _solving, _who: (_("Now"), ""),
}
"""Lines with a word of their own; by whether a solution was promised, and who it was."""


def _started(one: Line, promise: Promise, explained: Explanation, who: str) -> str:
    if promise.kind == ClockKind.RESOLUTION:
        ours = one.ref is not None and one.ref in explained.people and explained.people[one.ref].ours
        return str(_("%(name)s opened it again", name=who) if ours else _("The matter began"))
    if promise.kind == ClockKind.NEXT_RESPONSE:
        return str(_("%(name)s wrote again", name=who))
    return str(_("%(name)s wrote on %(platform)s", name=who, platform=channel(explained.channel).label))


def _cancelled(reason: str, who: str) -> str:
    kind, _colon, detail = reason.partition(":")
    match kind:
        case "solved":
            return str(_("%(name)s marked it solved", name=who))
        case "dismissed":
            return str(_("%(name)s dismissed it: %(reason)s", name=who, reason=reason_word(detail)))
        case "merged":
            return str(_("joined with another conversation"))
        case _:
            return str(_("%(name)s took the message away", name=who))


def remark(one: Remark, promise: Promise, explained: Explanation, now: datetime) -> str:
    """Why the line says what it says."""
    if one.word in _PLAIN:
        return str(_PLAIN[one.word])
    when = formatting.moment(one.at, now) if one.at else ""
    if one.word in _DATED:
        return str(_DATED[one.word](when))
    match one.word:
        case "target":
            time = formatting.duration(one.time or timedelta(), business=promise.business)
            return str(_("Goal %(time)s", time=time))
        case "over":
            return formatting.time_left(sla.Left(one.time or timedelta(), late=True), business=promise.business)
        case "tries":
            return str(_("%(n)s tries until %(when)s", n=one.number, when=when))
        case "priority":
            return str(_("priority %(priority)s", priority=policy_words.PRIORITIES[Priority(one.number)]))
        case "group":
            return str(_("the citizen’s group: %(group)s", group=policy_words.group_word(one.group)))
        case "closed":
            return _closed(one, now)
        case _:
            return _version(one, explained)


def _version(one: Remark, explained: Explanation) -> str:
    assert one.ref is not None, "a version has an id"
    if one.word == "calendar":
        hours = explained.calendars[one.ref]
        return str(_("calendar %(name)s, version %(n)s", name=quoted(hours.name), n=hours.version))
    return str(_("response deadlines, version %(n)s", n=explained.lists[one.ref]))


def _closed(one: Remark, now: datetime) -> str:
    assert one.at is not None, "a closed time has a beginning"
    assert one.until is not None, "and an end"
    short = formatting.local(one.at).date() == formatting.local(one.until).date()
    if short:
        hours = f"{formatting.clock_time(one.at)}–{formatting.clock_time(one.until)}"
    else:
        hours = f"{formatting.moment(one.at, now)} – {formatting.moment(one.until, now)}"
    return str(_("Closed %(hours)s does not count", hours=hours))


def _who(ref: UUID | None, explained: Explanation) -> str:
    if ref is not None and ref in explained.people:
        return explained.people[ref].name
    return str(_("Somebody"))
