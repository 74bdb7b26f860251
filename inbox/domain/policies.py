"""What is promised to whom: an ordered list of policies, of which the first that fits applies.

Why it exists: the desk, the clocks, the settings and an auditor must all find the same policy for the same
conversation and be able to say why. The whole list is one versioned document; a clock keeps the version and the
policy's number in it. What it must not do: read or store the list, or reckon when something falls due (`sla.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias
from uuid import UUID

from inbox.domain.policy import LONGEST_LIST, Fault, Policy, Unfit, Visibility, fault

__all__ = ["Choice", "Fault", "Policies", "Policy", "Reason", "Unfit", "Visibility"]

About: TypeAlias = Literal["account", "visibility", "priority", "group"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One condition that made a policy apply, and the conversation's own value in it. Of groups: one that fits."""

    about: About
    value: UUID | str | int


@dataclass(frozen=True, slots=True)
class Choice:
    """Which policy applies, with its number from 1.

    `because` has its conditions; none at all means that it takes everything that fitted nothing before it.
    """

    number: int
    policy: Policy
    because: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Policies:
    """The whole list, in the order in which it is tried; the last one takes whatever is left.

    Raises Unfit for a list that can't stand: no policy, two of one name, a last one with conditions, an earlier one
    without.
    """

    policies: tuple[Policy, ...]

    def __post_init__(self) -> None:
        faults = tuple(self._faults())
        if faults:
            raise Unfit(faults)

    def choose(self, account_id: UUID, visibility: str, priority: int, groups: frozenset[str] = frozenset()) -> Choice:
        """The first policy that fits. `priority` is the conversation's number, `groups` those of the citizen."""
        number, policy = next(
            (number, policy)
            for number, policy in enumerate(self.policies, 1)
            if policy.fits(account_id, visibility, priority, groups)
        )
        because: list[Reason] = []
        if policy.accounts:
            because.append(Reason("account", account_id))
        if policy.visibility:
            because.append(Reason("visibility", visibility))
        if policy.priorities:
            because.append(Reason("priority", priority))
        if policy.groups:
            because.append(Reason("group", min(policy.groups & groups)))
        return Choice(number, policy, tuple(because))

    def named_accounts(self) -> frozenset[UUID]:
        """Every account that a condition names."""
        return frozenset[UUID]().union(*(policy.accounts for policy in self.policies))

    @classmethod
    def gathered(cls, parts: Iterable[Policy | Unfit]) -> Policies:
        """The list of these policies; raises Unfit with the faults of all that are none, each with its number."""
        policies: list[Policy] = []
        faults: list[Fault] = []
        for number, one in enumerate(parts, 1):
            if isinstance(one, Unfit):
                faults += one.numbered(number).faults
            else:
                policies.append(one)
        if faults:
            raise Unfit(faults)
        return cls(tuple(policies))

    @classmethod
    def from_json(cls, data: object) -> Policies:
        """Read what `to_json` wrote: `{"policies": [{"name": …, "targets": {"first_response": 15}, …}]}`.

        Raises Unfit for policies that can't stand, and a ValueError that names the policy and the field for what is
        not even of that form.
        """
        if not isinstance(data, Mapping) or set(data) != {"policies"} or not isinstance(data["policies"], list):
            raise ValueError("a list of policies is an object with policies, a list")
        return cls.gathered(_read(number, item) for number, item in enumerate(data["policies"], 1))

    def to_json(self) -> dict[str, object]:
        """The same value for every equal list."""
        return {"policies": [policy.to_json() for policy in self.policies]}

    def _faults(self) -> Iterable[Fault]:
        if not self.policies:
            yield fault(0, "policies", "empty")
        if len(self.policies) > LONGEST_LIST:
            yield fault(0, "policies", "long")
        names: set[str] = set()
        for number, policy in enumerate(self.policies, 1):
            name = policy.name.casefold()
            if name in names:
                yield fault(number, "name", "same_name")
            names.add(name)
            if policy.fits_everything != (number == len(self.policies)):
                yield fault(number, "conditions", "unconditional" if policy.fits_everything else "last")


def _read(number: int, item: object) -> Policy | Unfit:
    try:
        return Policy.from_json(item)
    except Unfit as unfit:
        return unfit
    except ValueError as error:
        raise ValueError(f"policy {number}: {error}") from None
