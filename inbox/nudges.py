"""Who is told after a commit: browsers by a nudge, workers by a bell.

A nudge carries a kind, an id and a version, never words; the browser fetches the rest where its rights
are checked. Both may be lost: the sweep rings again, and the page fetches anew when it reconnects. So a
silent Redis costs latency and one warning, and never the deed. What it must not do: decide anything
about the deed itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Protocol, TypeAlias, assert_never

from flask import Flask, current_app
from redis import Redis, RedisError

from inbox import jobs, log
from inbox.domain.events import (
    AccountChanged,
    AccountDue,
    CallingDue,
    CompanyChanged,
    ContactChanged,
    ConversationChanged,
    DeedsDue,
    DeliveriesDue,
    Event,
    MuchChanged,
    NoticeTold,
    PicturesDue,
    QuestionsChanged,
    RawEventsDue,
    ReachingDue,
    SilosDue,
)

_log = log.get(__name__)
Nudging: TypeAlias = (
    ConversationChanged | MuchChanged | AccountChanged | NoticeTold | QuestionsChanged | CompanyChanged | ContactChanged
)
"""What browsers are told of."""
ONE_BY_ONE = 20
"""Changed conversations of one team in one deed that are told one by one."""


class Emitter(Protocol):
    """What we use of Socket.IO: say something to a room."""

    def emit(self, event: str, data: dict[str, Any], *, to: str) -> None: ...


def register(app: Flask, redis: Redis, emitter: Emitter) -> None:
    """Hang the bells in an application."""
    app.extensions["bells"] = jobs.Bells(redis)
    app.extensions["emitter"] = emitter


def team_room(team_id: object) -> str:
    """Everybody who may see the team's conversations. The server alone puts people into it."""
    return f"team:{team_id}"


def agent_room(agent_id: object) -> str:
    """One person's own pages."""
    return f"agent:{agent_id}"


def ring(events: Iterable[Event]) -> None:
    """Tell everybody who must know. Each thing once, in its last version."""
    latest: dict[object, Event] = {}
    for event in events:
        key = _about(event)
        latest.pop((type(event), key), None)
        latest[type(event), key] = event
    for event in _told_together(list(latest.values())):
        try:
            _tell(event)
        except (RedisError, OSError) as error:
            _log.warning("nobody_heard", nudge=type(event).__name__, error=str(error))
            return


def _about(event: Event) -> object:
    """What an event is about: of two about the same thing the later one is told."""
    match event:
        case ConversationChanged() | AccountChanged() | AccountDue() | CompanyChanged():
            return event.id
        case NoticeTold():
            return event.agent_id
        case ContactChanged():
            return event.id, event.team_id
        case QuestionsChanged():
            return event.silo_id
        case _:
            return type(event)


def _told_together(events: list[Event]) -> list[Event]:
    """A page of posts changes hundreds of conversations: a team is then told once that much is new, and fetches all."""
    changed = Counter(event.team_id for event in events if isinstance(event, ConversationChanged))
    crowded = {team for team, count in changed.items() if count > ONE_BY_ONE}
    kept = [event for event in events if not (isinstance(event, ConversationChanged) and event.team_id in crowded)]
    return [*kept, *(MuchChanged(team) for team in sorted(crowded))]


def _tell(event: Event) -> None:
    bells: jobs.Bells = current_app.extensions["bells"]
    match event:
        case DeliveriesDue():
            bells.enqueue(jobs.DELIVER)
        case AccountDue(id=id_):
            bells.enqueue(jobs.INGEST, str(id_))
        case RawEventsDue():
            bells.enqueue(jobs.TAKE_IN)
        case PicturesDue():
            bells.enqueue(jobs.PICTURES)
        case DeedsDue():
            bells.enqueue(jobs.DEEDS)
        case SilosDue():
            bells.enqueue(jobs.SILOS)
        case CallingDue():
            bells.enqueue(jobs.CALLING)
        case ReachingDue():
            bells.enqueue(jobs.REACHING)
        case _:
            _nudge(event)


def _nudge(event: Nudging) -> None:
    emitter: Emitter = current_app.extensions["emitter"]
    version = 0
    match event:
        case ConversationChanged(id=about, team_id=team, version=version):
            kind, rooms = "conversation", [team_room(team)]
        case MuchChanged(team_id=about):
            kind, rooms = "team", [team_room(about)]
        case AccountChanged(id=about, team_id=team):
            kind, rooms = "account", [team_room(team)]
        case NoticeTold(agent_id=about):
            kind, rooms = "notice", [agent_room(about)]
        case QuestionsChanged(silo_id=about, agent_ids=agents):
            kind, rooms = "silo", [agent_room(one) for one in agents]
        case CompanyChanged(id=about, team_id=team):
            kind, rooms = "presence", [team_room(team)]
        case ContactChanged(id=about, team_id=team):
            kind, rooms = "contact", [team_room(team)]
        case _:
            assert_never(event)
    for room in rooms:
        emitter.emit("nudge", {"kind": kind, "id": str(about), "version": version}, to=room)
