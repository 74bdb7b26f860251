"""What every template can ask for: who is here, where one can go, how a thing is said.

What it must not do: fetch what only one page shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask, g, request, url_for

from connectors.kit import registry
from inbox.domain import clock, permissions
from inbox.domain.pictures import LARGEST_FILE
from inbox.queries.organisation import House
from inbox.queries.thread_items import Said, Thread
from inbox.web import (
    assets,
    badges,
    complaint_words,
    formatting,
    gathering_words,
    guard_words,
    key_words,
    people,
    stop_words,
    wording,
)
from inbox.web.catalogue import gettext as _
from inbox.web.lost import lost


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the house that this person may enter."""

    name: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A platform as it is shown: a name and two letters, never somebody's logo."""

    label: str
    letters: str


def areas() -> list[Area]:
    """The parts of the house whose doors open for this person; what is shown is no right, the doors ask again."""
    who = people.actor()
    doors = (
        (_("Inbox"), "desk.desk"),
        (_("Questions"), "silo_desk.page"),
        (_("Response times"), "lead.now"),
        (_("Complaints"), "complaints.page"),
        (_("Public history"), "audit.dialogue"),
        (_("Moderation"), "moderating.page"),
        (_("Settings"), "settings.overview"),
    )
    return [
        Area(name, url_for(endpoint), _inside(endpoint))
        for name, endpoint in doors
        if permissions.at(endpoint).admits(who)
    ]


def may_search() -> bool:
    """Whether conversations are this person's to look through; the command bar is theirs as well."""
    return permissions.at("search.found").admits(people.actor())


def _inside(endpoint: str) -> bool:
    """Whether the page belongs to the area that has this door: its own pages, and those below its address."""
    above = url_for(endpoint).rstrip("/")
    return request.blueprint == endpoint.partition(".")[0] or (above != "" and request.path.startswith(f"{above}/"))


def channel(name: str) -> Place:
    """The platform called `name`; one whose connector was taken out keeps its bare name."""
    known = registry.connectors().get(name)
    if known is None:
        return Place(name, name[:2].title())
    return Place(_(known.capabilities.label), known.capabilities.letters)


def house() -> House | None:
    """The organisation, read once for each request by whoever opened the unit of work."""
    found: House | None = g.get("house")
    return found


def undoable(item: object, now: datetime, me: UUID | None) -> bool:
    """Whether this answer can still be taken back: mine, nothing of it under way, its window open or not begun."""
    return (
        isinstance(item, Said)
        and item.author_id == me
        and bool(item.parts)
        and all(
            part.state == "held"
            or (part.state == "queued" and part.attempts == 0 and part.due_at is not None and part.due_at > now)
            for part in item.parts
        )
    )


def rejected(item: object, thread: Thread) -> bool:
    """Whether this answer of ours, or a part of it, does not go out, and nothing else was said that way since.

    It was refused, or planned and taken back.
    """
    return (
        isinstance(item, Said)
        and any(part.state in ("rejected", *(("withdrawn",) if item.planned_for else ())) for part in item.parts)
        and not any(
            isinstance(later, Said)
            and later.private == item.private
            and later.deleted_at is None
            and any(part.state != "rejected" for part in later.parts)
            for later in thread.items[thread.items.index(item) + 1 :]
        )
    )


def register(app: Flask) -> None:
    """Make it known to the templates."""
    said: Mapping[str, Any] = {
        "actor": people.actor,
        "areas": areas,
        "may_search": may_search,
        "may_enter": lambda endpoint: permissions.at(endpoint).admits(people.actor()),
        "asset": assets.asset,
        "sheets": assets.sheets,
        "channel": channel,
        "badge": badges.badge,
        **{
            name: getattr(guard_words, name)
            for name in ("asked_sentences", "asked_things", "because_said", "guard_reasons")
        },
        "key_reason": key_words.key_reason,
        "stop_reason": stop_words.stop_reason,
        "complaint_word": complaint_words.kind_word,
        "lost": lost,
        "gathering_places": lambda channels: " · ".join(
            f"{channel(name).label} {formatting.number(count)}" for name, count in channels
        ),
        "gathering_title": gathering_words.title,
        "gathering_since": gathering_words.since,
        "undoable": undoable,
        "rejected": rejected,
        "unread_notices": lambda: found.unread if (found := house()) else 0,
        "largest_picture": LARGEST_FILE,
        "server_now": lambda: clock.now().timestamp(),
        "organisation_name": lambda: found.name if (found := house()) else "",
        "minutes": lambda count: formatting.duration(timedelta(minutes=count)),
        **{
            name: getattr(formatting, name)
            for name in (
                "language", "clock_time", "exact_time", "day", "dated", "moment", "coming", "day_heading", "weekdays",
                "number", "percent", "duration", "spent", "local", "hour", "share", "date",
            )
        },
        **{
            name: getattr(wording, name)
            for name in (
                "status_word", "klass_word", "reason_word", "event_words", "rule_sentence",
                "priority_word", "initials", "quoted", "masked", "entry_word", "platform_says", "field_word",
                "fault_word", "ticket_word",
            )
        },
    }  # fmt: skip
    app.jinja_env.globals.update(said)
