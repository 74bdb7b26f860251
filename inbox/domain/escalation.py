"""When each rung of the ladder comes for a promise, and whether it applies.

Everything follows from the promise itself and the rules, so that it comes out the same however often it is worked out:
what was done already is all that has to be remembered. Outside the opening hours a step waits until somebody is there.
What it must not do: do a step, or ask what time it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from types import MappingProxyType
from typing import Final
from uuid import UUID

from inbox.domain.calendar import NeverOpen
from inbox.domain.ladder import Ladder, Rule, When
from inbox.domain.runs import Run

_AFTER_THE_END = timedelta(microseconds=1)
"""At its due instant a promise is still kept (`sla.verdict`): its breach is the next one that there is."""


@dataclass(frozen=True, slots=True)
class Climb:
    """One rung for one promise. `number` is the rule's place in the list, from 1.

    `reached` is the instant that the promise's own time gives, `at` the same or the opening after it.
    """

    at: datetime
    reached: datetime
    number: int
    rule: Rule


def climbs(ladder: Ladder, run: Run, account_id: UUID, *, breaks_quiet: bool = False) -> Iterator[Climb]:
    """Every rung of a promise that somebody waits for, in order; none while it is paused.

    `breaks_quiet`: what speaks of danger waits for no opening. A rung whose hours never come is left out.
    """
    if run.due_at is None or not run.owed:
        return
    for number, rule in ladder.by_time:
        if not rule.runs_for(run.kind.value, account_id):
            continue
        try:
            reached = _reached(rule, run, run.due_at)
            if reached < rule.since:
                continue
            at = reached if breaks_quiet else run.term.hours.next_opening(reached)
        except (NeverOpen, ValueError):
            # Over a hundred years away is never, too.
            continue
        yield Climb(at, reached, number, rule)


def next_at(
    ladder: Ladder,
    run: Run,
    account_id: UUID,
    climbed: Collection[UUID],
    now: datetime,
    *,
    breaks_quiet: bool = False,
) -> datetime | None:
    """When somebody must look at this promise's ladder next. `climbed` are the ids of the rules that did.

    A rung that is due while we are closed (it was missed while nothing ran) waits for the opening like every other.
    """
    for one in climbs(ladder, run, account_id, breaks_quiet=breaks_quiet):
        if one.rule.id in climbed:
            continue
        if one.at > now or breaks_quiet:
            return one.at
        try:
            opening = run.term.hours.next_opening(now)
        except NeverOpen:
            return None
        return one.at if opening <= now else opening
    return None


def due(
    ladder: Ladder,
    run: Run,
    account_id: UUID,
    climbed: Collection[UUID],
    now: datetime,
    *,
    breaks_quiet: bool = False,
) -> tuple[Climb, ...]:
    """The rungs to be climbed at this instant, in order; none while we are closed."""
    if not breaks_quiet and not run.term.hours.is_open(now):
        return ()
    return tuple(
        one
        for one in climbs(ladder, run, account_id, breaks_quiet=breaks_quiet)
        if one.at <= now and one.rule.id not in climbed
    )


def applies(rule: Rule, priority: int, tags: Collection[str], said: Collection[str]) -> bool:
    """Whether what the conversation is about fits, as it stands when the rung's time comes.

    `tags` are names, `said` the citizen's words. A topic word also stands for longer words that begin with it.
    """
    if rule.priorities and priority not in rule.priorities:
        return False
    if rule.tags and not {one.casefold() for one in rule.tags} & {one.casefold() for one in tags}:
        return False
    spoken = "\n".join(said).casefold()
    return not rule.words or any(_says(spoken, one.casefold()) for one in rule.words)


def question(language: str, when: str) -> str:
    """What a unit is asked in the name of a rule: it points to the citizen's words and repeats none of them."""
    return _QUESTIONS.get(language, _QUESTIONS["en"]).format(when=when)


_QUESTIONS: Final = MappingProxyType(
    {
        "da": "Hvad skal vi svare på det, borgeren skrev {when}? Fristen er ved at løbe ud eller overskredet.",
        "nb": "Hva skal vi svare på det innbyggeren skrev {when}? Fristen er i ferd med å gå ut eller overskredet.",
        "en": "What shall we answer to what the citizen wrote {when}? The time is running out or over.",
    }
)


def _reached(rule: Rule, run: Run, due_at: datetime) -> datetime:
    match rule.when:
        case When.PERCENT:
            # One that brought an earlier end along from elsewhere has its share of the time no later than that end.
            share = run.term.minutes * rule.amount
            # Whole minutes are worked out faster, and a page of news has a thousand of these.
            return min(due_at, run.reaches(Fraction(share, 100) if share % 100 else share // 100))
        case When.BREACH:
            return due_at + _AFTER_THE_END
        case When.AFTER:
            return max(due_at + _AFTER_THE_END, run.term.hours.add(due_at, rule.amount))


def _says(spoken: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}", spoken) is not None
