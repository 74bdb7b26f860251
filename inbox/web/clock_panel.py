"""The explanation of a conversation's clocks as it is shown: one trail for each promise, and what is due next on top.

What it must not do: hold a sentence of a line (`clock_words.py`), or know a rule about time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _

from inbox.domain.trails import Line
from inbox.queries.due import Due
from inbox.queries.explaining import Explanation, Promise
from inbox.web import clock_words, formatting, policy_words
from inbox.web.badges import Badge, badge
from inbox.web.page import channel
from inbox.web.wording import quoted


@dataclass(frozen=True, slots=True)
class Told:
    """One line as it is shown. `strong` is the verdict's own word, `why` its remarks, `look` the class of its mark.

    `day` is empty on a line of today.
    """

    at: datetime
    day: str
    strong: str
    text: str
    spent: str
    why: str
    look: str = ""


@dataclass(frozen=True, slots=True)
class Trail:
    """One promise: its name, the rule behind it, its lines.

    `because` is a sentence in three pieces, the middle one strong: `15 min in opening time, because` – `public on X` –
    `follows “Quick”, rule 2 of 5.` `reason` is why a group of citizens waits shorter or longer, as it was written down.
    `rule` is the rule's number if the list has not changed since, else 0.
    """

    heading: str
    because: tuple[str, str, str]
    reason: str
    rule: int
    lines: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything about one conversation. `by` says what is due next, `badge` how far away it is.

    `used` is the share of its time that has passed, in per cent.
    """

    by: str
    badge: Badge | None
    used: int
    next: Trail | None
    trails: tuple[Trail, ...]


def panel(explained: Explanation, now: datetime) -> Panel:
    """The explanation in the page's language."""
    trails = {id(promise): _trail(promise, explained, now) for promise in explained.promises}
    first = explained.next
    return Panel(
        by=_by(first, now) if first else "",
        badge=badge(_due(first), now) if first else None,
        used=_used(first, now) if first else 0,
        next=trails[id(first)] if first else None,
        trails=tuple(trails.values()),
    )


def printed(explained: Explanation, now: datetime) -> Iterator[str]:
    """The same as lines of plain text, in the language in force."""
    shown = panel(explained, now)
    yield f"{explained.who} · {channel(explained.channel).label} · {explained.reference}"
    if shown.next is None:
        yield str(_("Nobody waits for an answer.") if shown.trails else _("No promise runs for this conversation."))
    elif shown.badge is not None:
        left = "" if shown.badge.temper in ("late", "paused") else f" {_('left')}"
        yield f"{shown.by} – {shown.badge.text}{left}" if shown.badge.text else shown.by
    for trail in shown.trails:
        yield ""
        yield trail.heading
        yield " ".join(filter(None, (*trail.because, trail.reason)))
        times = [formatting.moment(line.at, now) for line in trail.lines]
        first = max(map(len, times))
        second = max(len(line.spent) for line in trail.lines)
        for time, line in zip(times, trail.lines, strict=True):
            yield f"  {time:<{first}}  {line.spent:>{second}}  {' – '.join(filter(None, (line.strong, line.text)))}"
            if line.why:
                yield " " * (first + second + 6) + line.why


def _due(promise: Promise) -> Due:
    return Due(promise.kind.value, promise.due_at, promise.minutes, promise.business, promise.hours)


def _used(promise: Promise, now: datetime) -> int:
    if promise.due_at is None:
        return min(100, promise.spent * 100 // timedelta(minutes=promise.minutes))
    return 100 - badge(_due(promise), now).percent


def _by(promise: Promise, now: datetime) -> str:
    kind = policy_words.PROMISES[promise.kind]
    if promise.due_at is None:
        return str(_("%(promise)s: paused", promise=kind))
    when = formatting.moment(promise.due_at, now)
    if now > promise.due_at:
        return str(_("%(promise)s was due %(when)s", promise=kind, when=when))
    return str(_("%(promise)s by %(when)s", promise=kind, when=when))


def _trail(promise: Promise, explained: Explanation, now: datetime) -> Trail:
    kind = str(policy_words.PROMISES[promise.kind])
    chosen, newest = promise.rule.choice, max(explained.lists.values())
    return Trail(
        heading=f"{kind} ({promise.number})" if promise.number > 1 else kind,
        because=_because(promise, explained),
        reason=chosen.policy.reason if any(one.about == "group" for one in chosen.because) else "",
        rule=chosen.number if promise.rule.version == newest else 0,
        lines=tuple(
            Told(
                line.at,
                formatting.moment(line.at, now).removesuffix(formatting.clock_time(line.at)).strip(),
                *clock_words.line(line, promise, explained),
                formatting.spent(line.spent, business=promise.business),
                _listed(clock_words.remark(one, promise, explained, now) for one in line.remarks),
                _look(line, promise, now),
            )
            for line in promise.lines
        ),
    )


def _because(promise: Promise, explained: Explanation) -> tuple[str, str, str]:
    rule = promise.rule
    time = formatting.duration(timedelta(minutes=promise.minutes), business=promise.business)
    length = _("%(time)s in opening time", time=time) if promise.business else _("%(time)s around the clock", time=time)
    values = {"rule": quoted(rule.choice.policy.name), "n": rule.choice.number, "of": rule.of}
    fits = _fits(promise, explained)
    if not fits:
        return (
            str(_("%(time)s, because no rule before it fits:", time=length)),
            "",
            str(_("%(rule)s, rule %(n)s of %(of)s.", **values)),
        )
    return (
        str(_("%(time)s, because", time=length)),
        fits,
        str(_("follows %(rule)s, rule %(n)s of %(of)s.", **values)),
    )


def _fits(promise: Promise, explained: Explanation) -> str:
    """What of the conversation made the rule apply; empty for the rule that takes whatever is left."""
    about = {one.about: one.value for one in promise.rule.choice.because}
    if not about:
        return ""
    words = policy_words.fits(
        [explained.account] if "account" in about else [],
        promise.visibility if "visibility" in about else "",
        [int(str(about["priority"]))] if "priority" in about else [],
        [str(about["group"])] if "group" in about else [],
    )
    return str(_("%(what)s on %(platform)s", what=words, platform=channel(explained.channel).label))


def _listed(remarks: Iterable[str]) -> str:
    """`Goal 15 min · the platform’s time for our answer`."""
    joined = " · ".join(remarks)
    return joined[:1].upper() + joined[1:]


def _look(line: Line, promise: Promise, now: datetime) -> str:
    match line.word:
        case "met":
            return "verdict calm"
        case "breached" | "answered_late":
            return "verdict late"
        case "cancelled":
            return "verdict"
        case "now":
            return f"verdict {badge(_due(promise), now).temper}"
        case "paused":
            return "halt"
        case _:
            return ""
