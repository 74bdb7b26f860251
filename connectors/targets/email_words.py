"""What a question is as a letter, in the language of the channel.

What it must not do: say more than the question holds, or name the citizen.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from connectors.kit.target import Errand, Question

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "da": {
        "known": "Det ved vi allerede:",
        "thread": "Samtalen indtil nu:",
        "due": "Svar gerne senest {when}.",
        "promised": "Borgeren er lovet svar senest {when}.",
        "public": "Svaret bliver givet offentligt.",
        "private": "Svaret bliver givet privat.",
        "how": "Svar på denne mail, og lad emnet stå. Borgeren ser ikke jeres navn.",
        "remind": "Påmindelse",
        "reminder": "Vi mangler stadig jeres svar på dette spørgsmål:",
        "recall": "Ikke længere aktuelt",
        "recalled": "Vi har ikke længere brug for svar på dette spørgsmål:",
    },
    "nb": {
        "known": "Dette vet vi allerede:",
        "thread": "Samtalen til nå:",
        "due": "Svar gjerne senest {when}.",
        "promised": "Innbyggeren er lovet svar senest {when}.",
        "public": "Svaret blir gitt offentlig.",
        "private": "Svaret blir gitt privat.",
        "how": "Svar på denne e-posten, og la emnet stå. Innbyggeren ser ikke navnet deres.",
        "remind": "Påminnelse",
        "reminder": "Vi mangler fortsatt svaret deres på dette spørsmålet:",
        "recall": "Ikke lenger aktuelt",
        "recalled": "Vi trenger ikke lenger svar på dette spørsmålet:",
    },
    "en": {
        "known": "What we know already:",
        "thread": "The conversation so far:",
        "due": "Please answer by {when}.",
        "promised": "The citizen was promised an answer by {when}.",
        "public": "The answer is given in public.",
        "private": "The answer is given in private.",
        "how": "Answer this mail and leave the subject as it is. The citizen does not see your name.",
        "remind": "Reminder",
        "reminder": "We still need your answer to this question:",
        "recall": "Needed no more",
        "recalled": "We need an answer to this question no more:",
    },
}


def letter_of(question: Question, organisation: str) -> tuple[str, str]:
    """Subject and words."""
    say = _WORDS.get(question.language, _WORDS["en"])
    signed = f"{question.asked_by}, {organisation}"
    if question.errand is not Errand.ASK:
        word, line = ("remind", "reminder") if question.errand is Errand.REMIND else ("recall", "recalled")
        return f"{say[word]}: {question.subject}", "\n\n".join((say[line], question.text, signed)) + "\n"
    parts = [question.text]
    if question.known:
        parts.append(f"{say['known']}\n{question.known}")
    if question.lines:
        said = "\n\n".join(f"{one.by}, {_when(one.at)}:\n{one.text}" for one in question.lines)
        parts.append(f"{say['thread']}\n\n{said}")
    due = [say["due"].format(when=_when(question.answer_due_at))]
    if question.promised_until:
        due.append(say["promised"].format(when=_when(question.promised_until)))
    due.append(say["public" if question.may_be_public else "private"])
    parts += [" ".join(due), say["how"], signed]
    return question.subject, "\n\n".join(parts) + "\n"


def _when(at: datetime) -> str:
    """Local time is not the target's to know: the zone is said."""
    return at.strftime("%d.%m.%Y %H:%M ") + (at.strftime("%Z") or "UTC")
