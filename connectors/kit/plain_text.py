"""Plain words out of what a unit sent as HTML.

Why it exists: ticket systems and mail programs answer in HTML, and a citizen is answered in words. What it must not do:
keep anything that could run, load or link invisibly, or judge what the words mean.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

_SILENT = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "iframe", "object"})
_EMPTY = frozenset({"br", "hr", "img", "meta", "link", "input", "wbr"})
_BLOCKS = frozenset({"p", "div", "li", "tr", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "section"})
_QUOTES = frozenset({"blockquote"})


def from_html(html: str, *, quotes: bool = False) -> str:
    """The words as lines. Quoted parts (`blockquote`) are left out unless `quotes`, then each line begins with “> ”."""
    reader = _Reader(quotes)
    reader.feed(html)
    reader.close()
    lines = (re.sub(r"[ \t\xa0]+", " ", line).strip() for line in "".join(reader.words).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    def __init__(self, quotes: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._quotes = quotes
        self._silent: list[str] = []
        self._quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser hands them over
        if tag in _SILENT:
            self._silent.append(tag)
        elif tag in _QUOTES:
            self._quoted += 1
            self._say("\n")
        elif tag == "br" or tag in _BLOCKS:
            self._say("\n")
            if tag == "li":
                self._say("- ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _EMPTY:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            while self._silent.pop() != tag:
                pass
        elif tag in _QUOTES:
            self._quoted = max(0, self._quoted - 1)
            self._say("\n")
        elif tag in _BLOCKS:
            self._say("\n\n" if tag == "p" else "\n")

    def handle_data(self, data: str) -> None:
        # Line breaks of the source are spaces in HTML.
        self._say(re.sub(r"\s+", " ", data))

    def _say(self, words: str) -> None:
        if self._silent:
            return
        if self._quoted and not self._quotes:
            return
        self.words.append(words.replace("\n", "\n> ") if self._quoted else words)
