"""The ladder as data: an ordered list of rules, each with a when and a step.

Why it exists: what happens when a promise runs out is decided beforehand, by people who can read it as a sentence, and
not by whoever notices first. The whole list is one versioned document. What it must not do: reckon when a rule's time
comes (`escalation.py`), do a step, or know what a unit or an account is called.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from inbox.domain.conversation import Priority
from inbox.domain.ids import new_id
from inbox.domain.policy import LONGEST_PROMISE, Fault
from inbox.domain.sla import ClockKind
from inbox.domain.text import clean

LONGEST: Final = 20
"""Rules. A ladder that nobody can climb in their head is none."""
MOST_WORDS: Final = 40
LONGEST_WORD: Final = 100


class When(StrEnum):
    """At a share of the promised time, at its end, or so many opening minutes after that."""

    PERCENT = "percent"
    BREACH = "breach"
    AFTER = "after"


class Step(StrEnum):
    """What is done."""

    REMIND = "remind"
    """Whoever has it is told."""
    TELL_LEAD = "tell_lead"
    GIVE_BACK = "give_back"
    """To the queue; a team that deals out deals it out again, to somebody else."""
    REASSIGN = "reassign"
    """To whoever of the team is here and holds least."""
    ASK_SILO = "ask_silo"


SENTENCES: Final[Mapping[str, str]] = {
    "when": "Choose when the step is done.",
    "percent": "A share of the time is from 1 to 99 percent.",
    "after": "A delay is from 1 minute to 8760 hours of opening time.",
    "step": "Choose what is done.",
    "silo": "Choose whom to ask.",
    "kinds": "There is no such promise.",
    "priorities": "There is no such priority.",
    "words": "Write at most %(most)s words, each of at most %(long)s characters.",
    "long": "A ladder has at most %(most)s rules.",
}
"""Source text for the catalogues."""
_VALUES: Final[Mapping[str, Mapping[str, object]]] = {
    "words": {"most": MOST_WORDS, "long": LONGEST_WORD},
    "long": {"most": LONGEST},
}


class Unfit(ValueError):
    """It is no rule, or no ladder. All faults at once, so that each is shown beside its field."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"rule {one.number}, {one.where}: {one.sentence}" for one in self.faults))


@dataclass(frozen=True, slots=True)
class Rule:
    """One rung. An empty condition fits everything; of several words, tags or accounts one is enough.

    `amount` is the percentage, or opening minutes after the end; 0 at the end itself. `since`: instants before it are
    left alone, so that a new rule wakes nobody for what was late long ago. Raises Unfit.
    """

    id: UUID
    when: When
    amount: int
    step: Step
    since: datetime
    silo_id: UUID | None = None
    kinds: frozenset[str] = frozenset()
    accounts: frozenset[UUID] = frozenset()
    priorities: frozenset[int] = frozenset()
    tags: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "tags", _tidy(self.tags))
        put(self, "words", _tidy(self.words))
        put(self, "amount", 0 if self.when == When.BREACH else self.amount)
        put(self, "silo_id", self.silo_id if self.step == Step.ASK_SILO else None)
        faults = tuple(fault(0, where, code) for where, code in self._faults())
        if faults:
            raise Unfit(faults)

    @property
    def conditional(self) -> bool:
        """Whether it depends on what the conversation is about when its time comes."""
        return bool(self.priorities or self.tags or self.words)

    def runs_for(self, kind: str, account_id: UUID) -> bool:
        """Whether it can ever climb for such a promise on that account."""
        return (not self.kinds or kind in self.kinds) and (not self.accounts or account_id in self.accounts)

    def same_time(self, other: Rule) -> bool:
        """Whether both climb at the same instants for the same promises, whatever they do."""
        return replace(self, step=other.step, silo_id=other.silo_id, since=other.since) == other

    @classmethod
    def from_json(cls, item: Mapping[str, Any]) -> Rule:
        """Read what `to_json` wrote. Raises Unfit, or a ValueError or KeyError for what is not even of that form."""
        return cls(
            id=UUID(item["id"]),
            when=When(item["when"]),
            amount=int(item["amount"]),
            step=Step(item["step"]),
            since=datetime.fromisoformat(item["since"]),
            silo_id=UUID(item["silo"]) if item["silo"] else None,
            kinds=frozenset(map(str, item["kinds"])),
            accounts=frozenset(map(UUID, item["accounts"])),
            priorities=frozenset(map(int, item["priorities"])),
            tags=tuple(map(str, item["tags"])),
            words=tuple(map(str, item["words"])),
        )

    def to_json(self) -> dict[str, object]:
        """The same value for every equal rule."""
        return {
            "id": str(self.id),
            "when": self.when.value,
            "amount": self.amount,
            "step": self.step.value,
            "since": self.since.isoformat(),
            "silo": str(self.silo_id) if self.silo_id else None,
            "kinds": sorted(self.kinds),
            "accounts": sorted(map(str, self.accounts)),
            "priorities": sorted(self.priorities),
            "tags": list(self.tags),
            "words": list(self.words),
        }

    def _faults(self) -> Iterable[tuple[str, str]]:
        if self.when == When.PERCENT and not 1 <= self.amount <= 99:
            yield "amount", "percent"
        if self.when == When.AFTER and not 1 <= self.amount <= LONGEST_PROMISE:
            yield "amount", "after"
        if self.step == Step.ASK_SILO and self.silo_id is None:
            yield "silo", "silo"
        if not self.kinds <= set(ClockKind):
            yield "kinds", "kinds"
        if not self.priorities <= set(Priority):
            yield "priorities", "priorities"
        for where, given in (("tags", self.tags), ("words", self.words)):
            if len(given) > MOST_WORDS or any(len(one) > LONGEST_WORD for one in given):
                yield where, "words"


@dataclass(frozen=True, slots=True)
class Ladder:
    """All rules, as they stand on the page: of two with one time the upper one climbs first. None at all is a ladder.

    Raises Unfit for too many, ValueError for two with one id.
    """

    rules: tuple[Rule, ...] = ()
    _by_time: tuple[tuple[int, Rule], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.rules) > LONGEST:
            raise Unfit([fault(0, "rules", "long")])
        if len({one.id for one in self.rules}) < len(self.rules):
            raise ValueError("two rules of a ladder have one id")
        times = list(When)
        numbered = sorted(enumerate(self.rules, 1), key=lambda it: (times.index(it[1].when), it[1].amount, it[0]))
        object.__setattr__(self, "_by_time", tuple(numbered))

    @property
    def by_time(self) -> tuple[tuple[int, Rule], ...]:
        """The rules with their numbers on the page, in the order in which they climb."""
        return self._by_time

    def after(self, before: Ladder, now: datetime) -> Ladder:
        """This ladder as it follows another: a rule with another time than before holds from now on."""
        known = {one.id: one for one in before.rules}

        def dated(rule: Rule) -> Rule:
            old = known.get(rule.id)
            return replace(rule, since=old.since if old is not None and rule.same_time(old) else now)

        return Ladder(tuple(map(dated, self.rules)))

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Ladder:
        """Read what `to_json` wrote."""
        return cls(tuple(map(Rule.from_json, data["rules"])))

    def to_json(self) -> dict[str, object]:
        """The same value for every equal ladder."""
        return {"rules": [one.to_json() for one in self.rules]}


NONE: Final = Ladder()
"""The ladder of an organisation that has none."""


def usual(now: datetime) -> Ladder:
    """What holds until somebody changes it: whoever has it is reminded, then the lead is told, then it is given back.

    Of answers alone: a solution may take days, and nobody is to lose a matter for it.
    """
    answers = frozenset({ClockKind.FIRST_RESPONSE.value, ClockKind.NEXT_RESPONSE.value})
    rungs = (When.PERCENT, 75, Step.REMIND), (When.BREACH, 0, Step.TELL_LEAD), (When.AFTER, 60, Step.GIVE_BACK)
    return Ladder(tuple(Rule(new_id(), when, amount, step, now, kinds=answers) for when, amount, step in rungs))


def fault(number: int, where: str, code: str) -> Fault:
    """The fault with this code of `SENTENCES`."""
    return Fault(number, where, SENTENCES[code], _VALUES.get(code, {}))


def _tidy(given: Collection[str]) -> tuple[str, ...]:
    """Each once, whatever its letters' size."""
    words = (" ".join(clean(one).text.split()) for one in given)
    return tuple({one.casefold(): one for one in words if one}.values())
