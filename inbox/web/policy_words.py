"""How promises and the policies behind them are said: kinds, priorities, groups, what a policy is for, why it applies.

What it must not do: choose a policy, or hold a sentence that only one page says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from inbox.domain.conversation import Priority
from inbox.domain.groups import Group
from inbox.domain.policies import Choice, Reason
from inbox.domain.sla import ClockKind

PROMISES = {
    ClockKind.ACKNOWLEDGED: _l("Acknowledged"),
    ClockKind.FIRST_RESPONSE: _l("First answer"),
    ClockKind.NEXT_RESPONSE: _l("Next answer"),
    ClockKind.RESOLUTION: _l("Solved"),
}
PRIORITIES = {
    Priority.USUAL: _l("Usual"),
    Priority.IMPORTANT: _l("Important"),
    Priority.ACUTE: _l("Acute"),
}
GROUPS = {
    "": _l("Citizen"),
    Group.COMPANY.value: _l("Company"),
    Group.PRESS.value: _l("Press"),
    Group.POLITICIAN.value: _l("Politician"),
    Group.AUTHORITY.value: _l("Another authority"),
}
"""Whom somebody speaks for; the empty one is a citizen like any other."""
VISIBILITIES = {"public": _l("public"), "private": _l("private")}


def because(choice: Choice, accounts: Mapping[str, str]) -> str:
    """`This rule, because …`: the whole sentence, and the written reason where a group decides.

    `accounts` has names by id.
    """
    reasons = [_reason(one, accounts) for one in choice.because] or [_("no rule before it fits")]
    sentence = _(
        "Rule %(number)s, %(name)s, because %(reasons)s.",
        number=choice.number,
        name=choice.policy.name,
        reasons=_listed(reasons),
    )
    return f"{sentence} {choice.policy.reason}" if choice.policy.groups else str(sentence)


def fits(accounts: Sequence[str], visibility: str, priorities: Sequence[int], groups: Sequence[str]) -> str:
    """What a policy is for, in a few words: `Nordby on Bluesky, public`; empty when it has no condition."""
    known = [str(PRIORITIES[Priority(one)]) for one in priorities if one in set(Priority)]
    words = [*accounts, str(VISIBILITIES.get(visibility, "")), *known, *map(group_word, groups)]
    return ", ".join(filter(None, words))


def group_word(group: str) -> str:
    """Whom somebody speaks for; a group of an older list that is none any more stays as it was written."""
    return str(GROUPS.get(group, group))


def _reason(reason: Reason, accounts: Mapping[str, str]) -> str:
    match reason.about:
        case "account":
            return str(_("it came in on %(account)s", account=accounts.get(str(reason.value), "–")))
        case "visibility":
            return str(_("it is public") if reason.value == "public" else _("it is private"))
        case "priority":
            return str(_("its priority is %(priority)s", priority=PRIORITIES[Priority(int(str(reason.value)))]))
        case "group":
            return str(_("the citizen’s group is %(group)s", group=group_word(str(reason.value))))


def _listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(words) == 1:
        return words[0]
    return str(_("%(these)s and %(last)s", these=", ".join(words[:-1]), last=words[-1]))
