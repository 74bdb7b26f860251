"""One policy: to which conversations it applies, and what is promised to them.

Why it exists: a promise is public, so nothing that can't stand may ever be in force, and whoever writes one is told
everything that is wrong with it at once, beside the field. What it must not do: know the other policies
(`policies.py` has the list), or how many followers somebody has.

Equal treatment is a rule here: a stakeholder group may change how long somebody waits only where the policy gives a
written reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Final, Literal, TypeAlias
from uuid import UUID

from inbox.domain.conversation import Priority
from inbox.domain.sla import ClockKind
from inbox.domain.text import clean

Visibility: TypeAlias = Literal["public", "private"]

LONGEST_PROMISE: Final = 525_600
"""Minutes: a year by the clock on the wall. What is promised later than that is no promise."""
LONGEST_LIST: Final = 50
"""Policies. A list that nobody reads to its end explains nothing."""
LONGEST_NAME: Final = 100
LONGEST_REASON: Final = 1000

SENTENCES: Final[Mapping[str, str]] = {
    "unnamed": "Give the rule a name.",
    "long_name": "Give the rule a name of at most %(most)s characters.",
    "same_name": "Another rule has this name. Give each its own.",
    "no_target": "Promise at least one thing, or remove the rule.",
    "minutes": "A promise is from 1 minute to 8760 hours.",
    "priority": "There is no such priority.",
    "reason": "Write why these groups wait shorter or longer than others.",
    "long_reason": "Write the reason in at most %(most)s characters.",
    "group": "A group needs a name.",
    "unconditional": "This rule fits everything, so those below it would never apply. Say what it applies to.",
    "last": "The last rule is for everything that no other rule fits, so it can have no conditions.",
    "empty": "At least one rule must be left.",
    "long": "A list has at most %(most)s rules.",
}
"""Source text for the catalogues. What people call a rule is a policy in the code."""
_MOST: Final = {"long_name": LONGEST_NAME, "long_reason": LONGEST_REASON, "long": LONGEST_LIST}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that can't stand: in the policy with this number (0: not known, or the list itself).

    `where` is a field of `Policy`, `targets.` and a kind, or `conditions` for all of them; `values` are filled in
    after translation.
    """

    number: int
    where: str
    sentence: str
    values: Mapping[str, object] = field(hash=False)


def fault(number: int, where: str, code: str) -> Fault:
    """The fault with this code of `SENTENCES`."""
    return Fault(number, where, SENTENCES[code], {"most": _MOST[code]} if code in _MOST else {})


class Unfit(ValueError):
    """It is no policy, or no list of them. All faults at once, so that each is shown beside its field."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(
            "; ".join(f"policy {one.number}, {one.where}: {one.sentence % one.values}" for one in self.faults)
        )

    def numbered(self, number: int) -> Unfit:
        """The same faults, of the policy with this number."""
        return Unfit(replace(one, number=number) for one in self.faults)


@dataclass(frozen=True, slots=True)
class Policy:
    """One line of the list. An empty condition (`visibility`: None) fits everything.

    `targets` are minutes, of opening time if `business`, of the clock on the wall if not; a kind left out is not
    promised. `reason` says in writing why groups wait shorter or longer. `holding_counts`: words like "we are looking
    into it" count as an answer. `pauses_for_silo`: the resolution stands still while the back office has the
    question. Raises Unfit with everything that can't stand.
    """

    name: str
    targets: Mapping[ClockKind, int] = field(hash=False)
    business: bool
    accounts: frozenset[UUID] = frozenset()
    visibility: Visibility | None = None
    priorities: frozenset[int] = frozenset()
    groups: frozenset[str] = frozenset()
    reason: str = ""
    holding_counts: bool = False
    pauses_for_silo: bool = False

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "name", clean(self.name).text.strip())
        put(self, "reason", clean(self.reason).text.strip())
        put(self, "groups", frozenset(clean(group).text.strip() for group in self.groups))
        put(self, "priorities", frozenset(map(int, self.priorities)))
        put(self, "targets", MappingProxyType({kind: self.targets[kind] for kind in ClockKind if kind in self.targets}))
        faults = tuple(fault(0, where, code) for where, code in self._faults())
        if faults:
            raise Unfit(faults)

    @property
    def fits_everything(self) -> bool:
        """Whether it has no condition at all."""
        return not (self.accounts or self.visibility or self.priorities or self.groups)

    def fits(self, account_id: UUID, visibility: str, priority: int, groups: frozenset[str]) -> bool:
        """Whether every condition holds. Of several groups one is enough."""
        return (
            (not self.accounts or account_id in self.accounts)
            and self.visibility in (None, visibility)
            and (not self.priorities or priority in self.priorities)
            and (not self.groups or not self.groups.isdisjoint(groups))
        )

    @classmethod
    def from_json(cls, item: object) -> Policy:
        """Read what `to_json` wrote. Raises a ValueError that names the field for what is not even of that form."""
        if not isinstance(item, Mapping) or set(item) != FIELDS:
            raise ValueError(f"is no object with {', '.join(sorted(FIELDS))}")
        for name, (holds, what) in _FORM.items():
            if not holds(item[name]):
                raise ValueError(f"{name} is no {what}")
        return cls(
            name=item["name"],
            targets={ClockKind(kind): minutes for kind, minutes in item["targets"].items()},
            business=item["business"],
            accounts=frozenset(map(UUID, item["accounts"])),
            visibility=item["visibility"],
            priorities=frozenset(item["priorities"]),
            groups=frozenset(item["groups"]),
            reason=item["reason"],
            holding_counts=item["holding_counts"],
            pauses_for_silo=item["pauses_for_silo"],
        )

    def to_json(self) -> dict[str, object]:
        """The same value for every equal policy."""
        return {
            "name": self.name,
            "accounts": sorted(map(str, self.accounts)),
            "visibility": self.visibility,
            "priorities": sorted(self.priorities),
            "groups": sorted(self.groups),
            "reason": self.reason,
            "targets": {kind.value: minutes for kind, minutes in self.targets.items()},
            "business": self.business,
            "holding_counts": self.holding_counts,
            "pauses_for_silo": self.pauses_for_silo,
        }

    def _faults(self) -> Iterable[tuple[str, str]]:
        if not self.name:
            yield "name", "unnamed"
        elif len(self.name) > LONGEST_NAME:
            yield "name", "long_name"
        if not self.targets:
            yield "targets", "no_target"
        for kind, minutes in self.targets.items():
            if not 1 <= minutes <= LONGEST_PROMISE:
                yield f"targets.{kind}", "minutes"
        if not self.priorities <= set(Priority):
            yield "priorities", "priority"
        if "" in self.groups:
            yield "groups", "group"
        if self.groups and not self.reason:
            yield "reason", "reason"
        elif len(self.reason) > LONGEST_REASON:
            yield "reason", "long_reason"


FIELDS: Final = frozenset(one.name for one in fields(Policy))


def _text(value: object) -> bool:
    return isinstance(value, str)


def _truth(value: object) -> bool:
    return isinstance(value, bool)


def _number(value: object) -> bool:
    # True is a number to Python, and none to anybody who wrote a policy.
    return isinstance(value, int) and not isinstance(value, bool)


def _id(value: object) -> bool:
    try:
        return isinstance(value, str) and str(UUID(value)) == value
    except ValueError:
        return False


def _list_of(holds: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, list) and all(map(holds, value))


def _targets(value: object) -> bool:
    return isinstance(value, Mapping) and set(value) <= set(ClockKind) and all(map(_number, value.values()))


_FORM: Final[Mapping[str, tuple[Callable[[object], bool], str]]] = {
    "name": (_text, "text"),
    "reason": (_text, "text"),
    "visibility": (lambda value: value in (None, "public", "private"), "public, private or null"),
    "accounts": (_list_of(_id), "list of ids"),
    "priorities": (_list_of(_number), "list of numbers"),
    "groups": (_list_of(_text), "list of texts"),
    "targets": (_targets, f"object of whole minutes for {', '.join(ClockKind)}"),
    "business": (_truth, "true or false"),
    "holding_counts": (_truth, "true or false"),
    "pauses_for_silo": (_truth, "true or false"),
}
"""What each field must be before it can be judged."""
