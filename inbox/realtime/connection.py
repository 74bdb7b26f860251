"""A browser connects: refused without a session, put into the rooms that its person's rights open with one.

The Origin header is checked by the server's own list (`cors_allowed_origins`). What it must not do: listen to
what a browser says of its person (`watching.py`); deeds come by HTTP, where they are guarded.
"""

from __future__ import annotations

from flask import Flask, current_app, request
from flask_security import current_user
from flask_socketio import join_room

from inbox.domain.permissions import ROOMS, SOCKET_EVENTS
from inbox.extensions import socketio
from inbox.models import Agent
from inbox.nudges import team_room
from inbox.queries.people import actor_of
from inbox.realtime import watching
from inbox.realtime.presence import Presence


def connect(_auth: object = None) -> bool:
    """Whether the browser may listen."""
    actor = actor_of(current_user) if current_user and current_user.is_authenticated else None
    if actor is None or not SOCKET_EVENTS["connect"].admits(actor):
        return False
    if ROOMS["team"].admits(actor):
        for team in actor.teams:
            join_room(team_room(team))
    if ROOMS["agent"].admits(actor):
        join_room(f"agent:{actor.id}")
    _presence().arrived(str(actor.id), watching.page())
    return True


def disconnect(_reason: object = None) -> None:
    """The page was closed, or the line broke."""
    if current_user and current_user.is_authenticated:
        actor = actor_of(current_user)
        _presence().left(str(actor.id), watching.page())
        watching.left(actor)


def cut_off(_app: Flask, user: Agent) -> None:
    """Somebody signed out: every page of theirs that still listens is disconnected, in whichever process."""
    for page in _presence().pages(str(user.id)):
        socketio.server.disconnect(page, namespace="/")  # type: ignore[attr-defined] # the stubs leave it out
        _presence().left(str(user.id), page)


def _page() -> str:
    """The open page's own id among all sockets."""
    return str(request.sid)  # type: ignore[attr-defined] # Flask-SocketIO adds it to the request of an event


def _presence() -> Presence:
    found: Presence = current_app.extensions["presence"]
    return found
