"""A charter as it stands in the form: texts as people typed them, good or not, with room for more lines.

Lines keep their number, so that what is wrong is told beside the line that was typed. What it must not do: judge a
charter (`inbox.domain.charters`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from werkzeug.datastructures import MultiDict

from inbox.domain.charters import LISTS, PARTS, Charter, starting_rulings
from inbox.domain.charters.fitness import MOST, folded
from inbox.domain.errors import Invalid

SPARE: Final = 2
"""Empty lines below those that are written, where the list has room."""
EXAMPLES: Final = ("proud", "not_proud")
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    name: tuple(one.name for one in fields(kind)) for name, kind in LISTS.items()
}
EMPTY: Final = Charter("", "", "", "")


@dataclass(frozen=True, slots=True)
class CharterForm:
    """The whole form. `version` is the one that was on the screen, 0 before there was any."""

    version: int
    charter: Charter

    @classmethod
    def of(cls, version: int, charter: Charter | None) -> CharterForm:
        """The form of a charter, with room for more."""
        return cls(version, _with_room(charter or EMPTY))

    @classmethod
    def read(cls, sent: MultiDict[str, str]) -> CharterForm:
        """What a browser sent. Raises Invalid for a version that was never on a screen."""
        version = sent.get("version", "")
        if not (version.isascii() and version.isdigit() and len(version) < 9):
            raise Invalid("The form could not be read. Open the page again; nothing was changed.")
        words: dict[str, Any] = {name: sent.get(name, "") for name in (*PARTS, "standard_line")}
        words |= {name: _lines(name, sent) for name in LISTS}
        return cls(int(version), Charter(**words))

    def stepped(self, step: str, language: str) -> tuple[CharterForm, str]:
        """The form after one of its buttons, and the id of what has the focus then (empty: as before)."""
        what, _colon, name = step.partition(":")
        if what == "more" and name in MOST:
            lines = getattr(self.charter, name)
            return self._with(name, _padded(name, lines, len(lines) + SPARE + 1)), (
                f"{name}-{min(len(lines) + 1, MOST[name])}-{COLUMNS[name][0]}"
            )
        if step == "start:rulings":
            written = [one for one in self.charter.rulings if one.words.strip() or one.milder.strip()]
            known = {folded(one.words) for one in written}
            new = [one for one in starting_rulings(language) if folded(one.words) not in known]
            lines = (*written, *new)[: MOST["rulings"]]
            return self._with("rulings", _padded("rulings", lines, len(lines) + SPARE)), "start-rulings"
        return self, ""

    def _with(self, name: str, lines: Sequence[Any]) -> CharterForm:
        words: dict[str, Any] = {name: tuple(lines)}
        return replace(self, charter=replace(self.charter, **words))


def _with_room(charter: Charter) -> Charter:
    words: dict[str, Any] = {
        name: _padded(name, lines, MOST[name] if name in EXAMPLES else len(lines) + SPARE)
        for name in LISTS
        for lines in (getattr(charter, name),)
    }
    return replace(charter, **words)


def _padded(name: str, lines: Sequence[Any], wanted: int) -> tuple[Any, ...]:
    empty = LISTS[name](*("" for _column in COLUMNS[name]))
    return (*lines, *(empty for _n in range(min(wanted, MOST[name]) - len(lines))))


def _lines(name: str, sent: MultiDict[str, str]) -> tuple[Any, ...]:
    """The lines of one list, in their places; one more than it may have is enough to see that there are too many."""
    columns = COLUMNS[name]
    found: list[Any] = []
    for number in range(1, MOST[name] + 2):
        texts = [sent.get(f"{name}-{number}-{column}") for column in columns]
        if all(text is None for text in texts):
            break
        found.append(LISTS[name](*(text or "" for text in texts)))
    return tuple(found)
