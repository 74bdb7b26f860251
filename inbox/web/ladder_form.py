"""One rule of the ladder as it stands in its fields: texts as people typed them, good or not.

What it must not do: judge a rule (`inbox.domain.ladder`); it only says which texts are no number and no time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from werkzeug.datastructures import MultiDict

from inbox.domain.ids import new_id, parse_id
from inbox.domain.ladder import SENTENCES, Ladder, Rule, Step, Unfit, When
from inbox.domain.policy import Fault
from inbox.web import durations

UNREADABLE: Final = "Write a time like 15 min, 4 h or 2 days."
_NUMBER = re.compile(r"\s*(\d{1,6})\s*%?\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Typed:
    """What the fields hold. `rule` is the id of the rule that they change, empty for a new one."""

    rule: str = ""
    when: str = When.PERCENT.value
    percent: str = "75"
    after: str = "60 min"
    step: str = Step.REMIND.value
    silo: str = ""
    kinds: tuple[str, ...] = ("first_response", "next_response")
    accounts: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    tags: str = ""
    words: str = ""

    @classmethod
    def of(cls, rule: Rule) -> Typed:
        """A rule that is in force, as its fields show it."""
        return cls(
            rule=str(rule.id),
            when=rule.when.value,
            percent=str(rule.amount) if rule.when == When.PERCENT else "",
            after=durations.say(rule.amount, True) if rule.when == When.AFTER else "",
            step=rule.step.value,
            silo=str(rule.silo_id or ""),
            kinds=tuple(sorted(rule.kinds)),
            accounts=tuple(sorted(map(str, rule.accounts))),
            priorities=tuple(map(str, sorted(rule.priorities))),
            tags=", ".join(rule.tags),
            words=", ".join(rule.words),
        )

    @classmethod
    def read(cls, form: MultiDict[str, str]) -> Typed:
        """What was sent."""

        def one(name: str) -> str:
            return form.get(name, "").strip()

        def several(name: str) -> tuple[str, ...]:
            return tuple(form.getlist(name))

        return cls(
            one("rule"), one("when"), one("percent"), one("after"), one("step"), one("silo"),
            several("kinds"), several("accounts"), several("priorities"), one("tags"), one("words"),
        )  # fmt: skip

    def meant(self, now: datetime) -> Rule:
        """The rule. Raises Unfit with a fault for every field that holds none."""
        faults: dict[str, Fault] = {}

        def wrong(where: str, sentence: str) -> None:
            faults[where] = Fault(0, where, sentence, {})

        if self.when not in set(When):
            wrong("when", SENTENCES["when"])
        if self.step not in set(Step):
            wrong("step", SENTENCES["step"])
        amount = 1
        if self.when == When.PERCENT:
            number = _NUMBER.fullmatch(self.percent)
            amount = int(number[1]) if number else 0
        elif self.when == When.AFTER:
            try:
                amount = durations.read(self.after, True)
            except durations.Unreadable:
                wrong("amount", UNREADABLE)
        try:
            rule = Rule(
                id=parse_id(self.rule) or new_id(),
                when=When(self.when) if "when" not in faults else When.BREACH,
                amount=amount,
                step=Step(self.step) if "step" not in faults else Step.REMIND,
                since=now,
                silo_id=parse_id(self.silo),
                kinds=frozenset(self.kinds),
                accounts=frozenset(filter(None, map(parse_id, self.accounts))),
                priorities=frozenset(int(one) if one.isascii() and one.isdigit() else -1 for one in self.priorities),
                tags=_words(self.tags),
                words=_words(self.words),
            )
        except Unfit as unfit:
            raise Unfit([*faults.values(), *(one for one in unfit.faults if one.where not in faults)]) from None
        if faults:
            raise Unfit(faults.values())
        return rule


def put(ladder: Ladder, rule: Rule) -> Ladder:
    """The ladder with that rule in the place of the one with its id, or beside the others, in the order of time."""
    others = [rule if one.id == rule.id else one for one in ladder.rules]
    if rule not in others:
        others.append(rule)
    return Ladder(tuple(one for _number, one in Ladder(tuple(others)).by_time))


def _words(given: str) -> tuple[str, ...]:
    return tuple(re.split(r"[,\n]", given))
