"""What a browser says of its person: which conversation is in front, and whether they write in it.

It carries ids and nothing else; the person comes from the session, and the conversation is asked for with that
person's own rights, so that nobody shows up where they may not look. What it must not do: change anything that lasts,
but for the minute in which the person was seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from flask import current_app, request
from flask_security import current_user

from inbox import nudges
from inbox.domain import clock
from inbox.domain.actors import Actor
from inbox.domain.attendance import to_be_written
from inbox.domain.events import CompanyChanged
from inbox.domain.ids import parse_id
from inbox.domain.permissions import SOCKET_EVENTS
from inbox.queries.company import teams_of
from inbox.queries.people import actor_of
from inbox.realtime.company import Company
from inbox.services import attendance
from inbox.uow import reading, uow


def viewing(said: object = None) -> None:
    """This conversation is in front of somebody; without an id nothing is."""
    actor = _admitted("viewing")
    if actor is None:
        return
    _seen(actor)
    conversation = _asked_for(actor, said)
    _tell(actor, company().looks(str(actor.id), page(), conversation))


def writing(said: object = None) -> None:
    """Somebody writes in it, or has stopped (`on` is false)."""
    actor = _admitted("writing")
    if actor is None:
        return
    conversation = _asked_for(actor, said)
    if conversation is not None:
        on = isinstance(said, Mapping) and said.get("on") is True
        _tell(actor, company().writes(str(actor.id), page(), conversation, on=on))


def left(actor: Actor) -> None:
    """The page is gone."""
    _tell(actor, company().looks(str(actor.id), page(), None))


def page() -> str:
    """The open page's own id among all sockets."""
    return str(request.sid)  # type: ignore[attr-defined] # Flask-SocketIO adds it to the request of an event


def company() -> Company:
    """This process's line to Redis."""
    found: Company = current_app.extensions["company"]
    return found


def _admitted(event: str) -> Actor | None:
    actor = actor_of(current_user) if current_user and current_user.is_authenticated else None
    return actor if actor is not None and SOCKET_EVENTS[event].admits(actor) else None


def _asked_for(actor: Actor, said: object) -> str | None:
    given = said.get("id") if isinstance(said, Mapping) else None
    id_ = parse_id(given) if isinstance(given, str) else None
    return str(id_) if id_ is not None and _teams(actor, [id_]) else None


def _seen(actor: Actor) -> None:
    if to_be_written(current_user.seen_at, clock.now()):
        with uow(actor) as work:
            attendance.seen(work)


def _tell(actor: Actor, changed: Iterable[str]) -> None:
    ids = [UUID(one) for one in changed]
    if ids and company().may_tell(page()):
        nudges.ring(CompanyChanged(id_, team) for id_, team in _teams(actor, ids).items())


def _teams(actor: Actor, ids: Iterable[UUID]) -> Mapping[UUID, UUID]:
    with reading(actor) as work:
        return teams_of(work, ids)
