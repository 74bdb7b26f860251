"""What one version of a charter says otherwise than the one before, part by part and word by word.

What it must not do: name the parts for people, or make markup.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from inbox.domain.charters.charter import PARTS, Charter
from inbox.domain.differences import Stretch, differences

ORDER: Final = (*PARTS, "proud", "not_proud", "standard_line", "rulings", "references", "reasons")
"""The parts in the order in which they are read."""
_NOTHING: Final = Charter("", "", "", "")


@dataclass(frozen=True, slots=True)
class Change:
    """A part that changed; `part` is the field's name."""

    part: str
    stretches: tuple[Stretch, ...]


def changes(before: Charter | None, after: Charter) -> tuple[Change, ...]:
    """Every part that reads otherwise; of a first version every part that has words."""
    old, new = _texts(before or _NOTHING), _texts(after)
    return tuple(Change(part, differences(old[part], new[part])) for part in ORDER if old[part] != new[part])


def _texts(charter: Charter) -> dict[str, str]:
    """Each part as one text; a list has a line for each of its lines."""
    return {
        **{part: getattr(charter, part) for part in (*PARTS, "standard_line")},
        "proud": "\n".join(f"»{one.text}« – {one.why}" for one in charter.proud),
        "not_proud": "\n".join(f"»{one.text}« – {one.why}" for one in charter.not_proud),
        "rulings": "\n".join(f"{one.words} → {one.milder}" for one in charter.rulings),
        "references": "\n".join(f"{one.title}: {one.words}" for one in charter.references),
        "reasons": "\n".join(f"{one.name}: {one.rule}" for one in charter.reasons),
    }
