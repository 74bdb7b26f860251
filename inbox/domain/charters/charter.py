"""One charter: its words, and everything that can keep them from being one.

Why it exists: what stands beside the composer is read by everybody who answers, and parts of it go out in answers, so
that a version is whole and fit or is not saved; whoever writes it is told everything that is wrong at once, beside the
field. What it must not do: know the account, or when we are there (the calendar does).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from inbox.domain.charters import fitness
from inbox.domain.charters.fitness import Fault, Unfit
from inbox.domain.charters.rulings import Ruling
from inbox.domain.text import clean

__all__ = ["PARTS", "Charter", "Example", "Fault", "Reason", "Reference", "Unfit"]

PARTS: Final = ("answers", "passes_on", "never", "tone")
"""What is said in sentences, in the order in which it is read."""


@dataclass(frozen=True, slots=True)
class Example:
    """An answer, invented or taken from us, and why it is good or not."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A rule that answers may point to: a sentence to put in, and the page where the rule stands."""

    title: str
    text: str
    link: str

    @property
    def words(self) -> str:
        """What is put into an answer."""
        return f"{self.text} {self.link}" if self.text else self.link


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason to hide or block, and the rule as the citizen is told it."""

    name: str
    rule: str


@dataclass(frozen=True, slots=True)
class Charter:
    """The whole of it. `standard_line` may be empty: then nothing is appended.

    As it stands it may be what somebody typed; `fit` is what may be saved. What was saved is read without judging it
    again, since rules grow stricter and an old version must stay readable.
    """

    answers: str
    passes_on: str
    never: str
    tone: str
    proud: tuple[Example, ...] = ()
    not_proud: tuple[Example, ...] = ()
    standard_line: str = ""
    rulings: tuple[Ruling, ...] = ()
    references: tuple[Reference, ...] = ()
    reasons: tuple[Reason, ...] = ()

    def fit(self) -> Charter:
        """The same, its texts cleaned and without lines that are quite empty.

        Raises Unfit with everything that can't stand; fields are named like `rulings.2.words`, counted from 1 as the
        lines were given.
        """
        tidied = Charter(
            **{name: _tidy(getattr(self, name)) for name in PARTS},
            standard_line=_one_line(self.standard_line),
            proud=tuple(Example(_tidy(one.text), _tidy(one.why)) for one in self.proud),
            not_proud=tuple(Example(_tidy(one.text), _tidy(one.why)) for one in self.not_proud),
            rulings=tuple(Ruling(_one_line(one.words), _one_line(one.milder)) for one in self.rulings),
            references=tuple(
                Reference(_one_line(one.title), _tidy(one.text), _one_line(one.link)) for one in self.references
            ),
            reasons=tuple(Reason(_one_line(one.name), _tidy(one.rule)) for one in self.reasons),
        )
        if faults := tuple(fitness.faults(tidied.to_json())):
            raise Unfit(faults)
        full: dict[str, Any] = {
            name: tuple(one for one in getattr(tidied, name) if any(asdict(one).values())) for name in LISTS
        }
        return replace(tidied, **full)

    def to_json(self) -> dict[str, Any]:
        """The same value for every equal charter."""
        return {
            **{name: getattr(self, name) for name in (*PARTS, "standard_line")},
            **{name: [asdict(one) for one in getattr(self, name)] for name in LISTS},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Charter:
        """Read what `to_json` wrote. Raises KeyError or TypeError for another shape."""
        words: dict[str, Any] = {name: data[name] for name in (*PARTS, "standard_line")}
        words |= {name: tuple(kind(**one) for one in data[name]) for name, kind in LISTS.items()}
        return cls(**words)


LISTS: Final[Mapping[str, type[Any]]] = {
    "proud": Example,
    "not_proud": Example,
    "rulings": Ruling,
    "references": Reference,
    "reasons": Reason,
}
"""What is said in lines, and what one line is."""


def _tidy(text: str) -> str:
    return clean(text).text.strip()


def _one_line(text: str) -> str:
    return " ".join(clean(text).text.split())
