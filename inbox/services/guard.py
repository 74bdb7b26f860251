"""The guard: what stops an answer, and what is asked before it goes out, over words, signature and descriptions.

Why it exists: the form, the service that promises and the job that posts must not each have rules of their own. What
it must not do: approve. Nobody waits for anybody; whoever signs says why, and the reason is kept beside the answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from inbox.domain import asking, personal_data, signature
from inbox.domain.asking import LONGEST_REASON, About, Because, Own, Reason
from inbox.domain.charters import Ruling
from inbox.domain.countries import DEFAULT, pack
from inbox.domain.errors import Invalid
from inbox.domain.text import clean
from inbox.models import Account, GuardReason, Message
from inbox.queries.charters import guidance_by
from inbox.queries.countries import ReadyWay, own, ready
from inbox.services import conversations
from inbox.uow import UnitOfWork

NUMBER = "The answer holds a national identity number. Take it out: it must never be sent on a platform."


@dataclass(frozen=True, slots=True)
class Watch:
    """What the guard looks with on one account: the organisation's list of rulings, what it publishes of itself, the
    safe ways that it can offer, and the line that marks an answer as guidance, empty where the charter has none.

    `country` says in whose words a stopped number is told, and nothing of which numbers are: all are, everywhere."""

    rulings: tuple[Ruling, ...]
    own: Own
    ways: tuple[ReadyWay, ...]
    line: str = ""
    country: str = DEFAULT


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: about which words, and what may stand there instead without one."""

    about: About
    words: str
    instead: str | None


@dataclass(frozen=True, slots=True)
class Seen:
    """`stopped`: it can't go out. `numbers` are those in the words themselves, as they stand there; `kinds` are those
    of all that is read, over its seams too."""

    stopped: bool
    numbers: tuple[str, ...]
    asked: tuple[Asked, ...]
    kinds: tuple[personal_data.Kind, ...] = ()


def watch(account: Account, charter: dict[str, Any] | None, country: str, places: Mapping[str, str]) -> Watch:
    """By the account's newest charter, and the organisation's country and places in it."""
    of = pack(country)
    by = guidance_by(charter, account.language)
    return Watch(by.rulings, own(of, places), ready(of, places, account.language), by.standard_line or "", country)


def look(with_: Watch, words: str, signed_as: str, beside: Sequence[str], today: date) -> Seen:
    """At an answer as it would be read: its words with the signature, and what is said `beside` it of each picture."""
    signed = signature.sign(words, signed_as) if signed_as else words
    sure = [one for one in personal_data.find(words, today) if one.certainty == "sure"]
    # Those of the words alone, too: a number at their end may have another look with the signature behind it.
    kinds = [one.kind for one in sure] + list(personal_data.kinds(signed, *beside, today=today))
    asked = [
        Asked(one.about, text[one.start : one.end], one.instead)
        for text in (words, *beside)
        for one in asking.look(text, rulings=with_.rulings, own=with_.own, today=today)
    ]
    numbers = tuple(words[one.start : one.end] for one in sure)
    return Seen(bool(kinds), numbers, tuple(dict.fromkeys(asked)), tuple(dict.fromkeys(kinds)))


def because(given: Because | None) -> Because:
    """The reason, fit to be kept. Raises Invalid (`field`: reason) for none, or for one that says nothing."""
    if given is None:
        raise Invalid("Say why it may stand there, or take it out.", field="reason")
    words = clean(given.words).text.strip()
    if given.reason is Reason.OTHER and not any(map(str.isalnum, words)):
        raise Invalid("Write why it may stand there.", field="reason")
    if len(words) > LONGEST_REASON:
        raise Invalid(
            "A reason has at most %(limit)s characters. Make it shorter.", field="reason", limit=LONGEST_REASON
        )
    if personal_data.find(words):
        raise Invalid("The reason holds a national identity number. Take it out.", field="reason")
    return Because(given.reason, words if given.reason is Reason.OTHER else "")


def keep(work: UnitOfWork, message: Message, asked: Sequence[Asked], given: Because | None) -> None:
    """Keep why it goes out although it was asked about; nothing where nothing was. Raises Invalid without a reason.

    Colleagues see it as a line of the conversation.
    """
    if not asked:
        return
    why = because(given)
    things = sorted({one.about.value for one in asked})
    said = {"asked": ",".join(things), "reason": why.reason.value, "words": why.words}
    conversations.line(work, message.conversation_id, "sent_anyway", **said)
    work.session.add(
        GuardReason(
            message_id=message.id,
            agent_id=work.actor.id,
            at=work.now,
            asked=things,
            reason=why.reason.value,
            words=why.words,
        )
    )
