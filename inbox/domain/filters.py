"""What narrows a view: by account, tags, priority, language, colleague, and who could read it.

Filters stand in the address as plain words, so that a list can be sent to a colleague, kept under a name and opened
again. Whoever reads an address meets anything; what means nothing is said in a sentence and never passed over, since
another list than the one asked for would look like an answer. What it must not do: know which accounts, tags and
colleagues there are (`inbox.queries.surroundings`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from inbox.domain.conversation import Priority
from inbox.domain.errors import Invalid
from inbox.domain.ids import parse_id
from inbox.domain.text import clean

KINDS = ("account", "tag", "priority", "language", "agent", "visibility")
"""In the order in which chips stand. The names stand in addresses and in saved views."""
LONGEST = 200
"""Characters of one value that are looked at."""
MOST = 20
"""Filters at a time; one more is kept, so that it is refused and not passed over."""
Pair: TypeAlias = tuple[str, str]

_LANGUAGE = re.compile(r"[a-z]{2,3}")
_PRIORITIES = {str(int(priority)): priority for priority in Priority}
_VISIBILITIES = ("public", "private")


@dataclass(frozen=True, slots=True)
class Filters:
    """All of them hold at once, each tag too. None and no tags: nothing is narrowed."""

    account: UUID | None = None
    tags: tuple[str, ...] = ()
    priority: Priority | None = None
    language: str | None = None
    """A primary subtag (`inbox.domain.languages`)."""
    agent: UUID | None = None
    visibility: str | None = None
    """What the citizen wrote: public or private."""

    def __bool__(self) -> bool:
        return self != Filters()


def asked(given: Mapping[str, Sequence[str]]) -> tuple[Pair, ...]:
    """The filters in an address, as they stand there: blanks and doubles left out, in the order of `KINDS`."""
    found = dict.fromkeys(
        (kind, value)
        for kind in KINDS
        for value in (clean(raw).text.strip()[:LONGEST] for raw in given.get(kind, ()))
        if value
    )
    return tuple(found)[: MOST + 1]


def parsed(pairs: Iterable[Pair]) -> Filters:
    """What they mean. Raises Invalid for one that can mean nothing; its `field` is the kind."""
    kinds: dict[str, list[str]] = {}
    for kind, value in pairs:
        kinds.setdefault(kind, []).append(value)
    if sum(map(len, kinds.values())) > MOST:
        raise Invalid("More than %(most)s filters at a time. Take some away.", field="tag", most=MOST)
    for kind, values in kinds.items():
        if kind != "tag" and len(values) > 1:
            raise Invalid("Of this kind only one filter can be set at a time. Take one away.", field=kind)
    return Filters(
        account=_id(kinds, "account", NO_ACCOUNT),
        tags=tuple(kinds.get("tag", ())),
        priority=_priority(kinds),
        language=_language(kinds),
        agent=_id(kinds, "agent", NO_AGENT),
        visibility=_visibility(kinds),
    )


def written(filters: Filters) -> tuple[Pair, ...]:
    """The other way: `parsed` makes the same of it."""
    one_by_one = (
        ("account", str(filters.account) if filters.account else ""),
        *(("tag", tag) for tag in filters.tags),
        ("priority", str(int(filters.priority)) if filters.priority is not None else ""),
        ("language", filters.language or ""),
        ("agent", str(filters.agent) if filters.agent else ""),
        ("visibility", filters.visibility or ""),
    )
    return tuple((kind, value) for kind, value in one_by_one if value)


NO_ACCOUNT = "There is no such account in your team. Take the filter away, or choose another."
NO_AGENT = "There is no such colleague in your team. Take the filter away, or choose another."
NO_TAG = "There is no tag “%(name)s”. Take the filter away, or choose another."


def _id(kinds: Mapping[str, Sequence[str]], kind: str, sentence: str) -> UUID | None:
    if kind not in kinds:
        return None
    found = parse_id(kinds[kind][0])
    if found is None:
        raise Invalid(sentence, field=kind)
    return found


def _priority(kinds: Mapping[str, Sequence[str]]) -> Priority | None:
    if "priority" not in kinds:
        return None
    if kinds["priority"][0] not in _PRIORITIES:
        raise Invalid("There is no such priority. Take the filter away, or choose another.", field="priority")
    return _PRIORITIES[kinds["priority"][0]]


def _language(kinds: Mapping[str, Sequence[str]]) -> str | None:
    if "language" not in kinds:
        return None
    language = kinds["language"][0]
    if not _LANGUAGE.fullmatch(language):
        raise Invalid("There is no language “%(name)s”. Take the filter away.", field="language", name=language)
    return language


def _visibility(kinds: Mapping[str, Sequence[str]]) -> str | None:
    if "visibility" not in kinds:
        return None
    if kinds["visibility"][0] not in _VISIBILITIES:
        raise Invalid("A conversation is public or private. Take the filter away.", field="visibility")
    return kinds["visibility"][0]
