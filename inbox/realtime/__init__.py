"""The doorbell at the browser's side: who may listen, in which rooms, and who is here.

Rooms are chosen here from the person's rights; a browser can't ask for one. What it must not do: send content.
"""

from __future__ import annotations

from flask import Flask
from flask_login import user_logged_out

from inbox.extensions import socketio
from inbox.realtime import connection, presence


def register(app: Flask) -> None:
    """Answer the two events that a browser may cause."""
    app.extensions["presence"] = presence.Presence(app.extensions["settings"].redis_url)
    socketio.on_event("connect", connection.connect)
    socketio.on_event("disconnect", connection.disconnect)
    user_logged_out.connect(connection.cut_off, app, weak=False)
