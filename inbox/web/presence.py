"""Who is here, as a fragment: the rings beside the rows, who writes in the open conversation, how many are here, and
until when we are open.

Sockets say only that something changed; the names come from here, by the same rights as the rows themselves. What it
must not do: change anything, or fail because Redis is silent.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from flask import Blueprint, current_app, render_template, request

from inbox.domain.ids import parse_id
from inbox.queries.company import is_away, names_of, teams_of
from inbox.services import standing
from inbox.web import reading
from inbox.web.people import here
from inbox.web.standing_words import standing_words

blueprint = Blueprint("presence", __name__)
MOST = 200
"""Conversations asked about at once; a page shows 50."""


class Around(Protocol):
    """The people in one conversation, by id."""

    @property
    def looking(self) -> frozenset[str]: ...
    @property
    def writing(self) -> frozenset[str]: ...


class Company(Protocol):
    """What we use of `inbox.realtime.company`."""

    def around(self, conversations: Collection[str], but: str) -> Mapping[str, Around]: ...


class Presence(Protocol):
    """What we use of `inbox.realtime.presence`."""

    def here(self) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class Seen:
    """One conversation that somebody is in. `looking` are those who only look."""

    id: str
    looking: tuple[str, ...]
    writing: tuple[str, ...]


@blueprint.get("/presence")
def company() -> str:
    """Who else is in these conversations, and how many of one's teams are here."""
    asked = {id_ for given in request.args.get("ids", "").split(",")[:MOST] if (id_ := parse_id(given)) is not None}
    line: Company = current_app.extensions["company"]
    pages: Presence = current_app.extensions["presence"]
    with reading.page(here()) as work:
        me = str(work.actor.id)
        around = line.around([str(id_) for id_ in teams_of(work, asked)], me)
        present = pages.here() - {me}
        people = {UUID(one) for one in present.union(*(one.looking for one in around.values()))}
        names = {str(id_): name for id_, name in names_of(work, people).items()} if people else {}
        seen = [
            Seen(id_, _named(one.looking - one.writing, names), _named(one.writing, names))
            for id_, one in around.items()
        ]
        return render_template(
            "conversations/company.html",
            seen=[one for one in seen if one.looking or one.writing],
            open=request.args.get("open", ""),
            here=sum(one in names for one in present),
            hours=standing_words(standing.of_ones_accounts(work), work.now),
            away=is_away(work),
        )


def _named(ids: Collection[str], names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted((names[id_] for id_ in ids if id_ in names), key=str.casefold))
