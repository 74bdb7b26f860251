"""The doorbell at the browser's side: who may listen, in which rooms, and who is here.

Rooms are chosen here from the person's rights; a browser can't ask for one. What it must not do: send content.
"""

from __future__ import annotations

from flask import Flask
from flask_login import user_logged_out

from inbox.extensions import socketio
from inbox.realtime import connection, presence, watching
from inbox.realtime.company import Company


def register(app: Flask) -> None:
    """Answer the events that a browser may cause."""
    redis_url = app.extensions["settings"].redis_url
    app.extensions["presence"] = presence.Presence(redis_url)
    app.extensions["company"] = Company(redis_url)
    socketio.on_event("connect", connection.connect)
    socketio.on_event("disconnect", connection.disconnect)
    socketio.on_event("viewing", watching.viewing)
    socketio.on_event("writing", watching.writing)
    user_logged_out.connect(connection.cut_off, app, weak=False)
