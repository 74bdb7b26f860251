"""How long a text is, and where it may be cut.

Why it exists: platforms count in different units, and a cut inside a letter, a word or "kl. 9.10" makes the
organisation look careless. What it must not do: know limits or platforms (`connectors`), or cut (`signature.py`).

Every function takes time in proportion to the text, whatever is in it.
"""

from __future__ import annotations

import regex

_GRAPHEME = regex.compile(
    r"[\U0001F1E6-\U0001F1FF]{1,2}[\p{GCB=Extend}\p{GCB=ZWJ}\p{GCB=SpacingMark}]*+|\X",
)
"""`\\X`, with flags spelt out: at each regional indicator `\\X` counts back to the first of the row, so that a
thousand flags cost a million steps. Where the row begins is known here, because matching never stops inside a pair."""

_WORD_END = regex.compile(r"(?<=\S)(?=[^\S\u00a0\u2007\u202f]|\Z)")
"""Before white space, except the spaces whose purpose is to hold two words together."""

_SENTENCE_END = regex.compile(
    r"(?<![.!?…])(?P<mark>[.!?…]++)[\p{Pe}\p{Pf}\"'”’«»]*+(?=(?P<gap>\s++)(?P<next>\S)|\s*+\Z)"
    r"|(?P<line>\S)(?=[^\S\n]*+\n)"
)
"""Marks that may end a sentence with what closes after them, or the end of a line."""

_LAST_WORD = regex.compile(r"[\p{L}\p{N}.]*+\Z")
_LONGEST_ABBREVIATION = 8

_AFTER_THESE_NO_END = """
adr afd alm ang art bl bl.a bla ca d d.d d.v.s dr dvs e.g e.kr e.l eks ekskl eksl etc f.eks f.kr f.o.m
fr frk g gl hhv hr i.e i.f.m ifm inkl j.nr jf jfr jr k.l kap kgl kl kr kt m.a.o m.fl m.h.t m.m m.v maks
max mfl mht mia mill min mm mrk mv nr o.a o.l o.s.v oa osv p.g.a p.t pga pkt pr prof pt s skt sml spm
spsm sr st stk str t.h t.o.m t.v th tlf tv ung v vedr vha vs
"""
_ABBREVIATIONS = frozenset(_AFTER_THESE_NO_END.split())
"""Danish, Norwegian and English. A word too many costs a cut one sentence earlier, a word too few an ugly cut."""


def graphemes(text: str) -> int:
    """What a reader counts as characters (Unicode's extended grapheme clusters)."""
    return len(grapheme_ends(text))


def utf8_bytes(text: str) -> int:
    """The length in UTF-8."""
    return len(text.encode("utf-8", "surrogatepass"))


def grapheme_ends(text: str) -> list[int]:
    """The index after each grapheme."""
    if text.isascii() and "\r" not in text:
        return list(range(1, len(text) + 1))
    return [match.end() for match in _GRAPHEME.finditer(text)]


def word_ends(text: str) -> list[int]:
    """The index after each word, with the punctuation that clings to it."""
    return [match.end() for match in _WORD_END.finditer(text)]


def sentence_ends(text: str) -> list[int]:
    """The index after each sentence with its closing quotes, and after each line that has words.

    Careful rather than complete: no end after an abbreviation, an initial, a number ("den 3. marts", "kl. 9.10")
    or before a small letter.
    """
    return [match.end() for match in _SENTENCE_END.finditer(text) if match["line"] or _ends_a_sentence(text, match)]


def _ends_a_sentence(text: str, match: regex.Match[str]) -> bool:
    following = match["next"]
    if following is None or "\n" in match["gap"]:
        return True
    if following.islower():
        return False
    if match["mark"] != ".":
        return True
    before = _LAST_WORD.search(text, max(0, match.start() - _LONGEST_ABBREVIATION), match.start())
    word = before[0].casefold().removeprefix(".") if before else ""
    return not (word.replace(".", "").isdecimal() or len(word) == 1 or word in _ABBREVIATIONS)
