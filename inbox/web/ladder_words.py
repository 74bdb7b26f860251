"""How the rules of the ladder are said: as a sentence, as what is still to come, and as what was done.

What it must not do: know when a rule's time comes, or repeat what anybody wrote; topic words are our own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l

from inbox.domain.conversation import Priority
from inbox.domain.ladder import Rule, Step, When
from inbox.domain.sla import ClockKind
from inbox.queries.ladders import Climbed
from inbox.queries.thread_items import Happened
from inbox.web import formatting
from inbox.web.catalogue import gettext as _
from inbox.web.policy_words import PRIORITIES, PROMISES

PROMISED: Mapping[str, object] = {
    ClockKind.ACKNOWLEDGED: _l("the acknowledgement"),
    ClockKind.FIRST_RESPONSE: _l("the first answer"),
    ClockKind.NEXT_RESPONSE: _l("the next answer"),
    ClockKind.RESOLUTION: _l("the solution"),
}
WHENS: Mapping[str, object] = {
    When.PERCENT: _l("When a share of the time has passed"),
    When.BREACH: _l("When the time is over"),
    When.AFTER: _l("Some opening time after that"),
}
STEPS: Mapping[str, object] = {
    Step.REMIND: _l("Remind whoever has it"),
    Step.TELL_LEAD: _l("Tell the team’s lead"),
    Step.GIVE_BACK: _l("Give it back to the queue"),
    Step.REASSIGN: _l("Give it to whoever is here and has least"),
    Step.ASK_SILO: _l("Ask a unit of the back office"),
}
_DOES: Mapping[str, Callable[[str], str]] = {
    Step.REMIND: lambda _silo: _("remind whoever has it"),
    Step.TELL_LEAD: lambda _silo: _("tell the team’s lead"),
    Step.GIVE_BACK: lambda _silo: _("give it back to the queue"),
    Step.REASSIGN: lambda _silo: _("give it to whoever is here and has least"),
    Step.ASK_SILO: lambda silo: _("ask %(silo)s", silo=silo),
}
_COMES: Mapping[str, Callable[[str], str]] = {
    Step.REMIND: lambda _silo: _("a reminder to whoever has it"),
    Step.TELL_LEAD: lambda _silo: _("to the team’s lead"),
    Step.GIVE_BACK: lambda _silo: _("back to the queue"),
    Step.REASSIGN: lambda _silo: _("to whoever is here and has least"),
    Step.ASK_SILO: lambda silo: _("to %(silo)s", silo=silo),
}
_DONE: Mapping[str, Callable[[Mapping[str, str]], str]] = {
    Step.REMIND: lambda it: _("reminded %(name)s", name=it.get("to", "")),
    Step.TELL_LEAD: lambda it: _("told %(name)s", name=it.get("to", "")),
    Step.GIVE_BACK: lambda it: _("back in the queue, %(name)s had it", name=it.get("from", "")),
    Step.REASSIGN: lambda it: _("given to %(name)s", name=it.get("to", "")),
    Step.ASK_SILO: lambda it: _(
        "asked %(silo)s in the name of %(name)s", silo=it.get("silo", ""), name=it.get("to", "")
    ),
}


def sentence(rule: Rule, units: Mapping[UUID, str], accounts: Mapping[UUID, str]) -> str:
    """`When 75 % of the time for the first answer has passed: remind whoever has it.`"""
    does = _DOES[rule.step](_unit(rule, units))
    only = conditions(rule, accounts)
    if only:
        return _("%(when)s: %(step)s, but only %(conditions)s.", when=_when(rule), step=does, conditions=only)
    return _("%(when)s: %(step)s.", when=_when(rule), step=does)


def conditions(rule: Rule, accounts: Mapping[UUID, str] | None = None) -> str:
    """What it depends on besides the promise itself; empty for nothing. Without `accounts` those are left out."""
    found: list[str] = []
    if accounts is not None and rule.accounts:
        names = sorted(accounts.get(one, "–") for one in rule.accounts)
        found.append(_("on %(accounts)s", accounts=_either(names)))
    if rule.priorities:
        ranks = [str(PRIORITIES[Priority(one)]).lower() for one in sorted(rule.priorities)]
        found.append(_("if its priority is %(priority)s", priority=_either(ranks)))
    if rule.tags:
        found.append(_("with the tag %(tags)s", tags=_either(rule.tags)))
    if rule.words:
        found.append(_("if the citizen writes %(words)s", words=_either([f"“{one}”" for one in rule.words])))
    return ", ".join(found)


def comes(rule: Rule, units: Mapping[UUID, str]) -> str:
    """`to the team’s lead`: what is still to come, behind its time."""
    what = _COMES[rule.step](_unit(rule, units))
    only = conditions(rule)
    return _("%(step)s, %(conditions)s", step=what, conditions=only) if only else what


def climbed(one: Climbed) -> str:
    """What became of a step, as the clock's panel says it."""
    return _step(one.place, _became(one))


def line(line: Happened) -> str:
    """The thin line of the thread; only what was done has one."""
    data = {key: str(value) for key, value in line.data.items()}
    return _step(int(data["place"]), _DONE[data["step"]](data))


LINES: Mapping[str, Callable[[Happened], str]] = {"climbed": line}


def _became(one: Climbed) -> str:
    # One that was not asked is not always named.
    silo = one.data.get("silo") or _("a unit of the back office")
    match one.outcome:
        case "done":
            return _DONE[one.step](one.data)
        case "with_back_office":
            return _("%(step)s: left alone, it waits for the back office", step=_COMES[one.step](silo))
        case "refused":
            sentence = str(_(one.data.get("sentence", "")))
            return f"{_COMES[one.step](silo)}: {sentence % dict(one.data)}"
        case _:
            return _("%(step)s: there was nobody", step=_COMES[one.step](silo))


def _step(place: int, words: str) -> str:
    return _("Step %(n)s: %(words)s", n=place, words=words)


def _when(rule: Rule) -> str:
    promised = _either([str(PROMISED.get(kind, PROMISES[ClockKind(kind)])) for kind in _in_order(rule.kinds)])
    promised = promised or _("a promise")
    match rule.when:
        case When.PERCENT:
            share = formatting.percent(rule.amount / 100)
            return _("When %(share)s of the time for %(promise)s has passed", share=share, promise=promised)
        case When.BREACH:
            return _("When the time for %(promise)s is over", promise=promised)
        case When.AFTER:
            time = formatting.duration(timedelta(minutes=rule.amount), business=True)
            return _("%(time)s of opening time after the time for %(promise)s was over", time=time, promise=promised)


def _in_order(kinds: frozenset[str]) -> list[str]:
    return [kind.value for kind in ClockKind if kind in kinds]


def _unit(rule: Rule, units: Mapping[UUID, str]) -> str:
    return units.get(rule.silo_id, "–") if rule.silo_id is not None else ""


def _either(words: Sequence[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    if len(words) < 2:
        return "".join(words)
    return _("%(these)s or %(last)s", these=", ".join(words[:-1]), last=words[-1])
