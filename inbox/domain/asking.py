"""What in an answer is worth a question before it goes out: contact data, accounts, case numbers, words of a ruling.

Why it exists: each of these may be right in one answer and an accident in the next, so that a person says why it stands
there, and the reason is kept. What it must not do: forbid (national numbers are `personal_data`'s), or ask about what
the organisation publishes of itself.

The rules are those of how people write in Denmark and Norway: telephone numbers have eight digits, written together, in
pairs, in fours or as 3 + 2 + 3, and begin with 2 to 9; a Norwegian bank account is 4 + 2 + 5 digits with a control
digit of modulus 11; an IBAN has its own check (ISO 7064). What is announced as something else (CVR, order, invoice),
is a date or an amount, is none of them. All take time in proportion to the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final

from inbox.domain import personal_data
from inbox.domain.charters import Ruling

LONGEST_REASON = 300
"""Characters."""


class About(StrEnum):
    """What the question is about."""

    NATIONAL_NUMBER = "national_number"
    """Digits that may be one, and may be something else."""
    ACCOUNT = "account_number"
    EMAIL = "email_address"
    PHONE = "phone_number"
    CASE = "case_number"
    RULING = "ruling"


class Reason(StrEnum):
    """Why it may stand there; `OTHER` is said in words."""

    OUR_OWN = "our_own"
    AGREED = "agreed"
    MAY_DECIDE = "may_decide"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Because:
    """The reason that somebody gave; `words` belong to `OTHER`."""

    reason: Reason
    words: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """A question about `text[start:end]`; `instead` is what may stand there without one."""

    about: About
    start: int
    end: int
    instead: str | None = None


@dataclass(frozen=True, slots=True)
class Own:
    """What the organisation publishes of itself: telephone numbers as it writes them."""

    phones: tuple[str, ...] = ()


NOTHING_OWN: Final = Own()
_EMAIL = re.compile(r"(?<![\w.+@-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}(?![\w-])")
"""What begins with an @ is somebody's handle on a platform."""
_PHONE_ABROAD = re.compile(r"(?<![\w+])(?:\+|00)[1-9](?:[ -]?\d){7,14}(?![\d\w])", re.ASCII)
_PHONE = re.compile(
    r"(?<![\w.,:/=?&#%-])[2-9](?:\d(?P<gap>[ .-])\d\d(?P=gap)\d\d(?P=gap)\d\d|\d{3}[ -]\d{4}|\d\d \d\d \d{3}|\d{7})"
    r"(?![\w/]|[.,:-]\d| \d)",
    re.ASCII,
)
_NORWEGIAN_ACCOUNT = re.compile(r"(?<![\w.])\d{4}(?P<gap>[ .]?)\d\d(?P=gap)\d{5}(?![\w]|\.\d)", re.ASCII)
_NAMED_ACCOUNT = re.compile(
    r"\b(?:reg(?:istrerings)?\.?\s?(?:nr|nummer|no)?|konto(?:nr|nummer)?|account(?:\s?(?:no|number))?)[.:]?\s{0,3}"
    r"(?P<number>\d{4}[ -]?(?:(?:konto(?:nr)?\.?:?\s?)?\d{5,10})?)(?!\d)",
    re.IGNORECASE | re.ASCII,
)
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d\d(?:[ ]?[A-Z0-9]){11,30}(?!\w)", re.ASCII)
_CASE = re.compile(
    r"\b(?:sags?(?:nr|nummer|-?id)|sag\s(?:nr|nummer)|saks?(?:nr|nummer|-?id)|sak\s(?:nr|nummer)|j(?:ournal)?\.?\s?"
    r"(?:nr|nummer)|case\s(?:no|number|id))[.:]?\s{0,3}(?P<number>[A-Z]{0,4}[-/ ]?\d[\w./-]{2,30})",
    re.IGNORECASE,
)
_NORWEGIAN_CASE = re.compile(r"(?<![\w/.-])(?:20)?\d\d/\d{3,6}(?:-\d{1,4})?(?![\w/])", re.ASCII)
_SOMETHING_ELSE = re.compile(
    r"(?:cvr|org(?:anisasjons)?|ean|gln|p|ordre|order|bestilling|faktura|invoice|kunde|ref(?:erence)?|vare|isbn|post|"
    r"gebyr|kr|dkk|nok|eur)[a-z]{0,10}[.\s-]{0,2}(?:nr|nummer|no|number|id)?[.:#\s]{0,3}\Z",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"\s?(?:kr\b|kroner|dkk|nok|eur|,-|%)", re.IGNORECASE)
_BEFORE = 24
"""Characters before a number in which a word says what it is."""
_EIGHT = 8
_MONTHS = 12
_YEARS = ("1900", "2099")
_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def look(
    text: str, *, rulings: tuple[Ruling, ...] = (), own: Own = NOTHING_OWN, today: date | None = None
) -> list[Ask]:
    """Every question, in order and without overlap; indices are those of `text`."""
    seen, starts = personal_data.as_seen(text)
    numbers = personal_data.find(text, today)
    # What is surely a national number is not asked about but refused: nothing inside of it is a question of its own.
    candidates: list[tuple[int, int, About | None, str | None]] = [
        (one.start, one.end, None if one.certainty == "sure" else About.NATIONAL_NUMBER, None) for one in numbers
    ]
    for about, finder in _FINDERS.items():
        for start, end in finder(seen):
            first, last = personal_data.in_original(start, end, starts)
            if about is not About.PHONE or _digits(text[first:last]) not in map(_digits, own.phones):
                instead = own.phones[0] if about is About.PHONE and own.phones else None
                candidates.append((first, last, about, instead))
    for start, end, milder in _rulings(seen, rulings):
        candidates.append((*personal_data.in_original(start, end, starts), About.RULING, milder))
    asks: list[Ask] = []
    free_from = 0
    for start, end, what, instead in sorted(candidates, key=lambda one: (one[0], -one[1])):
        if start >= free_from:
            free_from = end
            if what is not None:
                asks.append(Ask(what, start, end, instead))
    return asks


def _emails(seen: str) -> Iterator[tuple[int, int]]:
    for match in _EMAIL.finditer(seen):
        yield match.start(), match.end()


def _accounts(seen: str) -> Iterator[tuple[int, int]]:
    for match in _NAMED_ACCOUNT.finditer(seen):
        yield match.start("number"), match.end("number")
    for match in _NORWEGIAN_ACCOUNT.finditer(seen):
        if _has_account_control(_digits(match[0])) and not _is_named_otherwise(seen, match):
            yield match.start(), match.end()
    for match in _IBAN.finditer(seen):
        if length := personal_data.account_length(match[0]):
            yield match.start(), match.start() + length


def _cases(seen: str) -> Iterator[tuple[int, int]]:
    for match in _CASE.finditer(seen):
        yield match.start("number"), match.end("number")
    for match in _NORWEGIAN_CASE.finditer(seen):
        year, _, number = match[0].partition("/")
        # "11/2026" is a month.
        if not (int(year) <= _MONTHS and _YEARS[0] <= number[:4] <= _YEARS[1] and len(number) == len(_YEARS[0])):
            yield match.start(), match.end()


def _phones(seen: str) -> Iterator[tuple[int, int]]:
    for match in _PHONE_ABROAD.finditer(seen):
        yield match.start(), match.end()
    for match in _PHONE.finditer(seen):
        if not _is_named_otherwise(seen, match) and not _is_date_or_years(match[0]):
            yield match.start(), match.end()


def _rulings(seen: str, rulings: tuple[Ruling, ...]) -> Iterator[tuple[int, int, str]]:
    if not rulings:
        return
    pattern, milder = _one_pattern(rulings)
    for match in pattern.finditer(seen):
        words = milder[" ".join(match[0].casefold().split())]
        yield match.start(), match.end(), words[0].upper() + words[1:] if match[0][0].isupper() else words


@lru_cache(maxsize=64)
def _one_pattern(rulings: tuple[Ruling, ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    """All wordings in one, the longest first; and what to write instead of each."""
    milder = {" ".join(one.words.casefold().split()): one.milder for one in rulings}
    by_length = sorted(milder, key=len, reverse=True)
    wordings = "|".join(r"\s+".join(map(re.escape, words.split())) for words in by_length)
    return re.compile(rf"(?<!\w)(?:{wordings})(?!\w)", re.IGNORECASE), milder


def _is_named_otherwise(seen: str, match: re.Match[str]) -> bool:
    """Whether the words around the digits say that they are something else."""
    before = seen[max(0, match.start() - _BEFORE) : match.start()]
    return _SOMETHING_ELSE.search(before) is not None or _AMOUNT.match(seen, match.end()) is not None


def _is_date_or_years(written: str) -> bool:
    digits = _digits(written)
    if len(written) == len(digits):
        return _is_date(digits[:4], digits[4:6], digits[6:]) or _is_date(digits[4:], digits[2:4], digits[:2])
    return len(written) == len(digits) + 1 and all(_YEARS[0] <= half <= _YEARS[1] for half in (digits[:4], digits[4:]))


def _is_date(year: str, month: str, day: str) -> bool:
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return _YEARS[0] <= year <= _YEARS[1]


def _has_account_control(digits: str) -> bool:
    """Modulus 11 with weights 5 4 3 2 7 6 5 4 3 2 and the control digit last, as Norwegian banks number accounts."""
    rest = -sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=False)) % 11
    return rest == int(digits[-1])


def _digits(written: str) -> str:
    """Eight digits for a number of Denmark or Norway, with or without its country before it."""
    digits = "".join(sign for sign in written if sign.isdigit())
    for country in ("0045", "0047", "45", "47"):
        if digits.startswith(country) and len(digits) == len(country) + _EIGHT:
            return digits.removeprefix(country)
    return digits


_FINDERS: Mapping[About, Callable[[str], Iterator[tuple[int, int]]]] = {
    About.EMAIL: _emails,
    About.ACCOUNT: _accounts,
    About.CASE: _cases,
    About.PHONE: _phones,
}
