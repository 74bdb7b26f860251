"""Finds national numbers of persons in a text: Danish CPR numbers, Norwegian fødselsnummer and D-nummer.

Why it exists: such a number must never be published, and one that a citizen has published must not be spread
further by us; people write it with blanks, dashes, dots, in full-width digits or behind a word. What it must
not do: store or log what it finds, or forbid anything (services refuse, screens mask).

The rules are those of the Danish and Norwegian authorities (`national_numbers.py`), and of how people write:
2 + 2 + 2 + 4 or 5 digits with up to three separators between the groups and no further digit on either side. The
text is read as it looks: compatibility forms folded, digits of all scripts as digits, invisible marks left out.

Both countries' numbers are found in every house, always (docs/adr/0010-both-countries-numbers-always.md): a Danish
municipality meets Norwegians. A country pack names its numbers and says what to do instead; none is handed in here, so
that no pack can switch a number off.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from heapq import merge
from itertools import accumulate, pairwise
from typing import Literal, TypeAlias

from inbox.domain import clock
from inbox.domain.national_numbers import NEW_FNR_FROM, has_cpr_control, is_cpr, is_fnr, is_new_fnr

Kind: TypeAlias = Literal["cpr", "fnr"]
"""Danish or Norwegian; the Norwegian one may be a fødselsnummer or a D-nummer."""

MASK = "••••••-••••"
"""The same for every number, so that not even its length is told."""

_GAP = r"[\s\-._/\\|:·•*~+'()\[\]]{0,3}"
_CANDIDATE = re.compile(
    rf"(?<!\d)(?<!\dT)(?=(?P<day>\d\d)(?P<gap1>{_GAP})(?P<month>\d\d)(?P<gap2>{_GAP})(?P<year>\d\d)(?P<gap3>{_GAP})"
    r"(?P<rest>\d{4,5})(?!\d))",
    re.ASCII,
)
"""Looks ahead only, so that a number is found that begins inside something that merely looked like one. What follows
a digit and a T is the time of an ISO instant."""

_IN = r"[\s\-._/\\|:·•*~+']"
_TWO = rf"\d{_IN}\d"
_APART = re.compile(
    rf"(?<!\d)(?<!\d{_IN})(?=(?P<day>{_TWO})(?P<gap1>{_IN}{{1,3}})(?P<month>{_TWO})(?P<gap2>{_IN}{{1,3}})(?P<year>{_TWO})"
    rf"(?P<gap3>{_IN}{{1,3}})(?P<rest>\d(?:{_IN}\d){{3,4}})(?!{_IN}?\d))",
    re.ASCII,
)
"""Each digit on its own. Nobody writes it so by habit, so that its digits have to prove themselves like bare ones."""

_WORD = re.compile(
    r"cpr|c\.p\.r|pers(?:on)?\.?\s?-?(?:nummer|nr)|f(?:ø|oe|o)dsel|f(?:ø|oe)dt|\bfnr|\bd-?nummer",
    re.IGNORECASE,
)
_PRODUCTION_UNIT = re.compile(r"\bp\.?-?\s?(?:nummer|nr\.?)[\s:]*\Z", re.IGNORECASE)
"""Announces the number of a Danish company's place of work: ten digits, many of which begin like a date."""
_SEAM = 40
"""Characters at the end of one text and the beginning of the next."""
_BEFORE, _AFTER = 40, 20
"""How far around a number a word about it is looked for, in characters."""

_IBAN = re.compile(r"(?<![^\W_])[A-Z]{2}\d\d(?:[ -]?[A-Z0-9]){11,30}", re.ASCII)
_SHORTEST_IBAN = 15
_LONGEST_IBAN = 68
"""Signs, and signs with the blanks between them."""
_DASHES = frozenset("\u2212\u02d7\u2043\u30fc\u2796\u0640")
"""Characters that look like a dash and are not of the class of dashes."""
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")
"""Korean letters that nobody sees."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A number at `text[start:end]`: `sure`, or `likely` where only the digits say so and it may be something else."""

    kind: Kind
    start: int
    end: int
    certainty: Literal["sure", "likely"]


def find(text: str, today: date | None = None) -> list[Finding]:
    """All numbers, in order and without overlap; indices are those of `text`.

    `today` bounds birth dates and says which Norwegian rule is in force; the clock's own date if not given. Takes
    time in proportion to the text.
    """
    today = today or clock.now().date()
    seen, starts = as_seen(text)
    found: list[Finding] = []
    free_from = 0
    for match in merge(_CANDIDATE.finditer(seen), _APART.finditer(seen), key=re.Match.start):
        start, end = match.start(), match.end("rest")
        judged = _judge(match, seen, today) if start >= free_from else None
        if judged is not None:
            free_from = end
            found.append(Finding(judged[0], *in_original(start, end, starts), judged[1]))
    return found


def holds(*texts: str, today: date | None = None) -> bool:
    """Whether there surely is a number in one of the texts, or over the seam of two that are read one after the other.

    The first is read before each of the others: an answer, and what is said of each of its pictures.
    """
    return next(_sure(texts, today), None) is not None


def kinds(*texts: str, today: date | None = None) -> tuple[Kind, ...]:
    """Which kinds there surely are, read in the same way, each once."""
    return tuple(dict.fromkeys(_sure(texts, today)))


def mask(text: str, today: date | None = None) -> str:
    """The text with every number replaced by the same dots, likely ones too."""
    pieces: list[str] = []
    done = 0
    for finding in find(text, today):
        pieces += text[done : finding.start], MASK
        done = finding.end
    return "".join(pieces) + text[done:]


def _sure(texts: tuple[str, ...], today: date | None) -> Iterator[Kind]:
    together = [*pairwise(texts), *((texts[0], later) for later in texts[2:])]
    seams = (f"{first[-_SEAM:]}\n{second[:_SEAM]}" for first, second in together)
    return (one.kind for text in (*texts, *seams) for one in find(text, today) if one.certainty == "sure")


def _judge(match: re.Match[str], seen: str, today: date) -> tuple[Kind, Literal["sure", "likely"]] | None:
    digits = "".join(filter(str.isdigit, "".join(match.group("day", "month", "year", "rest"))))
    cpr = len(digits) == 10
    fnr = not cpr and is_fnr(digits, today)
    if not (is_cpr(digits, today) if cpr else fnr or is_new_fnr(digits, today)):
        return None
    named = _WORD.search(seen, max(0, match.start() - _BEFORE), match.end("rest") + _AFTER) is not None
    if not named and (_is_written_as_something_else(match, seen) or _is_in_account(match, seen)):
        return None
    written_as_one = named or (match.re is _CANDIDATE and match["gap3"] != "")
    if cpr:
        return "cpr", "sure" if written_as_one or has_cpr_control(digits) else "likely"
    if fnr:
        return "fnr", "sure"
    # Before 2032 nobody has a number of the new kind, and every 40th bank account would look like one.
    in_force = today >= NEW_FNR_FROM
    if in_force or written_as_one:
        return "fnr", "sure" if in_force and written_as_one else "likely"
    return None


def _is_written_as_something_else(match: re.Match[str], seen: str) -> bool:
    """What is plainly written as another thing than a person's number, unless a word says otherwise."""
    gap1, gap2, gap3 = match.group("gap1", "gap2", "gap3")
    if seen[match.start() - 1 : match.start()] == "+":
        return True  # "+31 10 12 3456": a telephone abroad.
    if (
        len(match["rest"]) == 4
        and gap3 == ""
        and _PRODUCTION_UNIT.search(seen, max(0, match.start() - 16), match.start())
    ):
        return True
    if gap1 == gap2 == ":":
        return True  # "10:11:12+0100": a time with its offset.
    if gap1 == "" and gap2 == gap3 and gap2 in (".", " "):
        # "1234.56.78903": a Norwegian bank account, whose control digit is computed like our second one.
        return len(match["rest"]) == 5
    # "10.-12.11.2026": two days, a month and a year, with another sign between the days than after them.
    return "" != gap1 != gap2 == gap3 != "" and match["year"] <= "12" and match["rest"][:2] in ("19", "20")


def _is_in_account(match: re.Match[str], seen: str) -> bool:
    """Whether it is part of an international bank account (IBAN), whose groups of four may look like ours."""
    start, end = match.start(), match.end("rest")
    return any(
        account.start() < start and end <= account.start() + account_length(account[0])
        for account in _IBAN.finditer(seen, max(0, start - _LONGEST_IBAN), end + _LONGEST_IBAN)
    )


def account_length(text: str) -> int:
    """How much of the text is an international account by its own check (ISO 7064, modulus 97); 0 if nothing is."""
    longest = signs = remainder = 0
    head = int("".join(str(int(sign, 36)) for sign in text[:4]))
    for i, sign in enumerate(text[4:], start=5):
        if sign.isalnum():
            signs += 1
            remainder = int(f"{remainder}{int(sign, 36)}") % 97
            if signs >= _SHORTEST_IBAN - 4 and int(f"{remainder}{head}") % 97 == 1:
                longest = i
    return longest


def as_seen(text: str) -> tuple[str, list[int]]:
    """The text as a reader sees it, and for each original character where it begins there (nothing where all are)."""
    if text.isascii():
        return text, []
    parts = list(map(_plain, text))
    return "".join(parts), list(accumulate(map(len, parts), initial=0))


@lru_cache(maxsize=2000)
def _plain(character: str) -> str:
    category = unicodedata.category(character)
    # A modifier (Sk) from there on is the colour of an emoji's skin.
    if category in ("Mn", "Me", "Cf") or character in _FILLERS or (category == "Sk" and character >= "\U0001f3fb"):
        return ""
    if category == "Pd" or character in _DASHES:
        return "-"
    if category[0] == "Z":
        return " "
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    folded = unicodedata.normalize("NFKC", character)
    if category == "So" and folded == character:
        return "·"  # An emoji stands between digits as a dot does.
    return folded if folded == character else "".join(map(_plain, folded))


def in_original(start: int, end: int, starts: list[int]) -> tuple[int, int]:
    """Where a span as seen lies in the original, with the invisible marks that cling to its last character."""
    if not starts:
        return start, end
    last = bisect_right(starts, end - 1) - 1
    return bisect_right(starts, start) - 1, bisect_right(starts, starts[last + 1]) - 1
