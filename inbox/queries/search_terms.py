# ruff: noqa: S608 -- every value is bound by `Terms.bound`; what enters the text stands in this file.
"""A search as conditions on messages (`m`), notes (`n`) and their conversations (`c`), in SQL with bound values.

Written as text, because putting such statements together took longer than having them answered. Words are stemmed in
each of the languages that people write here, since nobody knows in which one a searcher means them; what is found was
stemmed in its own. What it must not do: put a value into the text, or leave out the teams (`search.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from inbox.domain.errors import Invalid
from inbox.domain.search_words import Is, Search
from inbox.queries.surroundings import Around
from inbox.uow import UnitOfWork

STEMMERS = ("danish", "norwegian", "english", "simple")
ME = frozenset({"me", "mig", "meg"})
_OURS = "c.klass = 'ours'"
_UNFINISHED = f"{_OURS} AND c.status IN ('new', 'open', 'pending', 'on_hold') AND c.merged_into_id IS NULL"
_STATES = {
    Is.OPEN: _UNFINISHED,
    Is.PENDING: f"{_OURS} AND c.status = 'pending'",
    Is.ON_HOLD: f"{_OURS} AND c.status = 'on_hold'",
    Is.SNOOZED: f"{_UNFINISHED} AND c.snoozed_until > :now",
    Is.SOLVED: f"{_OURS} AND c.status = 'solved'",
    Is.DISMISSED: f"{_OURS} AND c.status = 'dismissed'",
    Is.MINE: "c.assignee_id = :me",
    Is.UNASSIGNED: f"{_UNFINISHED} AND c.assignee_id IS NULL",
    Is.LATE: f"{_UNFINISHED} AND c.next_due_at < :now",
}
_OF_MESSAGES = {
    Is.PRIVATE: "m.visibility = 'private'",
    Is.PUBLIC: "m.visibility = 'public'",
    Is.ANSWER: "m.direction = 'out'",
}


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which somebody can have been meant: what was said in that direction, `in` or `out`, by or to `who`."""

    direction: str
    who: str

    def __str__(self) -> str:
        return f"m.direction = '{self.direction}' AND {self.who}"


@dataclass(frozen=True, slots=True)
class Terms:
    """What to look for, with every name found. `query` is empty where no words are looked for."""

    query: str = ""
    stemmed: tuple[str, ...] = ()
    """What the words look like in each language: `query` is whether any of these matches."""
    conversation: list[str] = field(default_factory=list)
    message: list[str] = field(default_factory=list)
    ways: list[tuple[Way, ...]] = field(default_factory=list)
    """For each name the ways in which somebody of that name can have been meant: one of them must hold.

    Where none of us is called so, only a citizen can be meant: an index finds what an "or" of two tables hides.
    """
    days: list[str] = field(default_factory=list)
    """From when until when a message was said; stands among its conditions, too."""
    note: list[str] = field(default_factory=list)
    values: dict[str, object] = field(default_factory=dict)
    messages: bool = True
    """Whether a message can be meant at all, or only notes."""
    notes: bool = True

    def bound(self, value: object) -> str:
        """The place that a value will be bound to."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f":{name}"

    def looking_for(self, stems: Sequence[str]) -> Terms:
        """The same with the words as the database has stemmed them, each way once.

        Most words look alike in all languages, and each way that is looked for costs as much as the first.
        """
        once = [f"({one})" for one in dict.fromkeys(stems) if one]
        return replace(self, query=f"CAST({self.bound(' | '.join(once))} AS tsquery)")


def terms(work: UnitOfWork, search: Search, around: Around, zone: ZoneInfo) -> Terms:
    """Raises Invalid for a name that nobody and nothing has here."""
    made = Terms(
        values={"teams": list(work.actor.teams), "me": work.actor.id, "now": work.now},
        messages=Is.NOTE not in search.states,
        notes=not search.receivers and _OF_MESSAGES.keys().isdisjoint(search.states),
    )
    for name in search.agents:
        made.conversation.append(f"c.assignee_id = ANY({made.bound(_held_by(work, around, name))})")
    for name in search.accounts:
        made.conversation.append(f"c.account_id = ANY({made.bound(_accounts(around, name))})")
    for name in search.tags:
        made.conversation.append(
            "EXISTS (SELECT FROM conversation_tag t WHERE t.conversation_id = c.id"
            f" AND t.tag_id = {made.bound(_tag(around, name))})"
        )
    made.conversation.extend(_STATES[state] for state in search.states if state in _STATES)
    made.message.extend(_OF_MESSAGES[state] for state in search.states if state in _OF_MESSAGES)
    for name in search.senders:
        ids = _colleagues(around, name)
        colleagues = made.bound(ids)
        citizen, ours = Way("in", _citizens(made, name)), Way("out", f"m.agent_id = ANY({colleagues})")
        made.ways.append((citizen, ours) if ids else (citizen,))
        made.note.append(f"n.agent_id = ANY({colleagues})")
    for name in search.receivers:
        ids = [one.id for one in around.accounts if _called(name, one.name, one.handle)]
        citizen, account = Way("out", _citizens(made, name)), Way("in", f"c.account_id = ANY({made.bound(ids)})")
        made.ways.append((citizen, account) if ids else (citizen,))
    for sign, day in ((">=", search.after), ("<", search.before)):
        if day is not None:
            at = made.bound(_midnight(day, zone))
            made.days.append(f"m.said_at {sign} {at}")
            made.message.append(made.days[-1])
            made.note.append(f"n.at {sign} {at}")
    if not search.has_words:
        return made
    ways = _stemmed(made, search)
    return replace(made, query="(" + " || ".join(f"({way})" for way in ways) + ")", stemmed=ways)


def _stemmed(made: Terms, search: Search) -> tuple[str, ...]:
    """What the words look like in each language, any of which may match."""
    words = [("plainto_tsquery", made.bound(" ".join(search.words)))] if search.words else []
    phrases = [("phraseto_tsquery", made.bound(phrase)) for phrase in search.phrases]

    def stemmed(stemmer: str) -> str:
        # The language is a literal: only then does the planner know beforehand what is looked for.
        return " && ".join(f"{read}('{stemmer}', CAST({words} AS text))" for read, words in [*words, *phrases])

    return tuple(stemmed(stemmer) for stemmer in STEMMERS)


def _held_by(work: UnitOfWork, around: Around, name: str) -> Sequence[object]:
    ids = [work.actor.id] if name.lower() in ME else _colleagues(around, name)
    if not ids:
        raise Invalid("There is no colleague “%(name)s” in your team.", field="q", name=name)
    return ids


def _accounts(around: Around, name: str) -> Sequence[object]:
    found = [one.id for one in around.accounts if _called(name, one.name, one.handle)]
    if not found:
        raise Invalid("There is no account “%(name)s” in your team.", field="q", name=name)
    return found


def _tag(around: Around, name: str) -> object:
    ids = [one.id for one in around.tags if one.name.lower() == name.removeprefix("#").lower()]
    if not ids:
        raise Invalid("There is no tag “%(name)s”.", field="q", name=name)
    return ids[0]


def _colleagues(around: Around, name: str) -> Sequence[object]:
    return [one.id for one in around.colleagues if _called(name, one.name)]


def _called(name: str, *names: str) -> bool:
    wanted = name.removeprefix("@").lower()
    return any(wanted in one.lower() for one in names)


def _citizens(made: Terms, name: str) -> str:
    """Citizens with these words at the beginning of words of their name or handle."""
    words = re.findall(r"\w+", name.lower())
    if not words:
        return "false"
    # Letters and digits alone, so that nothing in it has a meaning of its own.
    query = made.bound(" & ".join(f"{word}:*" for word in words))
    return (
        f"c.identity_id IN (SELECT i.id FROM identity i WHERE i.search @@ to_tsquery('simple', CAST({query} AS text)))"
    )


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
