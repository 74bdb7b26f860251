"""What somebody wrote in a mail, without what they answered to.

Why it exists: a mail program puts the whole question under the answer, and a citizen must not be answered with their
own words. The rules are small and in the languages that we speak: lines with “>”, the line that introduces a quote,
Outlook's block of headers, and the line that a signature begins with. What it must not do: guess beyond them; whoever
reads the draft sees what is too much.
"""

from __future__ import annotations

import re
from typing import Final

_INTRODUCES: Final = re.compile(
    r"^\s*(?:"
    r"(?:den\b|d\.|p[åa]\b|man\.|tir\.|ons\.|tor\.|fre\.|l[øo]r\.|s[øo]n\.).{0,200}\bskrev\b.{0,200}:"
    r"|.{1,200}\bskrev\b.{0,80}:"
    r"|on\b.{0,250}\bwrote:"
    r"|.{1,200}<[^<>\s]+@[^<>\s]+>\s*(?:skrev|wrote):"
    r")\s*$",
    re.IGNORECASE,
)
_DASHES: Final = re.compile(
    r"^\s*-{2,}\s*(?:oprindelig\w* (?:meddelelse|besked)|opprinnelig (?:melding|e-post)|original message)\s*-{2,}\s*$",
    re.IGNORECASE,
)
_FROM: Final = re.compile(r"^\s*\*?(?:fra|from):\*?\s+\S", re.IGNORECASE)
_HEADERS: Final = re.compile(r"^\s*\*?(?:sendt|sent|dato|date|til|to|emne|subject|cc|kopi):\*?\s", re.IGNORECASE)
_RULE: Final = re.compile(r"^\s*_{10,}\s*$")
_SIGNATURE: Final = re.compile(r"^--\s?$")
_HEADER_LINES: Final = 4
"""Among so many lines after “Fra:” two others of Outlook's headers are looked for."""


def without_quotes(text: str) -> str:
    """The words above everything that is quoted, without a signature behind “-- ”. Empty where nothing else is left."""
    kept: list[str] = []
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate(lines):
        if _ends(lines, number):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line.rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _ends(lines: list[str], number: int) -> bool:
    line = lines[number]
    if _SIGNATURE.match(line) or _DASHES.match(line):
        return True
    if _FROM.match(line) and _headers(lines[number + 1 : number + 1 + _HEADER_LINES]) >= 2:
        return True
    if _RULE.match(line):
        following = [one for one in lines[number + 1 : number + 3] if one.strip()]
        return bool(following) and bool(_FROM.match(following[0]))
    if line.lstrip().startswith(">"):
        return False
    # A mail program breaks the line that introduces a quote.
    joined = " ".join(one.strip() for one in lines[number : number + 2])
    if _INTRODUCES.match(line):
        return _quoted(line, lines[number + 1 :])
    return not line.rstrip().endswith(":") and bool(_INTRODUCES.match(joined)) and _quoted(joined, lines[number + 2 :])


def _headers(lines: list[str]) -> int:
    return sum(1 for line in lines if _HEADERS.match(line))


def _quoted(introduction: str, lines: list[str]) -> bool:
    """Whether what follows is a quote: it is marked, or introduced with a day or an address as mail programs do."""
    following = next((one for one in lines if one.strip()), ">")
    return following.lstrip().startswith(">") or re.search(r"\d|@", introduction) is not None
