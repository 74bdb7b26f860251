"""Complaints: which kinds there are, the words that propose one, by when it is answered, and what the receipt says.

Why it exists: a complaint about service, staff or a decision has a clock of its own in working days, goes its own way,
and whoever complains gets a receipt. Words only propose; a person decides. What it must not do: judge a complaint, or
say in public more than that one was received. No law is given here: the days and the words are the organisation's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Final
from uuid import UUID

from inbox.domain import placeholders, working_days
from inbox.domain.calendar import Calendar
from inbox.domain.kinds import WORDS
from inbox.domain.kinds import Kind as Found

LANGUAGES: Final = ("da", "nb", "en")
LONGEST_TEXT: Final = 2_000
"""Characters of a receipt."""
MOST_DAYS: Final = 120
"""Working days within which a complaint is answered at most: half a year is no promise."""
PLACES: Final = (*placeholders.NAMES, "by", "complaint", "secure")
"""`by`: until when it is answered; `complaint`: what the country calls one over a decision; `secure`: a safe way."""
_PLACE: Final = re.compile(r" ?\{ *(by|complaint|secure) *\}")


class Kind(StrEnum):
    """What it is about. Criticism of politics is none of these, and is answered as ever."""

    SERVICE = "service"
    STAFF = "staff"
    DECISION = "decision"


class Route(StrEnum):
    """Where a complaint goes when a person has said that it is one."""

    STAYS = "stays"
    """With whoever has the conversation, or in the queue."""
    LEAD = "lead"
    PERSON = "person"
    UNIT = "unit"
    """The back office is asked; the answer to the citizen stays with whoever asked."""


class State(StrEnum):
    """Open until it is answered, unless somebody says that it was none."""

    OPEN = "open"
    ANSWERED = "answered"
    NONE = "none"
    JOINED = "joined"
    """Its conversation was joined with one that has an open complaint: that one goes on."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds for a kind. Days are working days; `texts` are receipts by language."""

    kind: Kind
    receipt_days: int
    answer_days: int
    route: Route = Route.LEAD
    silo_id: UUID | None = None
    agent_id: UUID | None = None
    texts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    version: int = 0

    def text(self, language: str) -> str:
        """The receipt in that language; ours to begin with where the organisation has written none."""
        return self.texts.get(language) or starter(self.kind, language)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """By when the citizen has a receipt, and an answer."""

    receipt: datetime
    answer: datetime


USUAL: Final[Mapping[Kind, Rule]] = MappingProxyType(
    {
        Kind.SERVICE: Rule(Kind.SERVICE, 2, 10),
        Kind.STAFF: Rule(Kind.STAFF, 2, 10),
        Kind.DECISION: Rule(Kind.DECISION, 2, 20),
    }
)
"""Until the organisation decides otherwise."""

_STARTERS: Final[Mapping[str, Mapping[Kind, str]]] = {
    "da": {
        Kind.SERVICE: (
            "Hej {name}. Tak, fordi du siger til. Vi har taget imod din klage, og du får svar senest {by}. "
            "Er du ikke tilfreds med svaret, så skriv det her; så ser en leder på det. {secure}"
        ),
        Kind.STAFF: (
            "Hej {name}. Vi har taget imod din klage, og en leder ser på den. Du får svar senest {by}. "
            "Er du ikke tilfreds med svaret, så skriv det her. {secure}"
        ),
        Kind.DECISION: (
            "Hej {name}. Vi har taget imod din klage, og du hører fra os senest {by}. "
            "Reglerne om {complaint} står i det brev, du har fået. {secure}"
        ),
    },
    "nb": {
        Kind.SERVICE: (
            "Hei {name}. Takk for at du sier fra. Vi har tatt imot klagen din, og du får svar senest {by}. "
            "Er du ikke fornøyd med svaret, så skriv det her; da ser en leder på det. {secure}"
        ),
        Kind.STAFF: (
            "Hei {name}. Vi har tatt imot klagen din, og en leder ser på den. Du får svar senest {by}. "
            "Er du ikke fornøyd med svaret, så skriv det her. {secure}"
        ),
        Kind.DECISION: (
            "Hei {name}. Vi har tatt imot klagen din, og du hører fra oss senest {by}. "
            "Reglene om {complaint} står i brevet du har fått. {secure}"
        ),
    },
    "en": {
        Kind.SERVICE: (
            "Hello {name}. Thank you for telling us. We have received your complaint, and you get an answer by {by}. "
            "If it does not satisfy you, write so here, and a manager looks at it. {secure}"
        ),
        Kind.STAFF: (
            "Hello {name}. We have received your complaint, and a manager looks at it. You get an answer by {by}. "
            "If it does not satisfy you, write so here. {secure}"
        ),
        Kind.DECISION: (
            "Hello {name}. We have received your complaint, and you hear from us by {by}. "
            "How to make an {complaint} stands in the letter that you were sent. {secure}"
        ),
    },
}
_MONTHS: Final[Mapping[str, str]] = {
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "nb": "januar februar mars april mai juni juli august september oktober november desember",
    "en": "January February March April May June July August September October November December",
}
_ASKED: Final[Mapping[str, Mapping[Kind, str]]] = {
    "da": {
        Kind.SERVICE: "En borger klager over vores service. Hvad er der sket, og hvad svarer vi?",
        Kind.STAFF: "En borger klager over en medarbejder. Hvad er der sket, og hvad svarer vi?",
        Kind.DECISION: "En borger klager over en afgørelse. Hvad svarer vi, og hvor klages der?",
    },
    "nb": {
        Kind.SERVICE: "En innbygger klager på servicen vår. Hva har skjedd, og hva svarer vi?",
        Kind.STAFF: "En innbygger klager på en ansatt. Hva har skjedd, og hva svarer vi?",
        Kind.DECISION: "En innbygger klager på et vedtak. Hva svarer vi, og hvor klages det?",
    },
    "en": {
        Kind.SERVICE: "A citizen complains about our service. What happened, and what do we answer?",
        Kind.STAFF: "A citizen complains about a member of staff. What happened, and what do we answer?",
        Kind.DECISION: "A citizen complains about a decision. What do we answer, and where is it appealed?",
    },
}


def said_by(text: str) -> tuple[str, ...]:
    """The words that say that this may be a complaint, as they stand there, each once; none: it does not sound so.

    Takes time in proportion to the text.
    """
    plain = " ".join(text.casefold().split())
    # Nearly nothing complains: a plain look for each word costs a twentieth of the pattern.
    if not any(word in plain for word in WORDS[Found.COMPLAINT]):
        return ()
    return tuple(dict.fromkeys(found[0] for found in _pattern().finditer(plain)))


def deadlines(hours: Calendar, began_at: datetime, rule: Rule) -> Deadlines:
    """In the hours of the account. The day on which somebody complained is not counted. Raises NeverOpen."""
    return Deadlines(
        working_days.end_of(hours, began_at, rule.receipt_days), working_days.end_of(hours, began_at, rule.answer_days)
    )


def owed_at(receipt_due: datetime | None, answer_due: datetime | None) -> datetime | None:
    """When the next of the deadlines that still run passes; None where neither runs."""
    return min((at for at in (receipt_due, answer_due) if at is not None), default=None)


def starter(kind: Kind, language: str) -> str:
    """The receipt until the organisation writes its own; English in a language that we have none in."""
    return _STARTERS.get(language, _STARTERS["en"])[kind]


def question(kind: Kind, language: str) -> str:
    """What a unit of the back office is asked when a complaint is theirs by its kind."""
    return _ASKED.get(language, _ASKED["en"])[kind]


def filled(text: str, *, by: date, complaint: str, secure: str, language: str) -> str:
    """A receipt with what this module knows of; the other places are those of every canned answer.

    A place without a value goes, with the blank before it: nobody is told of a safe way that there is not.
    """
    values = {"by": on_day(by, language), "complaint": complaint, "secure": secure}

    def put(found: re.Match[str]) -> str:
        value = values[found[1]]
        blank = " " if found[0].startswith(" ") else ""
        return blank + value if value else ""

    return _PLACE.sub(put, text).strip()


def unknown(text: str) -> tuple[str, ...]:
    """The places that nobody could fill, each once."""
    return tuple(name for name in placeholders.unknown(text) if name not in PLACES)


def on_day(day: date, language: str) -> str:
    """A date as one says it, in the language of the account: 4. december."""
    spoken = language if language in _MONTHS else "en"
    month = _MONTHS[spoken].split()[day.month - 1]
    return f"{day.day} {month}" if spoken == "en" else f"{day.day}. {month}"


@cache
def _pattern() -> re.Pattern[str]:
    """The words of `kinds`, each with the rest of the word that it begins."""
    # A longer beginning first: "klagefrist" says more than the word that it begins with.
    words = sorted(dict.fromkeys(WORDS[Found.COMPLAINT]), key=lambda one: (-len(one), one))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\w*")
