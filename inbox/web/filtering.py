"""Filters as the desk shows them: read from the address, drawn as chips, and carried along wherever one goes.

Every address that names a view gets the filters of the present one, unless it says otherwise: whoever opens a
conversation, writes in it or turns a page comes back to the list they came from. What it must not do: decide what a
filter finds (`inbox.queries.surroundings`, `inbox.queries.inbox_list`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from babel import Locale, UnknownLocaleError
from flask import has_request_context, request, url_for
from flask_babel import lazy_gettext as _l

from inbox.domain import filters
from inbox.domain.conversation import Priority
from inbox.domain.filters import KINDS, Pair
from inbox.domain.ids import parse_id
from inbox.queries.inbox_list import View
from inbox.queries.surroundings import Around
from inbox.web.formatting import language as page_language
from inbox.web.policy_words import PRIORITIES

CARRIED = (*KINDS, "after")
"""What an address takes along beside its view: the filters, and which page of the list."""
SPOKEN = ("da", "nb", "nn", "sv", "en", "de", "pl", "uk", "ar", "tr", "so", "fa")
"""Languages that the form offers; an address may name any other."""
NAMES = {
    "account": _l("Account"),
    "tag": _l("Tag"),
    "priority": _l("Priority"),
    "language": _l("Language"),
    "agent": _l("Colleague"),
    "visibility": _l("Who reads it"),
}
READERS = {"public": _l("Public"), "private": _l("Private")}


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on. `without` is the list without it."""

    kind: str
    label: str
    without: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to filter by, with what there is to choose."""

    kind: str
    name: str
    options: tuple[tuple[str, str], ...]
    chosen: str


def asked() -> tuple[Pair, ...]:
    """The filters in the present address."""
    return filters.asked(request.args.to_dict(flat=False))


def values(pairs: Iterable[Pair]) -> dict[str, Any]:
    """As `url_for` takes them: exactly these, none that happens to be in the present address."""
    given: dict[str, Any] = dict.fromkeys(CARRIED)
    for kind, value in pairs:
        given[kind] = [*(given[kind] or ()), value]
    return given


def address(view: View, pairs: Iterable[Pair] = (), after: str | None = None) -> str:
    """The list of a view with these filters."""
    return url_for("desk.desk", view=view.value, **{**values(pairs), "after": after})


def row_address(view: View) -> Callable[[UUID], str]:
    """The address of each conversation of the present list: made once, since fifty of them took as long as a query."""
    nobody = UUID(int=0)
    before, _id, after = url_for("desk.conversation", conversation_id=nobody, view=view.value).partition(str(nobody))
    return lambda conversation_id: f"{before}{conversation_id}{after}"


def carry(_endpoint: str, given: dict[str, Any]) -> None:
    """Hung into `url_for`: an address with a view takes the present filters along."""
    if "view" not in given or not has_request_context() or any(kind in given for kind in CARRIED):
        return
    present = request.args
    for kind in CARRIED:
        if kind in present:
            given[kind] = present.getlist(kind)


def chips(view: View, pairs: tuple[Pair, ...], around: Around) -> list[Chip]:
    """One for each filter, also for one that names nothing: it must be possible to take it away."""
    return [
        Chip(pair[0], label(pair, around), address(view, [other for other in pairs if other != pair])) for pair in pairs
    ]


def label(pair: Pair, around: Around) -> str:
    """A filter in words."""
    kind, value = pair
    known = dict(_options(kind, around))
    if kind == "tag":
        return value
    if kind == "language":
        return language_name(value)
    return known.get(value, value)


def choices(pairs: tuple[Pair, ...], around: Around) -> list[Choice]:
    """The form that sets filters. A tag is added to those that are on."""
    on = dict(pairs)
    return [
        Choice(
            kind,
            str(NAMES[kind]),
            _options(kind, around),
            "" if kind == "tag" else on.get(kind, ""),
        )
        for kind in KINDS
    ]


def language_name(code: str) -> str:
    """`dansk`, in the page's language; the code itself if nobody knows it."""
    try:
        name = Locale.parse(code).get_language_name(page_language())
    except (UnknownLocaleError, ValueError):
        return code
    return name[:1].upper() + name[1:] if name else code


def _options(kind: str, around: Around) -> tuple[tuple[str, str], ...]:
    match kind:
        case "account":
            return tuple((str(one.id), one.name) for one in around.accounts)
        case "tag":
            return tuple((one.name, one.name) for one in around.tags)
        case "priority":
            return tuple((str(int(priority)), str(PRIORITIES[priority])) for priority in Priority)
        case "language":
            return tuple((code, language_name(code)) for code in SPOKEN)
        case "agent":
            return tuple((str(one.id), one.name) for one in around.colleagues)
        case _visibility:
            return tuple((name, str(word)) for name, word in READERS.items())


def own_account(pairs: tuple[Pair, ...]) -> UUID | None:
    """The account, where the list is narrowed to it and to nothing else."""
    return parse_id(pairs[0][1]) if len(pairs) == 1 and pairs[0][0] == "account" else None
