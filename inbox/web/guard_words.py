"""What the guard asks about, and why it may stand there, as people say it.

What it must not do: find anything (`inbox.domain.asking`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from flask_babel import lazy_gettext as _l

from inbox.domain.asking import About, Reason
from inbox.domain.countries import number_name, pack
from inbox.domain.personal_data import Kind
from inbox.services.guard import Asked
from inbox.web.catalogue import gettext
from inbox.web.formatting import language

_QUESTIONS = {
    About.NATIONAL_NUMBER: _l("There are digits that look like a national identity number."),
    About.ACCOUNT: _l("There is an account number."),
    About.EMAIL: _l("There is an e-mail address."),
    About.PHONE: _l("There is a telephone number."),
    About.CASE: _l("There is a case number."),
    About.RULING: _l("It sounds like a ruling, not guidance."),
}
_THINGS = {
    About.NATIONAL_NUMBER: _l("digits like a national identity number"),
    About.ACCOUNT: _l("an account number"),
    About.EMAIL: _l("an e-mail address"),
    About.PHONE: _l("a telephone number"),
    About.CASE: _l("a case number"),
    About.RULING: _l("words of a ruling"),
}
_REASONS = {
    Reason.OUR_OWN: _l("It is our own and public"),
    Reason.AGREED: _l("The citizen has agreed that it stands here"),
    Reason.MAY_DECIDE: _l("It is a ruling, and I may make it"),
    Reason.OTHER: _l("Something else – write why"),
}


def number_told(found: Sequence[Kind], country: str) -> str:
    """Which numbers they are, each by the country that it is of, and what this organisation's country says to do."""
    if not found:
        return ""
    spoken = language()
    named = [gettext("It is a %(number)s.", number=number_name(kind, spoken)) for kind in found]
    return " ".join([*named, pack(country).instead[spoken]])


def asked_sentences(asked: Iterable[Asked]) -> str:
    """A sentence for each kind of thing that is asked about, in the order in which they stand."""
    return " ".join(str(_QUESTIONS[about]) for about in dict.fromkeys(one.about for one in asked))


def asked_things(asked: Iterable[str]) -> str:
    """The kinds of things that were asked about, for a line of the history."""
    return ", ".join(str(_THINGS[About(one)]) for one in asked)


def guard_reasons() -> Mapping[str, str]:
    """The list to choose from, by its words in the database."""
    return {reason.value: str(word) for reason, word in _REASONS.items()}


def because_said(reason: str, words: str) -> str:
    """Why it went out, as it was given."""
    return words or str(_REASONS[Reason(reason)])
