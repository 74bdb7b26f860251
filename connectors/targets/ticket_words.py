"""A question as the text of a ticket, and the marks by which we know our own tickets again.

Why it exists: what a unit reads is the same whichever ticket system it sits at, and a try that was not answered is
looked for by a mark that only that try carries. What it must not do: decide what may be shown (the inbox has left it
out), or carry a mark that tells an outsider anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from connectors.kit.target import Errand, Line, Question, TargetConfig

SUBJECT_LIMIT = 150
"""Characters of a ticket's subject; the shorter of what the systems take (Zendesk, 150)."""


@dataclass(frozen=True, slots=True)
class _Words:
    question: str
    known: str
    said: str
    due: str
    promised: str
    public: str
    private: str
    how: str
    asked: str
    quietly: str
    remind: str
    recall: str
    zone: ZoneInfo
    zone_said: str


_WORDS = {
    "da": _Words(
        question="Spørgsmål",
        known="Det ved vi allerede",
        said="Samtalen",
        due="Svar senest",
        promised="Borgeren er lovet svar senest",
        public="Svaret gives offentligt.",
        private="Svaret gives privat.",
        how="Svar med et offentligt svar på denne sag. Interne noter bliver hos jer.",
        asked="Spurgt af",
        quietly="ikke offentligt",
        remind="Vi venter stadig på svar på spørgsmål",
        recall="Vi har ikke længere brug for svar på spørgsmål",
        zone=ZoneInfo("Europe/Copenhagen"),
        zone_said="",
    ),
    "nb": _Words(
        question="Spørsmål",
        known="Dette vet vi allerede",
        said="Samtalen",
        due="Svar innen",
        promised="Innbyggeren er lovet svar innen",
        public="Svaret gis offentlig.",
        private="Svaret gis privat.",
        how="Svar med et offentlig svar på denne saken. Interne notater blir hos dere.",
        asked="Spurt av",
        quietly="ikke offentlig",
        remind="Vi venter fortsatt på svar på spørsmål",
        recall="Vi trenger ikke lenger svar på spørsmål",
        zone=ZoneInfo("Europe/Oslo"),
        zone_said="",
    ),
    "en": _Words(
        question="Question",
        known="What we know already",
        said="The conversation",
        due="Please answer by",
        promised="The citizen was promised an answer by",
        public="The answer is given in public.",
        private="The answer is given in private.",
        how="Answer with a public reply on this ticket. Internal notes stay with you.",
        asked="Asked by",
        quietly="not public",
        remind="We are still waiting for an answer to question",
        recall="We no longer need an answer to question",
        zone=ZoneInfo("UTC"),
        zone_said=" UTC",
    ),
}


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands at the end of our own words. Each mark is one word of letters and digits: any search finds it.

    `house` is the same for every ticket of one unit of one house: another house at the same ticket system has another.
    """

    house: str

    @classmethod
    def of(cls, config: TargetConfig) -> Marks:
        """The marks of a unit; the same for ever."""
        # Of the id alone: a name can be changed, and then no ticket would be known again.
        return cls("byline" + sha256(config.id.encode()).hexdigest()[:10])

    def question(self, number: int) -> str:
        """The mark of one question."""
        return f"{self.house}n{number}x"

    def errand(self, key: str) -> str:
        """The mark of one errand: at every try the same."""
        return f"{self.house}k{sha256(key.encode()).hexdigest()[:20]}"

    def line(self, number: int, key: str) -> str:
        """The last line of what we write."""
        return f"[{self.question(number)} {self.errand(key)}]"

    def numbers(self, text: str) -> set[int]:
        """The questions whose marks stand in a text."""
        return {int(found) for found in re.findall(rf"\b{self.house}n(\d{{1,15}})x\b", text)}


def subject(question: Question) -> str:
    """One line, with the number that people call the question by."""
    words = _of(question.language)
    tail = f" [SP-{question.number}]"
    head = " ".join(question.subject.split()) or words.question
    room = SUBJECT_LIMIT - len(tail)
    return (head if len(head) <= room else head[: room - 1].rstrip() + "…") + tail


def body(question: Question, marks: Marks, key: str, organisation: str) -> str:
    """The whole text of an errand, as plain words, signed by whoever asks and the `organisation`."""
    words = _of(question.language)
    parts: list[str] = []
    match question.errand:
        case Errand.REMIND:
            parts += [f"{words.remind} SP-{question.number}. {words.due} {_when(question.answer_due_at, words)}."]
            parts += [question.text]
        case Errand.RECALL:
            parts += [f"{words.recall} SP-{question.number}.", question.text]
        case Errand.ASK:
            parts += _asking(question, words)
    parts += [f"{words.asked} {question.asked_by}, {organisation}.", marks.line(question.number, key)]
    return "\n\n".join(part.strip() for part in parts if part.strip())


def _asking(question: Question, words: _Words) -> list[str]:
    due = [f"{words.due} {_when(question.answer_due_at, words)}."]
    if question.promised_until:
        due.append(f"{words.promised} {_when(question.promised_until, words)}.")
    due += [words.public if question.may_be_public else words.private, words.how]
    parts = [question.text]
    if question.known.strip():
        parts.append(f"{words.known}:\n{question.known.strip()}")
    if question.lines:
        parts.append(f"{words.said}:\n" + "\n".join(_line(line, words) for line in question.lines))
    return [*parts, "\n".join(due)]


def _line(line: Line, words: _Words) -> str:
    quietly = f" ({words.quietly})" if line.private else ""
    return f"{line.by}, {_when(line.at, words)}{quietly}: {line.text.strip()}"


def _when(at: datetime, words: _Words) -> str:
    return f"{at.astimezone(words.zone):%d.%m.%Y %H:%M}{words.zone_said}"


def _of(language: str) -> _Words:
    return _WORDS.get(language[:2], _WORDS["en"])
