"""Every socket event is in the map of permissions, and a browser hears exactly the rooms that the map opens.

A real server and real web sockets: rooms live in the server, and a nudge goes by way of Valkey.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from flask import Flask
from websockets.sync.client import ClientConnection, connect
from werkzeug.serving import make_server

from inbox.domain import permissions
from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.ids import new_id
from inbox.models import Agent, Team
from inbox.nudges import team_room
from inbox.services import agents
from inbox.uow import uow
from tests.architecture import scene
from tests.architecture.scene import EVERYBODY, STRANGER, Visitor

PATIENCE = 30
"""Seconds until a silent line fails the test."""


def test_each_socket_event_is_in_the_map(own_app: Flask) -> None:
    handlers = own_app.extensions["socketio"].server.handlers

    assert set(handlers) == {"/"}
    assert set(handlers["/"]) == set(permissions.SOCKET_EVENTS)


def test_everybody_hears_exactly_what_the_map_says(own_app: Flask) -> None:
    with own_app.app_context():
        made = scene.made_for(STRANGER)
        actors = {visitor: None if visitor == STRANGER else made.actors[visitor] for visitor in EVERYBODY}
        browsers = {visitor: Visitor(own_app, actor) for visitor, actor in actors.items()}
    with served(own_app) as port:
        for visitor, actor in actors.items():
            with line(port, browsers[visitor]) as (told, opened):
                assert opened == permissions.SOCKET_EVENTS["connect"].admits(actor), visitor
                if actor is None or not opened:
                    continue
                emitter = own_app.extensions["emitter"]
                nudge = {"kind": "conversation", "version": 1}
                emitter.emit("nudge", {**nudge, "id": "of the team"}, to=team_room(made.team))
                # Nudges arrive in order: once one's own is there, the team's would have been.
                emitter.emit("nudge", {**nudge, "id": "my own"}, to=f"agent:{actor.id}")
                heard = [next(told)]
                while heard[-1] != "my own":
                    heard.append(next(told))
            assert (heard == ["of the team", "my own"]) == permissions.ROOMS["team"].admits(actor), visitor


def test_only_who_answers_is_seen_in_a_conversation_and_only_in_one_of_their_own(own_app: Flask) -> None:
    with own_app.app_context():
        made = scene.made_for(STRANGER)
        actors = {visitor: made.actors[visitor] for visitor in EVERYBODY if visitor != STRANGER}
        actors["elsewhere"] = of_another_team()
        browsers = {visitor: Visitor(own_app, actor) for visitor, actor in actors.items()}
    matter = str(made.conversation_id)
    nonsense: tuple[object, ...] = (None, matter, [matter], {"id": 7}, {"id": "none"}, {"id": str(made.account_id)})
    with served(own_app) as port:
        for visitor, actor in actors.items():
            with line(port, browsers[visitor]) as (told, opened):
                assert opened
                for event in ("viewing", "writing"):
                    for said in (*nonsense, {"id": matter, "on": True}):
                        told.say(event, said)
                found = own_app.extensions["company"].around([matter], "nobody").get(matter)
                looks = found is not None and str(actor.id) in found.looking
                writes = found is not None and str(actor.id) in found.writing
            ours = visitor != "elsewhere"
            assert writes == (permissions.SOCKET_EVENTS["writing"].admits(actor) and ours), visitor
            assert looks == (permissions.SOCKET_EVENTS["viewing"].admits(actor) and ours), visitor


def of_another_team() -> Actor:
    """Somebody who answers, but for other accounts."""
    with uow(SYSTEM) as work:
        team = Team(id=new_id(), name="Vej og Park")
        work.session.add(team)
        id_ = agents.add(
            work, email="bo@nordby.example", full_name="Bo Holst", roles=[Role.AGENT], password_hash="invented"
        )
        work.session.get_one(Agent, id_).teams = [team]
    return Actor(id_, "Bo Holst", frozenset({Role.AGENT}), frozenset({team.id}))


@contextmanager
def served(app: Flask) -> Iterator[int]:
    """The application behind a real server with a thread for each line; its port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join(PATIENCE)
        server.server_close()


@contextmanager
def line(port: int, come: Visitor) -> Iterator[tuple[Line, bool]]:
    """What the browser is nudged about, and whether it may listen at all."""
    kept = come.browser.get_cookie(come.browser.application.config["SESSION_COOKIE_NAME"])
    address = f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket"
    with connect(
        address,
        additional_headers={"Cookie": f"{kept.key}={kept.value}"} if kept else None,
        proxy=None,
        close_timeout=0.2,
    ) as wire:
        assert str(wire.recv(PATIENCE)).startswith("0")
        wire.send("40")
        yield Line(wire), str(wire.recv(PATIENCE)).startswith("40")


class Line:
    """An open socket: the ids it is nudged about, one after the other, and what is said on it."""

    def __init__(self, wire: ClientConnection) -> None:
        self._wire = wire
        self._numbers = count(1)

    def __iter__(self) -> Line:
        return self

    def __next__(self) -> str:
        while True:
            packet = self._packet()
            if packet.startswith("42"):
                event, nudge = json.loads(packet[2:])
                assert event == "nudge"
                return str(nudge["id"])

    def say(self, event: str, said: object) -> None:
        """Say it, and wait until the server has heard it out. What it is nudged about meanwhile is dropped."""
        number = next(self._numbers)
        self._wire.send(f"42{number}{json.dumps([event, said])}")
        while not self._packet().startswith(f"43{number}"):
            pass

    def _packet(self) -> str:
        packet = str(self._wire.recv(PATIENCE))
        if packet == "2":
            self._wire.send("3")
        return packet
