"""What was done with many conversations just now, kept in the person's session until they do the next such thing.

It holds ids and versions and no words. What it must not do: do or undo anything (`bulk.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask import session
from flask_babel import gettext as _
from flask_babel import ngettext

from inbox.services.bulk import Deed, Done, Picked

KEPT = "bulk"
SHOWN_FOR = timedelta(minutes=1)
"""How long the list says what was done, and offers to take it back."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the list says of it, and whether it can still be taken back."""

    sentence: str
    undo: bool


def keep(done: Done, at: datetime, *, undone: bool) -> None:
    """Remember it for the next page."""
    session[KEPT] = {
        "deed": done.deed.value,
        "done": [[one.id.hex, one.version] for one in done.done],
        "left": done.left,
        "tag": done.tag_id.hex if done.tag_id else None,
        "undone": undone,
        "at": at.isoformat(),
    }


def kept() -> Done | None:
    """What can be taken back."""
    found = session.get(KEPT)
    if found is None or found["undone"]:
        return None
    done = tuple(Picked(UUID(hex=id_), version) for id_, version in found["done"])
    return Done(Deed(found["deed"]), done, 0, UUID(hex=found["tag"]) if found["tag"] else None)


def told(now: datetime) -> Told | None:
    """What to say of it, if it was just now."""
    found = session.get(KEPT)
    if found is None or not timedelta() <= now - datetime.fromisoformat(found["at"]) < SHOWN_FOR:
        return None
    count = len(found["done"])
    said = _sentence(Deed(found["deed"]), count, undone=found["undone"]) if count else _("Nothing was changed.")
    if found["left"]:
        left: str = ngettext(
            "%(num)s was left as it is: it has changed, or is not yours to change.",
            "%(num)s were left as they are: they have changed, or are not yours to change.",
            found["left"],
        )
        said = f"{said} {left}"
    return Told(said, count > 0 and not found["undone"])


def _sentence(deed: Deed, count: int, *, undone: bool) -> str:
    if undone:
        return str(ngettext("%(num)s conversation is as it was.", "%(num)s conversations are as they were.", count))
    match deed:
        case Deed.TAKE:
            return str(ngettext("%(num)s conversation is yours.", "%(num)s conversations are yours.", count))
        case Deed.SOLVE:
            return str(ngettext("%(num)s conversation is solved.", "%(num)s conversations are solved.", count))
        case Deed.DISMISS:
            return str(ngettext("%(num)s conversation is dismissed.", "%(num)s conversations are dismissed.", count))
        case Deed.TAG:
            return str(ngettext("%(num)s conversation is tagged.", "%(num)s conversations are tagged.", count))
