"""What somebody typed into the search box: words, "phrases", and operators such as `from:mette` or `is:open`.

Each operator has its Danish and Norwegian word as well, since people write as they speak. What can't be meant is said
in a sentence that names it: an unknown operator is told and not searched as a word, because `form:mette` would find
nothing and look like an answer. In quotes everything is only words. What it must not do: know who and what there is
(`inbox.queries.search`), or stem.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from inbox.domain.errors import Invalid
from inbox.domain.text import clean

LONGEST = 300
"""Characters that one search may have."""
MOST = 20
"""Words, phrases and operators together."""


class Operator(StrEnum):
    """What an operator asks about."""

    FROM = "from"
    TO = "to"
    AGENT = "agent"
    ACCOUNT = "account"
    TAG = "tag"
    BEFORE = "before"
    AFTER = "after"
    IS = "is"


class Is(StrEnum):
    """What can be said of a message or its conversation."""

    OPEN = "open"
    PENDING = "pending"
    ON_HOLD = "on_hold"
    SNOOZED = "snoozed"
    SOLVED = "solved"
    DISMISSED = "dismissed"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    LATE = "late"
    PRIVATE = "private"
    PUBLIC = "public"
    ANSWER = "answer"
    NOTE = "note"


OPERATORS: Final[Mapping[str, Operator]] = MappingProxyType(
    {
        **{operator.value: operator for operator in Operator},
        "fra": Operator.FROM,
        "til": Operator.TO,
        "medarbejder": Operator.AGENT,
        "medarbeider": Operator.AGENT,
        "konto": Operator.ACCOUNT,
        "mærke": Operator.TAG,
        "merke": Operator.TAG,
        "før": Operator.BEFORE,
        "efter": Operator.AFTER,
        "etter": Operator.AFTER,
        "er": Operator.IS,
    }
)
STATES: Final[Mapping[str, Is]] = MappingProxyType(
    {
        **{state.value: state for state in Is},
        **dict.fromkeys(("åben", "åbent", "åpen", "åpent"), Is.OPEN),
        **dict.fromkeys(("waiting", "venter"), Is.PENDING),
        **dict.fromkeys(("fagafdeling", "fagavdeling"), Is.ON_HOLD),
        **dict.fromkeys(("udsat", "utsatt"), Is.SNOOZED),
        "løst": Is.SOLVED,
        **dict.fromkeys(("afvist", "avvist"), Is.DISMISSED),
        **dict.fromkeys(("min", "mit", "mitt"), Is.MINE),
        **dict.fromkeys(("ledig", "ledigt"), Is.UNASSIGNED),
        **dict.fromkeys(("sen", "sent", "forsinket", "over"), Is.LATE),
        **dict.fromkeys(("privat",), Is.PRIVATE),
        **dict.fromkeys(("offentlig", "offentligt"), Is.PUBLIC),
        **dict.fromkeys(("svar",), Is.ANSWER),
        **dict.fromkeys(("notat",), Is.NOTE),
    }
)
"""`note` is the same word in two languages; in Norwegian it is `notat`."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; all of it must hold. `before` is the first day left out, `after` the first day taken in."""

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    receivers: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    before: date | None = None
    after: date | None = None
    states: tuple[Is, ...] = ()

    def __bool__(self) -> bool:
        return self != Search()

    @property
    def has_words(self) -> bool:
        """Whether words are looked for at all, and not only a kind of message."""
        return bool(self.words or self.phrases)


_QUOTES = '"“”„«»'
_TOKEN = re.compile(
    rf"""(?:(?P<name>[^\W\d_]+):(?!//))?(?:[{_QUOTES}](?P<quoted>[^{_QUOTES}]*)[{_QUOTES}]?|(?P<plain>[^\s{_QUOTES}]+))?"""
)
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_LOCAL = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")


def parsed(text: str) -> Search:
    """What it asks for. Raises Invalid, and nothing else, with a sentence that names what can't be meant."""
    text = " ".join(clean(text).text.split())
    if len(text) > LONGEST:
        raise Invalid("A search has at most %(limit)s characters. Make it shorter.", field="q", limit=LONGEST)
    found: dict[Operator, list[str]] = {operator: [] for operator in Operator}
    words: list[str] = []
    phrases: list[str] = []
    at = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None or token.end() == at:
            at += 1
            continue
        at = token.end()
        value = (token["plain"] if token["quoted"] is None else token["quoted"]) or ""
        value = value.strip()
        if token["name"] is not None:
            found[_operator(token["name"])].append(_given(token["name"], value))
        elif any(map(str.isalnum, value)):
            (words if token["quoted"] is None else phrases).append(value)
    if len(words) + len(phrases) + sum(map(len, found.values())) > MOST:
        raise Invalid("A search has at most %(most)s words. Leave some out.", field="q", most=MOST)
    return Search(
        words=_once(words),
        phrases=_once(phrases),
        senders=_once(found[Operator.FROM]),
        receivers=_once(found[Operator.TO]),
        agents=_once(found[Operator.AGENT]),
        accounts=_once(found[Operator.ACCOUNT]),
        tags=_once(found[Operator.TAG]),
        # Of several days the narrowest counts: all of what is written must hold.
        before=min((_day(one) for one in found[Operator.BEFORE]), default=None),
        after=max((_day(one) for one in found[Operator.AFTER]), default=None),
        states=tuple(dict.fromkeys(_state(one) for one in found[Operator.IS])),
    )


def written(search: Search) -> str:
    """A search in words, as `parsed` reads it."""
    named = (
        (Operator.FROM, search.senders),
        (Operator.TO, search.receivers),
        (Operator.AGENT, search.agents),
        (Operator.ACCOUNT, search.accounts),
        (Operator.TAG, search.tags),
        (Operator.BEFORE, (search.before.isoformat(),) if search.before else ()),
        (Operator.AFTER, (search.after.isoformat(),) if search.after else ()),
        (Operator.IS, search.states),
    )
    return " ".join(
        [
            *search.words,
            *(f'"{phrase}"' for phrase in search.phrases),
            *(f'{operator}:"{value}"' for operator, values in named for value in values),
        ]
    )


def _once(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _operator(name: str) -> Operator:
    known = OPERATORS.get(name.lower())
    if known is None:
        raise Invalid(
            "There is no “%(name)s:” in a search. Put it in quotation marks to look for the words themselves.",
            field="q",
            name=name,
        )
    return known


def _given(name: str, value: str) -> str:
    if not any(map(str.isalnum, value)):
        raise Invalid("Write what you look for right after “%(name)s:”, without a space.", field="q", name=name)
    return value


def _state(value: str) -> Is:
    known = STATES.get(value.lower())
    if known is None:
        raise Invalid(
            "Nothing can be “%(value)s”. There are open, pending, on_hold, snoozed, solved, dismissed, mine, "
            "unassigned, late, private, public, answer and note.",
            field="q",
            value=value,
        )
    return known


def _day(value: str) -> date:
    """The day, or the first one of the month or year."""
    iso, local = _ISO.fullmatch(value), _LOCAL.fullmatch(value)
    try:
        if iso:
            year, month, day = int(iso[1]), int(iso[2] or 1), int(iso[3] or 1)
        elif local:
            day, month, year = int(local[1]), int(local[2]), int(local[3])
        else:
            raise ValueError(value)
        if not 1900 <= year <= 9000:
            raise ValueError(value)
        return date(year, month, day)
    except ValueError:
        raise Invalid(
            "“%(value)s” is no day. Write it as 2026-11-24 or 24.11.2026; a month as 2026-11.", field="q", value=value
        ) from None
