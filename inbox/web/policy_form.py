"""The list of policies as it stands in the form: texts as people typed them, good or not.

The whole list travels in the form, so that moving, adding and trying out need neither a script nor a half saved list;
one policy at a time is open in fields, and what they hold is laid into the list with every button. What this must not
do: judge a policy (`inbox.domain.policy`); it only says which texts are no time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Final

from werkzeug.datastructures import MultiDict

from inbox.domain.errors import Invalid
from inbox.domain.groups import Group
from inbox.domain.ids import parse_id
from inbox.domain.policies import Fault, Policies, Policy, Unfit, Visibility
from inbox.domain.sla import ClockKind
from inbox.web import durations

KINDS: Final = (ClockKind.ACKNOWLEDGED, ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE, ClockKind.RESOLUTION)
"""In the order in which a citizen meets them."""
UNREADABLE = "Write a time like 15 min, 4 h or 2 days."
VISIBILITIES: Final[Mapping[str, Visibility | None]] = {"": None, "public": "public", "private": "private"}
_STEP = re.compile(r"([a-z]+)(?::(\d{1,3}))?(?::(\d{1,3}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Typed:
    """One policy as it stands in its fields. `targets` has a text for each kind; empty or missing: not promised."""

    name: str = ""
    accounts: tuple[str, ...] = ()
    visibility: str = ""
    priorities: tuple[int, ...] = ()
    groups: tuple[str, ...] = ()
    reason: str = ""
    targets: Mapping[str, str] = field(default_factory=dict)
    business: bool = True
    holding_counts: bool = False
    pauses_for_silo: bool = False

    @classmethod
    def of(cls, policy: Policy) -> Typed:
        """A policy that is in force, as its fields show it."""
        return cls(
            name=policy.name,
            accounts=tuple(sorted(map(str, policy.accounts))),
            visibility=policy.visibility or "",
            priorities=tuple(sorted(policy.priorities)),
            groups=tuple(sorted(policy.groups)),
            reason=policy.reason,
            targets={kind.value: durations.say(minutes, policy.business) for kind, minutes in policy.targets.items()},
            business=policy.business,
            holding_counts=policy.holding_counts,
            pauses_for_silo=policy.pauses_for_silo,
        )

    def meant(self) -> Policy | Unfit:
        """The policy that these texts mean, or everything that keeps them from being one."""
        targets: dict[ClockKind, int] = {}
        unreadable: list[Fault] = []
        for kind in KINDS:
            text = self.targets.get(kind, "")
            try:
                if text.strip():
                    targets[kind] = durations.read(text, self.business)
            except durations.Unreadable:
                unreadable.append(Fault(0, f"targets.{kind}", UNREADABLE, {}))
        try:
            policy = Policy(
                name=self.name,
                targets=targets,
                business=self.business,
                accounts=frozenset(filter(None, map(parse_id, self.accounts))),
                visibility=VISIBILITIES.get(self.visibility),
                priorities=frozenset(self.priorities),
                groups=frozenset(self.groups),
                reason=self.reason,
                holding_counts=self.holding_counts,
                pauses_for_silo=self.pauses_for_silo,
            )
        except Unfit as unfit:
            # What can't be read was meant as a promise, so that none is missing.
            return Unfit([*(one for one in unfit.faults if one.where != "targets" or not unreadable), *unreadable])
        return Unfit(unreadable) if unreadable else policy

    def said(self, kind: ClockKind) -> str:
        """The target as the list shows it; what is no time stays as it was typed."""
        text = self.targets.get(kind, "").strip()
        try:
            return durations.say(durations.read(text, self.business), self.business) if text else ""
        except durations.Unreadable:
            return text


@dataclass(frozen=True, slots=True)
class ListForm:
    """The whole form. `version` is the one that was on the screen, `opened` the number of the policy in fields."""

    version: int
    policies: tuple[Typed, ...]
    opened: int

    @classmethod
    def of(cls, version: int, policies: Policies, opened: int = 1) -> ListForm:
        """The form of a saved list."""
        typed = tuple(map(Typed.of, policies.policies))
        return cls(version, typed, min(max(opened, 1), len(typed)))

    @classmethod
    def read(cls, sent: MultiDict[str, str]) -> ListForm:
        """What a browser sent, the open fields laid into the list. Raises Invalid for what was never on a screen."""
        try:
            items = json.loads(sent.get("list", ""))
            policies = [_typed(item) for item in items]
            opened, version = int(sent.get("opened", "")), int(sent.get("version", ""))
            if not isinstance(items, list) or not 1 <= opened <= len(policies):
                raise ValueError
        except (ValueError, TypeError, RecursionError):
            raise Invalid(
                "The list could not be read out of the form. Open the page again; nothing was changed."
            ) from None
        policies[opened - 1] = _laid_in(policies[opened - 1], sent)
        return cls(version, tuple(policies), opened)

    @property
    def written(self) -> str:
        """The list as it travels in the form."""
        return json.dumps([asdict(one) for one in self.policies], ensure_ascii=False)

    def meant(self) -> Policies:
        """The list that the texts mean. Raises Unfit with everything that keeps them from being one."""
        return Policies.gathered(one.meant() for one in self.policies)

    def open_at(self, number: int) -> ListForm:
        """The same with another policy in fields."""
        return replace(self, opened=min(max(number, 1), len(self.policies)))

    def stepped(self, step: str) -> tuple[ListForm, str]:
        """The list after one button, and the id of what has the focus then (empty: as before).

        A step that the list has no room for changes nothing; the last policy stays the last.
        """
        match = _STEP.fullmatch(step)
        name, first, second = (match[1], int(match[2] or 0), int(match[3] or 0)) if match else ("", 0, 0)
        match name:
            case "edit" if 1 <= first <= len(self.policies):
                return self.open_at(first), "name"
            case "up":
                return self._moved(first, first - 1, "up")
            case "down":
                return self._moved(first, first + 1, "down")
            case "move":
                return self._moved(first, second, "edit")
            case "add":
                last = len(self.policies)
                policies = (*self.policies[:-1], Typed(), self.policies[-1])
                return replace(self, policies=policies, opened=last), "name"
            case "remove" if 1 <= first < len(self.policies):
                policies = (*self.policies[: first - 1], *self.policies[first:])
                opened = self.opened - 1 if self.opened > first else self.opened
                return replace(self, policies=policies).open_at(opened), f"edit-{min(first, len(policies))}"
            case _:
                return self, ""

    def _moved(self, old: int, new: int, by: str) -> tuple[ListForm, str]:
        movable = len(self.policies) - 1
        if not (1 <= old <= movable and 1 <= new <= movable):
            return self, ""
        order = [number for number in range(1, len(self.policies) + 1) if number != old]
        order.insert(new - 1, old)
        moved = replace(
            self,
            policies=tuple(self.policies[number - 1] for number in order),
            opened=order.index(self.opened) + 1,
        )
        # At an end of the list the button that led there can't be pressed again: the other one takes the focus.
        turned = {"up": "down"} if new == 1 else {"down": "up"} if new == movable else {}
        return moved, f"{turned.get(by, by)}-{new}"


def by_number(faults: Sequence[Fault]) -> dict[int, dict[str, Fault]]:
    """The faults of each policy by their field; one field shows one sentence. 0 is the list itself."""
    found: dict[int, dict[str, Fault]] = {}
    for fault in reversed(faults):
        found.setdefault(fault.number, {})[fault.where] = fault
    return found


def _laid_in(before: Typed, sent: MultiDict[str, str]) -> Typed:
    """The policy with what its fields hold now. What was its group before had a tick box, known or not."""
    if "name" not in sent:
        return before
    offered = {*Group, *before.groups}
    return Typed(
        name=sent["name"],
        accounts=tuple(sorted(one for one in set(sent.getlist("account")) if parse_id(one))),
        visibility=sent.get("visibility", "") if sent.get("visibility") in VISIBILITIES else "",
        priorities=tuple(sorted({int(one) for one in sent.getlist("priority") if one.isascii() and one.isdigit()})),
        groups=tuple(sorted(one for one in set(sent.getlist("group")) if one in offered)),
        reason=sent.get("reason", before.reason),
        targets={kind.value: text for kind in KINDS if (text := sent.get(f"target-{kind}", "")).strip()},
        business=sent.get("time") != "wall",
        holding_counts="holding_counts" in sent,
        pauses_for_silo="pauses_for_silo" in sent,
    )


_NAMES = {one.name for one in fields(Typed)}


def _typed(item: Any) -> Typed:
    """One policy out of the travelling list. Raises ValueError for what this module never wrote."""
    if not isinstance(item, dict) or set(item) != _NAMES:
        raise ValueError
    lists = (item["accounts"], item["priorities"], item["groups"])
    if any(not isinstance(one, list) for one in lists) or not isinstance(item["targets"], dict):
        raise ValueError
    texts = [item["name"], item["visibility"], item["reason"], *item["accounts"], *item["groups"]]
    texts += item["targets"].values()
    truths = (item["business"], item["holding_counts"], item["pauses_for_silo"])
    if (
        any(not isinstance(one, str) for one in texts)
        or any(not isinstance(one, bool) for one in truths)
        or any(type(one) is not int for one in item["priorities"])
    ):
        raise ValueError
    return Typed(
        name=item["name"],
        accounts=tuple(item["accounts"]),
        visibility=item["visibility"],
        priorities=tuple(item["priorities"]),
        groups=tuple(item["groups"]),
        reason=item["reason"],
        targets=item["targets"],
        business=item["business"],
        holding_counts=item["holding_counts"],
        pauses_for_silo=item["pauses_for_silo"],
    )
